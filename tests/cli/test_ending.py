"""Commands that go on until they are told to end: they hear it whoever started them."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from survey.config import Settings
from tests.serving import environment_of, free_port, get
from tests.shell import Shell

ENDING = (signal.SIGTERM, signal.SIGINT)
PATIENCE_SECONDS = 60
"""For a busy machine; what is tested is that it ends at all."""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path, monkeypatch)
    made.do("init")
    return made


def deaf() -> None:
    """Ignore and block what ends a process, as a parent may that started it in the background."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


@contextmanager
def started(settings: Settings, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a command from a deaf parent, and wait for the line that says it is there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "survey.cli", *arguments],
        env=environment_of(settings),
        stdout=subprocess.PIPE,
        preexec_fn=deaf,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline(), "it ended at once"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("sign", ENDING)
@pytest.mark.slow
def test_serve_ends_when_told(shell: Shell, sign: signal.Signals) -> None:
    port = free_port()
    with started(shell.settings, "serve", "--port", str(port)) as process:
        assert get("127.0.0.1", port, "/healthz") == (200, b"ok\n")
        process.send_signal(sign)
        assert process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.parametrize("sign", ENDING)
@pytest.mark.slow
def test_worker_ends_when_told(shell: Shell, sign: signal.Signals) -> None:
    with started(shell.settings, "worker") as process:
        process.send_signal(sign)
        assert process.wait(PATIENCE_SECONDS) == 0


def test_a_deaf_parent_is_heard_of_without_what_commands_do() -> None:
    """The control: a child that does nothing about it hears neither signal."""
    programme = "import os, signal; [os.kill(os.getpid(), n) for n in (15, 2)]; print('goes on')"
    command = [sys.executable, "-c", programme]
    done = subprocess.run(command, preexec_fn=deaf, capture_output=True, check=True)
    assert done.stdout == b"goes on\n"


def test_whoever_is_told_twice_still_ends_in_good_order() -> None:
    programme = """
import os, signal
from survey.cli.ending import end_on_signals
end_on_signals()
try:
    os.kill(os.getpid(), signal.SIGINT)
    print("not told")
finally:
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    print("in good order")
"""
    done = subprocess.run([sys.executable, "-c", programme], preexec_fn=deaf, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"in good order\n", b"")
