"""PostgreSQL's data files, page by page as they lie on the disk: heap, large values, indexes, the rest.

What a query shows are the rows that live. The files hold more: rows that died and are kept for somebody who
may still see them, index entries that lead to them, bytes in the unused part of a page.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from .polls import Voter

PAGE = 8192
Place = tuple[int, int]
"""Page and line of a row."""

_HEADER = 24
"""Of a page, and of a row without empty columns."""
_POINTER = _HEADER + 4 + 17
"""Where in a ballot's row its value's pointer stands: after campaign and key."""
_VALUE = slice(_POINTER + 10, _POINTER + 14)
"""Where in it the value's number stands: after two marks and two lengths."""
_TO_PIECE, _TO_NUMBER = _HEADER + 12, 12
"""How far before a value's first piece its row, and its number, begins."""
_LINES = struct.Struct("<12xHHHH")
"""Of a page's head: where lines end, where rows begin, where an index page's own end begins, the size."""
_NORMAL = 1
_ON_DISK = b"\x01\x12"
"""How a value begins that is kept out of line."""
_LEAF, _ALTERED, _POSTING = 1, 0x2000, 0x2000


@dataclass
class PostgresFiles:
    """All files of one database at one moment, by what they are."""

    url: str
    data: Path
    heap: dict[str, bytes] = field(default_factory=dict)
    """Tables, by name."""
    toast: dict[str, bytes] = field(default_factory=dict)
    """Their values that are kept out of line, by the table's name."""
    index: dict[str, bytes] = field(default_factory=dict)
    """Primary keys, by the table's name."""
    others: dict[str, bytes] = field(default_factory=dict)
    """Every other file, those that no table owns any more among them."""

    def __post_init__(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            [folder] = connection.execute(
                "SELECT oid::text FROM pg_database WHERE datname = current_database()"
            ).fetchone() or [""]
            owned = dict(_owners(connection))
        for path in sorted((self.data / "base" / folder).rglob("*")):
            if path.is_file():
                kind, name = owned.get(path.name, ("others", path.name))
                getattr(self, kind)[name] = path.read_bytes()

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Give every file with the kind that it is of."""
        for kind in ("heap", "toast", "index", "others"):
            yield from ((kind, content) for content in getattr(self, kind).values())

    def holding(self, needles: Iterable[bytes]) -> dict[str, int]:
        """Count how many of these are in the files of each kind."""
        found: dict[str, int] = {}
        for needle in needles:
            for kind in {kind for kind, content in self.all() if needle in content}:
                found[kind] = found.get(kind, 0) + 1
        return found


def _owners(connection: psycopg.Connection) -> Iterator[tuple[str, tuple[str, str]]]:
    rows = connection.execute(
        "SELECT t.relname, pg_relation_filenode(t.oid)::text, pg_relation_filenode(t.reltoastrelid)::text, "
        "pg_relation_filenode(i.indexrelid)::text "
        "FROM pg_class t LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary "
        "WHERE t.relname IN ('ballots', 'tokens')"
    ).fetchall()
    for name, *files in rows:
        yield from (
            (file, (kind, name))
            for kind, file in zip(("heap", "toast", "index"), files, strict=True)
            if file is not None
        )


# Joining by transaction ids


Marks = Callable[[bytes], set[int]]
"""Gives the transactions that wrote or deleted the rows which a digest, or a sealed ballot, belongs to."""


def joining(files: PostgresFiles) -> dict[str, tuple[Marks, Marks]]:
    """Return each way to date codes and sealed ballots, by the kind of file that it begins with."""
    heap, toast = files.heap, files.toast["ballots"]
    digests, numbers = _indexed(files, "tokens", slice(1, 17)), _indexed(files, "ballots", _VALUE)

    def code_in_heap(digest: bytes) -> set[int]:
        return _marks(heap["tokens"], [at - _HEADER - 1 for at in _places(heap["tokens"], digest)])

    def ballot_in_heap(sealed: bytes) -> set[int]:
        return {mark for number in _numbers(toast, sealed) for mark in _by_number(heap["ballots"], number)}

    def ballot_in_index(sealed: bytes) -> set[int]:
        return {mark for number in _numbers(toast, sealed) for mark in numbers.get(number, set())}

    def ballot_in_toast(sealed: bytes) -> set[int]:
        return _marks(toast, [at - _TO_PIECE for at in _places(toast, sealed[:40])])

    return {
        "heap": (code_in_heap, ballot_in_heap),
        "index": (lambda digest: digests.get(digest, set()), ballot_in_index),
        "toast": (code_in_heap, ballot_in_toast),
    }


def joined(files: PostgresFiles, voters: Sequence[Voter]) -> dict[str, int]:
    """Count by each way the voters whose code and ballot share a transaction that is not everybody's."""
    found = {}
    for way, (code, ballot) in joining(files).items():
        codes = [code(voter.digest) for voter in voters]
        ballots = [ballot(voter.sealed) for voter in voters]
        common = set.intersection(*codes) | set.intersection(*ballots) | {0}
        found[way] = sum(bool(one & other - common) for one, other in zip(codes, ballots, strict=True))
    return found


def _numbers(toast: bytes, sealed: bytes) -> list[bytes]:
    """Return the numbers under which a sealed ballot is kept out of line."""
    return [toast[at - _TO_NUMBER : at - _TO_NUMBER + 4] for at in _places(toast, sealed[:40])]


def _by_number(heap: bytes, number: bytes) -> set[int]:
    """Find rows by the number of their value, in the unused part of pages too."""
    starts = [at - _VALUE.start for at in _places(heap, number)]
    return _marks(heap, [one for one in starts if heap[one + _POINTER : one + _POINTER + 2] == _ON_DISK])


def _indexed(files: PostgresFiles, table: str, part: slice) -> dict[bytes, set[int]]:
    """Follow a primary key's entries to their rows: a part of the row, or of the key, to its transactions."""
    rows = dict(heap_rows(files.heap[table]))
    found: dict[bytes, set[int]] = {}
    for place, key in index_entries(files.index[table]):
        if row := rows.get(place):
            content = row if part is _VALUE else key
            found.setdefault(content[part], set()).update(_marks(row, [0]))
    return found


def _places(content: bytes, needle: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(needle), content)]


