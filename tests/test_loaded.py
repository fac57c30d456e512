"""A command forked from a process that has loaded the programme is one that was started by itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from survey.config import Settings
from tests import loaded
from tests.serving import environment_of, served
from tests.shell import DEFINITION

pytestmark = pytest.mark.slow


def _ran(settings: Settings, folder: Path, *arguments: str) -> tuple[int, str, str]:
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        status = loaded.start(*arguments, env=environment_of(settings), stdout=out, stderr=err).wait(60)
    return status, (folder / "out").read_text(), (folder / "err").read_text()


def _started(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "survey.cli", *arguments]
    done = subprocess.run(command, env=environment_of(settings), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_it_has_its_own_arguments_settings_and_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.toml").write_text(DEFINITION)
    assert _ran(settings, tmp_path, "campaign", "load", "d.toml")[0] == 0
    for arguments in (("campaign", "show", "small"), ("campaign", "arm"), ("campaign", "arm", "no-such")):
        assert _ran(settings, tmp_path, *arguments) == _started(settings, *arguments)


def test_it_is_a_process_like_any_other(settings: Settings) -> None:
    """In the test's session and group, with its streams only, heard when it ends, gone when it is killed."""
    with served(settings) as running:
        one = psutil.Process(running.process.pid)
        assert (os.getsid(one.pid), os.getpgid(one.pid)) == (os.getsid(0), os.getpgid(0))
        assert str(Path(f"/proc/{one.pid}/fd/1").readlink()) == os.devnull
        assert one.cwd() == str(Path.cwd())
        own = {file.path for file in psutil.Process().open_files()}
        assert not [file for file in one.open_files() if file.fd > 2 and file.path in own]
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(0.01)
        assert running.process.poll() is None
        running.kill()
        assert running.process.poll() == running.process.wait() == -signal.SIGKILL
        assert not psutil.pid_exists(one.pid)
    with served(settings) as running:
        pass
    assert running.process.returncode == 0


def test_no_two_make_the_same_secrets(settings: Settings, tmp_path: Path) -> None:
    """What the process they come from knows of chance they do not share."""
    codes = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        definition = folder / "d.toml"
        definition.write_text(DEFINITION.replace('"small"', f'"small{number}"', 1))
        for command in (
            ("campaign", "load", str(definition)),
            ("campaign", "arm", f"small{number}"),
            ("token", "issue", f"small{number}", "--csv", str(folder / "codes.csv")),
        ):
            assert _ran(settings, folder, *command)[0] == 0
        codes += [line.split(",")[1] for line in (folder / "codes.csv").read_text().splitlines()[1:]]
    assert len(set(codes)) == len(codes) > 40


def test_other_libraries_are_refused(settings: Settings) -> None:
    with pytest.raises(AssertionError):
        loaded.start(
            "--version", env=environment_of(settings) | {"PYTHONPATH": "/no"}, stdout=subprocess.DEVNULL
        )
