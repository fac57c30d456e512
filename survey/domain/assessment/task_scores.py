"""What units earn with their tasks: at the year's end, or simulated at a period's close (模拟得分)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from .definition import AssessmentDefinition
from .facts import Actuals, Target, Targets
from .indicators import ZERO, Basis, Indicator, Method, ScoringLine
from .outcome import LineScore, TaskScore
from .pace import MONTHS, evenly, planned
from .scoring_lines import score_line
from .yardsticks import Peers, Yardstick

UNREPORTED = "没有填报，得 0 分"
_COMPARING = frozenset({Method.RANK, Method.BEST, Method.SPREAD})

ClassPeers = Mapping[tuple[str, int], Peers]
"""The peers of a unit's class under each scoring line that compares, by class and the line's place."""


def score_tasks(
    definition: AssessmentDefinition, targets: Targets, actuals: Actuals, *, month: int | None = None
) -> dict[str, tuple[TaskScore, ...]]:
    """Return what each unit earns with each of its tasks, in the order of the definition.

    With a month the points are simulated: what should be reached by then stands for the target, a
    ``sum``'s base of last year is spread evenly alike, and only what is due then is scored.
    """
    scores: dict[str, list[TaskScore]] = {unit.key: [] for unit in definition.units}
    for indicator in definition.indicators:
        if month is not None and not (indicator.reported or definition.periods).is_due(month):
            continue
        tasks = [
            targets[unit.key, indicator.key]
            for unit in definition.units
            if (unit.key, indicator.key) in targets
        ]
        for unit, score in _score_indicator(definition, indicator, tasks, actuals, month).items():
            scores[unit].append(score)
    return {unit: tuple(earned) for unit, earned in scores.items()}


def line_points(indicator: Indicator, target: Target) -> tuple[Fraction, ...]:
    """Return the points of each of an indicator's lines for a unit: its own points stretch all of them."""
    points = tuple(line.points for line in indicator.score)
    if target.points is None or not any(points):
        return points
    stretch = target.points / sum(points, ZERO)
    return tuple(of_line * stretch for of_line in points)


def _score_indicator(
    definition: AssessmentDefinition,
    indicator: Indicator,
    tasks: list[Target],
    actuals: Actuals,
    month: int | None,
) -> dict[str, TaskScore]:
    lines = _lines(indicator, month)
    yardsticks = {task.unit: _yardstick(indicator, task, month) for task in tasks}
    known = {
        task.unit: actuals[task.unit, indicator.key]
        for task in tasks
        if (task.unit, indicator.key) in actuals
    }
    peers = _peers(definition, indicator, yardsticks, known)
    scores = {}
    for task in tasks:
        points, actual = line_points(indicator, task), known.get(task.unit)
        class_key = definition.unit[task.unit].class_key
        yardstick = yardsticks[task.unit]
        earned = tuple(
            LineScore(of_line, ZERO, UNREPORTED)
            if actual is None
            else score_line(
                line,
                points=of_line,
                better=indicator.better,
                target=yardstick.target,
                base=yardstick.base,
                actual=actual,
                peers=peers.get((class_key, place)),
            )
            for place, (line, of_line) in enumerate(zip(lines, points, strict=True))
        )
        whole = sum((one.earned for one in earned), ZERO)
        scores[task.unit] = TaskScore(indicator.key, sum(points, ZERO), actual, whole, earned)
    return scores


def _lines(indicator: Indicator, month: int | None) -> tuple[ScoringLine, ...]:
    """Return the scoring lines; a line's own target is what should be reached by then, too."""
    if month is None or month == MONTHS:
        return indicator.score
    return tuple(
        replace(line, target=evenly(indicator, line.target, month)) if line.of is Basis.VALUE else line
        for line in indicator.score
    )


def _yardstick(indicator: Indicator, task: Target, month: int | None) -> Yardstick:
    if month is None:
        return Yardstick(task.target, task.base)
    return Yardstick(planned(indicator, task, month), evenly(indicator, task.base, month))


def _peers(
    definition: AssessmentDefinition,
    indicator: Indicator,
    yardsticks: Mapping[str, Yardstick],
    known: Mapping[str, Fraction],
) -> ClassPeers:
    found: dict[tuple[str, int], list[Fraction]] = defaultdict(list)
    for place, line in enumerate(indicator.score):
        if line.method in _COMPARING:
            for unit, actual in known.items():
                value = yardsticks[unit].look(line, actual)
                if value is not None:
                    found[definition.unit[unit].class_key, place].append(value)
    return {one: Peers(values, indicator.better) for one, values in found.items()}
