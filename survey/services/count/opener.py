"""Opening ballots one after the other; also what a process does that helps with a large box.

Such a process is started afresh, so this module imports neither database nor web; SQLite alone where it reads
the box from its file.
"""

import os
import pickle
import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from survey.domain.ballot.columns import in_order
from survey.domain.ballot.packing import Packing
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition
from survey.secrecy.box import ENCAPSULATION_BYTES, BoxKey, box_info

_MARK_BYTES = 8
_NUMBER = struct.Struct("<I")


@dataclass
class Opened:
    """What one reading of the box gives: totals, receipts as numbers, texts by field name.

    ``marks`` are the first eight bytes of the encapsulated keys, by which copies are found; ``repeated`` is
    the number of copies left out.
    """

    tally: Tally
    receipts: "array[int]" = field(default_factory=lambda: array("Q"))
    texts: list[tuple[str, str]] = field(default_factory=list)
    marks: "array[int]" = field(default_factory=lambda: array("Q"))
    repeated: int = 0

    def merge(self, other: "Opened") -> None:
        """Add what another process opened."""
        self.tally.merge(other.tally)
        self.receipts += other.receipts
        self.texts += other.texts
        self.marks += other.marks

    def order(self) -> None:
        """Put receipts and marks in order."""
        self.receipts = in_order(self.receipts)
        self.marks = in_order(self.marks)


class Opener:
    """Opens sealed ballots and adds them up."""

    def __init__(self, definition: Definition, seed: bytes) -> None:
        self.opened = Opened(Tally(definition))
        self._packing = Packing(definition)
        self._info = box_info(definition.code, definition.digest)
        self._key = BoxKey(seed)

    def add(self, ballots: Sequence[bytes]) -> int:
        """Open ballots and add them up; return how many could be read. Others only miss in the totals."""
        opened, read, take = self.opened, self._packing.read, self.opened.tally.take
        before = len(opened.receipts)
        opened.marks.extend(map(mark_of, ballots))
        for packed in self._key.open_each(ballots, self._info):
            if packed is None:
                continue
            try:
                form, receipt, ratings, choices, texts = read(packed)
            except ValueError:
                continue
            opened.receipts.append(receipt)
            if take(form, ratings, choices) and texts:
                opened.texts += texts.items()
        return len(opened.receipts) - before


class _FirstOnly:
    """Opens ballots, of those with the same encapsulated key the first that can be read."""

    def __init__(self, opener: Opener, repeated: frozenset[int]) -> None:
        self._opener = opener
        self._repeated = repeated
        self._met: set[bytes] = set()
        self._read: set[bytes] = set()

    def add(self, ballots: Sequence[bytes]) -> None:
        """Open ballots and add them up, but for copies, which are counted as such."""
        for sealed in ballots:
            self._add(sealed)

    def _add(self, sealed: bytes) -> None:
        if mark_of(sealed) not in self._repeated:
            self._opener.add((sealed,))
            return
        key = sha256(sealed[:ENCAPSULATION_BYTES]).digest()
        self._opener.opened.repeated += key in self._met
        self._met.add(key)
        # Only one that was read displaces others: a copy spoilt on purpose may lie before its original.
        if key not in self._read and self._opener.add((sealed,)):
            self._read.add(key)


def without_copies(opener: Opener, repeated: frozenset[int]) -> Callable[[Sequence[bytes]], None]:
    """Return what adds ballots to an opener, as ``add``, but no copies; ``repeated`` are marks met twice."""
    return _FirstOnly(opener, repeated).add


def mark_of(sealed: bytes) -> int:
    """Return the mark of a ballot: another with the same mark and another key takes luck, or work, as 2⁶⁴."""
    return int.from_bytes(sealed[:_MARK_BYTES], "little")


def as_message(chunk: list[bytes]) -> bytes:
    """Write sealed ballots, at least one, as they go through a pipe: number, lengths, ballots."""
    lengths = array("I", map(len, chunk))
    return b"".join((_NUMBER.pack(len(chunk)), lengths.tobytes(), *chunk))


END = _NUMBER.pack(0)
"""What goes through the pipe after the last ballot."""


def work() -> None:
    """Open the ballots that are given to this process until there are no more, and send back what they give.

    First come, through standard input, definition and seed, and where the box is in a file, its path, the
    campaign's number and the pipe that says which part to read next; else the ballots come the same way. If
    the other end goes away, so does this process, without a word.
    """
    with suppress(EOFError, OSError):
        definition, seed, file = pickle.load(sys.stdin.buffer)  # noqa: S301 – from who started this process
        opener = Opener(definition, seed)
        for ballots in _of_file(*file) if file else _messages(sys.stdin.buffer):
            opener.add(ballots)
        # Here rather than after the merge: each on a core of its own.
        opener.opened.order()
        pickle.dump(opener.opened, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


def _of_file(path: Path, campaign_id: int, parts: int) -> Iterator[list[bytes]]:
    # Here, since who gets ballots through the pipe needs no database.
    from survey.storage.box_file import read_parts

    numbers = (number[0] for number in iter(lambda: os.read(parts, 1), b""))
    return read_parts(path, campaign_id, numbers)


def _messages(pipe: BinaryIO) -> Iterator[list[bytes]]:
    while (number := _NUMBER.unpack(_exactly(pipe, _NUMBER.size))[0]) > 0:
        lengths = array("I", _exactly(pipe, number * array("I").itemsize))
        content = _exactly(pipe, sum(lengths))
        ends = accumulate(lengths)
        yield [content[end - length : end] for length, end in zip(lengths, ends, strict=True)]


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    """Read so many bytes; raises ``EOFError`` where the pipe ends before."""
    read = pipe.read(size)
    if len(read) < size:
        raise EOFError
    return read
