"""Targets of the year: from the rows of a file, or to the list of all faults; and as they are stored."""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from survey.domain.assessment.known_names import MOST
from survey.domain.assessment.reports.cell_numbers import (
    PER_CENT,
    CellFlaw,
    number_in,
    short,
    shown_as_percentage,
)
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.assessment.reports.number_text import fraction_of
from survey.domain.assessment.reports.row_checks import RowCheck
from survey.domain.definition.canonical import canonical_json, digest_of_text
from survey.domain.errors import BadNumbers, CellFault

from .definition import AssessmentDefinition
from .facts import Target, Targets, UnitTask
from .indicators import Basis, Indicator, Method, ScoringLine

PLAN = tuple(f"m{month}" for month in range(1, 13))
_NO_PLAN = (None,) * len(PLAN)
_NUMBERS = ("target", "base", *PLAN, "points")
_KNOWN = frozenset({"unit", "indicator", *_NUMBERS})
_BESIDE = frozenset(
    ["note", "evidence", "measure", "label", "name", "序号", "计量单位", "单位名称", "指标名称", "类别"]
)
"""Columns that may stand beside and are not read."""
_COLUMN = {CellFlaw.NO_TARGET: "target", CellFlaw.NO_BASE: "base", CellFlaw.NO_POINTS: "points"}
LATER = frozenset({CellFlaw.NO_TARGET, CellFlaw.NO_BASE})
"""What a draft may lack until it is issued."""
_ON_TARGET = frozenset({Method.COMPLETE, Method.REACH, Method.STEP})


def read_targets(
    definition: AssessmentDefinition, rows: Sequence[FileRow], *, complete: bool = True
) -> Targets:
    """Read the tasks of all units; the order of the rows changes nothing.

    Units and indicators are named by key, or by a label that only one of them has. Unless ``complete``, what
    a task is scored by may be given later. Raises ``BadNumbers`` with every fault: the file is taken as a
    whole or not at all. A file of something else has one.
    """
    check = RowCheck(definition, {}, rows)
    _require_heads(check)
    reader = _TargetRows(check, complete=complete)
    for row in check.rows:
        reader.take(row)
    check.finish()
    return _ordered(definition, reader.targets)


def _require_heads(check: RowCheck) -> None:
    columns = {column for row in check.rows for column in row.cells}
    if check.rows and not {"unit", "indicator"} <= columns:
        there = ", ".join(short(column) for column in sorted(columns)[:MOST])
        said = f"the heads are no targets' (there are {there})"
        remedy = "bring a file with unit, indicator, target; base, m1 … m12 and points may be there"
        raise BadNumbers([CellFault("row of heads", "", CellFlaw.MISSING_HEAD, said, remedy)])


def require_targets(definition: AssessmentDefinition, targets: Targets, *, complete: bool = True) -> None:
    """Check targets that were read under another version of a definition.

    Raises ``BadNumbers`` where the definition asks for none: its numbers would be lost in silence; and,
    unless what is missing may be given later, where a task lacks what its scoring lines reckon with.
    """
    asked = _ordered(definition, targets)
    faults = [
        CellFault(f"{unit}, {indicator}", "", flaw, message, remedy)
        for (unit, indicator), target in targets.items()
        for flaw, message, remedy in (
            _lacking(definition.indicator[indicator], target) if (unit, indicator) in asked else [_GONE]
        )
        if complete or flaw not in LATER
    ]
    if faults:
        raise BadNumbers(faults)


def targets_document(targets: Targets) -> list[dict[str, Any]]:
    """Return targets as plain values, numbers as texts (``61/5``); what is empty is left out."""
    return [_plain(target) for target in targets.values()]


def targets_text(targets: Targets) -> str:
    """Write targets as canonical JSON.

    There are texts in them and nothing else, so the interpreter's own writer gives the same as the one for
    all values, and of a hundred thousand numbers in a tenth of the time.
    """
    document = targets_document(targets)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read_targets_document(definition: AssessmentDefinition, document: Sequence[Mapping[str, Any]]) -> Targets:
    """Return the targets that were stored, in the order of the definition.

    Rows of units and indicators that the definition does not have (any more) are left out.
    """
    return _ordered(definition, {(row["unit"], row["indicator"]): _target(row) for row in document})


def assessment_digest(data: Mapping[str, Any], targets: Targets) -> str:
    """Return the digest that names exactly this definition file, as it was parsed, with these targets."""
    return digest_of_text(f'{{"definition":{canonical_json(data)},"targets":{targets_text(targets)}}}')


def _plain(target: Target) -> dict[str, Any]:
    numbers = {"target": target.target, "base": target.base, "points": target.points}
    plain: dict[str, Any] = {"unit": target.unit, "indicator": target.indicator}
    plain |= {key: str(number) for key, number in numbers.items() if number is not None}
    if any(number is not None for number in target.plan):
        plain["plan"] = [None if number is None else str(number) for number in target.plan]
    return plain


