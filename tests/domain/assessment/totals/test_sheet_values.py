from fractions import Fraction

import pytest

from survey.domain.assessment.composite_rules import TrimRule
from survey.domain.assessment.facts import SheetPoints
from survey.domain.assessment.totals.sheet_values import SheetMean, sheet_means, sheet_points, trimmed_mean
from tests.domain.assessment.composed import composed

SHEET = {
    "key": "s",
    "title": "领导评分",
    "lines": [{"key": "one", "label": "一", "points": 60}, {"key": "two", "label": "二", "points": 40}],
}
DEFINITION = composed(sheets=[SHEET | {"trim": {"from": 4, "high": 1, "low": 1}}])
RANKS = composed(
    sheets=[
        {
            "key": "s",
            "title": "排名",
            "kind": "rank",
            "by": 0.5,
            "lines": [{"key": "one", "label": "名次", "points": 200}],
        }
    ]
)


def given(scorer: str, one: str, two: str | None = None) -> list[SheetPoints]:
    lines = {"one": one} | ({} if two is None else {"two": two})
    return [SheetPoints("s", "a", scorer, line, Fraction(points)) for line, points in lines.items()]


def mean(*points: list[SheetPoints]) -> SheetMean:
    return sheet_means(DEFINITION, [one for each in points for one in each])["s", "a"]


def test_the_mean_is_taken_over_the_sums_of_scorers() -> None:
    assert mean(given("x", "50", "30"), given("y", "55", "36")) == SheetMean(Fraction("85.5"), 2)


def test_the_highest_and_lowest_are_left_out_from_so_many_scorers_on() -> None:
    three = [given("x", "10", "0"), given("y", "50", "30"), given("z", "60", "40")]
    assert mean(*three) == SheetMean(Fraction(190, 3), 3)
    assert mean(*three, given("v", "52", "30")) == SheetMean(Fraction(81), 4, high=1, low=1)


def test_of_equal_extremes_one_is_left_out() -> None:
    trim = TrimRule(least=3, high=1, low=1)
    assert trimmed_mean([Fraction(n) for n in (9, 9, 3, 3)], trim) == 6


def test_the_last_points_of_a_line_hold() -> None:
    assert mean(given("x", "10", "10"), given("x", "60", "40")) == SheetMean(Fraction(100), 1)


def test_a_scorer_with_an_empty_line_does_not_count() -> None:
    assert mean(given("x", "50", "30"), given("y", "60")) == SheetMean(Fraction(80), 1, unfinished=1)
    assert mean(given("y", "60")) == SheetMean(None, unfinished=1)


def test_units_without_points_are_not_there() -> None:
    assert sheet_means(DEFINITION, []) == {}


@pytest.mark.parametrize(("place", "points"), [("1", 200), ("2", 100), ("3", 0), ("4", 0)])
def test_a_place_takes_points_off_but_not_below_none(place: str, points: int) -> None:
    assert sheet_points(RANKS.sheet["s"], {"one": Fraction(place)}) == points
