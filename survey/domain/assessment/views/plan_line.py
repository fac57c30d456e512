"""Plan and actual of one task over the year, and where the points of their drawing lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log10

from survey.domain.assessment.definition import AssessmentDefinition, Light, LightsBy
from survey.domain.assessment.facts import Target
from survey.domain.assessment.indicators import Better
from survey.domain.assessment.periods import due_in, month_of, periods_of
from survey.domain.assessment.scoring.number_words import short
from survey.domain.assessment.scoring.pace import planned, task_standing

WIDTH, HEIGHT = 360, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 348, 12, 172
_TICKS = 4
_MONTHS = 12


@dataclass(frozen=True)
class LinePoint:
    """One period of a task: plan, the border of the yellow band, and what was reached.

    ``light`` goes by the task's own pace; ``None`` stands for what is not planned or not there yet.
    """

    period: str
    month: int
    planned: Fraction | None
    border: Fraction | None
    actual: Fraction | None
    light: Light


@dataclass(frozen=True)
class PlanLine:
    """A task's year as a table, and as a drawing: texts that an SVG takes as they are.

    ``band`` is the outline of the yellow band, ``plan`` and ``reached`` are lines, ``dots`` the places of
    what was reached; ``ticks`` are heights with their numbers, ``months`` places with theirs.
    """

    points: tuple[LinePoint, ...]
    band: str = ""
    plan: str = ""
    reached: str = ""
    dots: tuple[tuple[str, str, Light], ...] = ()
    ticks: tuple[tuple[str, str], ...] = ()
    months: tuple[tuple[str, int], ...] = ()

    @property
    def is_drawn(self) -> bool:
        """Return whether there is anything to draw."""
        return bool(self.plan or self.dots)


def plan_line(definition: AssessmentDefinition, target: Target, actuals: Mapping[str, Fraction]) -> PlanLine:
    """Return a task's year; ``actuals`` is what was reached by the end of each period."""
    indicator = definition.indicator[target.indicator]
    share = None
    if definition.lights.by is LightsBy.PACE:
        yellow = definition.lights.yellow
        share = yellow if indicator.better is Better.HIGHER else 2 - yellow
    points = []
    for period in periods_of(definition):
        if due_in(definition, indicator, period):
            month = month_of(period)
            plan, actual = planned(indicator, target, month), actuals.get(period)
            border = None if plan is None or share is None else plan * share
            light = task_standing(definition, target, actual, month).light
            points.append(LinePoint(period, month, plan, border, actual, light))
    return _drawn(tuple(points))


def _drawn(points: tuple[LinePoint, ...]) -> PlanLine:
    values = [value for one in points for value in (one.planned, one.border, one.actual) if value is not None]
    if not values:
        return PlanLine(points)
    scale = _scale(min(values), max(values))
    low, high = scale[0], scale[-1]

    def at(month: int, value: Fraction) -> str:
        return f"{_x(month)},{_y(value, low, high)}"

    planned_ones = [(one.month, one.planned) for one in points if one.planned is not None]
    border = [(one.month, one.border) for one in points if one.border is not None]
    reached = [(one.month, one.actual, one.light) for one in points if one.actual is not None]
    there_and_back = [*planned_ones, *border[::-1]] if border else []
    return PlanLine(
        points,
        band=" ".join(at(month, value) for month, value in there_and_back),
        plan=" ".join(at(month, value) for month, value in planned_ones),
        reached=" ".join(at(month, value) for month, value, _ in reached),
        dots=tuple((_x(month), _y(value, low, high), light) for month, value, light in reached),
        ticks=tuple((_y(value, low, high), short(value)) for value in scale),
        months=tuple((_x(one.month), one.month) for one in points),
    )


def _scale(least: Fraction, most: Fraction) -> list[Fraction]:
    """Return the round numbers that the heights are drawn at, from at most the least to at least the most."""
    low, high = min(least, Fraction(0)), max(most, Fraction(0))
    if low == high:
        high = low + 1
    raw = (high - low) / _TICKS
    power = Fraction(10) ** floor(log10(raw))
    step = next(size * power for size in (1, 2, Fraction(5, 2), 5, 10) if size * power >= raw)
    first = low // step
    last = -(-high // step)
    return [step * place for place in range(int(first), int(last) + 1)]


def _x(month: int) -> str:
    return f"{_LEFT + (_RIGHT - _LEFT) * (month - 1) / (_MONTHS - 1):.1f}"


def _y(value: Fraction, low: Fraction, high: Fraction) -> str:
    return f"{_BOTTOM - float((value - low) / (high - low)) * (_BOTTOM - _TOP):.1f}"
