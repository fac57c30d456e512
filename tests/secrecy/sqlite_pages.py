"""Reading SQLite's files byte by byte: where rows lie in pages, and which frame wrote them first.

SQL shows rows in the order of their keys; these files may still know the order in which they came.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PAGE = 4096
FRAME = 24 + PAGE
BEGINNING = 32
"""So many first bytes tell sealed ballots apart, whatever key they stand under."""
_LOG_HEAD = 32

# A row begins with the length of its header and the types of its columns: 44 is 16 bytes, 15 one letter,
# 9 and 8 the numbers 1 and 0, 1 another of one byte. Rows left over from deleted ones match too.
_BALLOT = re.compile(rb"\x05(?:\x09,[\x80-\xff].|\x01,[\x80-\xff]..).{16}(.{32})", re.DOTALL)
_SPENT = re.compile(rb"\x06,[\x01\x09]\x0f[\x01\x09][\x08\x09](.{16})", re.DOTALL)


@dataclass
class Rows:
    """Beginnings of sealed ballots and digests of spent codes, with the page and offset of each."""

    ballots: dict[bytes, tuple[int, int]]
    spent: dict[bytes, tuple[int, int]]


def rows_in(pages: Iterable[tuple[int, bytes]]) -> Rows:
    """Find rows in page images, in the order in which the images are given.

    Within an image the row with the highest offset came first: a page is filled from its end.
    """
    found = Rows({}, {})
    for number, page in pages:
        for rows, pattern in ((found.ballots, _BALLOT), (found.spent, _SPENT)):
            for match in reversed(list(pattern.finditer(page))):
                rows.setdefault(match[1], (number, -match.start()))
    return found


def pages_of(database: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(database), PAGE):
        yield start // PAGE + 1, database[start : start + PAGE]


def frames_of(log: bytes, *, stale: bool = False) -> Iterator[tuple[int, bytes]]:
    """Read page images in the order in which they were written.

    A log begun anew is written over the old one: ``stale`` reads what is left of that instead.
    """
    salts = log[16:24]
    for start in range(_LOG_HEAD, len(log) - FRAME + 1, FRAME):
        if (log[start + 8 : start + 16] != salts) == stale:
            yield int.from_bytes(log[start : start + 4], "big"), log[start + 24 : start + FRAME]
