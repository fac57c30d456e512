"""Who rates whom as a matrix in Excel or CSV: units down and across, a cross where one does not rate another.

The file comes from an unknown sender; a roster's readers measure it while they unpack it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from survey.documents.roster.cells import (
    MAX_COLUMNS,
    MAX_HEAD_ROW,
    Cell,
    CellKind,
    CellSheet,
    RosterFault,
    UnreadableRoster,
    letters,
)
from survey.documents.roster.mapping import readable_sheets
from survey.documents.roster.reader import book_faults, read_book
from survey.documents.roster.rows import plain
from survey.domain.definition.campaign import MAX_GROUPS

UNIT, POOL, ISSUE, FORM = "单位", "票类", "发票数", "测评表"
CROSS = "✕"
MAX_UNITS = MAX_COLUMNS - 5
"""So many units stand across at most, beside four columns of other heads and one that must stay empty."""
MAX_ISSUE = 10_000
_HEADS = {
    UNIT: (UNIT, "单位名称", "名称", "评价单位"),
    POOL: (POOL, "类别", "单位类别", "票种"),
    ISSUE: (ISSUE, "票数", "人数"),
    FORM: (FORM, "用哪张测评表"),
}
_COLUMN = {head: column for column, heads in _HEADS.items() for head in heads}
_NO = frozenset(["✕", "✖", "✗", "✘", "×", "╳", "x", "X", "否", "不", "不评", "0", "无", "-", "－", "—", "–"])
_YES = frozenset(["√", "✓", "✔", "是", "评", "1", "v", "V", "○", "〇"])


class MatrixFlaw(StrEnum):
    """What can be wrong with a matrix."""

    NO_HEADS = "no-heads"
    NO_COLUMNS = "no-columns"
    TOO_WIDE = "too-wide"
    TOO_MANY = "too-many"
    HIDDEN = "hidden"
    MERGED = "merged"
    FORMULA = "formula"
    NO_POOL = "no-pool"
    DOUBLE = "double"
    NO_ROW = "no-row"
    BAD_ISSUE = "bad-issue"
    BAD_MARK = "bad-mark"
    ITSELF = "itself"
    NOBODY = "nobody"
    NO_FORM = "no-form"


@dataclass(frozen=True)
class MatrixFault:
    """One fault with the cell in which it is, as Excel names it, and what stands there."""

    flaw: MatrixFlaw
    place: str
    value: str = ""


@dataclass(frozen=True)
class MatrixUnit:
    """A unit that rates others: its pool, how many codes it gets, and the form it is rated on."""

    name: str
    pool: str
    issue: int = 1
    form: str = ""
    row: int = 0


@dataclass(frozen=True)
class RatingMatrix:
    """All units that rate, and for each that is rated, in order, which of them do not rate it."""

    units: tuple[MatrixUnit, ...]
    excluded: dict[str, tuple[str, ...]]

    @property
    def names(self) -> frozenset[str]:
        """Return what the units that rate are called."""
        return frozenset(unit.name for unit in self.units)


class BadMatrix(Exception):
    """A matrix has faults, all of them listed; of one that cannot be read at all, ``unreadable`` says why."""

    def __init__(self, faults: tuple[MatrixFault, ...], unreadable: RosterFault | None = None) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.flaw}" for fault in faults))
        self.faults = faults
        self.unreadable = unreadable


def read_matrix(name: str, content: bytes) -> RatingMatrix:
    """Read the matrix on the first sheet of a file; raises ``BadMatrix``."""
    try:
        book = read_book(content, name, lambda sheet: _head_row(sheet) > 0)
    except UnreadableRoster as unreadable:
        raise BadMatrix((), unreadable.fault) from unreadable
    for fault in book_faults(book):
        raise BadMatrix((), fault)
    reading = _Reading(book.sheets[readable_sheets(book)[0]])
    matrix = reading.matrix()
    if reading.faults:
        raise BadMatrix(tuple(reading.faults))
    return matrix


def _head_row(sheet: CellSheet) -> int:
    for row in sorted(sheet.rows)[:MAX_HEAD_ROW]:
        if {UNIT, POOL} <= {_COLUMN.get(plain(cell.text), "") for cell in sheet.rows[row].values()}:
            return row
    return 0


class _Reading:
    """One sheet being read."""

    def __init__(self, sheet: CellSheet) -> None:
        self.sheet = sheet
        self.faults: list[MatrixFault] = []
        self.head = _head_row(sheet)
        heads = sheet.rows.get(self.head, {})
        self.columns = {
            _COLUMN[plain(cell.text)]: at for at, cell in heads.items() if plain(cell.text) in _COLUMN
        }
        self.across = {
            at: plain(cell.text) for at, cell in sorted(heads.items()) if at not in self.columns.values()
        }

    def matrix(self) -> RatingMatrix:
        if not self.head:
            self._fault(MatrixFlaw.NO_HEADS, self.sheet.name)
            return RatingMatrix((), {})
        self._shape()
        units = {unit.name: unit for unit in self._units()}
        if len(units) > MAX_GROUPS:
            self._fault(MatrixFlaw.TOO_MANY, UNIT, str(len(units)))
        excluded = dict(self._rated(units))
        return RatingMatrix(tuple(units.values()), excluded)

    def _fault(self, flaw: MatrixFlaw, place: str, value: str = "") -> None:
        self.faults.append(MatrixFault(flaw, place, value))

    def _shape(self) -> None:
        if not any(self.across.values()):
            self._fault(MatrixFlaw.NO_COLUMNS, f"{self.head}")
        if max(self.across, default=0) >= MAX_COLUMNS:
            self._fault(MatrixFlaw.TOO_WIDE, f"{letters(MAX_COLUMNS)}{self.head}")
        for first, last in self.sheet.hidden_columns:
            for at in range(first, min(last, MAX_COLUMNS) + 1):
                if at in self.sheet.rows[self.head]:
                    self._fault(MatrixFlaw.HIDDEN, letters(at), self._text(self.head, at))
        for area in self.sheet.merged:
            if area.last_row >= self.head:
                self._fault(MatrixFlaw.MERGED, str(area))

    def _text(self, row: int, column: int) -> str:
        cell = self.sheet.rows.get(row, {}).get(column, Cell(""))
        if cell.kind is CellKind.FORMULA:
            self._fault(MatrixFlaw.FORMULA, f"{letters(column)}{row}", plain(cell.text))
        return plain(cell.text)

    def _units(self) -> Iterator[MatrixUnit]:
        seen: set[str] = set()
        for row in sorted(self.sheet.rows):
            name = self._text(row, self.columns[UNIT]) if row > self.head else ""
            if not name:
                continue
            at = f"{letters(self.columns[UNIT])}{row}"
            if row in self.sheet.hidden_rows:
                self._fault(MatrixFlaw.HIDDEN, str(row), name)
            if name in seen:
                self._fault(MatrixFlaw.DOUBLE, at, name)
            seen.add(name)
            pool = self._text(row, self.columns[POOL])
            if not pool:
                self._fault(MatrixFlaw.NO_POOL, f"{letters(self.columns[POOL])}{row}")
            form = self._text(row, self.columns[FORM]) if FORM in self.columns else ""
            yield MatrixUnit(name, pool, self._issue(row), form, row)

    def _issue(self, row: int) -> int:
        if ISSUE not in self.columns:
            return 1
        written = self._text(row, self.columns[ISSUE]) or "1"
        if not (written.isascii() and written.isdecimal() and 0 < int(written[:9]) <= MAX_ISSUE):
            self._fault(MatrixFlaw.BAD_ISSUE, f"{letters(self.columns[ISSUE])}{row}", written)
            return 1
        return int(written)

    def _rated(self, units: dict[str, MatrixUnit]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Go through the units across, each with those that do not rate it; itself is always among them."""
        seen: set[str] = set()
        for at, name in self.across.items():
            place = f"{letters(at)}{self.head}"
            if not name:
                continue
            if name not in units:
                self._fault(MatrixFlaw.NO_ROW, place, name)
                continue
            if name in seen:
                self._fault(MatrixFlaw.DOUBLE, place, name)
            seen.add(name)
            excluded = tuple(unit.name for unit in units.values() if self._is_crossed(unit, at, name))
            if len(excluded) == len(units):
                self._fault(MatrixFlaw.NOBODY, place, name)
            yield name, excluded

    def _is_crossed(self, unit: MatrixUnit, column: int, rated: str) -> bool:
        mark = self._text(unit.row, column)
        place = f"{letters(column)}{unit.row}"
        if mark and mark not in _NO and mark not in _YES:
            self._fault(MatrixFlaw.BAD_MARK, place, mark)
        if unit.name == rated and mark in _YES:
            self._fault(MatrixFlaw.ITSELF, place, mark)
        return unit.name == rated or mark in _NO