def _marks(content: bytes, starts: Iterable[int]) -> set[int]:
    return {mark for start in starts if start >= 0 for mark in struct.unpack_from("<II", content, start)}


# Pages


def _lines(content: bytes) -> Iterator[tuple[Place, bytes, bytes]]:
    """Give each row or entry of each page: its place, its page's end, which only indexes use, its bytes."""
    for number in range(len(content) // PAGE):
        page = content[number * PAGE : (number + 1) * PAGE]
        lower, _, special, _ = _LINES.unpack_from(page)
        for line in range((lower - _HEADER) // 4):
            [pointer] = struct.unpack_from("<I", page, _HEADER + 4 * line)
            start, flags, length = pointer & 0x7FFF, pointer >> 15 & 3, pointer >> 17
            if flags == _NORMAL and length:
                yield (number, line + 1), page[special:], page[start : start + length]


def heap_rows(content: bytes) -> Iterator[tuple[Place, bytes]]:
    """Give each row of a table's file, dead ones too, from its head on."""
    for place, _, row in _lines(content):
        yield place, row


def index_entries(content: bytes) -> Iterator[tuple[Place, bytes]]:
    """Give each entry of a B-tree's leaves: the place of its row, and its key."""
    for place, end, entry in _lines(content):
        if place[0] == 0 or not struct.unpack_from("<H", end, 12)[0] & _LEAF:
            continue
        high, low, position, info = struct.unpack_from("<HHHH", entry)
        if not info & _ALTERED:
            yield (high << 16 | low, position), entry[8:]
        elif position & _POSTING:  # one key with the places of several rows
            starts = range(high << 16 | low, len(entry), 6)[: position & 0x0FFF]
            for above, below, line in (struct.unpack_from("<HHH", entry, start) for start in starts):
                yield (above << 16 | below, line), entry[8:]
