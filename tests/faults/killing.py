"""Commands killed before each of their steps: every change of a database, its commit, and of a file."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine, event

from survey.config import Settings
from tests.job import attempt

# Clean children, ready to run a command: a process that was forked from this one would hold its threads'
# locks and its connections.
_children = multiprocessing.get_context("forkserver")
_children.set_forkserver_preload(
    [
        __name__,
        "survey.cli.instance",
        "survey.web.application",
        "survey.services.operations.backup",
        "survey.services.operations.restoring",
        "survey.documents.pdf.slips",
        "alembic.command",
    ]
)
_NEVER = 1 << 30
_CHANGES = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER")
_FILE_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.chmod", "os.truncate")


class _Steps:
    """Ends its process before the step of a number."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.left = last
        self.wrote = False
        self.of_files: list[int] = []

    def take(self) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(_CHANGES):
            self.wrote = True
            self.take()

    def commit(self, _connection: Any) -> None:
        if self.wrote:
            self.wrote = False
            self.take()

    def file(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in _FILE_CHANGES or (name == "open" and _is_writing(arguments)):
            self.take()
            self.of_files.append(self.last - self.left)


def _is_writing(arguments: tuple[Any, ...]) -> bool:
    path, _, flags = arguments
    return isinstance(path, str | bytes) and bool(flags & (os.O_WRONLY | os.O_RDWR))


@contextmanager
def stepped(last: int) -> Iterator[_Steps]:
    """End this process before a step that comes in a block; nothing is taken back after it."""
    steps = _Steps(last)
    event.listen(Engine, "before_cursor_execute", steps.statement)
    event.listen(Engine, "commit", steps.commit)
    sys.addaudithook(steps.file)
    yield steps
    steps.left = 0


def _run_until(settings: Settings, arguments: tuple[str, ...], step: int) -> None:
    with stepped(step):
        status = attempt(settings, *arguments).status
    os._exit(status)


def killed_at(settings: Settings, arguments: tuple[str, ...], step: int) -> bool:
    """Run a command that is killed before a step; tell whether it had that many."""
    return killed(_run_until, settings, arguments, step)


def killed(work: Callable[..., None], *given: Any) -> bool:
    """Run something in a child that may kill itself; tell whether it did."""
    child = _children.Process(target=work, args=given)
    child.start()
    child.join(120)
    status = child.exitcode
    child.close()
    assert status in (0, -signal.SIGKILL), status
    return status != 0


def steps_of(settings: Settings, arguments: tuple[str, ...]) -> tuple[int, list[int]]:
    """Run a command to its end; return how many steps it had, and which of them were files' changes."""
    ours, theirs = _children.Pipe(duplex=False)
    with ours, theirs:
        assert not killed(_count_steps, settings, arguments, theirs)
        number, of_files = ours.recv()
        return number, of_files


def _count_steps(settings: Settings, arguments: tuple[str, ...], answer: Connection) -> None:
    with stepped(_NEVER) as steps:
        status = attempt(settings, *arguments).status
        answer.send((_NEVER - steps.left, steps.of_files))
    os._exit(status)


def steps(stride: int, first: int = 1) -> Iterator[int]:
    """Count steps."""
    step = first
    while True:
        yield step
        step += stride
