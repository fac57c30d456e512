"""Rows of numbers, findings and points, as they come from a file; whole or not at all, with all faults."""

from collections.abc import Iterator, Mapping, Sequence, Set
from fractions import Fraction
from types import MappingProxyType

from survey.domain.assessment.composite_rules import ScoreSheet, SheetKind, SheetLine
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import NumberKind, SheetPoints, TakenNumber, Targets
from survey.domain.assessment.known_names import NamesKnown, names_of
from survey.domain.assessment.scoring.places import plain

from .cell_numbers import CellFlaw
from .file_rows import FileRow
from .row_checks import MAX_NAME, RowCheck

UNNUMBERED = 0
"""The number of what is not on record yet."""


def read_values(
    definition: AssessmentDefinition,
    targets: Targets,
    rows: Sequence[FileRow],
    *,
    kind: NumberKind = NumberKind.REPORTED,
) -> list[TakenNumber]:
    """Read numbers: period, unit, indicator, value; note and evidence may be there.

    Raises ``BadNumbers`` with all faults.
    """
    check = RowCheck(definition, targets, rows)
    check.require("period", "unit", "indicator", "value")
    found = list(_numbers(check, "value", kind))
    check.finish()
    return found


def read_findings(
    definition: AssessmentDefinition,
    targets: Targets,
    rows: Sequence[FileRow],
    *,
    known: Mapping[tuple[str, str, str], Fraction] = MappingProxyType({}),
) -> list[TakenNumber]:
    """Read what was found on the spot: period, unit, indicator, found, why; ``taken_back`` may be there.

    ``known`` is what was found so far, by period, unit and indicator: only that can be taken back, and a row
    which does so need not say it again. Raises ``BadNumbers`` with all faults.
    """
    check = RowCheck(definition, targets, rows)
    back = {row.place for row in check.rows if check.flag(row, "taken_back")}
    check.require("period", "unit", "indicator", *(["found"] if len(back) < len(check.rows) else []), "why")
    found = [*_numbers(check, "found", NumberKind.VERIFIED, leaving=back), *_withdrawn(check, back, known)]
    check.finish()
    return found


def _withdrawn(
    check: RowCheck, places: Set[str], known: Mapping[tuple[str, str, str], Fraction]
) -> Iterator[TakenNumber]:
    for row in check.rows:
        if row.place not in places:
            continue
        check.cell(row, "why")
        task, reason = check.task(row), check.words(row, "why")
        if task is None:
            continue
        measure = check.definition.indicator[task[2]].measure
        said = check.number(row, "found", measure) if row.text("found") else None
        if task not in known:
            cell, message = row.cells["taken_back"], "takes back what was never found"
            check.note(cell, CellFlaw.NO_FINDING, message, "leave the row out")
        elif said not in (None, known[task]):
            message = f"is not what was found, which is {plain(known[task])}"
            check.note(row.cells["found"], CellFlaw.NO_FINDING, message, "write that, or leave it out")
        else:
            yield TakenNumber(UNNUMBERED, NumberKind.WITHDRAWN, *task, known[task], reason=reason)


def read_points(
    definition: AssessmentDefinition,
    targets: Targets,
    rows: Sequence[FileRow],
) -> list[SheetPoints]:
    """Read points given by name: sheet, unit, scorer, line, points; of each scorer and unit the whole sheet.

    A line that is left out would count as 0. Raises ``BadNumbers`` with all faults.
    """
    check = RowCheck(definition, targets, rows)
    check.require("sheet", "unit", "scorer", "line", "points")
    found = list(_Points(check).read())
    check.finish()
    return found


def _numbers(
    check: RowCheck, column: str, kind: NumberKind, *, leaving: Set[str] = frozenset()
) -> Iterator[TakenNumber]:
    indicators = check.definition.indicator
    for row in check.rows:
        if row.place in leaving:
            continue
        task = check.task(row)
        value = check.number(row, column, indicators[task[2]].measure if task else "")
        note, evidence = check.words(row, "note"), check.words(row, "evidence")
        reason = check.words(row, "why")
        if kind is NumberKind.VERIFIED:
            check.cell(row, "why")
        if task and value is not None:
            period, unit, indicator = task
            yield TakenNumber(UNNUMBERED, kind, period, unit, indicator, value, note, evidence, reason)


class _Points:
    """Points while they are read, sheet by sheet of each scorer."""

    def __init__(self, check: RowCheck) -> None:
        self.check = check
        self.sheets = NamesKnown(
            {sheet.title: sheet.key for sheet in check.definition.sheets}
            | {sheet.key: sheet.key for sheet in check.definition.sheets}
        )
        self.lines = {sheet.key: names_of(sheet.lines) for sheet in check.definition.sheets}
        self.given: dict[tuple[str, str, str], tuple[FileRow, set[str]]] = {}

    def read(self) -> Iterator[SheetPoints]:
        """Read all rows, then look whether any line is missing."""
        for row in self.check.rows:
            if points := self._row(row):
                yield points
        for (sheet, unit, _), (row, given) in self.given.items():
            missing = [one.key for one in self.check.definition.sheet[sheet].lines if one.key not in given]
            if missing:
                said = f"gives {unit} no points on the lines {', '.join(missing)} of {sheet}"
                remedy = "send the whole sheet of this scorer for this unit"
                self.check.note(row.cells["scorer"], CellFlaw.LINES_MISSING, said, remedy)

    def _row(self, row: FileRow) -> SheetPoints | None:
        check = self.check
        sheet = check.named(row, "sheet", self.sheets, CellFlaw.NO_SHEET, "sheet")
        unit = check.unit(row)
        scorer = check.words(row, "scorer", MAX_NAME) if check.cell(row, "scorer") else ""
        line = (
            check.named(row, "line", self.lines[sheet], CellFlaw.NO_LINE, f"line of {sheet}")
            if sheet
            else None
        )
        points = check.number(row, "points")
        if not (sheet and unit and scorer and line):
            return None
        if not check.is_new(row, row.cells["line"], sheet, unit, scorer, line):
            return None
        self.given.setdefault((sheet, unit, scorer), (row, set()))[1].add(line)
        if points is None or not self._is_in_range(row, check.definition.sheet[sheet], line, points):
            return None
        return SheetPoints(sheet, unit, scorer, line, points)

    def _is_in_range(self, row: FileRow, sheet: ScoreSheet, line_key: str, points: Fraction) -> bool:
        if sheet.kind is SheetKind.RANK:
            most = len(self.check.definition.units)
            if points.denominator == 1 and 1 <= points <= most:
                return True
            said, remedy = "is no place", f"write a whole number from 1 to {most}"
        else:
            line = _line(sheet, line_key)
            if 0 <= points <= line.points:
                return True
            said, remedy = "is outside the line's points", f"write 0 to {plain(line.points)}"
        self.check.note(row.cells["points"], CellFlaw.OUT_OF_RANGE, said, remedy)
        return False


def _line(sheet: ScoreSheet, key: str) -> SheetLine:
    return next(line for line in sheet.lines if line.key == key)
