"""Rosters: who is rated, on which form, as an office keeps it in Excel. All or nothing.

A roster with any fault gives no row at all; every fault names its place as Excel shows it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from survey.documents.layout.file_format import FileFormat, file_format

from .cells import (
    MAX_FILE,
    MAX_HEAD_ROW,
    MAX_ROWS,
    Book,
    Cell,
    CellRange,
    CellSheet,
    RosterFault,
    RosterFaultKind,
    UnreadableRoster,
    letters,
)
from .csv_file import read_csv
from .rows import COLUMNS, EXAMPLE_NAME, NAME, RosterRow, RowReader, plain
from .xlsx_file import read_xlsx

__all__ = ["Roster", "RosterFault", "RosterFaultKind", "RosterRow", "read_roster"]

EXPLANATION_SHEET = "填写说明"
REQUIRED = (NAME, "测评表")
IGNORED = ("序号", "备注")
_HEADS = {plain(head): head for head in (*COLUMNS, *IGNORED)}

_ZIP = b"PK"
_KINDS = {
    FileFormat.PASSWORD: RosterFaultKind.PASSWORD,
    FileFormat.OLD_WORKBOOK: RosterFaultKind.OLD_FORMAT,
    FileFormat.OLD_OFFICE: RosterFaultKind.OLD_FORMAT,
}
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


@dataclass(frozen=True)
class Roster:
    """What a file says: its rows in order, or, where anything is wrong, every fault and no row."""

    rows: tuple[RosterRow, ...]
    faults: tuple[RosterFault, ...]


def read_roster(data: bytes, name: str, sections: Mapping[str, str], groups: Mapping[str, str]) -> Roster:
    """Read a roster from an Excel or CSV file.

    ``sections`` maps the keys of the forms to their titles, ``groups`` those of the rater groups to their
    labels. Where there is only one form, its column may be left out.
    """
    try:
        book = _read(data, PurePath(name).stem or name)
    except UnreadableRoster as unreadable:
        return Roster((), (unreadable.fault,))
    reader = RowReader(sections, groups)
    faults = [*_book_faults(book), *_sheet_faults(book, reader)]
    return Roster((), tuple(faults)) if faults else Roster(tuple(reader.rows), ())


def _read(data: bytes, name: str) -> Book:
    if len(data) > MAX_FILE:
        raise UnreadableRoster(RosterFaultKind.TOO_LARGE)
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableRoster(RosterFaultKind.EMPTY)
    if found := file_format(data):
        kind = _KINDS.get(found, RosterFaultKind.OTHER_FORMAT)
        raise UnreadableRoster(kind, file_format=found)
    if data.startswith(_ZIP):
        return read_xlsx(data)
    if data.startswith(_NO_TEXT) or data.lstrip()[:1] == b"<":
        raise UnreadableRoster(RosterFaultKind.OTHER_FORMAT)
    return read_csv(data, name, lambda sheet: head_row(sheet) is not None)


def head_row(sheet: CellSheet) -> int | None:
    """Return the row of heads: of the first rows the one that names most columns, and the person's name."""
    best: tuple[int, int] | None = None
    for row in sorted(sheet.rows)[:MAX_HEAD_ROW]:
        if row > MAX_HEAD_ROW:
            break
        known = {_HEADS.get(plain(cell.text)) for cell in sheet.rows[row].values()} - {None}
        if NAME in known and (best is None or len(known) > best[0]):
            best = (len(known), row)
    return best[1] if best else None


def _book_faults(book: Book) -> Iterator[RosterFault]:
    if book.external_links:
        yield RosterFault(RosterFaultKind.EXTERNAL_LINKS)
    for sheet in book.sheets:
        if sheet.hidden and sheet.rows:
            yield RosterFault(RosterFaultKind.HIDDEN_SHEET, sheet.name)


def _sheet_faults(book: Book, reader: RowReader) -> Iterator[RosterFault]:
    shown = [sheet for sheet in book.sheets if sheet.rows and not sheet.hidden]
    others = [sheet for sheet in shown if sheet.name != EXPLANATION_SHEET]
    heads = {sheet.name: row for sheet in others if (row := head_row(sheet)) is not None}
    if not shown:
        if not any(sheet.rows for sheet in book.sheets):
            yield RosterFault(RosterFaultKind.EMPTY)
        return
    if not heads:
        sheet = (others or shown)[0]
        yield RosterFault(RosterFaultKind.NO_HEADS, sheet.name, min(sheet.rows))
        return
    first = next(iter(heads))
    for sheet in others:
        if sheet.name == first:
            yield from _roster_faults(sheet, heads[first], reader)
        elif sheet.name in heads:
            yield RosterFault(
                RosterFaultKind.SECOND_ROSTER, sheet.name, heads[sheet.name], params={"first": first}
            )
        else:
            yield RosterFault(
                RosterFaultKind.OTHER_SHEET, sheet.name, min(sheet.rows), params={"first": first}
            )


