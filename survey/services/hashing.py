"""Where passwords are hashed: in two places, one at a time in each, behind everything else on the machine.

A hash takes 64 MiB and a good part of a second on every core there is. So nobody waits for a place: whoever
finds it taken is told to come back, before anything is written or read for them. Strangers' devices share one
place, so that a flood from anywhere leaves the other to those who work here. Both belong to the process: two
worker processes have two of each.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from survey.domain.errors import PasswordsBusy

Result = TypeVar("Result")

COME_BACK_SECONDS = 2
_NICE = 10


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere a priority is the whole process's
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


class Place:
    """Hashes one password at a time, in a thread that gives way to all others."""

    def __init__(self) -> None:
        self._taken = threading.Lock()
        # Threads that argon2 begins inherit the low priority.
        self._thread = ThreadPoolExecutor(1, "hashing", _give_way)

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

    def run(self, work: Callable[[], Result]) -> Result:
        """Do the work of whoever has the place."""
        return self._thread.submit(work).result()


_mine: ContextVar[Place | None] = ContextVar("place", default=None)

STRANGERS = Place()
"""For names and passwords from devices on which that name never logged in; whether it exists is no matter."""
HOUSE = Place()
"""For devices known to be somebody's, for whoever is logged in, and for commands."""


def hashing(work: Callable[[], Result]) -> Result:
    """Hash in the place that was taken around this, else in the house's; raises ``PasswordsBusy``."""
    place = _mine.get()
    if place is not None:
        return place.run(work)
    with HOUSE.taken():
        return HOUSE.run(work)
