"""Ballots that come at the same time, put into the box by one transaction: SQLite has one writer at a time.

A commit costs as much as all else about a ballot. Whoever comes while another commits has to wait for that
anyway, and is taken along by the next one: nobody waits for others to come.
"""

from collections import deque
from collections.abc import Callable
from copy import copy
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine

from survey.domain.errors import NotAdmitted, Unavailable, UnknownToken, VoidedToken
from survey.storage.fast_connection import fast_connection

from . import casting
from .casting import Sealed

MOST = 32
"""Ballots of one transaction: the write lock is for others, too."""


_REFUSALS = (NotAdmitted, UnknownToken, VoidedToken)
"""What a ballot is refused for, before anything of it was written."""


class _Waiting:
    """One ballot, and what became of it: in the box, or an error."""

    def __init__(self, sealed: Sealed) -> None:
        self.sealed = sealed
        self.settled = False
        self.error: Exception | None = None

    def settle(self, error: Exception | None) -> None:
        self.settled, self.error = True, error


class Gathering:
    """The ballots that threads of this process are about to put into the box."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        """``clock`` gives the time, in UTC, at which a ballot is held to be cast."""
        self._engine = engine
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._turn = Lock()

    def cast(self, sealed: Sealed) -> None:
        """Spend a ballot's code and put it into the box; it is on the disk when this returns.

        Raises what ``casting.cast`` raises of this ballot, and ``Unavailable``.
        """
        mine = _Waiting(sealed)
        self._waiting.append(mine)
        with self._turn:
            while not mine.settled:
                self._settle([self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))])
        if mine.error is not None:
            raise mine.error

    def _settle(self, ballots: list[_Waiting]) -> None:
        """Put ballots into the box together, or one by one where one of them fails as nobody foresaw."""
        try:
            if not self._commit(ballots):
                for ballot in ballots:
                    self._commit([ballot])
        finally:
            for ballot in ballots:
                if not ballot.settled:  # this thread is being ended
                    ballot.settle(RuntimeError("a transaction was left"))

    def _commit(self, ballots: list[_Waiting]) -> bool:
        """Return whether all is settled by one transaction; else nothing was done."""
        refusals: dict[_Waiting, Exception] = {}
        put = False
        try:
            with fast_connection(self._engine) as conn:
                conn.begin()
                for ballot in ballots:
                    try:
                        casting.cast(conn, ballot.sealed, self._clock())
                    except _REFUSALS as refusal:
                        refusals[ballot] = refusal
                put = True
        except Exception as error:
            # What fails at the commit may be in the box all the same: nothing is tried again then.
            if not (put or len(ballots) == 1 or isinstance(error, Unavailable)):
                return False
            for ballot in ballots:
                ballot.settle(refusals.get(ballot) or _own(error))
        else:
            for ballot in ballots:
                ballot.settle(refusals.get(ballot))
        return True


def _own(error: Exception) -> Exception:
    """Return an error of one voter's own: a shared one would hold what requests of others were doing."""
    try:
        return copy(error)
    except TypeError:  # one that is not made of what it says
        return RuntimeError(type(error).__name__)