def _target(row: Mapping[str, Any]) -> Target:
    plan = tuple(map(_stored, row["plan"])) if "plan" in row else _NO_PLAN
    target, base, points = (_stored(row.get(key)) for key in ("target", "base", "points"))
    return Target(row["unit"], row["indicator"], target, base, plan, points)


def _stored(written: str | None) -> Fraction | None:
    return None if written is None else fraction_of(written)


def _ordered(definition: AssessmentDefinition, targets: Targets) -> Targets:
    return {
        (unit.key, indicator.key): targets[unit.key, indicator.key]
        for unit in definition.units
        for indicator in definition.indicators
        if (unit.key, indicator.key) in targets and unit.class_key in indicator.classes
    }


class _TargetRows:
    """The rows of a file of targets, taken one by one."""

    def __init__(self, check: RowCheck, *, complete: bool) -> None:
        self.targets: dict[UnitTask, Target] = {}
        self._complete = complete
        self._check = check
        self._strange: set[str] = set()

    def take(self, row: FileRow) -> None:
        """Read one row; what is wrong with it is noted."""
        check = self._check
        self._refuse_strange(row)
        unit, key = check.unit(row), check.indicator(row)
        indicator = check.definition.indicator[key] if key else None
        numbers = {column: self._number(row, column, indicator) for column in _NUMBERS}
        if not unit or not indicator or not self._is_asked(row, unit, indicator):
            return
        if not check.is_new(row, row.cells["indicator"], unit, indicator.key):
            return
        plan = tuple(numbers[column] for column in PLAN)
        target = Target(unit, indicator.key, numbers["target"], numbers["base"], plan, numbers["points"])
        self.targets[unit, indicator.key] = target
        for flaw, message, remedy in _lacking(indicator, target):
            if not self._complete and flaw in LATER:
                continue
            column = _COLUMN[flaw]
            if numbers[column] is not None or not row.text(column):  # else it is no number: said already
                place = row.cells[column].place if column in row.cells else row.place
                check.faults.append(CellFault(place, row.text(column), flaw, message, remedy))

    def _refuse_strange(self, row: FileRow) -> None:
        """Note a column that nobody knows, once: its numbers would be lost in silence."""
        for column, cell in row.cells.items():
            if column not in _KNOWN | _BESIDE | self._strange:
                self._strange.add(column)
                said = f"stands under the head {short(column)}, which targets do not have"
                remedy = "call it unit, indicator, target, base, m1 … m12 or points, or take it out"
                self._check.note(cell, CellFlaw.UNKNOWN_HEAD, said, remedy)

    def _is_asked(self, row: FileRow, unit: str, indicator: Indicator) -> bool:
        asked = self._check.definition.class_of[unit].key
        if asked not in indicator.classes:
            said = f"is not asked of {unit}, which is of class {asked}"
            remedy = "take the row out, or add the class to the indicator"
            self._check.note(row.cells["indicator"], CellFlaw.FOREIGN, said, remedy)
        return asked in indicator.classes

    def _number(self, row: FileRow, column: str, indicator: Indicator | None) -> Fraction | None:
        cell = row.cells.get(column)
        if cell is None or not row.text(column):
            return None
        measure = indicator.measure if indicator and column != "points" else ""
        shown = shown_as_percentage(cell) if measure == PER_CENT else None
        found = number_in(cell, measure) if shown is None else shown
        if isinstance(found, CellFault):
            self._check.faults.append(found)
            return None
        if column == "points" and found < 0:
            self._check.note(cell, CellFlaw.OUT_OF_RANGE, "is below 0", "write the points, 0 or more")
        return found


_GONE = (
    CellFlaw.FOREIGN,
    "has a target, and this definition asks for none",
    "spell unit and indicator as before, or give the targets again with --targets",
)


def _lacking(indicator: Indicator, target: Target) -> Iterator[tuple[CellFlaw, str, str]]:
    """Find what a task's scoring lines reckon with and it does not have: flaw, message and remedy."""
    if target.target is None and any(map(_needs_target, indicator.score)):
        yield (
            CellFlaw.NO_TARGET,
            f"{indicator.key} is scored by its target, which is missing",
            "write the target",
        )
    if target.base is None and any(line.of is Basis.GROWTH for line in indicator.score):
        yield (
            CellFlaw.NO_BASE,
            f"{indicator.key} is scored by its growth, the base is missing",
            "write the base",
        )
    if target.points and not indicator.points:
        message = f"the scoring lines of {indicator.key} have no points that could be stretched"
        yield CellFlaw.NO_POINTS, message, "leave points empty"


def _needs_target(line: ScoringLine) -> bool:
    on_target = line.method in _ON_TARGET or line.qualify
    return line.of is Basis.COMPLETION or (on_target and line.target is None)
