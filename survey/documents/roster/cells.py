"""What a roster's reader hands on: sheets of cells as they were found, and faults with their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from survey.documents.layout.file_format import FileFormat

MAX_FILE = 16 * 1024 * 1024
MAX_ROWS = 5_000
MAX_HEAD_ROW = 10
"""How far down the row of heads may stand."""

MAX_COLUMNS = 64
MAX_CELLS = 200_000
ROWS_KEPT = MAX_ROWS + MAX_HEAD_ROW + 1
"""One more than can be right, so that a sheet with too many is told from a full one."""


@dataclass(frozen=True)
class SheetLimits:
    """How many rows of a sheet are kept, and how many cells it may have."""

    rows: int = ROWS_KEPT
    cells: int = MAX_CELLS


ROSTER_LIMITS = SheetLimits()


class RosterFaultKind(StrEnum):
    """What can be wrong with a roster."""

    # The file
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    OLD_FORMAT = "old-format"
    PASSWORD = "password"  # noqa: S105 – the name of a fault
    OTHER_FORMAT = "other-format"
    ENTITIES = "entities"
    ENCODING = "encoding"
    EXTERNAL_LINKS = "external-links"
    # A sheet
    HIDDEN_SHEET = "hidden-sheet"
    NO_HEADS = "no-heads"
    MISSING_HEAD = "missing-head"
    DOUBLE_HEAD = "double-head"
    NO_ROWS = "no-rows"
    TOO_MANY_ROWS = "too-many-rows"
    HIDDEN_COLUMN = "hidden-column"
    MERGED = "merged"
    # A cell
    FORMULA = "formula"
    ERROR_VALUE = "error-value"
    DATE = "date"
    NUMBER = "number"
    TRUTH = "truth"
    CONTROL = "control"
    LOST_CHARACTER = "lost-character"
    PRIVATE_CHARACTER = "private-character"
    FULL_WIDTH = "full-width"
    TOO_LONG = "too-long"
    MISSING = "missing"
    UNKNOWN_SECTION = "unknown-section"
    UNCLEAR_SECTION = "unclear-section"
    UNKNOWN_GROUP = "unknown-group"
    UNCLEAR_GROUP = "unclear-group"
    DOUBLE_GROUP = "double-group"
    BAD_KEY = "bad-key"
    DOUBLE_KEY = "double-key"
    DOUBLE_ROW = "double-row"
    NEAR_DOUBLE = "near-double"


@dataclass(frozen=True)
class RosterFault:
    """One fault: where it is as Excel shows it, the value as found, and what its sentence needs.

    ``file_format`` is what a file is that is to be saved as another.
    """

    kind: RosterFaultKind
    sheet: str = ""
    row: int | None = None
    column: str = ""
    heading: str = ""
    value: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    file_format: FileFormat | None = None


class UnreadableRoster(Exception):
    """A file of which nothing can be read."""

    def __init__(
        self,
        kind: RosterFaultKind,
        sheet: str = "",
        row: int | None = None,
        file_format: FileFormat | None = None,
        large_sheet: str = "",
    ) -> None:
        super().__init__(kind)
        params = {"large_sheet": large_sheet} if large_sheet else {}
        self.fault = RosterFault(kind, sheet, row, params=params, file_format=file_format)


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as found; ``text`` of a formula is what Excel last worked out for it, ``formula`` its text.

    ``percent`` tells that a number is shown as a percentage; ``text`` is the number itself.
    """

    text: str
    kind: CellKind = CellKind.TEXT
    formula: str = ""
    percent: bool = False


@dataclass(frozen=True)
class CellRange:
    """A rectangle of cells, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        """Return the area as Excel writes it."""
        return f"{letters(self.first_column)}{self.first_row}:{letters(self.last_column)}{self.last_row}"


@dataclass
class CellSheet:
    """A sheet's cells by row and column, counted from 1; empty ones are left out."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[CellRange] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    hidden: bool = False


@dataclass
class Book:
    """All sheets of a file."""

    sheets: list[CellSheet]
    external_links: bool = False


def letters(column: int) -> str:
    """Return a column's name as Excel shows it: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
