"""Guessing made slow, without letting whoever guesses keep a whole office out.

Failures are counted for each name and place. A device in which this account logged in before is a place of
its own; all others are one place together. So somebody who guesses from anywhere makes strangers' devices
wait, for this one account, and changes nothing for the office's own. Names that no account has are counted
alike.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy.orm import Session

from survey.domain.definition.names import seen
from survey.domain.errors import TooManyAttempts
from survey.storage.accounts import session_rows
from survey.storage.accounts.session_rows import Failures

FREE = 5
"""Attempts that may fail before there is a wait."""
FIRST_WAIT = timedelta(seconds=30)
MAX_WAIT = timedelta(minutes=15)
KEPT = timedelta(hours=24)
"""How long failures are remembered after the last wait."""
MAX_NAMES = 10_000
"""Names and places that are remembered; names can be made up without end.

Whoever would drive a name out of memory to guess at it anew needs that many attempts, which take longer than
the waits that are saved.
"""

ELSEWHERE = ""
"""The place of every device that is not known."""


def take(session: Session, name: str, place: str, at: datetime) -> None:
    """Count an attempt before it is made, so that a hundred at one moment are a hundred.

    Raises ``TooManyAttempts`` where there is still a wait.
    """
    key = _key(name, place)
    failures = session_rows.locked_failures(session, key, at)
    if failures.again_at > at:
        raise TooManyAttempts(ceil((failures.again_at - at).total_seconds()))
    number = 1 if at - failures.again_at > KEPT else failures.number + 1
    session_rows.set_failures(session, key, Failures(number, at + wait_after(number)))
    if failures.number == 0:
        session_rows.keep_newest_failures(session, MAX_NAMES, but=key)


def give_back(session: Session, name: str, place: str, at: datetime, attempts: int = 1) -> None:
    """Take back the attempts of one success, and forget failures that are long past.

    A known device begins anew. What strangers' devices failed stays counted: one who gets in there says
    nothing about the others.
    """
    key = _key(name, place)
    left = session_rows.locked_failures(session, key, at).number - attempts
    if place == ELSEWHERE and left > 0:
        session_rows.set_failures(session, key, Failures(left, at))
    else:
        session_rows.drop_failures(session, key)
    forget_old(session, at)


def forget_old(session: Session, at: datetime) -> None:
    """Forget failures that are long past."""
    session_rows.drop_old_failures(session, at - KEPT)


def wait_after(number: int) -> timedelta:
    """Return how long to wait after so many failures: nothing at first, then twice as long each time."""
    if number < FREE:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(number - FREE, 16)), MAX_WAIT)


def _key(name: str, place: str) -> bytes:
    # An account may be named in any spelling; another one is no further try.
    return sha256(f"{place}\0{seen(name)}".encode("utf-8", "surrogatepass")).digest()
