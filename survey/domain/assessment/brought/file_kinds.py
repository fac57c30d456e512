"""What a file holds, as its heads tell; and files of one form brought into the form of another."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.assessment.reports.file_heads import by_column
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.number_text import read_number, write_number
from survey.domain.assessment.reports.row_checks import NO, YES
from survey.domain.errors import BadNumbers, CellFault

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00:00)?")
_NUMBERS = ("points", "value")
_BESIDE = frozenset(("note", "label", "name", "序号", "单位名称", "类别"))
"""Columns that may stand beside and are not read."""
_PATH = re.compile(r"(entries|vetoes|entered)\[(\d+)\](?:\.(\w+))?")


class FileKind(StrEnum):
    """What a file may hold."""

    VALUES = "values"
    VERIFIED = "verified"
    SHEETS = "sheets"
    ENTRIES = "entries"


_TABLES = {"item": "entries", "band": "vetoes", "component": "entered"}
"""Which table a row of a file of entries belongs to, by the column that only this one has."""
_WORDS = {"entries": "reason", "vetoes": "grounds", "entered": "document"}
"""What the head \"why\" (依据) means in each."""
_TOLD_BY: Mapping[FileKind, Sequence[frozenset[str]]] = {
    FileKind.VERIFIED: [frozenset(("found",))],
    FileKind.SHEETS: [frozenset(("sheet", "scorer"))],
    FileKind.ENTRIES: [frozenset((column,)) for column in _TABLES],
}


def kind_by_heads(rows: Iterable[FileRow]) -> FileKind:
    """Return what rows hold, by the columns that they have; values where nothing tells otherwise."""
    columns = {column for row in by_column(rows) for column in row.cells}
    for kind, heads in _TOLD_BY.items():
        if any(some <= columns for some in heads) and not {"period", "value"} <= columns:
            return kind
    return FileKind.VALUES


def kind_of_tables(data: Mapping[str, Any]) -> FileKind:
    """Return what a parsed TOML file holds: values, or entries and the like."""
    return FileKind.VALUES if set(data) == {"values"} else FileKind.ENTRIES


@dataclass(frozen=True)
class EntryTables:
    """Rows of entries, vetoes and typed-in values as the tables of a TOML file, and which row each was."""

    data: Mapping[str, list[dict[str, Any]]]
    rows: Mapping[str, list[FileRow]]

    def placed(self, faults: Iterable[CellFault]) -> list[CellFault]:
        """Return faults of the tables at the cells, or rows, that they come from."""
        return [replace(fault, place=self._place(fault.place)) for fault in faults]

    def _place(self, path: str) -> str:
        found = _PATH.fullmatch(path)
        if found is None:
            return path
        row = self.rows[found[1]][int(found[2])]
        column = found[3] or ""
        cell = row.cells.get(column) or (row.cells.get("why") if _WORDS[found[1]] == column else None)
        return cell.place if cell else f"{row.place}, {column}".rstrip(", ")


def entry_tables(rows: Sequence[FileRow]) -> EntryTables:
    """Return rows of entries as the tables that a TOML file of entries has.

    Raises ``BadNumbers`` where a row is of no kind: it has neither item nor band nor component.
    """
    data: dict[str, list[dict[str, Any]]] = {}
    kept: dict[str, list[FileRow]] = {}
    faults = []
    for row in by_column(rows):
        table = next((table for column, table in _TABLES.items() if row.text(column)), None)
        if table is None:
            said = "names neither item nor band nor component"
            remedy = "fill in item (an entry), band (a veto), or component (a value that is typed in)"
            faults.append(CellFault(row.place, "", CellFlaw.MISSING, said, remedy))
            continue
        data.setdefault(table, []).append(_table(row, table))
        kept.setdefault(table, []).append(row)
    if faults:
        raise BadNumbers(faults)
    return EntryTables(data, kept)


def _table(row: FileRow, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, cell in row.cells.items():
        name = _WORDS[kind] if column == "why" and not row.text(_WORDS[kind]) else column
        if name not in _BESIDE:
            found[name] = _plain(name, cell.text.strip())
    return found


def _plain(column: str, written: str) -> Any:
    """Return what a cell says as TOML would have it; what cannot be read stays a text, which is a fault."""
    if column in _NUMBERS and (number := read_number(written)) is not None:
        return Decimal(write_number(number))
    if column == "decided_on" and (day := _DAY.fullmatch(written)):
        return day[1]
    if column == "taken_back" and written.lower() in YES | NO:
        return written.lower() in YES
    return written


def rows_of_values(data: Mapping[str, Any]) -> list[FileRow]:
    """Return the ``values`` of a parsed TOML file as rows.

    Raises ``BadNumbers`` where they are no list of tables, or something else stands beside them.
    """
    values = data.get("values")
    if set(data) != {"values"} or not isinstance(values, list) or not values:
        remedy = "write [[values]] with period, unit, indicator and value, and nothing else"
        raise BadNumbers([CellFault("file", "", CellFlaw.MISSING, "holds no list of values", remedy)])
    return [_row(f"values[{place}]", table) for place, table in enumerate(values)]


def _row(place: str, table: Any) -> FileRow:
    if not isinstance(table, Mapping):
        remedy = "write [[values]] with period, unit, indicator and value"
        raise BadNumbers([CellFault(place, "", CellFlaw.MISSING, "is no table", remedy)])
    cells = {key: FileCell(f"{place}.{key}", _written(value)) for key, value in table.items()}
    return FileRow(place, {key: cell for key, cell in cells.items() if cell.text})


def _written(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
