"""Lists that are shown a page at a time."""

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
