"""What units earn with their tasks: at the year's end, or simulated at a period's close (模拟得分)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition
from survey.domain.assessment.facts import Actuals, Target, Targets
from survey.domain.assessment.indicators import ZERO, Basis, Indicator, Method, ScoringLine
from survey.domain.assessment.outcome import LineScore, TaskScore

from .pace import MONTHS, evenly, planned
from .scoring_lines import score_line
from .yardsticks import Peers, Yardstick

UNREPORTED = "没有填报，得 0 分"
_COMPARING = frozenset({Method.RANK, Method.BEST, Method.SPREAD})


def score_tasks(
    definition: AssessmentDefinition, targets: Targets, actuals: Actuals, *, month: int | None = None
) -> dict[str, tuple[TaskScore, ...]]:
    """Return what each unit earns with each of its tasks, in the order of the definition.

    With a month the points are simulated: what should be reached by then stands for the target, a
    ``sum``'s base of last year is spread evenly alike, and only what is due then is scored.
    """
    scores: dict[str, list[TaskScore]] = {unit.key: [] for unit in definition.units}
    for indicator in definition.indicators:
        if month is None or (indicator.reported or definition.periods).is_due(month):
            scoring = _IndicatorScoring(indicator, month)
            for unit in definition.units:
                task = unit.key, indicator.key
                if task in targets:
                    scoring.take(unit, targets[task], actuals.get(task))
            for key, score in scoring.scores().items():
                scores[key].append(score)
    return {unit: tuple(earned) for unit, earned in scores.items()}


def line_points(indicator: Indicator, target: Target) -> tuple[Fraction, ...]:
    """Return the points of each of an indicator's lines for a unit: its own points stretch all of them."""
    points = tuple(line.points for line in indicator.score)
    if target.points is None or not any(points):
        return points
    stretch = target.points / sum(points, ZERO)
    return tuple(of_line * stretch for of_line in points)


class _IndicatorScoring:
    """The tasks of all units with one indicator; whom a line compares is known when all are taken."""

    def __init__(self, indicator: Indicator, month: int | None) -> None:
        self._indicator = indicator
        self._month = month
        self._lines = _lines(indicator, month)
        self._tasks: dict[str, tuple[AssessedUnit, Target, Yardstick, Fraction | None]] = {}

    def take(self, unit: AssessedUnit, target: Target, actual: Fraction | None) -> None:
        """Take a unit's task, with what was reached."""
        self._tasks[unit.key] = unit, target, _yardstick(self._indicator, target, self._month), actual

    def scores(self) -> dict[str, TaskScore]:
        """Return what each unit earns."""
        peers = self._peers()
        found = {}
        for key, (unit, target, yardstick, actual) in self._tasks.items():
            points = line_points(self._indicator, target)
            lines = tuple(
                LineScore(of_line, ZERO, UNREPORTED)
                if actual is None
                else score_line(
                    line,
                    points=of_line,
                    better=self._indicator.better,
                    target=yardstick.target,
                    base=yardstick.base,
                    actual=actual,
                    peers=peers.get((unit.class_key, place)),
                )
                for place, (line, of_line) in enumerate(zip(self._lines, points, strict=True))
            )
            earned = sum((one.earned for one in lines), ZERO)
            found[key] = TaskScore(self._indicator.key, sum(points, ZERO), actual, earned, lines)
        return found

    def _peers(self) -> Mapping[tuple[str, int], Peers]:
        """Return whom each line compares in a class, by the class and the line's place."""
        values: dict[tuple[str, int], list[Fraction]] = defaultdict(list)
        for place, line in enumerate(self._lines):
            if line.method in _COMPARING:
                for unit, _, yardstick, actual in self._tasks.values():
                    value = None if actual is None else yardstick.look(line, actual)
                    if value is not None:
                        values[unit.class_key, place].append(value)
        return {one: Peers(found, self._indicator.better) for one, found in values.items()}


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
