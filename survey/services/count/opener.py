"""Opening ballots one after the other; also what a process does that helps with a large box.

Such a process is started afresh, so this module imports neither database nor web.
"""

import pickle
import struct
import sys
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO

from survey.domain.ballot.packing import Packing
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import Definition
from survey.secrecy.box import ENCAPSULATION_BYTES, BoxKey, box_info

_MARK = struct.Struct("<Q")
_NUMBER = struct.Struct("<I")


@dataclass
class Opened:
    """What one reading of the box gives: totals, receipts as numbers, texts by field name.

    ``marks`` are short digests of the encapsulated keys, by which copies are found; ``repeated`` is the
    number of copies left out.
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


class Opener:
    """Opens one sealed ballot after the other."""

    def __init__(self, definition: Definition, seed: bytes, repeated: frozenset[int] = frozenset()) -> None:
        self.opened = Opened(Tally(definition))
        self._packing = Packing(definition)
        self._info = box_info(definition.code, definition.digest)
        self._key = BoxKey(seed)
        self._repeated = repeated
        self._met: set[int] = set()
        self._read: set[int] = set()

    def add(self, sealed: bytes) -> None:
        """Open a ballot and add it up; one that cannot be read only misses in the totals."""
        (mark,) = _MARK.unpack_from(sha256(sealed[:ENCAPSULATION_BYTES]).digest())
        self.opened.marks.append(mark)
        copied = mark in self._repeated
        if copied:
            self.opened.repeated += mark in self._met
            self._met.add(mark)
            # Only one that was read displaces others: a copy spoilt on purpose may lie before its original.
            if mark in self._read:
                return
        packed = self._key.open(sealed, self._info)
        if packed is None:
            return
        try:
            form, receipt, ratings, choices, texts = self._packing.read(packed)
        except ValueError:
            return
        if copied:
            self._read.add(mark)
        self.opened.receipts.append(receipt)
        if self.opened.tally.take(form, ratings, choices) and texts:
            self.opened.texts += texts.items()


def as_message(chunk: list[bytes]) -> bytes:
    """Write sealed ballots, at least one, as they go through a pipe: number, lengths, ballots."""
    lengths = array("I", map(len, chunk))
    return b"".join((_NUMBER.pack(len(chunk)), lengths.tobytes(), *chunk))


END = _NUMBER.pack(0)
"""What goes through the pipe after the last ballot."""


def work() -> None:
    """Open the ballots that come through standard input until their end, and send back what they give.

    First come definition and seed. If the other end goes away, so does this process, without a word.
    """
    with suppress(EOFError, OSError):
        definition, seed = pickle.load(sys.stdin.buffer)  # noqa: S301 – from the process that started this one
        opener = Opener(definition, seed)
        for sealed in _ballots(sys.stdin.buffer):
            opener.add(sealed)
        pickle.dump(opener.opened, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


def _ballots(pipe: BinaryIO) -> Iterator[bytes]:
    while (number := _NUMBER.unpack(_exactly(pipe, _NUMBER.size))[0]) > 0:
        lengths = array("I", _exactly(pipe, number * array("I").itemsize))
        content = _exactly(pipe, sum(lengths))
        start = 0
        for length in lengths:
            yield content[start : start + length]
            start += length


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    """Read so many bytes; raises ``EOFError`` where the pipe ends before."""
    read = pipe.read(size)
    if len(read) < size:
        raise EOFError
    return read
