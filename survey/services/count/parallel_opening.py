"""Opening a large box in several processes, each on a core of its own.

They get the key and the sealed ballots through pipes, and give back totals, receipts and texts the same way:
nothing touches a file, a command line or the environment. They are given ballots as they have room for them,
so that none waits for another.
"""

import fcntl
import os
import pickle
import selectors
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice

from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition
from survey.domain.errors import Unavailable
from survey.services.operations.child_process import Process, end, pipe_of, start

from . import opener
from .opener import END, Opened, as_message

CHUNK = 80
"""Ballots of one message; some hundred kilobytes, of which a pipe holds a few."""
_PIPE_BYTES = 1 << 20


def open_together(box: Iterable[bytes], definition: Definition, seed: bytes, number: int) -> Opened:
    """Open a box with so many processes; raises ``Unavailable`` where one is lost."""
    try:
        with _openers(number) as openers:
            greeting = pickle.dumps(sys.path) + pickle.dumps((definition, seed))
            _feed(openers, greeting, _messages(box))
            opened = Opened(Tally(definition))
            for one in openers:
                opened.merge(pickle.load(pipe_of(one.stdout)))  # noqa: S301 – from a process started here
            return opened
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        raise Unavailable(
            "a process that opened ballots was lost; nothing was written, count again"
        ) from error


@contextmanager
def _openers(number: int) -> Iterator[list[Process]]:
    """Start processes for the length of a block; none outlives it."""
    openers: list[Process] = []
    try:
        for _ in range(number):
            openers.append(start(opener.__name__, session=True))
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
