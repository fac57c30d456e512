"""Reading rows that somebody may have changed in the database: what cannot be read has a name."""

from collections.abc import Iterator
from contextlib import contextmanager

from survey.domain.errors import BrokenRecord, MinpingError

UNREADABLE = (
    MinpingError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ZeroDivisionError,
    RecursionError,
)
"""What it raises to read something else than this programme wrote."""


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Refuse with ``BrokenRecord`` rows (``what``) that this programme could never have written."""
    try:
        yield
    except UNREADABLE as error:
        raise BrokenRecord(f"{what} cannot be read: it was changed in the database") from error
