"""Which entries of a list are on the page that was asked for."""

import pytest

from survey.domain.operations.paging import ListPage, PartsPage, list_page, parts_page


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


def test_lists_that_follow_one_another_share_pages() -> None:
    assert parts_page([12, 0, 25, 3], 1, 10) == PartsPage(1, 4, [range(10), range(0), range(0), range(0)])
    second = parts_page([12, 0, 25, 3], 2, 10)
    assert [list(part) for part in second.parts] == [[10, 11], [], list(range(8)), []]
    last = parts_page([12, 0, 25, 3], 9, 10)
    assert (last.page, [list(part) for part in last.parts]) == (4, [[], [], list(range(18, 25)), [0, 1, 2]])


def test_every_entry_of_every_list_stands_on_one_page() -> None:
    numbers = [0, 7, 61, 1, 0, 30]
    found: list[list[int]] = [[] for _ in numbers]
    for page in range(1, parts_page(numbers, 1, 20).last + 1):
        for entries, part in zip(found, parts_page(numbers, page, 20).parts, strict=True):
            entries += part
    assert found == [list(range(number)) for number in numbers]


def test_there_is_a_page_where_there_are_no_lists() -> None:
    assert parts_page([], 3) == PartsPage(1, 1, [])
