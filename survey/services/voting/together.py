"""Work of several threads that whoever has the turn does for all who wait: a commit is dear.

Whoever comes while another commits has to wait for that anyway, and is taken along by the next one: nobody
waits for others to come.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from copy import copy
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")


class _Waiting(Generic[Item]):
    """One piece of work, and what became of it: it is done, or an error."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.settled = False
        self.error: Exception | None = None

    def settle(self, error: Exception | None) -> None:
        self.settled, self.error = True, error


class Together(ABC, Generic[Item]):
    """What threads of this process are about to commit."""

    def __init__(self, most: int) -> None:
        """``most`` is how much is committed by one transaction; what alone is more has one to itself."""
        self._most = most
        self._waiting: deque[_Waiting[Item]] = deque()
        self._turn = Lock()

    @abstractmethod
    def _commit(self, items: Sequence[Item]) -> Sequence[Exception | None] | None:
        """Do all in one transaction; return what became of each, ``None`` where nothing was done at all.

        One alone is never answered with ``None``.
        """

    def _weight(self, item: Item) -> int:  # noqa: ARG002 – where all items are much alike
        """Return how much of ``most`` a thing takes."""
        return 1

    def _do(self, item: Item) -> None:
        """Do one thing together with all that wait; it is on the disk when this returns."""
        mine = _Waiting(item)
        self._waiting.append(mine)
        with self._turn:
            while not mine.settled:
                self._settle(self._next())
        if mine.error is not None:
            raise mine.error

    def _next(self) -> list[_Waiting[Item]]:
        """Take as many of those that wait, in their order, as one transaction may hold: one at least."""
        taken = [self._waiting.popleft()]
        left = self._most - self._weight(taken[0].item)
        while self._waiting and (weight := self._weight(self._waiting[0].item)) <= left:
            taken.append(self._waiting.popleft())
            left -= weight
        return taken

    def _settle(self, waiting: list[_Waiting[Item]]) -> None:
        """Do all together, or one by one where one of them fails as nobody foresaw."""
        try:
            if not self._done(waiting):
                for one in waiting:
                    self._done([one])
        finally:
            for one in waiting:
                if not one.settled:  # this thread is being ended
                    one.settle(RuntimeError("a transaction was left"))

    def _done(self, waiting: list[_Waiting[Item]]) -> bool:
        errors = self._commit([one.item for one in waiting])
        for one, error in zip(waiting, errors or (), strict=errors is not None):
            one.settle(error)
        return errors is not None


def own(error: Exception) -> Exception:
    """Return an error of one's own: a shared one would hold what requests of others were doing."""
    try:
        return copy(error)
    except TypeError:  # one that is not made of what it says
        return RuntimeError(type(error).__name__)
