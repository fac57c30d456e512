"""Targets of the year: from the rows of a file, or to the list of all faults; and as they are stored."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from survey.domain.definition.canonical import digest
from survey.domain.errors import BadNumbers, CellFault

from .definition import AssessmentDefinition
from .facts import Target, Targets, UnitTask
from .file_heads import by_column
from .file_rows import FileCell, FileRow
from .indicators import Basis, Indicator, Method, ScoringLine
from .number_text import fraction_of, read_number, read_percentage

PLAN = tuple(f"m{month}" for month in range(1, 13))
_NO_PLAN = (None,) * len(PLAN)
_NUMBERS = ("target", "base", *PLAN, "points")
_KNOWN = frozenset({"unit", "indicator", *_NUMBERS})
_BESIDE = frozenset(
    ["note", "evidence", "measure", "label", "name", "序号", "计量单位", "单位名称", "指标名称", "类别"]
)
"""Columns that may stand beside and are not read."""
_ON_TARGET = frozenset({Method.COMPLETE, Method.REACH, Method.STEP})
_PERCENT = "%％"


def read_targets(definition: AssessmentDefinition, rows: Sequence[FileRow]) -> Targets:
    """Read the tasks of all units; the order of the rows changes nothing.

    Units and indicators are named by key, or by a label that only one of them has. Raises ``BadNumbers``
    with every fault: the file is taken as a whole or not at all.
    """
    reader = _TargetRows(definition)
    for row in by_column(rows):
        reader.take(row)
    if reader.faults:
        raise BadNumbers(reader.faults)
    return _ordered(definition, reader.targets)


def require_targets(definition: AssessmentDefinition, targets: Targets) -> None:
    """Check targets that were read under another version of a definition.

    Raises ``BadNumbers`` where a task lacks what its scoring lines reckon with.
    """
    faults = [
        CellFault(f"{target.unit}, {target.indicator}", "", flaw, message, remedy)
        for target in targets.values()
        for flaw, message, remedy in _lacking(definition.indicator[target.indicator], target)
    ]
    if faults:
        raise BadNumbers(faults)


def targets_document(targets: Targets) -> list[dict[str, Any]]:
    """Return targets as plain values, numbers as texts (``61/5``); what is empty is left out."""
    return [_plain(target) for target in targets.values()]


def read_targets_document(definition: AssessmentDefinition, document: Sequence[Mapping[str, Any]]) -> Targets:
    """Return the targets that were stored, in the order of the definition.

    Rows of units and indicators that the definition does not have (any more) are left out.
    """
    return _ordered(definition, {(row["unit"], row["indicator"]): _target(row) for row in document})


def assessment_digest(data: Mapping[str, Any], targets: Targets) -> str:
    """Return the digest that names exactly this definition file, as it was parsed, with these targets."""
    return digest({"definition": data, "targets": targets_document(targets)})


def _plain(target: Target) -> dict[str, Any]:
    numbers = {"target": target.target, "base": target.base, "points": target.points}
    plain: dict[str, Any] = {"unit": target.unit, "indicator": target.indicator}
    plain |= {key: str(number) for key, number in numbers.items() if number is not None}
    if any(number is not None for number in target.plan):
        plain["plan"] = [None if number is None else str(number) for number in target.plan]
    return plain


def _target(row: Mapping[str, Any]) -> Target:
    plan = tuple(map(_fraction, row["plan"])) if "plan" in row else _NO_PLAN
    target, base, points = (_fraction(row.get(key)) for key in ("target", "base", "points"))
    return Target(row["unit"], row["indicator"], target, base, plan, points)


def _fraction(written: str | None) -> Fraction | None:
    return None if written is None else fraction_of(written)


def _ordered(definition: AssessmentDefinition, targets: Targets) -> Targets:
    return {
        (unit.key, indicator.key): targets[unit.key, indicator.key]
        for unit in definition.units
        for indicator in definition.indicators
        if (unit.key, indicator.key) in targets and unit.class_key in indicator.classes
    }


class _TargetRows:
    """The rows of a file of targets, taken one by one, with the faults found in them."""

    def __init__(self, definition: AssessmentDefinition) -> None:
        self.targets: dict[UnitTask, Target] = {}
        self.faults: list[CellFault] = []
        self._definition = definition
        self._units = _by_name({unit.key: unit.label for unit in definition.units})
        self._indicators = _by_name({one.key: one.label for one in definition.indicators})
        self._strange: set[str] = set()

    def take(self, row: FileRow) -> None:
        """Read one row; note what is wrong with it."""
        self._refuse_strange(row)
        unit = self._named(row, "unit", self._units)
        key = self._named(row, "indicator", self._indicators)
        indicator = self._definition.indicator.get(key)
        numbers = {column: self._number(row, column, indicator) for column in _NUMBERS}
        if not unit or not indicator or not self._is_new(row, unit, indicator):
            return
        plan = tuple(numbers[column] for column in PLAN)
        target = Target(unit, key, numbers["target"], numbers["base"], plan, numbers["points"])
        self.targets[unit, key] = target
        for flaw, message, remedy in _lacking(indicator, target):
            column = flaw.removeprefix("no-")
            if numbers[column] is not None or not row.text(column):  # else it is no number: said already
                self._fault(row.place, "", flaw, message, remedy)

    def _fault(self, place: str, value: str, flaw: str, message: str, remedy: str) -> None:
        self.faults.append(CellFault(place, value, flaw, message, remedy))

    def _refuse_strange(self, row: FileRow) -> None:
        """Note a column that nobody knows, once: its numbers would be lost in silence."""
        for column, cell in row.cells.items():
            if column not in _KNOWN | _BESIDE | self._strange:
                self._strange.add(column)
                remedy = "call it unit, indicator, target, base, m1 … m12 or points, or take it out"
                self._fault(cell.place, column, "unknown-column", "is no column of targets", remedy)

    def _named(self, row: FileRow, column: str, known: Mapping[str, str]) -> str:
        written = row.text(column)
        if not written:
            message = f"the {column} is missing"
            self._fault(row.place, "", f"no-{column}", message, f"write the key of the {column}")
        elif written not in known:
            message = f"is the key of no {column}"
            remedy = f"write a key of the definition's {column}s"
            self._fault(row.cells[column].place, written, f"unknown-{column}", message, remedy)
        return known.get(written, "")

    def _is_new(self, row: FileRow, unit: str, indicator: Indicator) -> bool:
        place = row.cells["indicator"].place
        asked = self._definition.class_of[unit]
        if asked.key not in indicator.classes:
            message = f"is not asked of {unit}, which is of class {asked.key}"
            self._fault(place, indicator.key, "not-asked", message, "take the row out, or add the class")
            return False
        if (unit, indicator.key) in self.targets:
            message = f"stands in a row of {unit} before"
            self._fault(place, indicator.key, "doubled", message, "keep one of the rows")
            return False
        return True

    def _number(self, row: FileRow, column: str, indicator: Indicator | None) -> Fraction | None:
        cell = row.cells.get(column)
        written = row.text(column)
        if cell is None or not written:
            return None
        if cell.is_formula:
            remedy = "paste the value in its place"
            self._fault(cell.place, written, "formula", "is a formula", remedy)
            return None
        in_percent = column != "points" and indicator is not None and _is_percent(indicator)
        number = _percentage(cell) if cell.percent or written[-1] in _PERCENT else read_number(written)
        if number is None:
            self._fault(cell.place, written, "no-number", "is no number", "write digits, as 12.5")
        elif (cell.percent or written[-1] in _PERCENT) and indicator and not in_percent:
            message = "is a percentage, the column is not"
            self._fault(cell.place, written, "percent", message, "write the number without the percent sign")
        elif column == "points" and number < 0:
            self._fault(cell.place, written, "negative", "points are not below 0", "write 0 or more")
        return number


def _by_name(labels: Mapping[str, str]) -> dict[str, str]:
    """Map keys, and labels that only one has, to keys."""
    all_labels = list(labels.values())
    single = {label.strip(): key for key, label in labels.items() if all_labels.count(label) == 1}
    return single | {key: key for key in labels}


def _is_percent(indicator: Indicator) -> bool:
    return any(sign in indicator.measure for sign in _PERCENT)


def _percentage(cell: FileCell) -> Fraction | None:
    """Return the number that a cell shows before its percent sign."""
    shown = read_percentage(cell.text)
    if shown is not None or not cell.percent:
        return shown
    number = read_number(cell.text)
    return None if number is None else number * 100


def _lacking(indicator: Indicator, target: Target) -> Iterator[tuple[str, str, str]]:
    """Find what a task's scoring lines reckon with and it does not have: flaw, message and remedy."""
    if target.target is None and any(map(_needs_target, indicator.score)):
        yield "no-target", f"{indicator.key} is scored by its target, which is missing", "write the target"
    if target.base is None and any(line.of is Basis.GROWTH for line in indicator.score):
        yield "no-base", f"{indicator.key} is scored by its growth, the base is missing", "write the base"
    if target.points and not indicator.points:
        message = f"the scoring lines of {indicator.key} have no points that could be stretched"
        yield "no-points", message, "leave points empty"


def _needs_target(line: ScoringLine) -> bool:
    on_target = line.method in _ON_TARGET or line.qualify
    return line.of is Basis.COMPLETION or (on_target and line.target is None)
