"""Rosters: who is rated, on which form, as an office keeps it in Excel. All or nothing.

A roster with any fault gives no row at all; every fault names its place as Excel shows it. What stands where
is guessed from its heads, and shown before it is taken in wherever they are not the template's own.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from survey.documents.layout.file_format import FileFormat, file_format

from .cells import (
    MAX_FILE,
    MAX_ROWS,
    ROSTER_LIMITS,
    Book,
    Cell,
    CellRange,
    CellSheet,
    RosterFault,
    RosterFaultKind,
    SheetLimits,
    UnreadableRoster,
    letters,
)
from .csv_file import read_csv
from .guessing import guess_mapping
from .heads import find_heads
from .mapping import LEFT_OUT, RosterMapping, body_rows, filled_down, readable_sheets
from .rows import GROUPS, NAME, POST, SECTION, UNIT, RosterRow, RowReader, plain
from .skipping import SkippedKind, SkippedLine, skipped_line, why_skipped, wide_rows
from .xlsx_file import read_xlsx

__all__ = ["Roster", "RosterFault", "RosterFaultKind", "RosterRow", "read_mapped", "read_roster"]

_FILLED_DOWN = (POST, UNIT, SECTION, GROUPS)
"""Columns in which one cell may be merged over several persons; each of them is a person of its own."""

_ZIP = b"PK"
_KINDS = {
    FileFormat.PASSWORD: RosterFaultKind.PASSWORD,
    FileFormat.OLD_WORKBOOK: RosterFaultKind.OLD_FORMAT,
    FileFormat.OLD_OFFICE: RosterFaultKind.OLD_FORMAT,
}
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


@dataclass(frozen=True)
class Roster:
    """What a file says: its rows in order, or, where anything is wrong, every fault and no row.

    ``skipped`` are lines that are nobody's, ``book`` and ``mapping`` what was read, and as what; without them
    the file could not be read at all.
    """

    rows: tuple[RosterRow, ...]
    faults: tuple[RosterFault, ...]
    skipped: tuple[SkippedLine, ...] = ()
    book: Book | None = None
    mapping: RosterMapping | None = None


def read_roster(data: bytes, name: str, sections: Mapping[str, str], groups: Mapping[str, str]) -> Roster:
    """Read a roster from an Excel or CSV file, as its heads let guess what stands where.

    ``sections`` maps the keys of the forms to their titles, ``groups`` those of the rater groups to their
    labels. Where there is only one form, its column may be left out.
    """
    try:
        book = read_book(data, name)
    except UnreadableRoster as unreadable:
        return Roster((), (unreadable.fault,))
    if faults := tuple(book_faults(book)):
        return Roster((), faults)
    mapping = guess_mapping(book, sections, groups)
    if mapping is None:
        sheet = book.sheets[readable_sheets(book)[0]]
        return Roster((), (RosterFault(RosterFaultKind.NO_HEADS, sheet.name, min(sheet.rows)),))
    return read_mapped(book, mapping, sections, groups)


def read_mapped(
    book: Book, mapping: RosterMapping, sections: Mapping[str, str], groups: Mapping[str, str]
) -> Roster:
    """Read a roster whose columns are known; parameters as in ``read_roster``."""
    reading = _SheetReading(book.sheets[mapping.sheet], mapping, RowReader(sections, groups))
    faults = tuple(reading.faults())
    rows = () if faults else tuple(reading.reader.rows)
    return Roster(rows, faults, tuple(reading.skipped()), book, mapping)


def _has_roster_heads(sheet: CellSheet) -> bool:
    return find_heads(sheet) is not None


def read_book(
    data: bytes,
    name: str,
    has_heads: Callable[[CellSheet], bool] = _has_roster_heads,
    limits: SheetLimits = ROSTER_LIMITS,
) -> Book:
    """Read the sheets of an Excel or CSV file from an unknown sender; raises ``UnreadableRoster``.

    ``has_heads`` tells by which separator of a text its heads are found.
    """
    if len(data) > MAX_FILE:
        raise UnreadableRoster(RosterFaultKind.TOO_LARGE)
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableRoster(RosterFaultKind.EMPTY)
    if found := file_format(data):
        kind = _KINDS.get(found, RosterFaultKind.OTHER_FORMAT)
        raise UnreadableRoster(kind, file_format=found)
    if data.startswith(_ZIP):
        return read_xlsx(data, limits)
    if data.startswith(_NO_TEXT) or data.lstrip()[:1] == b"<":
        raise UnreadableRoster(RosterFaultKind.OTHER_FORMAT)
    return read_csv(data, PurePath(name).stem or name, has_heads, limits)


def book_faults(book: Book) -> Iterator[RosterFault]:
    """List what is wrong with a workbook as a whole: links to others, nothing that is shown."""
    if book.external_links:
        yield RosterFault(RosterFaultKind.EXTERNAL_LINKS)
    if readable_sheets(book):
        return
    for sheet in book.sheets:
        if sheet.rows:
            yield RosterFault(RosterFaultKind.HIDDEN_SHEET, sheet.name)
    if not any(sheet.rows for sheet in book.sheets):
        yield RosterFault(RosterFaultKind.EMPTY)


class _SheetReading:
    """One sheet, line by line, as a mapping says."""

    def __init__(self, sheet: CellSheet, mapping: RosterMapping, reader: RowReader) -> None:
        self.sheet = sheet
        self.mapping = mapping
        self.reader = reader
        self.columns = dict(sorted(mapping.columns.items()))
        self.filled = filled_down(sheet, [c for c, head in self.columns.items() if head in _FILLED_DOWN])
        wide = wide_rows(sheet)
        why = {row: why_skipped(sheet, row, self.columns, wide) for row in body_rows(sheet, mapping)}
        why |= {row: SkippedKind.TITLE for row in sheet.rows if row < mapping.heads.first}
        self.why = {row: kind for row, kind in sorted(why.items()) if kind}
        self.persons = [row for row in sorted(why) if row not in self.why or self._is_taken(row)]
        self.why |= {row: SkippedKind.CHOSEN for row in self.persons if self._is_left_out(row)}
        self.persons = [row for row in self.persons if self.why.get(row) is not SkippedKind.CHOSEN]

    def skipped(self) -> Iterator[SkippedLine]:
        """List the lines that look like nobody's, in their order."""
        for row, kind in sorted(self.why.items()):
            yield skipped_line(row, kind, self.sheet.rows[row], taken=self._is_taken(row))

    def faults(self) -> Iterator[RosterFault]:
        """Read all persons; list what is wrong."""
        missing = self._missing()
        head = self.mapping.heads.last or min(self.sheet.rows)
        for column in sorted(missing):
            yield RosterFault(RosterFaultKind.MISSING_HEAD, self.sheet.name, head, heading=column)
        yield from self._doubles(head)
        yield from self._hidden_columns(head)
        merged = list(self._merged())
        for area in merged:
            yield self._merged_fault(area)
        if NAME not in missing:
            yield from self._rows(_covered(merged, self.columns, self.persons, missing))

    def _is_taken(self, row: int) -> bool:
        return row in self.mapping.taken and self.why[row] not in (SkippedKind.EMPTY, SkippedKind.CHOSEN)

    def _is_left_out(self, row: int) -> bool:
        place = self.mapping.place_of(SECTION)
        said = plain(self._cell(row, place).text) if place else ""
        return bool(place) and self.mapping.sections_by_value.get(said) == LEFT_OUT

    def _missing(self) -> set[str]:
        missing = {NAME} - set(self.columns.values())
        named = SECTION in self.columns.values() or self.mapping.section in self.reader.sections
        return missing if named or len(self.reader.sections) == 1 else missing | {SECTION}

    def _cell(self, row: int, column: int) -> Cell:
        cells = self.sheet.rows[row]
        above = self.filled.get((row, column))
        found = cells.get(column, Cell("")) if above is None else Cell(above)
        if row in self.mapping.taken and self.columns.get(column) == NAME and not plain(found.text):
            # A heading stands in the first cell, merged across; whoever takes it in means it as the name.
            return next((cells[first] for first in sorted(cells) if plain(cells[first].text)), found)
        return found

    def _named(self, row: int) -> dict[str, Cell]:
        """Return the cells of a person by what they are; chosen forms and rater groups as their keys."""
        cells = {head: self._cell(row, column) for column, head in self.columns.items()}
        chosen = self.mapping
        section = cells.get(SECTION)
        if section is None:
            cells[SECTION] = Cell(chosen.section)
        elif key := chosen.sections_by_value.get(plain(section.text)):
            cells[SECTION] = Cell(key)
        votes = cells.get(GROUPS)
        if votes is None:
            cells[GROUPS] = Cell(",".join(chosen.groups))
        elif plain(votes.text) in chosen.groups_by_value:
            cells[GROUPS] = Cell(",".join(chosen.groups_by_value[plain(votes.text)]))
        return cells

    def _rows(self, covered: dict[int, set[str]]) -> Iterator[RosterFault]:
        places = {head: letters(column) for column, head in self.columns.items()}
        titles = {head: self.mapping.heads.texts.get(column) for column, head in self.columns.items()}
        for number, row in enumerate(self.persons, start=1):
            if number > MAX_ROWS:
                yield RosterFault(
                    RosterFaultKind.TOO_MANY_ROWS, self.sheet.name, row, params={"most": MAX_ROWS}
                )
                return
            for fault in self.reader.read(self.sheet.name, row, self._named(row), places, covered[row]):
                yield replace(fault, heading=titles.get(fault.heading) or fault.heading)
        if not self.persons:
            yield RosterFault(RosterFaultKind.NO_ROWS, self.sheet.name)

    def _doubles(self, head: int) -> Iterator[RosterFault]:
        once: set[str] = set()
        for column, known in self.columns.items():
            if known in once:
                kind, written = RosterFaultKind.DOUBLE_HEAD, self.mapping.heads.texts.get(column, "")
                yield RosterFault(kind, self.sheet.name, head, letters(column), known, written)
            once.add(known)

    def _hidden_columns(self, head: int) -> Iterator[RosterFault]:
        for column in self.columns:
            if any(first <= column <= last for first, last in self.sheet.hidden_columns):
                heading = self.mapping.heads.texts.get(column, "")
                yield RosterFault(
                    RosterFaultKind.HIDDEN_COLUMN, self.sheet.name, head, letters(column), heading, heading
                )

    def _merged(self) -> Iterator[CellRange]:
        """List the areas that leave it open what a person's cell holds."""
        for area in self.sheet.merged:
            place = bisect_left(self.persons, area.first_row)
            read = [c for c in self.columns if area.first_column <= c <= area.last_column]
            if not read or place == len(self.persons) or self.persons[place] > area.last_row:
                continue
            across = area.first_column != area.last_column
            down = area.first_row != area.last_row
            if across and not down and area.first_row in self.mapping.taken:
                continue
            if across:
                unclear = down or len(read) > 1 or read[0] != area.first_column
            else:
                unclear = down and self.columns[read[0]] not in _FILLED_DOWN
            if unclear:
                yield area

    def _merged_fault(self, area: CellRange) -> RosterFault:
        found = self.sheet.rows.get(area.first_row, {}).get(area.first_column, Cell(""))
        return RosterFault(
            RosterFaultKind.MERGED,
            self.sheet.name,
            area.first_row,
            letters(area.first_column),
            self.mapping.heads.texts.get(area.first_column, ""),
            found.text,
            {"area": str(area)},
        )


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
