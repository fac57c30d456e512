"""The systemd units: well formed, hardened, and about what is really there."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from survey import cli
from survey.config import read_settings
from survey.secrecy import ceremony
from tests.builders import ROOT

from .fronted import DEPLOY

FOLDER = DEPLOY / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
UNITS = [*SERVICES, *sorted(FOLDER.glob("*.timer")), *sorted(FOLDER.glob("*.mount"))]
MAX_EXPOSED = 15
"""Tenths of systemd's own measure, of which 10.0 is the worst."""


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not installed; the units were not verified by it")
    return found


def read(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text("utf-8"))
    return unit


def in_place(folder: Path) -> list[Path]:
    """Copy the units, with programs that are there."""
    copies = []
    for path in UNITS:
        text = path.read_text()
        for program in re.findall(r"^Exec\w+=(/opt/\S+)", text, re.MULTILINE):
            stand_in = folder / program.lstrip("/")
            stand_in.parent.mkdir(parents=True, exist_ok=True)
            stand_in.write_text("#!/bin/sh\n")
            stand_in.chmod(0o755)
        copies.append(folder / path.name)
        copies[-1].write_text(text.replace("/opt/", f"{folder}/opt/"))
    return copies


def verify(analyze: str, paths: list[Path]) -> subprocess.CompletedProcess[str]:
    command = [analyze, "verify", "--man=no", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_systemd_understands_every_line(analyze: str, tmp_path: Path) -> None:
    verified = verify(analyze, in_place(tmp_path))
    ours = [line for line in verified.stderr.splitlines() if "minping" in line]
    assert (verified.returncode, ours) == (0, [])


def test_a_line_that_systemd_does_not_know_is_found(analyze: str, tmp_path: Path) -> None:
    copies = in_place(tmp_path)
    text = copies[0].read_text()
    copies[0].write_text(text.replace("LimitCORE", "LimitCores"))
    assert "LimitCores" in verify(analyze, copies).stderr


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_the_services_are_hardened(analyze: str, path: Path) -> None:
    command = [analyze, "security", "--offline=yes", "--no-pager", f"--threshold={MAX_EXPOSED}", str(path)]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unrecognized option" in judged.stderr:
        pytest.skip("this systemd-analyze cannot judge files; the hardening was not measured")
    assert judged.returncode == 0, judged.stdout.splitlines()[-1]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_memory_reaches_no_disk_and_no_log_has_moments(path: Path) -> None:
    service = read(path)["Service"]
    assert service["LimitCORE"] == "0"
    assert service["MemorySwapMax"] == "0"
    assert service["UMask"] == "0077"
    for stream in ("StandardOutput", "StandardError"):
        assert service[stream].startswith("append:/var/log/minping/")
    allowed = set(service["ReadWritePaths"].split())
    folders = {"/var/lib/minping", "/var/log/minping", "/var/backups/minping"}
    assert allowed <= folders | {"-/var/lib/minping-keys", "-/var/lib/minping/ceremonies"}


def test_keys_of_ceremonies_are_in_memory() -> None:
    """A disk may keep what was overwritten: on servers the folder of these keys is on none."""
    [path] = FOLDER.glob("*.mount")
    mount = read(path)["Mount"]
    [instance] = re.findall(r"^MINPING_INSTANCE=(\S+)$", (DEPLOY / "minping.env").read_text(), re.MULTILINE)
    assert mount["Where"] == f"{instance}/{ceremony.FOLDER}"
    assert path.stem == mount["Where"].strip("/").replace("/", "-")
    assert (mount["What"], mount["Type"]) == ("tmpfs", "tmpfs")
    assert {"mode=0700", "uid=minping", "gid=minping"} <= set(mount["Options"].split(","))
    for service in SERVICES:
        assert read(service)["Unit"]["RequiresMountsFor"] == mount["Where"]
        assert f"-{mount['Where']}" in read(service)["Service"]["ReadWritePaths"].split()


def test_the_folders_that_units_write_to_are_made() -> None:
    made = {line.split()[1]: line.split()[2] for line in _lines("minping.tmpfiles.conf")}
    written = {folder for path in SERVICES for folder in read(path)["Service"]["ReadWritePaths"].split()}
    wanted = {folder for folder in written if not folder.startswith("-")}
    assert set(made) == wanted
    assert set(made.values()) == {"0700"}


def test_settings_are_those_that_minping_reads(tmp_path: Path) -> None:
    lines = [line.lstrip("#") for line in (DEPLOY / "minping.env").read_text().splitlines()[1:]]
    environment = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    source = (ROOT / "survey" / "config.py").read_text() + (DEPLOY / "gunicorn.conf.py").read_text()
    for name in environment:
        assert f'"{name}"' in source, name
    assert read_settings(environment | {"MINPING_INSTANCE": str(tmp_path)}).base_url.startswith("https:")


def test_backups_are_kept_by_number() -> None:
    program, command, *arguments = read(FOLDER / "minping-backup.service")["Service"]["ExecStart"].split()
    assert (program, command) == ("/opt/minping/venv/bin/minping", "backup")
    given = cli.minping.commands[command].make_context(command, arguments).params
    assert given == {"file": Path("/var/backups/minping"), "keep": 30}


def test_the_place_for_keys_that_is_proposed_can_be_written_to() -> None:
    [keys] = re.findall(r"^#MINPING_KEYS=(\S+)$", (DEPLOY / "minping.env").read_text(), re.MULTILINE)
    for name in ("minping.service", "minping-worker.service"):
        assert f"-{keys}" in read(FOLDER / name)["Service"]["ReadWritePaths"].split()


def _lines(name: str) -> list[str]:
    return [line for line in (FOLDER / name).read_text().splitlines() if line and not line.startswith("#")]
