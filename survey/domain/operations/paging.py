"""Lists that are shown a page at a time."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

PAGE = 50
"""Entries of a page, where nothing else is said."""


class ListPage(NamedTuple):
    """One page of a list: its number and the last one's, both from 1, and the places of its entries."""

    page: int
    last: int
    places: range


def list_page(number: int, asked: int, size: int = PAGE) -> ListPage:
    """Return the page that was asked for of a list of ``number`` entries, or the nearest that there is."""
    last = max(1, -(-number // size))
    page = min(max(asked, 1), last)
    return ListPage(page, last, range((page - 1) * size, min(page * size, number)))


class PartsPage(NamedTuple):
    """One page of several lists in a row: its number, the last one's, and the places of each list on it."""

    page: int
    last: int
    parts: list[range]


def parts_page(numbers: Sequence[int], asked: int, size: int = PAGE) -> PartsPage:
    """Return the page that was asked for of lists that follow one another, or the nearest that there is.

    ``numbers`` are the entries of each list.
    """
    page, last, places = list_page(sum(numbers), asked, size)
    firsts = [0, *accumulate(numbers)]
    parts = [
        range(min(max(places.start - first, 0), number), min(max(places.stop - first, 0), number))
        for first, number in zip(firsts, numbers, strict=False)
    ]
    return PartsPage(page, last, parts)
