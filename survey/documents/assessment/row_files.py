"""Files of rows from an unknown sender, CSV or Excel: numbers, findings, points, targets."""

from collections.abc import Container, Iterator, Mapping
from pathlib import PurePath
from sys import intern

from survey.documents.roster.cells import (
    MAX_HEAD_ROW,
    Book,
    Cell,
    CellKind,
    CellSheet,
    RosterFault,
    RosterFaultKind,
    SheetLimits,
    UnreadableRoster,
)
from survey.documents.roster.mapping import readable_sheets
from survey.documents.roster.reader import book_faults, read_book
from survey.documents.roster.row_file_faults import at_head, cell_place, hidden_row, refused_file
from survey.documents.roster.rows import plain
from survey.domain.assessment.reports.file_heads import column_named
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.errors import BadNumbers, CellFault

LIMITS = SheetLimits(rows=250_000, cells=2_000_000)
"""A year's numbers of two hundred units with sixty indicators are 144,000 rows."""

_FEW = 2
"""As many heads make a row of heads."""


def read_rows(name: str, content: bytes) -> list[FileRow]:
    """Read the rows below the heads of a CSV file or of a workbook's first sheet, as they stand.

    A column is named as its head is written, in lower case and without spaces. Raises ``BadNumbers`` where
    the file cannot be read, or where anything in it is hidden, merged or headed twice.
    """
    name = PurePath(name).name or name
    book = open_book(name, content)
    sheet = book.sheets[readable_sheets(book)[0]]
    head = _head_row(sheet)
    if not head:
        fault = RosterFault(RosterFaultKind.NO_HEADS)
        raise BadNumbers([refused_file(name, fault)])
    columns = {column: plain(cell.text) for column, cell in sheet.rows[head].items() if plain(cell.text)}
    if faults := list(sheet_faults(name, sheet, head, columns)):
        raise BadNumbers(faults)
    in_text = not content.startswith(b"PK")
    return list(_rows(sheet, head, columns, in_text=in_text))


def open_book(name: str, content: bytes) -> Book:
    """Open a CSV file or a workbook; raises ``BadNumbers`` where it is refused as a whole."""
    try:
        book = read_book(content, name, lambda sheet: _known_row(sheet) > 0, LIMITS)
    except UnreadableRoster as unreadable:
        raise BadNumbers([refused_file(name, unreadable.fault)]) from unreadable
    faults = list(book_faults(book))
    if any(len(sheet.rows) >= LIMITS.rows for sheet in book.sheets):
        faults.append(RosterFault(RosterFaultKind.TOO_LARGE))
    if faults:
        raise BadNumbers([refused_file(name, fault) for fault in faults])
    return book


def file_cell(cell: Cell, place: str) -> FileCell:
    """Return a cell as an assessment's readers take it; a formula without a result shows itself."""
    is_formula = cell.kind is CellKind.FORMULA
    # Keys and periods stand in a year's file a hundred thousand times.
    return FileCell(place, intern(cell.text or cell.formula), is_formula, cell.percent)


def _known_row(sheet: CellSheet) -> int:
    """Return the row, of the first, that has most of the heads that are known; 0 where none has a few."""
    best, place = _FEW - 1, 0
    for row in sorted(sheet.rows)[:MAX_HEAD_ROW]:
        known = {column_named(plain(cell.text)) for cell in sheet.rows[row].values()} - {""}
        if len(known) > best:
            best, place = len(known), row
    return place


def _head_row(sheet: CellSheet) -> int:
    """Return the row of heads: of those that are known, else the first with several cells."""
    several = (row for row in sorted(sheet.rows)[:MAX_HEAD_ROW] if len(sheet.rows[row]) >= _FEW)
    return _known_row(sheet) or next(several, 0)


def sheet_faults(
    name: str, sheet: CellSheet, head: int, columns: Mapping[int, str], left_out: Container[int] = ()
) -> Iterator[CellFault]:
    """List what leaves it open what a sheet says: heads twice, what is hidden, what is merged.

    ``columns`` are those that are read, ``left_out`` the rows that are not.
    """
    once: set[str] = set()
    for column, written in columns.items():
        if written in once:
            yield at_head(RosterFaultKind.DOUBLE_HEAD, head, column, written)
        once.add(written)
        if any(first <= column <= last for first, last in sheet.hidden_columns):
            yield at_head(RosterFaultKind.HIDDEN_COLUMN, head, column, written)
    for area in sheet.merged:
        read = any(area.first_column <= column <= area.last_column for column in columns)
        if read and area.last_row > head and area.first_row not in left_out:
            yield at_head(RosterFaultKind.MERGED, area.first_row, area.first_column, str(area))
    for row in sorted(sheet.hidden_rows):
        if row > head and row not in left_out:
            first = sheet.rows[row][min(sheet.rows[row])]
            yield hidden_row(f"row {row}", first.text)
    if max(sheet.rows) <= head:
        yield refused_file(name, RosterFault(RosterFaultKind.NO_ROWS))


def _rows(sheet: CellSheet, head: int, columns: Mapping[int, str], *, in_text: bool) -> Iterator[FileRow]:
    for number in sorted(sheet.rows):
        # Of a year's numbers nobody wants to hold both the cells and what is made of them.
        cells = sheet.rows.pop(number)
        if number <= head:
            continue
        found = {}
        for column, cell in cells.items():
            written = columns.get(column)
            if written and (cell.text.strip() or cell.formula):
                place = f"row {number}, {written}" if in_text else cell_place(number, column)
                found[written] = file_cell(cell, place)
        if found:
            yield FileRow(f"row {number}", found)
