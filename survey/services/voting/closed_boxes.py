"""Which ends of voting have come: what this process saw once stays so, whichever way the clock is set.

Kept in memory until ``deadlines.end_due`` has written the end down, seconds later; so no voter's request
writes it. There is nothing about anybody in it: the key of a box and when its voting ends.
"""

from datetime import datetime

_come: set[tuple[bytes | None, datetime]] = set()


def has_come(public_key: bytes | None, ends_at: datetime | None, now: datetime) -> bool:
    """Return whether the voting into a box is over by the clock, now or at any time this was asked before.

    ``ends_at`` is when it ends, ``None`` where that is by hand.
    """
    if ends_at is None:
        return False
    if now >= ends_at:
        _come.add((public_key, ends_at))
    return (public_key, ends_at) in _come


def forget() -> None:
    """Forget what was seen, as a process that starts anew."""
    _come.clear()
