"""The folder for machines without internet: what it holds, and that it installs."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import pytest

from tests.lengths import CHAOS

from .fronted import DEPLOY


@pytest.fixture(scope="module")
def wheelhouse() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wheelhouse", DEPLOY / "wheelhouse.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_wheel_is_required_with_its_hash(wheelhouse: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "some_thing-1.2-py3-none-any.whl").write_bytes(b"x")
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert wheelhouse.pinned(tmp_path) == f"some-thing==1.2 --hash=sha256:{digest}\n"


def test_what_is_carried_is_there_and_holds_no_instance(wheelhouse: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    wheelhouse.fill(tmp_path)
    for name in ("deploy/gunicorn.conf.py", "deploy/compose/compose.yaml", "docs/deploy.md", "install.sh"):
        assert (tmp_path / name).is_file(), name
    assert os.access(tmp_path / "install.sh", os.X_OK)
    assert not (tmp_path / "instance").exists()
    assert not list(tmp_path.rglob("__pycache__"))


def test_secrets_of_compose_are_neither_carried_nor_built_in(
    wheelhouse: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    shutil.copytree(DEPLOY, root / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    place = root / "deploy" / "compose"
    made = (place / ".env", place / "secrets" / "database-url", place / "certificates" / "key.pem")
    for path in made:
        path.parent.mkdir(exist_ok=True)
        path.write_text("secret")
    monkeypatch.setattr(wheelhouse, "ROOT", root)
    monkeypatch.setattr(wheelhouse, "CARRIED", ("deploy",))
    (tmp_path / "to" / "wheels").mkdir(parents=True)
    wheelhouse.fill(tmp_path / "to")
    assert (tmp_path / "to" / "deploy" / "compose" / "compose.yaml").is_file()
    assert not [
        path for path in (tmp_path / "to").rglob("*") if path.is_file() and path.read_bytes() == b"secret"
    ]
    ignored = (place / "Dockerfile.dockerignore").read_text().splitlines()
    for name in (".env", "secrets", "certificates"):
        assert f"deploy/compose/{name}" in ignored


def test_the_name_says_for_what_it_is(wheelhouse: ModuleType) -> None:
    here = wheelhouse.name_of(Namespace(python=None, platform=None))
    assert re.fullmatch(rf"minping-[\d.]+-python{sys.version_info[0]}\.{sys.version_info[1]}", here)
    other = wheelhouse.name_of(Namespace(python="3.12", platform=["manylinux_2_17_aarch64"]))
    assert other.endswith("-python3.12-manylinux_2_17_aarch64")


def test_a_platform_takes_the_wheels_of_older_ones(wheelhouse: ModuleType) -> None:
    found = wheelhouse.those_that_run_on("manylinux_2_28_aarch64")
    assert found[0] == "manylinux_2_28_aarch64"
    assert {"manylinux_2_17_aarch64", "manylinux2014_aarch64"} < set(found)
    assert "manylinux2014_x86_64" not in wheelhouse.those_that_run_on("manylinux_2_12_x86_64")
    assert wheelhouse.those_that_run_on("win_amd64") == ["win_amd64"]


def test_what_is_packed_is_roots_and_for_all_to_read(wheelhouse: ModuleType, tmp_path: Path) -> None:
    """Unpacked by root, files keep the owner in the tar: on the server that is somebody else."""
    folder = tmp_path / "minping"
    folder.mkdir(mode=0o700)
    (folder / "install.sh").touch(mode=0o700)
    (folder / "README.md").touch(mode=0o600)
    with tarfile.open(wheelhouse.pack(folder)) as packed:
        found = {member.name: (member.mode, member.uid, member.uname) for member in packed}
    assert found == {
        "minping": (0o755, 0, "root"),
        "minping/install.sh": (0o755, 0, "root"),
        "minping/README.md": (0o644, 0, "root"),
    }


@pytest.mark.parametrize("wrong", [["--python", "zebra"], ["--to", "/dev/null/dist"]])
def test_what_cannot_be_gathered_is_said_without_a_traceback(wrong: list[str], tmp_path: Path) -> None:
    command = [sys.executable, str(DEPLOY / "wheelhouse.py"), "--to", str(tmp_path), *wrong]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("wheelhouse.py: ")
    assert "Traceback" not in ran.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("python", "said"),
    [("/no/python3", "set PYTHON=/path/to/python3"), (sys.executable, "there are no wheels")],
)
def test_installing_says_what_is_missing(python: str, said: str, tmp_path: Path) -> None:
    script = shutil.copy(DEPLOY / "install.sh", tmp_path)
    environment = {"PATH": os.environ["PATH"], "PYTHON": python}
    ran = subprocess.run([script], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert said in ran.stderr
    assert not (tmp_path / "venv").exists()


def test_installing_asks_no_network_and_trusts_hashes_only() -> None:
    script = (DEPLOY / "install.sh").read_text()
    for option in ("--isolated", "--no-index", "--require-hashes", "--no-deps", "--without-pip"):
        assert option in script


@pytest.mark.slow
@pytest.mark.skipif(not CHAOS, reason="gathers and installs everything: make chaos")
def test_it_installs_without_network(tmp_path: Path) -> None:
    made = tmp_path / "made"
    gather = [sys.executable, str(DEPLOY / "wheelhouse.py"), "--to", str(made)]
    subprocess.run(gather, check=True, capture_output=True, text=True)
    [packed] = made.glob("*.tar.gz")
    subprocess.run(["sha256sum", "-c", f"{packed.name}.sha256"], cwd=made, check=True, capture_output=True)
    there = tmp_path / "there"
    there.mkdir()
    subprocess.run(["tar", "-xzf", str(packed), "--strip-components=1"], cwd=there, check=True)
    alone = ["unshare", "-n"] if os.geteuid() == 0 and shutil.which("unshare") else []
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHON": sys.executable,
        "PIP_NO_INDEX": "1",
        "MINPING_INSTANCE": str(tmp_path / "instance"),
    }
    for command in (["./install.sh"], ["venv/bin/minping", "--help"], ["venv/bin/minping", "init"]):
        ran = subprocess.run(
            [*alone, *command], cwd=there, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "instance" / "minping.sqlite3").exists()
