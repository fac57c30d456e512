"""Where passwords are hashed: in two places, one at a time in each, behind everything else on the machine.

A hash takes 64 MiB and a good part of a second on every core there is. So nobody waits for a place: whoever
finds it taken is told to come back, before anything is written or read for them. Strangers' devices share one
place, so that a flood from anywhere leaves the other to those who work here. Both belong to the process: two
worker processes have two of each.

The work itself is done by processes of the lowest priority. A thread of low priority would not do: it may be
put aside while it holds the interpreter's lock, and all other threads with it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from survey.domain.errors import PasswordsBusy
from survey.services.operations.beside import Neighbours

P = ParamSpec("P")
Result = TypeVar("Result")

COME_BACK_SECONDS = 2


class HashingPlace:
    """Hashes one password at a time, in a process that gives way to all others."""

    def __init__(self) -> None:
        self._taken = threading.Lock()
        self._beside = Neighbours(1)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take the place for a block; raises ``PasswordsBusy`` at once where somebody has it."""
        if not self._taken.acquire(blocking=False):
            raise PasswordsBusy(COME_BACK_SECONDS)
        before = _mine.set(self)
        try:
            yield
        finally:
            _mine.reset(before)
            self._taken.release()

    def run(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Do the work of whoever has the place."""
        return self._beside.run(work, *args, **kwargs)


_mine: ContextVar[HashingPlace | None] = ContextVar("place", default=None)

STRANGERS = HashingPlace()
"""For names and passwords from devices on which that name never logged in; whether it exists is no matter."""
HOUSE = HashingPlace()
"""For devices known to be somebody's, for whoever is logged in, and for commands."""


def hashing(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Hash in the place that was taken around this, else in the house's; raises ``PasswordsBusy``."""
    place = _mine.get()
    if place is not None:
        return place.run(work, *args, **kwargs)
    with HOUSE.taken():
        return HOUSE.run(work, *args, **kwargs)
