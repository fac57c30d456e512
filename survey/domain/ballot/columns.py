"""Ratings of many ballots on the same lines, counted line by line and many at a time.

A position is kept as a packed ballot has it, in two bytes, little-endian. Looking through a line's column of
five hundred ballots takes hardly longer than adding up a single ballot place by place.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain, compress, islice
from operator import eq

AT_ONCE = 1 << 16
"""So many bytes of ratings wait to be counted, at most."""
_NARROW = 256
RUN = 1 << 18
"""So many numbers are sorted at a time."""
_SAMPLED = 64
"""Of so many numbers of a run one is looked at to part all runs alike."""


def as_bytes(positions: Sequence[int]) -> bytes:
    """Write positions as a packed ballot has them."""
    return _native(array("H", positions)).tobytes()


def as_positions(packed: bytes) -> "array[int]":
    """Read positions back."""
    return _native(array("H", packed))


class Limits:
    """The highest position of each line, to be compared with a ballot's in one go."""

    def __init__(self, highest: Sequence[int]) -> None:
        # Every other position in a number of four bytes a line: a bit above each is left of the subtraction
        # from its limit, unless the position is the larger one and borrows it.
        self._low = _wide(0xFFFF for _ in highest[::2])
        self._most_even = _wide(0x10000 + most for most in highest[::2])
        self._most_odd = _wide(0x10000 + most for most in highest[1::2])
        self._over_even = _wide(0x10000 for _ in highest[::2])
        self._over_odd = _wide(0x10000 for _ in highest[1::2])

    def allow(self, packed: bytes) -> bool:
        """Return whether no position is over its line's limit."""
        number = int.from_bytes(packed, "little")
        left = self._most_even - (number & self._low) & self._over_even
        other = self._most_odd - (number >> 16 & self._low) & self._over_odd
        return left == self._over_even and other == self._over_odd


def _wide(numbers: Iterable[int]) -> int:
    return int.from_bytes(b"".join(number.to_bytes(4, "little") for number in numbers), "little")


class Columns:
    """Adds ballots of one set of lines to ``rows``: for each line, how often each position occurred."""

    def __init__(self, rows: Sequence[list[int]]) -> None:
        self._rows = rows
        self._narrow = all(len(row) <= _NARROW for row in rows)
        self._many = max(1, AT_ONCE // (2 * len(rows) or 1))
        self._waiting: list[bytes] = []

    def add(self, packed: bytes) -> None:
        """Take the ratings of one ballot, which ``Limits`` allow; ``settle`` counts them at the latest."""
        self._waiting.append(packed)
        if len(self._waiting) >= self._many:
            self.settle()

    def settle(self) -> None:
        """Count what waits."""
        if not self._waiting:
            return
        joined = b"".join(self._waiting)
        self._waiting.clear()
        # Where no position needs its second byte, whole bytes are counted, which is four times as fast.
        positions = joined[::2] if self._narrow else as_positions(joined)
        lines = len(self._rows)
        for place, row in enumerate(self._rows):
            column = positions[place::lines]
            for position in range(len(row)):
                row[position] += column.count(position)


def _native(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def in_order(numbers: "array[int]") -> "array[int]":
    """Return numbers in order: eight bytes each, where a list of a million would take forty megabytes.

    Where long stretches are in order already, they are merged, which takes a fifth of the time.
    """
    if len(numbers) <= RUN:
        return array("Q", sorted(numbers))
    runs = [array("Q", sorted(numbers[start : start + RUN])) for start in range(0, len(numbers), RUN)]
    ordered = array("Q")
    starts = [0] * len(runs)
    for ends in _parted(runs):
        parts = (run[start:end] for run, start, end in zip(runs, starts, ends, strict=True))
        # Python's own sorting finds the parts and merges them.
        ordered += array("Q", sorted(chain.from_iterable(parts)))
        starts = ends
    return ordered


def _parted(runs: Sequence["array[int]"]) -> Iterable[list[int]]:
    """Part runs by the same numbers, so that about ``RUN`` lie between two of them; give each part's ends."""
    sample = sorted(chain.from_iterable(run[::_SAMPLED] for run in runs))
    for cut in sample[RUN // _SAMPLED :: max(1, RUN // _SAMPLED)]:
        yield [bisect_left(run, cut) for run in runs]
    yield [len(run) for run in runs]


def repeated(ordered: "array[int]") -> list[int]:
    """Return what occurs more than once among numbers in order, each as often as it occurs again."""
    return list(compress(ordered, map(eq, ordered, islice(ordered, 1, None))))
