"""A command forked from a process that has loaded the programme is one that was started by itself."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

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
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(0.01)
        assert running.process.poll() is None
        running.kill()
        assert running.process.poll() == running.process.wait() == -signal.SIGKILL
        assert not psutil.pid_exists(one.pid)
    with served(settings) as running:
        pass
    assert running.process.returncode == 0


PROC = Path("/proc/self/fd")


def _open(pid: int, above: int = -1) -> set[str]:
    """Return files, sockets and pipes that a process has open, but for devices and what has no number."""
    opened = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            continue  # the folder itself, or closed meanwhile
        if int(descriptor.name) > above and not target.startswith(("/dev/", "anon_inode:")):
            opened.add(target)
    return opened


@pytest.mark.skipif(not PROC.exists(), reason="no /proc")
def test_it_holds_nothing_of_those_it_comes_from(settings: Settings, tmp_path: Path) -> None:
    """No file of the test's, no socket that orders come by, no pipe that its end is told by."""
    with (tmp_path / "kept").open("wb"), served(settings) as running:
        watcher = psutil.Process(running.process.pid).parent()
        assert watcher is not None
        loading = watcher.parent()
        assert loading is not None
        assert loading.ppid() == os.getpid()
        before = [_open(pid) for pid in (os.getpid(), loading.pid, watcher.pid)]
        assert all(any(one.startswith(("socket:", "pipe:")) for one in each) for each in before), (
            "the control"
        )
        own = _open(running.process.pid, above=2)
        assert any(one.startswith("socket:") for one in own), "the control: it listens"
        assert not own & set().union(*before)


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
    keys = [json.loads((settings.keys / f"small{number}.key").read_bytes()) for number in range(2)]
    assert keys[0]["seed"] != keys[1]["seed"]


def test_other_libraries_are_refused(settings: Settings) -> None:
    with pytest.raises(AssertionError):
        loaded.start(
            "--version", env=environment_of(settings) | {"PYTHONPATH": "/no"}, stdout=subprocess.DEVNULL
        )


def test_it_is_asked_for_while_another_thread_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Event()
    real = loaded.select.select

    def noted(*given: object) -> object:
        if given[-1] is None:
            waiting.set()
        return real(*given)

    monkeypatch.setattr(loaded.select, "select", noted)
    status, told = os.pipe()
    command = loaded.Started(0, status)
    with ThreadPoolExecutor(3) as threads:
        ends = [threads.submit(command.wait) for _ in range(2)]
        assert waiting.wait(60)
        try:
            assert threads.submit(command.poll).result(60) is None
        finally:
            os.write(told, (3).to_bytes(4, "big", signed=True))
            os.close(told)
        assert [end.result(60) for end in ends] == [3, 3]
        assert command.poll() == 3


def test_one_that_nobody_tells_of_any_more_is_neither_asked_for_nor_killed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *given: sent.append(given))
    status, told = os.pipe()
    os.close(told)
    command = loaded.Started(0, status)
    with pytest.raises(AssertionError, match="was killed"):
        command.kill()
    monkeypatch.setattr(loaded.select, "select", None)
    assert command.poll() == command.wait(0) == -signal.SIGKILL
    command.kill()
    assert sent == []


def test_one_that_ended_meanwhile_is_sent_no_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", gone)
    status, told = os.pipe()
    loaded.Started(0, status).terminate()
    os.close(told)


@pytest.mark.parametrize("dies", ["before", "meanwhile"])
def test_what_did_not_load_starts_nothing(settings: Settings, dies: str) -> None:
    made = loaded._Loaded()
    made._process.kill()
    made._process.wait()
    if dies == "meanwhile":  # the order is still taken
        made._ours.close()
        made._ours, theirs = socket.socketpair()
        theirs.shutdown(socket.SHUT_WR)
    before = psutil.Process().num_fds()
    with pytest.raises(AssertionError, match="did not load"):
        made.start((), environment_of(settings), subprocess.DEVNULL, None)
    assert psutil.Process().num_fds() == before
    made._end()
    atexit.unregister(made._end)
    if dies == "meanwhile":
        theirs.close()
