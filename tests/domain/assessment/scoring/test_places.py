from decimal import Decimal
from fractions import Fraction

import pytest

from survey.domain.assessment.scoring.places import kept, plain, rounded, shown


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("-0.124", 2, "-0.12"),
        ("-0.001", 2, "0.00"),
        ("92.5", 0, "93"),
        ("2/3", 4, "0.6667"),
        ("12345678901234567890123456789012345.005", 2, "12345678901234567890123456789012345.01"),
    ],
)
def test_a_half_is_rounded_away_from_zero(value: str, places: int, expected: str) -> None:
    assert str(rounded(Fraction(value), places)) == expected
    assert shown(Fraction(value), places) == expected


def test_a_decimal_is_shown_with_the_places_asked_for() -> None:
    assert shown(Decimal("91.5"), 2) == "91.50"
    assert shown(Decimal(0), 6) == "0.000000"


def test_without_a_rule_a_value_stays_exact() -> None:
    assert kept(Fraction(2, 3), None) == Fraction(2, 3)
    assert kept(Fraction(2, 3), 1) == Fraction(7, 10)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("7.50", "7.5"), ("12", "12"), ("-0.05", "-0.05"), ("0", "0"), ("1/8", "0.125"), ("1/3", "0.33")],
)
def test_a_number_is_written_with_as_few_places_as_it_has(value: str, expected: str) -> None:
    assert plain(Fraction(value)) == expected
