"""Which entries of a list are on the page that was asked for."""

import pytest

from survey.domain.operations.paging import ListPage, list_page


@pytest.mark.parametrize(
    ("number", "asked", "expected"),
    [
        (0, 1, ListPage(1, 1, range(0))),
        (10, 1, ListPage(1, 1, range(10))),
        (11, 1, ListPage(1, 2, range(10))),
        (11, 2, ListPage(2, 2, range(10, 11))),
        (20, 9, ListPage(2, 2, range(10, 20))),
        (20, 0, ListPage(1, 2, range(10))),
        (20, -3, ListPage(1, 2, range(10))),
    ],
)
def test_the_nearest_page_that_there_is(number: int, asked: int, expected: ListPage) -> None:
    assert list_page(number, asked, 10) == expected


def test_the_pages_hold_every_entry_once() -> None:
    assert [place for page in range(1, 6) for place in list_page(201, page).places] == list(range(201))
