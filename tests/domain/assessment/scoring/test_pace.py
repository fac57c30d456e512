from fractions import Fraction

import pytest

from survey.domain.assessment.definition import Light
from survey.domain.assessment.outcome import TaskStanding
from survey.domain.assessment.scoring.pace import planned, task_standing
from tests.domain.assessment.small import Number, a_target, an_assessment, an_indicator

F = Fraction


def stands(
    target: Number, actual: Number, month: int = 6, *, plan: Number = None, **keys: str
) -> TaskStanding:
    definition = an_assessment(an_indicator("i", **keys))
    months = [None] * 12
    months[month - 1] = plan
    reached = None if actual is None else F(actual)
    return task_standing(definition, a_target(target, plan=months), reached, month)


def test_the_plan_goes_before_the_even_pace() -> None:
    definition = an_assessment(an_indicator("sum"), an_indicator("level", runs="level"))
    total, level = definition.indicators
    target = a_target("12", plan=["1", "0", *[None] * 10])

    assert [planned(total, target, month) for month in (1, 2, 3, 12)] == [1, 0, 3, 12]
    assert [planned(level, target, month) for month in (1, 2, 3, 12)] == [1, 0, 12, 12]
    assert planned(total, a_target(), 3) is None
    assert planned(total, a_target(plan=["1", *[None] * 11]), 1) == 1


def test_a_standing_names_gap_completion_and_pace() -> None:
    found = stands("190", "47.99", 5)

    assert (found.planned, found.gap) == (F(950, 12), F("47.99") - F(950, 12))
    assert (found.completion, found.pace) == (F("47.99") / 190, F("47.99") * 12 / 950)
    assert (found.on_pace, found.light) == (False, Light.RED)


@pytest.mark.parametrize(
    ("better", "actual", "light"),
    [
        ("higher", "50", "green"),
        ("higher", "49.99", "yellow"),
        ("higher", "45", "yellow"),
        ("higher", "44.99", "red"),
        ("lower", "50", "green"),
        ("lower", "50.01", "yellow"),
        ("lower", "55", "yellow"),
        ("lower", "55.01", "red"),
        ("higher", None, "grey"),
        ("lower", None, "grey"),
    ],
)
def test_what_is_equal_to_a_border_has_reached_it(better: str, actual: Number, light: str) -> None:
    found = stands("100", actual, better=better)

    assert found.light.value == light
    assert found.on_pace is (light == "green")


def test_of_a_plan_of_0_there_is_no_pace() -> None:
    limit = stands("0", "0", better="lower")
    beyond = stands("0", "1", better="lower")
    ahead = stands("12", "2", plan="0")

    assert (limit.completion, limit.pace, limit.gap, limit.light) == (None, None, 0, Light.GREEN)
    assert (beyond.completion, beyond.pace, beyond.gap, beyond.light) == (None, None, 1, Light.RED)
    assert (ahead.completion, ahead.pace, ahead.gap, ahead.light) == (F(1, 6), None, 2, Light.GREEN)


def test_nothing_accepted_is_grey_and_has_only_its_plan() -> None:
    found = stands("100", None)

    assert found == TaskStanding("u1", "i", None, F(50), F(100), False, Light.GREY)


def test_without_plan_and_target_there_is_nothing_to_be_behind() -> None:
    found = stands(None, "3")

    assert (found.actual, found.planned, found.gap, found.pace) == (3, None, None, None)
    assert (found.on_pace, found.light) == (False, Light.GREY)


def test_below_0_the_greater_number_is_nearer() -> None:
    assert stands("-10", "-9", runs="level").light is Light.GREEN
    assert stands("-10", "-10.5", runs="level").light is Light.RED
    assert stands("-10", "-12", runs="level").pace == F(8, 10)
    assert stands("-10", "-12", runs="level", better="lower").light is Light.GREEN
