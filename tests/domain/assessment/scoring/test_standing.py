import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.definition import Light
from survey.domain.assessment.outcome import PeriodStanding, TaskStanding
from survey.domain.assessment.scoring.places import shown
from survey.domain.assessment.scoring.standing import period_standing
from tests.domain.assessment.sample import sample_actuals, sample_definition, sample_targets
from tests.domain.assessment.small import Number, a_target, an_assessment, an_indicator, targets_of
from tests.sample_year import expected

UNITS = {"u1": "all", "u2": "all", "u3": "all", "u4": "all"}


def standing(
    numbers: Mapping[str, tuple[Number, Number]], *, units: Mapping[str, str] = UNITS, **more: Any
) -> PeriodStanding:
    """Return how units stand at the end of June, each with its target and its number."""
    lights = {"lights": more.pop("lights")} if "lights" in more else {}
    definition = an_assessment(an_indicator("i", **more), units=units, **lights)
    targets = targets_of([a_target(target, unit=unit) for unit, (target, _) in numbers.items()])
    actuals = {(unit, "i"): Fraction(number) for unit, (_, number) in numbers.items() if number is not None}
    return period_standing(definition, targets, actuals, "2026-06")


def lights(found: PeriodStanding) -> list[str]:
    return [one.light.value for one in found.tasks]


def ends(found: PeriodStanding) -> str:
    """Write who is first (F), last (L), or neither."""
    return "".join("F" if one.first else "L" if one.last else "-" for one in found.tasks)


def test_the_first_and_the_last_share_their_places() -> None:
    found = standing({"u1": ("10", "6"), "u2": ("20", "12"), "u3": ("10", "5"), "u4": ("40", "10")})

    assert ends(found) == "FF-L"
    assert [(one.first, one.last) for one in found.units] == [(1, 0), (1, 0), (0, 0), (0, 1)]


def test_where_all_are_equal_nobody_is_first_or_last() -> None:
    assert ends(standing({"u1": ("10", "6"), "u2": ("20", "12")})) == "--"
    assert ends(standing({"u1": ("10", "6")})) == "-"
    assert ends(standing({"u1": ("10", "6"), "u2": ("20", None)})) == "--"


def test_of_a_target_of_0_the_number_itself_is_compared() -> None:
    found = standing({"u1": ("0", "2"), "u2": ("0", "0"), "u3": ("0", "1")}, better="lower")

    assert ends(found) == "LF-"


def test_units_are_compared_within_their_class_only() -> None:
    classes = {"u1": "a", "u2": "a", "u3": "b", "u4": "b"}
    found = standing(
        {"u1": ("10", "6"), "u2": ("10", "5"), "u3": ("10", "9"), "u4": ("10", "1")}, units=classes
    )

    assert ends(found) == "FLFL"


def test_a_task_with_neither_plan_nor_target_is_not_counted() -> None:
    found = standing({"u1": (None, "6"), "u2": ("10", "5"), "u3": ("10", None)})

    assert [one.assigned for one in found.units] == [0, 1, 1, 0]
    assert [one.rate for one in found.units] == [None, 1, 0, None]
    assert lights(found) == ["grey", "green", "grey"]
    assert found.units[0].lights == dict.fromkeys(Light, 0)
    assert found.units[2].lights[Light.GREY] == 1


def test_by_average_the_mean_completion_of_the_class_decides() -> None:
    numbers = {"u1": ("10", "6"), "u2": ("10", "4"), "u3": ("10", "5"), "u4": ("10", None)}

    found = standing(numbers, lights={"by": "average"})

    assert lights(found) == ["green", "red", "green", "grey"]
    assert lights(standing(numbers, lights={"by": "average"}, better="lower")) == [
        "red",
        "green",
        "green",
        "grey",
    ]
    assert [one.on_pace for one in found.tasks] == [True, False, True, False]


def test_by_average_a_target_of_0_keeps_its_own_pace() -> None:
    found = standing({"u1": ("0", "1"), "u2": ("0", "0")}, lights={"by": "average"}, better="lower")

    assert lights(found) == ["red", "green"]


