from fractions import Fraction

import pytest

from survey.domain.assessment.scoring.number_words import bracketed, percentage, reckoned, short, short_points


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("12", "12"),
        ("-3", "−3"),
        ("0", "0"),
        ("39.80", "39.8"),
        ("1/3", "0.333333"),
        ("-2/3", "−0.666667"),
        ("0.00005", "0.00005"),
        ("-0.00005", "−0.00005"),
        ("1/30000", "0.0000333333"),
        ("10/3", "3.33333"),
        ("1000/3", "333.3333"),
        ("100.00004", "100"),
        ("-0.9999999", "−1"),
        ("1000000.5", "1000000.5"),
    ],
)
def test_numbers_have_six_figures_and_no_more_places_than_they_need(value: str, said: str) -> None:
    assert short(Fraction(value)) == said


def test_points_have_two_places_at_most_and_so_have_percentages() -> None:
    assert short_points(Fraction("11.5641")) == "11.56"
    assert short_points(Fraction("2.345")) == "2.35"
    assert percentage(Fraction(5, 12)) == "41.67%"
    assert percentage(Fraction("-0.5")) == "−50%"


def test_sums_are_written_without_spaces_beside_brackets() -> None:
    assert bracketed("−3") == "（−3）"
    assert bracketed("3") == "3"
    assert reckoned("12", "×", "39.8 ÷ 41.3") == "12 × 39.8 ÷ 41.3"
    assert reckoned("6", "×", "（2 − 1.5）") == "6 ×（2 − 1.5）"
    assert reckoned("6 ×（2 − 1.5）", "=", "3") == "6 ×（2 − 1.5）= 3"
    assert reckoned("6 × 2", "=", "12") == "6 × 2 = 12"
