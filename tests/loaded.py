"""Commands as processes of their own, without the second and a half that each takes to load.

A process of a test run has one child that has loaded the programme and done nothing with it: it has no
thread, no connection, no settings of an instance. A command that a test starts is forked from it, given its
own arguments, settings, folder and streams, and then runs as ``python -m survey.cli`` does, to the
interpreter's own end. What a command loads and how it is called is tested by those that start as users start
them. All that come from one process order sets of text alike, since they share its hash seed: what a seed
changes, only commands that are started show.
"""

import atexit
import gc
import importlib
import os
import pickle
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any
from weakref import finalize

MODULE = "survey.cli"
_PROGRAMME = (
    *("survey.cli.ending", "survey.web.application", "survey.web.jobs", "survey.web.server.serving"),
    *("survey.services.campaigns.procedure", "survey.services.results.exports", "alembic.command", "psycopg"),
)
_THREADS = Path("/proc/self/task")
_NUMBER = 4
"""Bytes of a number on the way."""


class Started:
    """A command that runs, with what ``subprocess.Popen`` offers to whoever waits for one or ends it."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._status = status
        self._turn = threading.Lock()
        # Not once it is read: another thread may be about to wait for it, and its number be used again.
        finalize(self, os.close, status)

    def poll(self) -> int | None:
        """Return how it ended, or ``None`` while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raises ``subprocess.TimeoutExpired``."""
        if (ended := self._look(timeout)) is None:
            raise subprocess.TimeoutExpired([MODULE], timeout or 0)
        return ended

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended since
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            with self._turn:
                if self.returncode is None:
                    said = os.read(self._status, _NUMBER)
                    # Nobody will tell any more: it is not asked for, nor sent a signal, again.
                    self.returncode = int.from_bytes(said, "big", signed=True) if said else -signal.SIGKILL
                    assert len(said) == _NUMBER, "whoever waited for the command was killed"
        return self.returncode


def start(
    *arguments: str, env: Mapping[str, str], stdout: IO[Any] | int, stderr: IO[Any] | int | None = None
) -> Started:
    """Start a command in this process's folder; streams are open files or ``subprocess.DEVNULL``."""
    # What looks at the processes that tests start hears of this one, too.
    sys.audit("subprocess.Popen", sys.executable, [sys.executable, "-m", MODULE, *arguments], None, None)
    return _loaded().start(arguments, env, stdout, stderr)


class _Loaded:
    """The process that has loaded the programme, as its parent knows it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=Path(__file__).parent.parent,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_environment(),
            )
        atexit.register(self._end)

    def _end(self) -> None:
        self._ours.close()
        self._process.wait()

    def start(
        self,
        arguments: tuple[str, ...],
        env: Mapping[str, str],
        stdout: IO[Any] | int,
        stderr: IO[Any] | int | None,
    ) -> Started:
        # Libraries are found where they were when the programme was loaded.
        assert env.get("PYTHONPATH") == _environment()["PYTHONPATH"]
        status, told = os.pipe()
        nowhere = os.open(os.devnull, os.O_RDWR)
        try:
            out = _descriptor(stdout, nowhere)
            err = 2 if stderr is None else _descriptor(stderr, nowhere)
            order = pickle.dumps((arguments, dict(env), str(Path.cwd())))
            pid = self._ordered(order, [nowhere, out, err, told])
        except BaseException:
            os.close(status)
            raise
        finally:
            os.close(told)
            os.close(nowhere)
        return Started(pid, status)

    def _ordered(self, order: bytes, descriptors: list[int]) -> int:
        """Return the process that an order was given to."""
        answer = b""
        with self._turn, suppress(ConnectionError):
            socket.send_fds(self._ours, [len(order).to_bytes(_NUMBER, "big")], descriptors)
            self._ours.sendall(order)
            answer = _received(self._ours, _NUMBER)
        # Process 0 would be all of the test run's own group.
        assert len(answer) == _NUMBER, "the programme did not load"
        return int.from_bytes(answer, "big")


def _environment() -> dict[str, str]:
    """Return what the programme is loaded under: libraries are found as a command finds them."""
    from tests.serving import AS_INSTALLED

    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(AS_INSTALLED), os.environ.get("PYTHONPATH"))))
    }


@cache
def _made(_pid: int) -> _Loaded:
    return _Loaded()


def _loaded() -> _Loaded:
    # A process that was forked from this one has one of its own.
    return _made(os.getpid())


def _descriptor(stream: IO[Any] | int, nowhere: int) -> int:
    if stream == subprocess.DEVNULL:
        return nowhere
    assert not isinstance(stream, int)
    return stream.fileno()


def _received(connection: socket.socket, number: int) -> bytes:
    """Receive so many bytes; fewer where the other end is gone."""
    received = b""
    while len(received) < number and (more := connection.recv(number - len(received))):
        received += more
    return received


def _wait_for_orders(connection: socket.socket) -> None:
    """Load the programme and start one command after the other, until nobody can ask for one any more.

    Returns in each command's process, which is to run it.
    """
    for name in _PROGRAMME:
        importlib.import_module(name)
    gc.freeze()
    while True:
        head, descriptors, _, _ = socket.recv_fds(connection, _NUMBER, 4)
        if not head:
            os._exit(0)
        order = _received(connection, int.from_bytes(head, "big"))
        # A fork takes no other thread along, but whatever locks one holds.
        assert threading.active_count() == 1
        assert not sys.platform.startswith("linux") or len(list(_THREADS.iterdir())) == 1
        watcher = os.fork()
        if not watcher and _is_command(connection, descriptors):
            _become(*pickle.loads(order))
            return
        for descriptor in descriptors:
            os.close(descriptor)
        _forget_the_dead()


def _is_command(connection: socket.socket, descriptors: list[int]) -> bool:
    """Start the command and tell how it ends; return only in the process that is the command."""
    *streams, told = descriptors
    command = os.fork()
    if not command:
        connection.close()
        os.close(told)
        for number, descriptor in enumerate(streams):
            os.dup2(descriptor, number)
        for descriptor in streams:
            os.close(descriptor)
        return True
    connection.sendall(command.to_bytes(_NUMBER, "big"))
    connection.close()
    for descriptor in (0, 1, 2, *streams):
        os.close(descriptor)  # whoever reads to their end must not wait for this process
    _, status = os.waitpid(command, 0)
    os.write(told, os.waitstatus_to_exitcode(status).to_bytes(_NUMBER, "big", signed=True))
    os._exit(0)


def _forget_the_dead() -> None:
    while True:
        try:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                return
        except ChildProcessError:
            return


def _become(arguments: tuple[str, ...], env: dict[str, str], folder: str) -> None:
    """Take over what a process is given at its start."""
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    sys.argv[1:] = arguments


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        _wait_for_orders(asked)
    runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
