"""The systemd units: well formed, hardened, and about what is really there."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from survey.config import read_settings
from tests.builders import ROOT

from .fronted import DEPLOY

FOLDER = DEPLOY / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
UNITS = [*SERVICES, *sorted(FOLDER.glob("*.timer"))]
MOST_EXPOSED = 15
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
    unit.read_string(path.read_text())
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
    command = [analyze, "security", "--offline=yes", "--no-pager", f"--threshold={MOST_EXPOSED}", str(path)]
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
    assert allowed <= {"/var/lib/minping", "/var/log/minping", "/var/backups/minping"}


def test_the_folders_that_units_write_to_are_made() -> None:
    made = {line.split()[1]: line.split()[2] for line in _lines("minping.tmpfiles.conf")}
    wanted = {folder for path in SERVICES for folder in read(path)["Service"]["ReadWritePaths"].split()}
    assert set(made) == wanted
    assert set(made.values()) == {"0700"}


def test_settings_are_those_that_minping_reads(tmp_path: Path) -> None:
    lines = [line.lstrip("#") for line in (DEPLOY / "minping.env").read_text().splitlines()[1:]]
    environment = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    source = (ROOT / "survey" / "config.py").read_text() + (DEPLOY / "gunicorn.conf.py").read_text()
    for name in environment:
        assert f'"{name}"' in source, name
    assert read_settings(environment | {"MINPING_INSTANCE": str(tmp_path)}).base_url.startswith("https:")


def test_backups_are_kept_by_number(tmp_path: Path) -> None:
    """Old ones go only after a new one is there; other files stay."""
    script = tmp_path / "deploy" / "backup.sh"
    script.parent.mkdir()
    shutil.copy(DEPLOY / "backup.sh", script)
    stand_in = tmp_path / "venv" / "bin" / "minping"
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text('#!/bin/sh\n[ "$1" = backup ] && [ -z "${FAIL-}" ] && echo new > "$2"\n')
    stand_in.chmod(0o755)
    kept = tmp_path / "backups"
    kept.mkdir()
    for name in ("minping-20260101T000000Z.backup", "minping-20260102T000000Z.backup", "by-hand.backup"):
        (kept / name).write_text("old")
    command = ["sh", str(script), str(kept), "2"]
    assert subprocess.run(command, env=os.environ | {"FAIL": "1"}, check=False).returncode != 0
    assert len(list(kept.iterdir())) == 3
    subprocess.run(command, check=True)
    names = sorted(path.name for path in kept.iterdir())
    assert names[:2] == ["by-hand.backup", "minping-20260102T000000Z.backup"]
    assert len(names) == 3
    assert (kept / names[2]).stat().st_mode & 0o077 == 0


def _lines(name: str) -> list[str]:
    return [line for line in (FOLDER / name).read_text().splitlines() if line and not line.startswith("#")]
