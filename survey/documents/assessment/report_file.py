"""A report's workbook from an unknown sender: found by its heads, whatever the order of its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from survey.documents.roster.cells import (
    MAX_HEAD_ROW,
    Cell,
    CellSheet,
    RosterFault,
    RosterFaultKind,
    letters,
)
from survey.documents.roster.mapping import readable_sheets
from survey.documents.roster.row_file_faults import cell_place, refused_file
from survey.documents.roster.rows import plain
from survey.domain.assessment.reports.cell_numbers import CellFlaw, short
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.report_lines import (
    EVIDENCE,
    KEY,
    LABEL,
    NOTE,
    PLANNED,
    VALUE,
    ReportFile,
)
from survey.domain.definition.validation import KEY as KEY_PATTERN
from survey.domain.errors import BadNumbers, CellFault
from survey.domain.operations.footers import FooterKind, footer_kind

from .report_heads import (
    EVIDENCE_HEAD,
    INDICATOR,
    INDICATOR_KEY,
    NOTE_HEAD,
    PERIOD,
    PLAN,
    UNIT,
    UNIT_KEY,
    VALUE_HEAD,
)
from .row_files import file_cell, open_book, sheet_faults

_COMMON = {PLAN: PLANNED, VALUE_HEAD: VALUE, NOTE_HEAD: NOTE, EVIDENCE_HEAD: EVIDENCE}
_OF_UNIT = {INDICATOR_KEY: KEY, INDICATOR: LABEL, **_COMMON}
_OF_LEAD = {UNIT_KEY: KEY, UNIT: LABEL, **_COMMON}
_SAID = {
    FooterKind.TOTAL: "is a sum",
    FooterKind.SIGNED: "says who signed",
    FooterKind.NOTE: "is a note",
}
_TITLE, _HEADING = "stands above the heads", "is a heading"


def read_report(content: bytes, name: str = "report.xlsx") -> ReportFile:
    """Read the first sheet that has a report's heads; rows that are no data are named and left out.

    Raises ``BadNumbers`` where the file is refused, is no report, or hides or merges what is read.
    """
    name = PurePath(name).name or name
    book = open_book(name, content)
    for place in readable_sheets(book):
        if heads := _heads(book.sheets[place]):
            return _Report(name, book.sheets[place], heads).read()
    raise BadNumbers([refused_file(name, RosterFault(RosterFaultKind.NO_HEADS))])


def is_report(content: bytes, name: str) -> bool:
    """Return whether a file is a report by its heads; raises ``BadNumbers`` where it is refused."""
    book = open_book(name, content)
    return any(_heads(book.sheets[place]) for place in readable_sheets(book))


@dataclass(frozen=True)
class _Heads:
    row: int
    of_unit: bool
    columns: Mapping[int, str]
    """The columns that are read, by number."""


def _heads(sheet: CellSheet) -> _Heads | None:
    for row in sorted(sheet.rows)[:MAX_HEAD_ROW]:
        written = {column: plain(cell.text) for column, cell in sheet.rows[row].items()}
        for of_unit, meanings in ((True, _OF_UNIT), (False, _OF_LEAD)):
            columns = {column: meanings[head] for column, head in written.items() if head in meanings}
            if {KEY, VALUE} <= set(columns.values()):
                return _Heads(row, of_unit, columns)
    return None


class _Report:
    """A sheet that has a report's heads, line by line."""

    def __init__(self, name: str, sheet: CellSheet, heads: _Heads) -> None:
        self.name = name
        self.sheet = sheet
        self.heads = heads
        self.left_out: dict[int, CellFault] = {}

    def read(self) -> ReportFile:
        """Read what the report is about and its rows."""
        subject = self._beside(UNIT if self.heads.of_unit else INDICATOR)
        period = self._beside(PERIOD)
        for row in sorted(self.sheet.rows):
            if row < self.heads.row and not self._names_something(row):
                self._leave_out(row, _TITLE)
        rows = tuple(self._rows())
        columns, head = self.heads.columns, self.heads.row
        if faults := list(sheet_faults(self.name, self.sheet, head, columns, self.left_out)):
            raise BadNumbers(faults)
        found = {column: letters(number) for number, column in columns.items()}
        return ReportFile(self.heads.of_unit, subject, period, found, rows, tuple(self.left_out.values()))

    def _rows(self) -> Iterator[FileRow]:
        for number, cells in sorted(self.sheet.rows.items()):
            filled = {column: cell for column, cell in cells.items() if cell.text.strip() or cell.formula}
            if number <= self.heads.row or not filled:
                continue
            found = {
                name: file_cell(filled[column], cell_place(number, column))
                for column, name in self.heads.columns.items()
                if column in filled
            }
            if why := _no_row(filled, found):
                self._leave_out(number, why)
            elif found:
                yield FileRow(f"row {number}", found)

    def _beside(self, label: str) -> FileCell | None:
        """Return the cell after the one, above the heads, that holds a label."""
        for row, column in self._labels(label):
            later = [place for place in self.sheet.rows[row] if place > column]
            if later:
                return file_cell(self.sheet.rows[row][min(later)], cell_place(row, min(later)))
        return None

    def _labels(self, label: str) -> Iterator[tuple[int, int]]:
        for row, cells in sorted(self.sheet.rows.items()):
            if row < self.heads.row:
                for column, cell in sorted(cells.items()):
                    if plain(cell.text).rstrip(":") == label:
                        yield row, column

    def _names_something(self, row: int) -> bool:
        labels = (UNIT, INDICATOR, PERIOD)
        return any(place == row for label in labels for place, _ in self._labels(label))

    def _leave_out(self, row: int, why: str) -> None:
        cells = self.sheet.rows[row]
        text = short(" ".join(cells[column].text for column in sorted(cells)))
        self.left_out[row] = CellFault(
            f"row {row}", text, CellFlaw.LEFT_OUT, f"{why} and is left out", "nothing needs to be done"
        )


def _no_row(filled: Mapping[int, Cell], found: Mapping[str, FileCell]) -> str:
    """Return why a line below the heads is no row, empty where it may be one."""
    key = found[KEY].text.strip() if KEY in found else ""
    if KEY_PATTERN.fullmatch(key):
        return ""  # a key may well be called "total"
    if kind := footer_kind(filled[min(filled)].text):
        return _SAID[kind]
    return "" if VALUE in found else _HEADING
