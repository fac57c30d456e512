"""A set-up workbook from an unknown sender: its definition and targets, or every fault by sheet and cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath
from typing import Any

from survey.documents.assessment.row_files import open_book
from survey.domain.assessment.definition_reader import FORMAT, KIND, read_assessment
from survey.domain.assessment.reports.cell_numbers import (
    CellFlaw,
    cell_fault,
    number_in,
    short,
    shown_as_percentage,
)
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.row_checks import MAX_FAULTS
from survey.domain.assessment.scoring.places import plain as plain_number
from survey.domain.assessment.targets_reader import read_targets
from survey.domain.definition.names import unclear
from survey.domain.errors import BadNumbers, CellFault, Fault, InvalidDefinition

from .setup_cells import SetupCells, SetupFlaw, SetupRow
from .setup_paths import put_value
from .setup_sheets import BASIC_LINES, BASICS, SHEETS, TARGET_SHEET, SetupColumn, SetupSheet
from .setup_values import NamedRow, NamedRows, read_value

_NUMBERS = tuple(column.path for column in TARGET_SHEET.columns if not column.names)


@dataclass(frozen=True)
class SetupFile:
    """What a workbook holds: the definition as of TOML, the rows of targets, and where each key stands."""

    data: Mapping[str, Any]
    rows: tuple[FileRow, ...]
    places: Mapping[str, FileCell]

    def fault(self, fault: Fault) -> CellFault:
        """Return a fault of the definition as one of the cell that it comes from."""
        return _at_cell(self.places, fault)


def read_setup(content: bytes, name: str = "setup.xlsx") -> SetupFile:
    """Read a workbook whole; raises ``BadNumbers`` with every fault, and where each is."""
    name = PurePath(name).name or name
    cells = SetupCells(open_book(name, content), name)
    if cells.has_none:
        said = "has none of the sheets of a set-up"
        raise BadNumbers(
            [CellFault(name, "", SetupFlaw.NO_SETUP, said, "download the template and fill it in")]
        )
    basics = cells.basics()
    made = _Document({sheet.key: cells.rows(sheet) for sheet in SHEETS}, basics)
    rows = tuple(
        FileRow(f"{TARGET_SHEET.name}!{row.number}", _as_targets(row)) for row in cells.rows(TARGET_SHEET)
    )
    found = SetupFile(made.data, rows, made.places)
    faults = [*cells.faults, *made.faults]
    told = {fault.place for fault in faults}
    faults += [fault for fault in _definition_and_targets(found, made.names) if fault.place not in told]
    if faults:
        raise BadNumbers(_once(faults)[:MAX_FAULTS])
    return found


def _as_targets(row: SetupRow) -> dict[str, FileCell]:
    """Return the cells that the reader of targets asks for, those that are not filled in with their place."""
    asked = ("unit", "indicator", "target", "base", "points")
    return {path: cell for path, cell in row.cells.items() if path in asked or cell.text.strip()}


def _definition_and_targets(found: SetupFile, names: NamedRows) -> Iterator[CellFault]:
    for fault in unclear(dict(found.data)):
        yield found.fault(fault)
    try:
        definition = read_assessment(found.data)
    except InvalidDefinition as refused:
        yield from map(found.fault, refused.faults)
        yield from _rough(found.rows, names)
        return
    try:
        read_targets(definition, found.rows)
    except BadNumbers as refused:
        yield from refused.faults


def _rough(rows: Sequence[FileRow], names: NamedRows) -> Iterator[CellFault]:
    """Find what is wrong with targets whatever the definition will be: names, and numbers that are none."""
    for row in rows:
        for path, of, flaw in (
            ("unit", "units", CellFlaw.NO_UNIT),
            ("indicator", "indicators", CellFlaw.NO_INDICATOR),
        ):
            cell = row.cells.get(path)
            if cell and not cell.text.strip():
                yield CellFault(cell.place, "", CellFlaw.MISSING, f"{path} is empty", "fill it in")
            elif cell and names.known(of).key_of(cell.text.strip()) is None:
                said = f"is no {path} of this assessment"
                yield cell_fault(cell, flaw, said, f"write the key of a known {path}")
        for path in _NUMBERS:
            cell = row.cells.get(path)
            # Only with its indicator is it known in what a number with a digit may be given.
            if cell and cell.text.strip() and not any(sign.isdigit() for sign in cell.text):
                fault = number_in(cell)
                if isinstance(fault, CellFault):
                    yield fault


def _at_cell(places: Mapping[str, FileCell], fault: Fault) -> CellFault:
    path = fault.path
    while path and path not in places:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    cell = places.get(path) or FileCell(BASICS, "")
    facts = {key: short(fact) if isinstance(fact, str) else fact for key, fact in fault.facts.items()}
    return CellFault(
        cell.place,
        short(cell.text),
        fault.flaw,
        fault.message,
        "mend the cell",
        facts,
    )


def _once(faults: Sequence[CellFault]) -> list[CellFault]:
    """Leave out what is said of a cell twice."""
    found: dict[tuple[str, str], CellFault] = {}
    for fault in faults:
        found.setdefault((fault.place, fault.flaw), fault)
    return list(found.values())


class _Document:
    """The definition that the rows of all sheets make, with the cell of each of its keys."""

    def __init__(self, rows: Mapping[str, Sequence[SetupRow]], basics: Mapping[str, FileCell]) -> None:
        self.data: dict[str, Any] = {"format": FORMAT, "kind": KIND, "assessment": {}}
        self.places: dict[str, FileCell] = {key: FileCell(BASICS, "") for key in ("assessment", "composite")}
        self.faults: list[CellFault] = []
        grouped = {sheet.key: _grouped(sheet, rows[sheet.key]) for sheet in SHEETS}
        keys = {
            sheet.key: _keys(sheet.prefix, "key", [one[0] for one in grouped[sheet.key]]) for sheet in SHEETS
        }
        self.names = NamedRows(
            {
                sheet.key: [
                    NamedRow(key, lines[0].text(sheet.label))
                    for key, lines in zip(keys[sheet.key], grouped[sheet.key], strict=True)
                ]
                for sheet in SHEETS
            }
        )
        for line in BASIC_LINES:
            cell = basics.get(line.path)
            self.places[line.path] = cell or FileCell(BASICS, "")
            if cell and cell.text.strip():
                put_value(self.data, line.path, self._value(line, cell))
        for sheet in SHEETS:
            self.places.setdefault(sheet.key, FileCell(sheet.name, ""))
            made = [
                self._row(sheet, f"{sheet.key}[{place}]", key, lines)
                for place, (key, lines) in enumerate(zip(keys[sheet.key], grouped[sheet.key], strict=True))
            ]
            if made:
                put_value(self.data, sheet.key, made)

    def _row(self, sheet: SetupSheet, path: str, key: str, lines: Sequence[SetupRow]) -> dict[str, Any]:
        row = self._values(sheet, path, lines[0], inner=False)
        row["key"] = key
        if sheet.inner:
            mine = [column for column in sheet.columns if column.inner]
            given = [line for line in lines if line.has_any(mine)]
            at = next((lines[0].cells[c.path] for c in mine if c.path in lines[0].cells), None)
            self.places[f"{path}.{sheet.inner}"] = at or FileCell(f"{sheet.name}!{lines[0].number}", "")
            inner = []
            for place, line in enumerate(given):
                inner.append(self._values(sheet, f"{path}.{sheet.inner}[{place}]", line, inner=True))
            if sheet.inner_prefix:
                inner_keys = _keys(sheet.inner_prefix, f"{sheet.inner}.key", given)
                inner = [one | {"key": known} for one, known in zip(inner, inner_keys, strict=True)]
            row[sheet.inner] = inner
        return row

    def _values(self, sheet: SetupSheet, path: str, row: SetupRow, *, inner: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in sheet.columns:
            if column.inner is not inner:
                continue
            key = column.path.removeprefix(f"{sheet.inner}.") if inner else column.path
            cell = row.cells.get(column.path) or FileCell(f"{sheet.name}!{row.number}", "")
            self.places[f"{path}.{key}"] = cell
            if cell.text.strip():
                put_value(values, key, self._value(column, cell))
        self.places[path] = FileCell(f"{sheet.name}!{row.number}", "")
        return values

    def _value(self, column: SetupColumn, cell: FileCell) -> Any:
        if column.is_number and cell.percent and not column.is_share:
            shown = shown_as_percentage(cell)
            if shown is not None:
                seen = plain_number(shown)
                said = f"is shown as {seen}%, but no percentage is asked for"
                self.faults.append(
                    cell_fault(
                        cell, CellFlaw.PERCENT, said, f"give the cell the format of a number, write {seen}"
                    )
                )
        return read_value(column, cell, self.names)


def _grouped(sheet: SetupSheet, rows: Sequence[SetupRow]) -> list[list[SetupRow]]:
    """Put the rows that only hold another line of the list within a row to the one above them."""
    own = [column for column in sheet.columns if not column.inner]
    found: list[list[SetupRow]] = []
    for row in rows:
        if sheet.inner and found and not row.has_any(own):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _keys(prefix: str, path: str, rows: Sequence[SetupRow]) -> list[str]:
    """Return the keys of rows; those without one are numbered with what no other row has."""
    taken = {row.text(path) for row in rows}
    free = (f"{prefix}{number}" for number in count(1) if f"{prefix}{number}" not in taken)
    return [row.text(path) or next(free) for row in rows]
