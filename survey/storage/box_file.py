"""The box read from SQLite's file by a process that loads nothing of SQLAlchemy."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

PARTS = range(256)
"""The parts of a box: one for each first byte of the random keys."""
_AT_ONCE = 80

# Whatever else somebody made a key of, or a ballot, is in some part, and is bytes.
_FIRST = "SELECT CAST(sealed AS BLOB) FROM ballots WHERE campaign_id = ? AND key < ?"
_LAST = "SELECT CAST(sealed AS BLOB) FROM ballots WHERE campaign_id = ? AND key >= ?"
_PART = f"{_LAST} AND key < ?"


def read_parts(path: Path, campaign_id: int, parts: Iterable[int]) -> Iterator[list[bytes]]:
    """Read the sealed ballots of some parts of a campaign's box, some dozens at a time.

    Raises ``sqlite3.Error`` where the file cannot be read.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        for part in parts:
            found = connection.execute(*_asked(campaign_id, part))
            while rows := found.fetchmany(_AT_ONCE):
                yield [sealed for (sealed,) in rows]


def _asked(campaign_id: int, part: int) -> tuple[str, tuple[int | bytes, ...]]:
    if part == PARTS[0]:
        return _FIRST, (campaign_id, bytes((part + 1,)))
    if part == PARTS[-1]:
        return _LAST, (campaign_id, bytes((part,)))
    return _PART, (campaign_id, bytes((part,)), bytes((part + 1,)))
