"""Codes given to small groups while voting ran: how many ballots somebody may know of them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.count.late import LateIssue, is_small_electorate, known_at_most, late_numbers

AT = datetime(2026, 11, 22, tzinfo=UTC)
NUMBERS = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 50))


@pytest.mark.parametrize(
    ("codes", "minimum", "small"), [(9, 5, True), (10, 5, False), (0, 1, True), (2, 1, False)]
)
def test_twice_the_least_number_is_enough(codes: int, minimum: int, small: bool) -> None:
    assert is_small_electorate(codes, minimum) is small


def test_issues_of_a_group_add_up() -> None:
    late = [LateIssue("A", 2, AT, confirmed=True), LateIssue("B", 1, AT, confirmed=True)]
    late.append(LateIssue("A", 3, AT, confirmed=False))
    assert late_numbers(late) == {"A": 5, "B": 1}
    assert late_numbers([]) == {}


def test_no_more_of_a_group_are_known_than_it_has_in_the_row() -> None:
    # Of A three of five late codes at most, as only three marked the row; B has late codes and no mark.
    assert known_at_most({"A": 5, "B": 2}, {"A": 3, "C": 9}) == 3
    assert known_at_most({"A": 2}, {"A": 3}) == 2
    assert known_at_most({}, {"A": 3}) == 0


@given(NUMBERS, NUMBERS)
def test_what_is_known_is_bounded_by_codes_and_by_marks(
    numbers: dict[str, int], marked: dict[str, int]
) -> None:
    known = known_at_most(numbers, marked)
    assert 0 <= known <= min(sum(numbers.values()), sum(marked.values()))
