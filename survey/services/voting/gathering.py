"""Ballots that come at the same time, put into the box by one transaction: SQLite has one writer."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine

from survey.domain.errors import NotAdmitted, Unavailable, UnknownToken, VoidedToken
from survey.storage.fast_connection import fast_connection

from . import casting
from .casting import Sealed
from .together import Together, own

MOST = 32
"""Ballots of one transaction: the write lock is for others, too."""


_REFUSALS = (NotAdmitted, UnknownToken, VoidedToken)
"""What a ballot is refused for, before anything of it was written."""


class Gathering(Together[Sealed]):
    """The ballots that threads of this process are about to put into the box."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        """``clock`` gives the time, in UTC, at which a ballot is held to be cast."""
        super().__init__(MOST)
        self._engine = engine
        self._clock = clock

    def cast(self, sealed: Sealed) -> None:
        """Spend a ballot's code and put it into the box; it is on the disk when this returns.

        Raises what ``casting.cast`` raises of this ballot, and ``Unavailable``.
        """
        self._do(sealed)

    def _commit(self, items: Sequence[Sealed]) -> Sequence[Exception | None] | None:
        refusals: dict[int, Exception] = {}
        put = False
        try:
            with fast_connection(self._engine) as conn:
                conn.begin()
                for place, ballot in enumerate(items):
                    try:
                        casting.cast(conn, ballot, self._clock())
                    except _REFUSALS as refusal:
                        refusals[place] = refusal
                put = True
        except Exception as error:
            # What fails at the commit may be in the box all the same: nothing is tried again then.
            if not (put or len(items) == 1 or isinstance(error, Unavailable)):
                return None
            return [refusals.get(place) or own(error) for place in range(len(items))]
        return [refusals.get(place) for place in range(len(items))]
