"""Reading SQLite's files byte by byte: where cells lie in pages, and which frame wrote them first.

SQL shows rows in the order of their keys; these files may still know the order in which they came.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PAGE = 4096
_WAL_HEAD, _FRAME_HEAD = 32, 24
FRAME = _FRAME_HEAD + PAGE
_LEAF, _INNER = 0x0A, 0x02  # pages of tables WITHOUT ROWID
_BLOB16 = 44


@dataclass(frozen=True)
class Place:
    """Where a row lies; a page is filled from its end, so the row with the highest offset came first."""

    page: int
    offset: int


def pages_of(database: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(database), PAGE):
        yield start // PAGE + 1, database[start : start + PAGE]


def frames_of(log: bytes, *, stale: bool = False) -> Iterator[tuple[int, bytes]]:
    """Read page images in the order in which they were written.

    A log begun anew is written over the old one: ``stale`` reads what is left of that instead.
    """
    salts = log[16:24]
    for start in range(_WAL_HEAD, len(log) - FRAME + 1, FRAME):
        if (log[start + 8 : start + 16] != salts) == stale:
            yield int.from_bytes(log[start : start + 4], "big"), log[start + _FRAME_HEAD : start + FRAME]


def ballot_places(pages: Iterable[tuple[int, bytes]]) -> dict[bytes, Place]:
    """Map each random key of a ballot to the place where it was seen first."""
    found: dict[bytes, Place] = {}
    for number, page in pages:
        for offset, types, values in _rows(page):
            if len(types) == 3 and types[1] == _BLOB16 and types[0] <= 9:
                found.setdefault(values[1], Place(number, offset))
    return found


def spent_places(pages: Iterable[tuple[int, bytes]]) -> dict[bytes, Place]:
    """Map each digest of a spent code to the place where it was first seen spent."""
    found: dict[bytes, Place] = {}
    for number, page in pages:
        for offset, types, values in _rows(page):
            # Serial type 9 is the number 1: the column "spent".
            if len(types) == 5 and types[0] == _BLOB16 and types[3] == 9:
                found.setdefault(values[0], Place(number, offset))
    return found


def in_order(places: dict[bytes, Place]) -> list[bytes]:
    """Sort rows of a database file as its pages hold them."""
    return sorted(places, key=lambda row: (places[row].page, -places[row].offset))


def _rows(page: bytes) -> Iterator[tuple[int, list[int], list[bytes]]]:
    """Read offset, column types and the short columns of each row of one page."""
    for start in (100, 0):  # the first page of a file begins after the file's header
        if page[start] in (_LEAF, _INNER) and (start == 0 or page.startswith(b"SQLite format 3")):
            head = start + (12 if page[start] == _INNER else 8)
            break
    else:
        return
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    for place in range(count):
        offset = int.from_bytes(page[head + 2 * place : head + 2 * place + 2], "big")
        if 8 <= offset < PAGE - 8:
            body = offset + (4 if page[start] == _INNER else 0)
            _, body = _varint(page, body)
            yield offset, *_record(page, body)


def _record(page: bytes, start: int) -> tuple[list[int], list[bytes]]:
    length, at = _varint(page, start)
    types, values = [], []
    while at < min(start + length, PAGE - 9):
        kind, at = _varint(page, at)
        types.append(kind)
    for kind in types:
        size = _size(kind)
        values.append(page[at : at + size])
        at += size
    return types, values


def _size(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at
    return value << 8 | data[at], at + 1