def _roster_faults(sheet: CellSheet, head: int, reader: RowReader) -> Iterator[RosterFault]:
    columns: dict[int, str] = {}
    yield from _heads(sheet, head, columns)
    required = REQUIRED if len(reader.sections) != 1 else (NAME,)
    missing = {name for name in required if name not in columns.values()}
    for name in required:
        if name in missing:
            yield RosterFault(RosterFaultKind.MISSING_HEAD, sheet.name, head, heading=name)
    rows = {row: cells for row, cells in sorted(sheet.rows.items()) if row > head}
    yield from _hidden_columns(sheet, head, columns)
    yield from _unheaded(sheet, rows, columns)
    # Merging below or beside the roster does no harm.
    merged = [
        area
        for area in sheet.merged
        if area.last_row >= head
        and area.first_row <= max([head, *rows])
        and area.first_column <= max(columns)
    ]
    for area in merged:
        found = sheet.rows.get(area.first_row, {}).get(area.first_column, Cell(""))
        heading = columns.get(area.first_column, "")
        column = letters(area.first_column)
        yield RosterFault(
            RosterFaultKind.MERGED,
            sheet.name,
            area.first_row,
            column,
            heading,
            found.text,
            {"area": str(area)},
        )
    if NAME not in missing:
        yield from _rows(sheet, rows, columns, _covered(merged, columns, rows, missing), reader)


def _heads(sheet: CellSheet, head: int, columns: dict[int, str]) -> Iterator[RosterFault]:
    for column, cell in sorted(sheet.rows[head].items()):
        name = plain(cell.text)
        known = _HEADS.get(name, "")
        if not name:
            continue
        if not known or known in columns.values():
            kind = RosterFaultKind.DOUBLE_HEAD if known else RosterFaultKind.UNKNOWN_HEAD
            yield RosterFault(kind, sheet.name, head, letters(column), cell.text, cell.text)
            known = ""
        columns[column] = known


def _covered(
    merged: list[CellRange], columns: dict[int, str], rows: Iterable[int], missing: set[str]
) -> dict[int, set[str]]:
    """Return, by row, the columns of which nothing more is to be said: merged, or without their head."""
    covered = {row: set(missing) for row in rows}
    merged_in: dict[str, list[tuple[int, int]]] = {}
    for area in merged:
        for column, head in columns.items():
            if area.first_column <= column <= area.last_column:
                merged_in.setdefault(head, []).append((area.first_row, area.last_row))
    for head, spans in merged_in.items():
        # In order, so that no row is looked at once for each of thousands of areas.
        spans.sort(reverse=True)
        last = 0
        for row in sorted(covered):
            while spans and spans[-1][0] <= row:
                last = max(last, spans.pop()[1])
            if row <= last:
                covered[row].add(head)
    return covered


def _rows(
    sheet: CellSheet,
    rows: dict[int, dict[int, Cell]],
    columns: dict[int, str],
    covered: dict[int, set[str]],
    reader: RowReader,
) -> Iterator[RosterFault]:
    wanted = {column: head for column, head in columns.items() if head in COLUMNS}
    places = {head: letters(column) for column, head in wanted.items()}
    number = 0
    for row, cells in rows.items():
        named = {head: cells.get(column, Cell("")) for column, head in wanted.items()}
        if plain(named[NAME].text) == plain(EXAMPLE_NAME) or not any(map(_is_filled, named.values())):
            continue
        number += 1
        if number > MAX_ROWS:
            yield RosterFault(RosterFaultKind.TOO_MANY_ROWS, sheet.name, row, params={"most": MAX_ROWS})
            return
        if row in sheet.hidden_rows:
            yield RosterFault(RosterFaultKind.HIDDEN_ROW, sheet.name, row, value=named[NAME].text)
        yield from reader.read(sheet.name, row, named, places, covered[row])
    if not number:
        yield RosterFault(RosterFaultKind.NO_ROWS, sheet.name)


def _is_filled(cell: Cell) -> bool:
    return bool(plain(cell.text) or cell.formula)


def _hidden_columns(sheet: CellSheet, head: int, columns: dict[int, str]) -> Iterator[RosterFault]:
    used = {column for row, cells in sheet.rows.items() if row >= head for column in cells}
    for column in sorted(used):
        if any(first <= column <= last for first, last in sheet.hidden_columns):
            heading = columns.get(column, "")
            yield RosterFault(
                RosterFaultKind.HIDDEN_COLUMN, sheet.name, head, letters(column), heading, heading
            )


def _unheaded(
    sheet: CellSheet, rows: dict[int, dict[int, Cell]], columns: dict[int, str]
) -> Iterator[RosterFault]:
    told: set[int] = set()
    for row, cells in rows.items():
        for column, cell in sorted(cells.items()):
            if column not in columns and column not in told and _is_filled(cell):
                told.add(column)
                value = cell.text or cell.formula
                yield RosterFault(
                    RosterFaultKind.NO_HEAD_ABOVE, sheet.name, row, letters(column), value=value
                )
