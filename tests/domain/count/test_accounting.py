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


@pytest.mark.parametrize("name", ["present", "valid", "spoiled"])
def test_a_total_of_unknown_numbers_is_unknown(name: str) -> None:
    total = Accounting.of({"A": account(), "B": account(**{name: None})}).total
    assert getattr(total, name) is None
    assert total.issued == 24
