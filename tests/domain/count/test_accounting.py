"""Accounts of codes and ballots, in groups and in total."""

from typing import Any

import pytest

from survey.domain.count.accounting import Accounting, GroupAccount


def account(**changes: Any) -> GroupAccount:
    made = {"issued": 12, "voided": 2, "returned": 7, "valid": 6, "spoiled": 1, "unreadable": 0, "present": 9}
    return GroupAccount(**(made | changes))


def test_issued_is_returned_and_unused_and_voided() -> None:
    assert account().unused == 3
    assert account(returned=11).unused == -1


def test_totals() -> None:
    total = Accounting.of({"A": account(), "B": account(unreadable=2, voided=0)}).total
    assert total == GroupAccount(24, 2, 14, 12, 2, 2, 18)


@pytest.mark.parametrize("name", ["present", "valid", "spoiled", "paper"])
def test_a_total_of_unknown_numbers_is_unknown(name: str) -> None:
    total = Accounting.of({"A": account(), "B": account(**{name: None})}).total
    assert getattr(total, name) is None
    assert total.issued == 24


def test_nobody_votes_on_paper_where_no_account_says_so() -> None:
    assert Accounting.of({"A": account()}).total.paper is None
    assert Accounting.of({}).total.paper is None
    assert account().by_phone is None


def test_what_came_on_paper_is_part_of_what_was_returned() -> None:
    made = Accounting.of({"A": account(paper=7), "B": account(paper=0)})
    assert (made.total.paper, made.total.by_phone, made.total.returned) == (7, 7, 14)


def test_validity_left_out_takes_paper_with_it() -> None:
    """Where one group alone voted on paper, all that is spoiled would be its own."""
    hidden = account(paper=7).without_validity()
    assert (hidden.valid, hidden.spoiled, hidden.paper, hidden.returned) == (None, None, None, 7)


# What readers learn of paper


@pytest.mark.parametrize(
    ("accounts", "told"),
    [
        ([(12, 6)], True),
        ([(5, 5)], True),
        ([(5, 0)], True),
        ([(0, 0), (10, 5)], True),
        ([(12, 6), (12, 12)], True),
        ([(12, 4)], False),
        ([(12, 1)], False),
        ([(12, 8)], False),
        ([(12, 11)], False),
        ([(12, 6), (12, 8)], False),
        ([(4, 4)], False),
        ([(4, 0)], False),
        ([(12, None)], False),
        ([], False),
    ],
)
def test_paper_is_told_where_in_no_group_few_are_alone_in_how_they_voted(
    accounts: list[tuple[int, int | None]], told: bool
) -> None:
    groups = {
        f"{at}": account(issued=20, returned=returned, paper=paper)
        for at, (returned, paper) in enumerate(accounts)
    }
    made = Accounting.of(groups)
    assert made.tells_paper(5) is told
    shown = made.for_readers(5)
    if told:
        assert shown == made
    else:
        assert [one.paper for one in (*shown.groups.values(), shown.total)] == [None] * (len(groups) + 1)
        assert shown.total.returned == made.total.returned


def test_paper_is_not_told_where_validity_is_withheld() -> None:
    made = Accounting.of({"A": account(returned=12, paper=6, valid=None), "B": account(returned=5, paper=5)})
    assert not made.tells_paper(5)
