"""Tasks as fields: numbers exactly as typed, what is unticked is gone, what was not touched stays."""

from dataclasses import replace
from fractions import Fraction

import pytest

from survey.documents.assessment.form.typed_tasks import NUMBERS, TypedTask, task_typed, with_tasks
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import Target
from survey.domain.assessment.targets_reader import PLAN
from survey.domain.errors import BadNumbers
from tests.domain.assessment.sample import sample_targets
from tests.sample_year import sample

DEFINITION = read_assessment(sample("assessment.toml"))
TARGETS = sample_targets()


def typed(unit: str, indicator: str, *, has: bool = True, **texts: str) -> tuple[str, TypedTask]:
    shown = task_typed(unit, indicator, TARGETS.get((unit, indicator)), NUMBERS)
    return f"{unit}.", TypedTask(unit, indicator, has, shown.texts | texts)


def test_saved_as_shown_nothing_changes() -> None:
    for columns in (NUMBERS, PLAN):
        shown = [
            (f"{unit}.{key}.", task_typed(unit, key, one, columns)) for (unit, key), one in TARGETS.items()
        ]
        assert with_tasks(DEFINITION, TARGETS, shown) == TARGETS


def test_a_number_is_exactly_as_typed_and_its_plan_stays() -> None:
    made = with_tasks(DEFINITION, TARGETS, [typed("t1", "output", target="1,234.567890123456789")])
    before = TARGETS["t1", "output"]
    assert made["t1", "output"] == replace(before, target=Fraction("1234.567890123456789"))
    assert any(before.plan)


def test_a_task_goes_when_its_box_is_cleared_and_comes_with_a_box_or_a_number() -> None:
    without = with_tasks(DEFINITION, TARGETS, [typed("t1", "output", has=False)])
    assert without.keys() == TARGETS.keys() - {("t1", "output")}
    blank = TypedTask("t1", "output", True, dict.fromkeys(NUMBERS, ""))
    assert with_tasks(DEFINITION, without, [("t1.", blank)])["t1", "output"] == Target("t1", "output", None)
    number = TypedTask("t1", "output", False, {"target": "5", "base": "", "points": ""})
    assert with_tasks(DEFINITION, without, [("t1.", number)])["t1", "output"].target == 5


def test_a_fraction_that_no_decimal_ends_stays_while_another_number_is_typed() -> None:
    third = TARGETS | {("t1", "output"): replace(TARGETS["t1", "output"], base=Fraction(1, 3))}
    shown = task_typed("t1", "output", third["t1", "output"], NUMBERS)
    assert shown.texts["base"] == "1/3"
    made = with_tasks(
        DEFINITION, third, [("t1.", TypedTask("t1", "output", True, dict(shown.texts) | {"target": "40"}))]
    )
    assert (made["t1", "output"].base, made["t1", "output"].target) == (Fraction(1, 3), 40)


@pytest.mark.parametrize(
    ("texts", "place"),
    [({"target": "若干"}, "t1.target"), ({"points": "-1"}, "t1.points"), ({"base": "1/0"}, "t1.base")],
)
def test_what_is_no_number_is_told_by_its_field(texts: dict[str, str], place: str) -> None:
    with pytest.raises(BadNumbers) as refused:
        with_tasks(DEFINITION, TARGETS, [typed("t1", "output", **texts)])
    assert [fault.place for fault in refused.value.faults] == [place]


def test_a_percentage_is_one_where_the_measure_is_per_cent() -> None:
    made = with_tasks(DEFINITION, TARGETS, [typed("t1", "projects", target="92.5%")])
    assert made["t1", "projects"].target == Fraction("92.5")


def test_a_task_without_its_base_may_wait() -> None:
    made = with_tasks(DEFINITION, TARGETS, [typed("t1", "revenue", base="")])
    assert made["t1", "revenue"].base is None
