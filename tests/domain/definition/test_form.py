"""Quotas: how many persons may get a grade on one ballot."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.definition.form import Quota


@pytest.mark.parametrize(
    ("number", "share", "ratees", "allowed"),
    [
        (3, None, 10, 3),
        (3, None, 1, 3),
        (0, None, 10, 0),
        (None, Fraction(2, 5), 10, 4),
        (None, Fraction(2, 5), 11, 4),  # 4.4
        (None, Fraction(1, 4), 10, 3),  # 2.5 is rounded up
        (None, Fraction(1, 10), 3, 1),  # 0.3, and one at least
        (None, Fraction(1), 7, 7),
    ],
)
def test_a_number_as_it_stands_and_a_share_rounded(
    number: int | None, share: Fraction | None, ratees: int, allowed: int
) -> None:
    assert Quota("form", "de", "good", number, share).allowed(ratees) == allowed


@given(st.fractions(Fraction(1, 1000), 1), st.integers(1, 500))
def test_a_share_is_never_off_by_more_than_a_half_nor_below_one(share: Fraction, ratees: int) -> None:
    allowed = Quota("form", "de", "good", None, share).allowed(ratees)
    assert 1 <= allowed <= ratees
    assert allowed == 1 or abs(allowed - share * ratees) <= Fraction(1, 2)