def test_the_mean_is_over_those_that_have_a_completion() -> None:
    found = standing({"u1": ("10", "6"), "u2": ("10", "4"), "u3": ("0", "0")}, lights={"by": "average"})

    assert lights(found) == ["green", "red", "green"]


def test_by_rank_the_first_are_green_and_the_last_red() -> None:
    numbers = {"u1": ("10", "6"), "u2": ("10", "4"), "u3": ("10", "5"), "u4": ("10", "5")}
    by_rank = {"by": "rank", "green_first": 1, "red_last": 1}

    assert lights(standing(numbers, lights=by_rank)) == ["green", "red", "yellow", "yellow"]
    assert lights(standing(numbers, lights=by_rank | {"green_first": 2})) == [
        "green",
        "red",
        "green",
        "green",
    ]
    assert lights(standing(numbers, lights=by_rank | {"red_last": 2})) == ["green", "red", "red", "red"]
    assert lights(standing(numbers, lights=by_rank, better="lower")) == ["red", "green", "yellow", "yellow"]


def test_by_rank_nobody_is_behind_where_all_are_equal() -> None:
    numbers = {"u1": ("10", "5"), "u2": ("20", "10")}

    assert lights(standing(numbers, lights={"by": "rank"})) == ["green", "green"]


@pytest.mark.parametrize(
    ("period", "due"), [("2026-05", ["m"]), ("2026-06", ["m", "q"]), ("2026-12", ["m", "q", "y"])]
)
def test_only_what_is_due_stands(period: str, due: list[str]) -> None:
    rhythms = {"m": "month", "q": "quarter", "y": "year"}
    definition = an_assessment(*(an_indicator(key, reported=each) for key, each in rhythms.items()), units=1)
    targets = targets_of([a_target("1", indicator=key) for key in rhythms])

    found = period_standing(definition, targets, {}, period)

    assert [one.indicator for one in found.tasks] == due
    assert found.units[0].assigned == len(due)


def test_quarters_end_with_their_third_month() -> None:
    definition = an_assessment(an_indicator("i"), units=1, periods="quarter")

    found = period_standing(definition, targets_of([a_target("12")]), {("u1", "i"): Fraction(6)}, "2026-Q2")

    assert (found.tasks[0].planned, found.tasks[0].light) == (6, Light.GREEN)


def test_the_sample_stands_as_expected() -> None:
    wanted = expected()["standing"]

    found = period_standing(
        sample_definition(), sample_targets(), sample_actuals()[wanted["period"]], wanted["period"]
    )

    assert [_cell(one) for one in found.tasks] == wanted["cells"]
    assert [
        {
            "unit": one.unit,
            "assigned": one.assigned,
            "on_pace": one.on_pace,
            "rate": None if one.rate is None else shown(one.rate * 100),
            "lights": {light.value: number for light, number in one.lights.items()},
            "first": one.first,
            "last": one.last,
        }
        for one in found.units
    ] == wanted["units"]


def _cell(task: TaskStanding) -> dict[str, str | None]:
    return {
        "unit": task.unit,
        "indicator": task.indicator,
        "planned": None if task.planned is None else shown(task.planned),
        "gap": None if task.gap is None else shown(task.gap),
        "completion": None if task.completion is None else shown(task.completion * 100),
        "pace": None if task.pace is None else shown(task.pace * 100),
        "light": task.light.value,
    }


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_first_and_last_are_those_of_the_exact_completion(better: str) -> None:
    """Nothing is divided to find them, also of targets below 0: the divisions, done here, agree."""
    chance = random.Random(4)
    for _ in range(40):
        numbers = {
            unit: (str(chance.choice([-3, -2, 0, 2, 3])), str(chance.randint(-4, 4))) for unit in UNITS
        }
        found = standing(numbers, better=better)
        reached = [one.completion if one.completion is not None else one.actual for one in found.tasks]
        values = [one for one in reached if one is not None]
        best, worst = (max(values), min(values))[:: 1 if better == "higher" else -1]
        alike = best == worst
        assert [one.first for one in found.tasks] == [one == best and not alike for one in values]
        assert [one.last for one in found.tasks] == [one == worst and not alike for one in values]
