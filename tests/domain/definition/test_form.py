"""Quotas: how many persons may get a grade on one ballot; options that exclude others."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.definition.form import Quota
from survey.domain.definition.reader import read_definition
from tests.domain.editing import full


@pytest.mark.parametrize(
    ("places", "excluding"), [((), None), ((0,), None), ((2,), None), ((0, 1), None), ((0, 2), "style")]
)
def test_an_option_alone_excludes_others_but_not_itself(
    places: tuple[int, ...], excluding: str | None
) -> None:
    found = read_definition(full()).question["problems"].excluding(places)
    assert (found.key if found else None) == excluding


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
