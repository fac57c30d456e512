"""Putting many numbers in order without making an object of each at once."""

from array import array
from heapq import merge

RUN = 1 << 18
"""So many numbers are sorted at a time."""


def in_order(numbers: "array[int]") -> "array[int]":
    """Return numbers in order: eight bytes each, where a list of a million would take forty megabytes."""
    if len(numbers) <= RUN:
        return array("Q", sorted(numbers))
    runs = [
        memoryview(array("Q", sorted(numbers[start : start + RUN]))) for start in range(0, len(numbers), RUN)
    ]
    return array("Q", merge(*runs))
