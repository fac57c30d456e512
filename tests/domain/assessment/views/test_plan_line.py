"""A task's year as a table and as a drawing."""

from fractions import Fraction

import pytest

from survey.domain.assessment.definition import Light
from survey.domain.assessment.views.plan_line import HEIGHT, WIDTH, PlanLine, plan_line
from tests.domain.assessment.small import Number, a_target, an_assessment, an_indicator


def a_line(actuals: dict[str, Number], target: Number = 120, **more: object) -> PlanLine:
    lights = {"lights": more.pop("lights")} if "lights" in more else {}
    definition = an_assessment(an_indicator("i", **more), **lights)
    numbers = {f"2026-{month}": Fraction(value) for month, value in actuals.items() if value is not None}
    return plan_line(definition, a_target(target), numbers)


def test_each_period_has_plan_border_and_light() -> None:
    line = a_line({"01": 10, "02": 18, "03": 20})
    assert len(line.points) == 12
    first, second, third, fourth = line.points[:4]
    assert (first.planned, first.border, first.actual, first.light) == (10, 9, 10, Light.GREEN)
    assert (second.border, second.light, third.light) == (18, Light.YELLOW, Light.RED)
    assert (fourth.actual, fourth.light) == (None, Light.GREY)


def test_of_lower_numbers_the_border_lies_above_the_plan() -> None:
    line = a_line({"01": 11}, better="lower")
    assert (line.points[0].border, line.points[0].light) == (11, Light.YELLOW)


def test_where_not_the_pace_decides_there_is_no_band() -> None:
    line = a_line({"01": 11}, lights={"by": "average"})
    assert line.band == ""
    assert line.points[0].border is None


def test_what_is_reported_by_the_quarter_has_four_points() -> None:
    line = a_line({"03": 30}, reported="quarter")
    assert [one.month for one in line.points] == [3, 6, 9, 12]


def test_the_heights_are_round_numbers_around_all_there_is() -> None:
    assert [word for _, word in a_line({"12": 131}).ticks] == ["0", "50", "100", "150"]
    assert [word for _, word in a_line({"01": -3}, 10).ticks] == ["−5", "0", "5", "10"]
    assert [word for _, word in a_line({"01": "0.0004"}, None).ticks] == [
        *("0", "0.0001", "0.0002", "0.0003", "0.0004"),
    ]
    assert [word for _, word in a_line({"01": 0}, 0).ticks] == ["0", "0.25", "0.5", "0.75", "1"]


@pytest.mark.parametrize("target", [None, 0, 7, -50, 10**15, "1/3"])
@pytest.mark.parametrize("actual", [None, 0, "0.001", -80, 10**12])
def test_everything_lies_within_the_drawing(target: Number, actual: Number) -> None:
    line = a_line({"01": actual, "12": actual}, target)
    assert line.is_drawn is (target is not None or actual is not None)
    pairs = " ".join([line.band, line.plan, line.reached]).split()
    for pair in pairs:
        x, y = map(float, pair.split(","))
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    assert len(line.dots) == (0 if actual is None else 2)
