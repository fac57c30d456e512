"""What is odd about a reported number beside the plan and the numbers before it, and wants a reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Actuals, Target, UnitTask
from survey.domain.assessment.indicators import Better, Indicator, Runs
from survey.domain.assessment.periods import due_in, month_of, periods_of
from survey.domain.assessment.scoring.pace import planned
from survey.domain.assessment.scoring.places import plain

from .cell_numbers import PER_CENT, CellFlaw

FAR = 10
"""How many times off the plan a number is taken for one in another measure."""

STILL = 3
"""In as many periods the same number is odd."""


@dataclass(frozen=True)
class Oddity:
    """What is odd about a number, and what may be meant; whoever is asked may give a reason instead."""

    flaw: CellFlaw
    message: str
    remedy: str


@dataclass(frozen=True)
class TaskHistory:
    """What a number of a task is held against: the plans so far, and the numbers of the periods before it.

    ``before`` are the numbers of the periods in which it was due, the latest first, ``None`` where nothing
    was accepted; ``plans`` are those of the same periods.
    """

    indicator: Indicator
    plan: Fraction | None
    before: Sequence[Fraction | None] = ()
    plans: Sequence[Fraction | None] = ()

    @property
    def last(self) -> Fraction | None:
        """Return the latest number before."""
        return next((number for number in self.before if number is not None), None)


def history_of(
    definition: AssessmentDefinition, target: Target, history: Mapping[str, Actuals], period: str
) -> TaskHistory:
    """Return what a task's number of a period is held against; ``history`` has the numbers by period."""
    indicator = definition.indicator[target.indicator]
    task: UnitTask = (target.unit, target.indicator)
    known = periods_of(definition)
    earlier = [one for one in known[: known.index(period)] if due_in(definition, indicator, one)][::-1]
    return TaskHistory(
        indicator,
        planned(indicator, target, month_of(period)),
        [history.get(one, {}).get(task) for one in earlier],
        [planned(indicator, target, month_of(one)) for one in earlier[: STILL - 1]],
    )


def oddities(value: Fraction, past: TaskHistory) -> Iterator[Oddity]:
    """List what is odd about a number."""
    measure = past.indicator.measure
    if _is_fraction_of_percent(value, past):
        seen = plain(value * 100)
        said = f"may mean {seen}%"
        yield Oddity(CellFlaw.FRACTION_OF_PERCENT, said, f"write {seen}")
    elif _is_below_zero(value, past):
        yield Oddity(CellFlaw.BELOW_ZERO, "is below 0", "check the sign")
    elif past.plan is not None and _is_far(value, past.plan):
        said = f"is {_times(value, past.plan)} the plan so far, {plain(past.plan)} {measure}"
        remedy = f"check that it is in {measure}"
        yield Oddity(CellFlaw.OFF_PLAN, said, remedy)
    last = past.last
    if past.indicator.runs is Runs.SUM and last is not None and value < last:
        said = f"is less than the running total before, {plain(last)} {measure}"
        yield Oddity(CellFlaw.BELOW_LAST, said, "write the total since 1 January")
    elif _is_still(value, past):
        said = f"has not changed in {STILL} periods, while the plan has"
        yield Oddity(CellFlaw.UNCHANGED, said, "check that it is this period's")


def _is_far(value: Fraction, plan: Fraction) -> bool:
    """Return whether a number is that far off; 0 is no other measure, and beside 0 nothing can be said."""
    if value <= 0 or plan <= 0:
        return False
    return value >= FAR * plan or value * FAR <= plan


def _is_below_zero(value: Fraction, past: TaskHistory) -> bool:
    """Return whether a number is below 0 where neither the plan nor the number before is."""
    return value < 0 and all(one is None or one >= 0 for one in (past.plan, past.last))


def _is_fraction_of_percent(value: Fraction, past: TaskHistory) -> bool:
    """Return whether 0.42 stands where 42 is meant: a hundred times as much is near what is expected."""
    expected = past.plan if past.plan is not None else past.last
    if past.indicator.measure != PER_CENT or expected is None or not 0 < value <= 1:
        return False
    return _is_far(value, expected) and not _is_far(value * 100, expected)


def _is_still(value: Fraction, past: TaskHistory) -> bool:
    """Return whether a number stands still that should not; where less is better, it may well."""
    before = past.before[: STILL - 1]
    if past.indicator.better is Better.LOWER or len(before) < STILL - 1:
        return False
    return all(one == value for one in before) and past.plans[STILL - 2] != past.plan


def _times(value: Fraction, plan: Fraction) -> str:
    times = value / plan
    if times >= 1:
        return f"{round(times)} times"
    return f"1/{round(1 / times)} of"
