"""Tasks of made-up years: the product and the second reckoning agree on every point, light and end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Target
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.scoring.task_scores import score_tasks
from tests.domain.assessment.small import an_assessment

from .assessment import Year

UNITS = {"u1": "a", "u2": "a", "u3": "a", "u4": "b", "u5": "b"}
AWAY = st.sampled_from(
    [Decimal(one) for one in ("-20", "-10", "-3.5", "0", "0.5", "4", "8", "8.1", "10", "12.25")]
)
"""Numbers of tasks: few, so that ties and targets that are just reached come up all the time."""
SHARES = st.sampled_from([Decimal(one) for one in ("0", "0.05", "0.3", "0.6", "0.9", "1")])
SIZES = st.sampled_from([Decimal(one) for one in ("0.5", "1", "3")])
POINTS = st.sampled_from([Decimal(one) for one in ("1", "4", "6.5", "10")])
OF = st.sampled_from(["value", "completion", "growth"])


def table(needed: dict[str, Any], may: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=may)


def one_line(method: str) -> st.SearchStrategy[dict[str, Any]]:
    ways = {
        "complete": (
            {},
            {"cap": st.sampled_from([Decimal("0.5"), Decimal("1.1"), Decimal(2)]), "least": SHARES},
        ),
        "reach": ({}, {}),
        "step": (
            {"per": SHARES, "size": SIZES},
            {
                "start": SHARES,
                "relative": st.booleans(),
                "whole": st.booleans(),
                "up": POINTS,
                "down": POINTS,
            },
        ),
        "scale": (
            {
                "at": st.lists(
                    st.tuples(AWAY, SHARES).map(list), min_size=1, max_size=4, unique_by=lambda one: one[0]
                )
            },
            {"between": st.sampled_from(["step", "linear"]), "under": SHARES},
        ),
        "rank": ({"by": SHARES}, {"qualify": st.booleans()}),
        "best": ({}, {}),
        "spread": ({}, {"low": SHARES, "full": AWAY, "none": AWAY}),
        "deduct": ({"per": SHARES}, {}),
        "judged": ({}, {}),
    }
    needed, may = ways[method]
    line = table({"points": POINTS, "method": st.just(method)} | needed, {"of": OF, "target": AWAY} | may)
    return line.filter(lambda one: "full" not in one or one["full"] != one.get("none"))


METHODS = ("complete", "reach", "step", "scale", "rank", "best", "spread", "deduct", "judged")
LINES = st.sampled_from(METHODS).flatmap(one_line)
INDICATORS = st.fixed_dictionaries(
    {"score": st.lists(LINES, min_size=1, max_size=3)},
    optional={
        "better": st.just("lower"),
        "runs": st.just("level"),
        "reported": st.sampled_from(["quarter", "year"]),
    },
)
ROWS = st.fixed_dictionaries(
    {}, optional={"target": AWAY, "base": AWAY, "m5": AWAY, "m6": AWAY, "points": POINTS}
)
TASKS = st.dictionaries(st.tuples(st.sampled_from(list(UNITS)), st.just("i")), ROWS, min_size=1)


def exact(value: Any) -> Any:
    """Return tables with fractions for decimals."""
    if isinstance(value, dict):
        return {key: exact(each) for key, each in value.items()}
    if isinstance(value, list):
        return [exact(each) for each in value]
    return Fraction(value) if isinstance(value, Decimal) else value


def a_year(data: st.DataObject) -> tuple[AssessmentDefinition, dict[tuple[str, str], Target], Year]:
    indicator = {"key": "i", "label": "i", "measure": "件"} | data.draw(INDICATORS)
    definition = an_assessment(indicator, units=UNITS)
    rows = exact(data.draw(TASKS))
    numbers = data.draw(st.fixed_dictionaries({task: st.none() | AWAY for task in rows}))
    actuals = {task: Fraction(value) for task, value in numbers.items() if value is not None}
    targets = {
        task: Target(
            *task,
            row.get("target"),
            row.get("base"),
            tuple(row.get(f"m{month}") for month in range(1, 13)),
            row.get("points"),
        )
        for task, row in rows.items()
    }
    return definition, targets, Year(UNITS, [exact(indicator)], rows, actuals)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_points_are_those_of_the_second_reckoning(data: st.DataObject) -> None:
    definition, targets, year = a_year(data)
    month = data.draw(st.sampled_from([None, 5, 6, 12]))

    found = score_tasks(definition, targets, year.actuals, month=month)

    due = {None: "month quarter year", 5: "month", 6: "month quarter", 12: "month quarter year"}[month]
    is_due = year.indicators["i"].get("reported", "month") in due
    assert list(found) == list(UNITS)
    for unit, scores in found.items():
        assert len(scores) == ((unit, "i") in targets and is_due)
        for score in scores:
            assert score.earned == year.earned(unit, "i", month)
            assert score.earned == sum(line.earned for line in score.lines)
            assert score.earned >= 0
            assert score.actual == year.actuals.get((unit, "i"))
            assert score.words


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_standings_are_those_of_the_second_reckoning(data: st.DataObject) -> None:
    definition, targets, year = a_year(data)
    month = data.draw(st.sampled_from([5, 6, 12]))

    found = period_standing(definition, targets, year.actuals, f"2026-{month:02}")

    for one in found.tasks:
        stands = year.stands(one.unit, one.indicator, month, definition.lights.yellow)
        assert stands == (
            one.planned,
            one.gap,
            one.completion,
            one.pace,
            one.on_pace,
            one.light.value,
            one.first,
            one.last,
        )
    for unit in found.units:
        tasks = [one for one in found.tasks if one.unit == unit.unit and one.planned is not None]
        assert unit.assigned == len(tasks) == sum(unit.lights.values())
        assert unit.on_pace == sum(one.on_pace for one in tasks)
