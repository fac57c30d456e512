"""Opening a large box in several processes, each on a core of its own.

They get the key through pipes, and give back totals, receipts and texts the same way: nothing of these
touches a file, a command line or the environment. Sealed ballots they read from SQLite's file themselves, one
part of the box after the other, whoever has time for the next; those of another database come through the
pipes, as there is room for them. So none waits for another.
"""

import fcntl
import os
import pickle
import selectors
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition
from survey.domain.errors import Unavailable
from survey.services.operations.child_process import Process, end, pipe_of, start
from survey.storage.box_file import PARTS

from . import opener
from .opener import END, Opened, as_message

CHUNK = 80
"""Ballots of one message; some hundred kilobytes, of which a pipe holds a few."""
_PIPE_BYTES = 1 << 20


def open_together(box: Iterable[bytes], definition: Definition, seed: bytes, number: int) -> Opened:
    """Open a box with so many processes; raises ``Unavailable`` where one is lost."""
    with _named_losses(), _openers(number) as openers:
        _feed(openers, _greeting(definition, seed), _messages(box))
        return _gathered(openers, definition)


def open_file_together(
    path: Path, campaign_id: int, definition: Definition, seed: bytes, number: int
) -> Opened:
    """Open a box that lies in a file of SQLite with so many processes; raises ``Unavailable`` as well."""
    parts, given = os.pipe()
    try:
        # All processes read from this pipe, each the number of its next part; few enough to be in it at once.
        os.write(given, bytes(PARTS))
        os.close(given)
        with _named_losses(), _openers(number, parts) as openers:
            _feed(openers, _greeting(definition, seed, (path, campaign_id, parts)), iter(()))
            return _gathered(openers, definition)
    finally:
        os.close(parts)


@contextmanager
def _named_losses() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        raise Unavailable(
            "a process that opened ballots was lost; nothing was written, count again"
        ) from error


def _greeting(definition: Definition, seed: bytes, file: tuple[Path, int, int] | None = None) -> bytes:
    return pickle.dumps(sys.path) + pickle.dumps((definition, seed, file))


def _gathered(openers: list[Process], definition: Definition) -> Opened:
    opened = Opened(Tally(definition))
    for one in openers:
        opened.merge(pickle.load(pipe_of(one.stdout)))  # noqa: S301 – from a process started here
    return opened


@contextmanager
def _openers(number: int, *descriptors: int) -> Iterator[list[Process]]:
    """Start processes for the length of a block; none outlives it."""
    openers: list[Process] = []
    try:
        for _ in range(number):
            openers.append(start(opener.__name__, session=True, descriptors=descriptors))
        yield openers
    except BaseException:
        for one in openers:
            one.kill()
        raise
    finally:
        for one in openers:
            end(one)


def _feed(openers: list[Process], greeting: bytes, messages: Iterator[bytes]) -> None:
    """Give each process the greeting, then messages whenever its pipe has room, and the end to all."""
    with selectors.DefaultSelector() as ready:
        for one in openers:
            pipe = pipe_of(one.stdin).fileno()
            os.set_blocking(pipe, False)
            _widen(pipe)
            ready.register(pipe, selectors.EVENT_WRITE, memoryview(greeting))
        while ready.get_map():
            for key, _ in ready.select():
                left = key.data[_write(key.fd, key.data) :]
                if left:
                    ready.modify(key.fd, selectors.EVENT_WRITE, left)
                elif key.data.obj is END:
                    ready.unregister(key.fd)
                else:
                    message = memoryview(next(messages, END))
                    ready.modify(key.fd, selectors.EVENT_WRITE, message)


def _write(pipe: int, content: memoryview) -> int:
    try:
        return os.write(pipe, content)
    except BlockingIOError:
        return 0


def _widen(pipe: int) -> None:
    """Enlarge a pipe, where the system can, to hold the next ballots while the last ones are opened."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _messages(box: Iterable[bytes]) -> Iterator[bytes]:
    ballots = iter(box)
    while chunk := list(islice(ballots, CHUNK)):
        yield as_message(chunk)
