"""What a sheet says of a unit: each scorer's points, and their mean without the highest and the lowest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.composite_rules import ScoreSheet, SheetKind, TrimRule
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import SheetPoints
from survey.domain.assessment.indicators import ZERO


@dataclass(frozen=True)
class SheetMean:
    """What the scorers of a sheet gave a unit on average.

    ``high`` and ``low`` are how many of the highest and lowest were left out, ``unfinished`` how many scorers
    do not count because a line of theirs is empty. ``value`` is ``None`` where nobody's sheet is complete.
    """

    value: Fraction | None
    scorers: int = 0
    high: int = 0
    low: int = 0
    unfinished: int = 0


NOBODY = SheetMean(None)


def sheet_means(
    definition: AssessmentDefinition, points: Iterable[SheetPoints]
) -> dict[tuple[str, str], SheetMean]:
    """Map the keys of sheet and unit to what the scorers gave; the last points of a line hold.

    Units without any points on a sheet are not among them.
    """
    given: dict[tuple[str, str], dict[str, dict[str, Fraction]]] = defaultdict(lambda: defaultdict(dict))
    for one in points:
        given[one.sheet, one.unit][one.scorer][one.line] = one.points
    return {key: _mean(definition.sheet[key[0]], by_scorer) for key, by_scorer in given.items()}


def untold_components(
    definition: AssessmentDefinition, points: Iterable[SheetPoints]
) -> dict[str, frozenset[str]]:
    """Map units to the components that nobody is told, as fewer than ``min_scorers`` scored the unit."""
    few: dict[str, set[str]] = defaultdict(set)
    for (sheet, unit), found in sheet_means(definition, points).items():
        if found.value is not None and found.scorers < definition.sheet[sheet].min_scorers:
            few[unit].update(one.key for one in definition.components if one.sheet == sheet)
    return {unit: frozenset(keys) for unit, keys in few.items()}


def trimmed_mean(scores: Sequence[Fraction], trim: TrimRule | None) -> Fraction:
    """Return the mean without the highest and lowest that a rule leaves out."""
    high, low = left_out(len(scores), trim)
    rest = sorted(scores)[low : len(scores) - high]
    return sum(rest, ZERO) / len(rest)


def left_out(scorers: int, trim: TrimRule | None) -> tuple[int, int]:
    """Return how many of the highest and of the lowest are left out of so many."""
    if trim is None or scorers < trim.least:
        return 0, 0
    return trim.high, trim.low


def sheet_points(sheet: ScoreSheet, lines: Mapping[str, Fraction]) -> Fraction:
    """Add one scorer's lines up; a place on a ``rank`` sheet is turned into points first, 0 at the least."""
    if sheet.kind is SheetKind.POINTS:
        return sum((lines[line.key] for line in sheet.lines), ZERO)
    step = sheet.by or ZERO
    return sum((line.points * max(ZERO, 1 - step * (lines[line.key] - 1)) for line in sheet.lines), ZERO)


def _mean(sheet: ScoreSheet, by_scorer: Mapping[str, Mapping[str, Fraction]]) -> SheetMean:
    wanted = {line.key for line in sheet.lines}
    complete = [sheet_points(sheet, lines) for lines in by_scorer.values() if wanted <= lines.keys()]
    unfinished = len(by_scorer) - len(complete)
    if not complete:
        return SheetMean(None, unfinished=unfinished)
    high, low = left_out(len(complete), sheet.trim)
    return SheetMean(trimmed_mean(complete, sheet.trim), len(complete), high, low, unfinished)
