"""What is odd about a number: held against the plan, and against the numbers before it."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from survey.domain.assessment.facts import Target
from survey.domain.assessment.indicators import Better, Indicator, Method, Runs, ScoringLine
from survey.domain.assessment.reports.report_warnings import TaskHistory, history_of, oddities
from tests.domain.assessment.reports.test_report_check import DEFINITION, HISTORY, TARGETS

SUM = Indicator(
    key="output",
    label="产值",
    measure="亿元",
    score=(ScoringLine(points=Fraction(1), method=Method.COMPLETE),),
)
LEVEL = replace(SUM, measure="%", runs=Runs.LEVEL)


def found(
    value: str, plan: str | None, before: Sequence[str | None] = (), indicator: Indicator = SUM
) -> list[str]:
    """Return what is odd; the plans of the periods before are one less each."""
    now = None if plan is None else Fraction(plan)
    plans = [None if now is None else now - place for place, _ in enumerate(before, 1)]
    numbers = [None if one is None else Fraction(one) for one in before]
    return [odd.flaw for odd in oddities(Fraction(value), TaskHistory(indicator, now, numbers, plans))]


@pytest.mark.parametrize(
    ("value", "plan", "before", "flaws"),
    [
        ("22", "21", ["17", "13"], []),
        ("16.9", "21", ["17", "13"], ["below-last"]),
        ("16.9", "21", [None, "17"], ["below-last"]),
        ("17", "21", ["17", "13"], []),
        ("17", "21", ["17", "17"], ["unchanged"]),
        ("17", "21", ["17"], []),
        ("17", "21", ["17", None, "17"], []),
        ("209.9", "21", ["17"], []),
        ("210", "21", ["17"], ["off-plan"]),
        ("2.1", "21", [], ["off-plan"]),
        ("2.2", "21", [], []),
        ("0", "21", [], []),
        ("5", "0", [], []),
        ("5", None, [], []),
        ("-5", "21", [], ["below-zero"]),
        ("-5", "-4", [], []),
        ("-5", None, ["-6"], []),
    ],
)
def test_sums(value: str, plan: str | None, before: list[str | None], flaws: list[str]) -> None:
    assert found(value, plan, before) == flaws


@pytest.mark.parametrize(
    ("value", "plan", "before", "flaws"),
    [
        ("42", "48", ["41.8"], []),
        ("40", "48", ["41.8"], []),
        ("0.42", "48", ["41.8"], ["fraction-of-percent"]),
        ("1", "48", [], ["fraction-of-percent"]),
        ("0.004", "48", [], ["off-plan"]),
        ("0.42", "0.4", [], []),
        ("0.42", None, ["41.8"], ["fraction-of-percent"]),
    ],
)
def test_levels_and_percentages(value: str, plan: str | None, before: list[str], flaws: list[str]) -> None:
    assert found(value, plan, before, LEVEL) == flaws


def test_where_less_is_better_or_the_plan_stands_still_nothing_needs_to_change() -> None:
    lower = replace(SUM, better=Better.LOWER)
    assert found("1", "2", ["1", "1"], lower) == []
    still = TaskHistory(LEVEL, Fraction(98), [Fraction(98)] * 2, [Fraction(98)] * 2)
    assert list(oddities(Fraction(98), still)) == []


def test_what_is_odd_is_said_with_numbers() -> None:
    past = TaskHistory(SUM, Fraction(21), [Fraction("17.5")], [Fraction(18)])
    first, second = oddities(Fraction(2), past)
    assert first.message == "is 1/10 of the plan so far, 21 亿元"
    assert second.message == "is less than the running total before, 17.5 亿元"
    assert first.remedy == "check that it is in 亿元"


def test_the_history_of_a_task_has_the_periods_in_which_it_was_due() -> None:
    past = history_of(DEFINITION, TARGETS["t3", "output"], HISTORY, "2026-05")
    assert past.plan == Fraction("21.56")
    assert past.last == Fraction("16.74")
    assert (len(past.before), past.plans[0]) == (4, Fraction("15.81"))
    yearly = history_of(DEFINITION, Target("t3", "party", Fraction(10)), HISTORY, "2026-12")
    assert yearly.before == []
