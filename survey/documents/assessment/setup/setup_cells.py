"""A set-up workbook as rows of cells, each under the key that it is for, and what hinders it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from survey.documents.assessment.row_files import file_cell, sheet_faults
from survey.documents.roster.cells import (
    MAX_HEAD_ROW,
    Book,
    Cell,
    CellKind,
    CellSheet,
    RosterFaultKind,
    letters,
)
from survey.documents.roster.mapping import EXPLANATION_SHEET
from survey.documents.roster.rows import plain
from survey.domain.assessment.reports.cell_numbers import CellFlaw, cell_fault, short
from survey.domain.assessment.reports.file_rows import FileCell
from survey.domain.errors import CellFault

from .setup_sheets import BASIC_LINES, BASICS, EXAMPLE, FILLED, ITEM, NOTE, ORDER, SetupColumn, SetupSheet

_FEW = 2


class SetupFlaw(StrEnum):
    """What can be wrong with a set-up workbook as a whole, or with the shape of a sheet."""

    NO_SETUP = "no-setup"
    MISSING_SHEET = "missing-sheet"
    UNKNOWN_SHEET = "unknown-sheet"
    HIDDEN = "hidden-sheet"
    MISSING_COLUMN = "missing-column"
    UNKNOWN_LINE = "unknown-line"
    DOUBLE_LINE = "double-line"
    CHANGED_EXAMPLE = "changed-example"
    ERROR_VALUE = "error-value"


@dataclass(frozen=True)
class SetupRow:
    """A row of a sheet; ``cells`` are by the path of their column, empty ones too."""

    number: int
    cells: Mapping[str, FileCell]

    def text(self, path: str) -> str:
        """Return what stands in a column, without spaces around it."""
        cell = self.cells.get(path)
        return cell.text.strip() if cell else ""

    def has_any(self, columns: Sequence[SetupColumn]) -> bool:
        """Return whether anything stands in one of some columns."""
        return any(self.text(column.path) for column in columns)


class SetupCells:
    """All sheets of a workbook, read one by one; ``faults`` are collected."""

    def __init__(self, book: Book, name: str) -> None:
        self.faults: list[CellFault] = []
        self._name = name
        self._sheets: dict[str, CellSheet] = {}
        for sheet in book.sheets:
            known = plain(sheet.name)
            if known in ORDER:
                self._sheets[known] = sheet
                if sheet.hidden and sheet.rows:
                    self._of_sheet(sheet.name, SetupFlaw.HIDDEN, "the sheet is hidden", "unhide and check it")
            elif sheet.rows and known != EXPLANATION_SHEET:
                said = "is no sheet of a set-up"
                self._of_sheet(
                    sheet.name, SetupFlaw.UNKNOWN_SHEET, said, "delete it, or give it its name back"
                )

    @property
    def has_none(self) -> bool:
        """Return whether the file has none of the sheets, so that it is something else."""
        return not self._sheets

    def basics(self) -> dict[str, FileCell]:
        """Read the first sheet: what is filled in beside each item, by its path."""
        found: dict[str, FileCell] = {}
        sheet = self._sheets.get(BASICS)
        if sheet is None:
            said = "the sheet is missing"
            self._of_sheet(BASICS, SetupFlaw.MISSING_SHEET, said, "take it from the template")
            return found
        row, places = self._heads(sheet, {ITEM: ITEM, FILLED: FILLED})
        if not {ITEM, FILLED} <= places.keys():
            return found
        self._shape(sheet, row, {places[head]: head for head in (ITEM, FILLED)}, ())
        lines = {plain(line.head): line for line in BASIC_LINES}
        for number in sorted(n for n in sheet.rows if n > row):
            cells = sheet.rows[number]
            item = cells.get(places[ITEM], Cell(""))
            cell = self._cell(sheet, number, places[FILLED])
            line = lines.get(plain(item.text))
            if line is None or line.path in found:
                self._strange_line(sheet, number, places[ITEM], item.text, cell, known=line is not None)
            else:
                found[line.path] = cell
        return found

    def rows(self, layout: SetupSheet) -> list[SetupRow]:
        """Read the rows of a sheet; none where it is not there or has no heads."""
        sheet = self._sheets.get(layout.name)
        if sheet is None:
            if layout.key in ("classes", "units", "components"):
                said = "the sheet is missing"
                self._of_sheet(layout.name, SetupFlaw.MISSING_SHEET, said, "take it from the template")
            return []
        if not sheet.rows:
            return []
        heads = {plain(column.head): column.path for column in layout.columns}
        row, places = self._heads(sheet, heads)
        if not places:
            return []
        lacking = [c.head for c in layout.columns if c.required and c.path != "key" and c.path not in places]
        for head in lacking:
            said = f"the column {head} is missing"
            self._of_sheet(
                layout.name, SetupFlaw.MISSING_COLUMN, said, "take it from the template", head=head
            )
        marker = min(places.values()) - 1
        self._strange_heads(sheet, row, marker, set(places.values()))
        left_out = set(self._marked(sheet, layout, row, places, marker))
        self._shape(sheet, row, {column: path for path, column in places.items()}, left_out)
        found = []
        for number in sorted(n for n in sheet.rows if n > row and n not in left_out):
            cells = {path: self._cell(sheet, number, column) for path, column in places.items()}
            if any(cell.text.strip() for cell in cells.values()):
                found.append(SetupRow(number, cells))
            else:
                self._stray(sheet, number, marker)
        return found

    def _heads(self, sheet: CellSheet, known: Mapping[str, str]) -> tuple[int, dict[str, int]]:
        """Return the row of heads, and the columns of those that are known."""
        best, found = 0, dict[str, int]()
        for row in sorted(sheet.rows)[:MAX_HEAD_ROW]:
            columns: dict[str, int] = {}
            for column, cell in sorted(sheet.rows[row].items()):
                if plain(cell.text) in known:
                    columns.setdefault(known[plain(cell.text)], column)
            if len(columns) > len(found):
                best, found = row, columns
        if len(found) < _FEW:
            said = "no row of heads was found in the first ten rows"
            self._of_sheet(sheet.name, CellFlaw.MISSING_HEAD, said, "take the heads from the template")
            return 0, {}
        return best, found

    def _strange_heads(self, sheet: CellSheet, row: int, marker: int, read: set[int]) -> None:
        """Note the heads that nobody knows, and those that stand there twice: what is below would be lost."""
        for column, cell in sorted(sheet.rows[row].items()):
            if column in read or column == marker or not plain(cell.text):
                continue
            said = f"stands over a column that the sheet {sheet.name} does not have, or has already"
            self.faults.append(
                cell_fault(self._cell(sheet, row, column), CellFlaw.UNKNOWN_HEAD, said, "take the column out")
            )

    def _marked(
        self, sheet: CellSheet, layout: SetupSheet, head: int, places: Mapping[str, int], marker: int
    ) -> Iterator[int]:
        """List the rows that are marked as notes or examples and are just that."""
        for number in sorted(sheet.rows):
            mark = plain(sheet.rows[number].get(marker, Cell("")).text)
            if number <= head or mark not in (NOTE, EXAMPLE):
                continue
            cells = sheet.rows[number]
            said = {path: cells[column].text.strip() for path, column in places.items() if column in cells}
            filled = {path: text for path, text in said.items() if text}
            notes = {column.path: column.note for column in layout.columns}
            fitting = (
                filled.items() <= notes.items()
                if mark == NOTE
                else any(filled == dict(e) for e in layout.examples)
            )
            yield number
            if not fitting:
                place = f"{sheet.name}!{letters(max(marker, 1))}{number}"
                told = f"marks a row that was changed as “{mark}”, which is not read"
                remedy = "clear this cell to have the row read, or delete the row"
                self.faults.append(CellFault(place, mark, SetupFlaw.CHANGED_EXAMPLE, told, remedy))

    def _shape(
        self, sheet: CellSheet, head: int, columns: Mapping[int, str], left_out: Sequence[int] | set[int]
    ) -> None:
        """Note what leaves it open what a sheet says; that it has no rows is for the definition to say."""
        for fault in sheet_faults(sheet.name, sheet, head, columns, left_out):
            if fault.flaw != RosterFaultKind.NO_ROWS:
                place = f"{sheet.name}!{fault.place.removeprefix('row ')}"
                self.faults.append(replace(fault, place=place))

    def _cell(self, sheet: CellSheet, row: int, column: int) -> FileCell:
        """Return a cell; what was worked out, and what went wrong in it, is noted."""
        place = f"{sheet.name}!{letters(column)}{row}"
        cell = sheet.rows.get(row, {}).get(column, Cell(""))
        found = file_cell(cell, place)
        if cell.kind is CellKind.FORMULA:
            self.faults.append(
                cell_fault(found, CellFlaw.FORMULA, "is a formula", "copy it and paste the value only")
            )
        elif cell.kind is CellKind.ERROR:
            self.faults.append(
                cell_fault(found, SetupFlaw.ERROR_VALUE, "is an error of a formula", "write the value")
            )
        return found

    def _strange_line(
        self, sheet: CellSheet, row: int, column: int, item: str, filled: FileCell, *, known: bool
    ) -> None:
        if not (item.strip() or filled.text.strip()):
            return
        flaw = SetupFlaw.DOUBLE_LINE if known else SetupFlaw.UNKNOWN_LINE
        said = "stands there twice" if known else "is no item of this sheet"
        place = f"{sheet.name}!{letters(column)}{row}"
        self.faults.append(CellFault(place, short(item), flaw, said, "take the row out"))

    def _stray(self, sheet: CellSheet, row: int, marker: int) -> None:
        """Note what stands in a row beside the columns that are read, and nowhere else."""
        for column, cell in sorted(sheet.rows[row].items()):
            if column != marker and cell.text.strip():
                said = "stands in no column of this sheet"
                found = self._cell(sheet, row, column)
                self.faults.append(cell_fault(found, CellFlaw.UNKNOWN_HEAD, said, "clear the cell"))
                return

    def _of_sheet(self, sheet: str, flaw: StrEnum, message: str, remedy: str, **facts: str) -> None:
        self.faults.append(CellFault(sheet, "", flaw, message, remedy, facts))
