"""A sheet's points by name, once they are on record: sums of scorers, means, and who was left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.composite_rules import TrimRule
from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition
from survey.domain.assessment.facts import SheetPoints
from survey.domain.assessment.totals.sheet_values import SheetMean, left_out, sheet_means, sheet_points


@dataclass(frozen=True)
class SheetCell:
    """What one scorer gave a unit; ``value`` is ``None`` where a line of it is missing."""

    lines: Mapping[str, Fraction]
    value: Fraction | None
    trimmed: bool = False


@dataclass(frozen=True)
class SheetRow:
    """One unit with the cells of its scorers, by name, and the mean that counts."""

    unit: AssessedUnit
    cells: Mapping[str, SheetCell]
    mean: SheetMean


@dataclass(frozen=True)
class SheetTable:
    """The points of a sheet: a row a unit, a column a scorer."""

    scorers: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def sheet_table(
    definition: AssessmentDefinition, sheet_key: str, points: Iterable[SheetPoints]
) -> SheetTable:
    """Return the points of a sheet that hold, by name, with those marked that the mean leaves out."""
    own = [one for one in points if one.sheet == sheet_key and one.unit in definition.unit]
    given: dict[str, dict[str, dict[str, Fraction]]] = {}
    for one in own:
        given.setdefault(one.unit, {}).setdefault(one.scorer, {})[one.line] = one.points
    means = sheet_means(definition, own)
    sheet = definition.sheet[sheet_key]
    lines = {line.key for line in sheet.lines}
    rows = []
    for unit in definition.units:
        if unit.key not in given:
            continue
        values = {
            name: sheet_points(sheet, found) if lines <= found.keys() else None
            for name, found in given[unit.key].items()
        }
        out = trimmed_scorers(
            {name: value for name, value in values.items() if value is not None}, sheet.trim
        )
        cells = {name: SheetCell(given[unit.key][name], values[name], name in out) for name in values}
        rows.append(SheetRow(unit, cells, means[sheet_key, unit.key]))
    return SheetTable(tuple(sorted({one.scorer for one in own})), tuple(rows))


def trimmed_scorers(values: Mapping[str, Fraction], trim: TrimRule | None) -> frozenset[str]:
    """Return whose points the mean leaves out: the highest and the lowest, as many as the rule says."""
    high, low = left_out(len(values), trim)
    ordered = sorted(values, key=lambda name: values[name])
    return frozenset(ordered[:low] + ordered[len(ordered) - high :])
