"""The parts of an Excel workbook that a roster is read from, element by element."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey.documents.layout.untrusted_package import XmlPart

from .cells import (
    MAX_COLUMNS,
    ROSTER_LIMITS,
    Cell,
    CellKind,
    CellRange,
    CellSheet,
    RosterFaultKind,
    SheetLimits,
    UnreadableRoster,
)
from .written_values import number_of, plain_number, unescaped

MAX_TEXT_LENGTH = 40_000
"""Excel's own limit of a cell is 32,767; what comes after is not kept."""

MAX_STRINGS = 400_000
MAX_AREAS = 2_000
DEEPEST = 64

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_PERCENT_FORMATS = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_SIGNS = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
_LAST_DAY = 2_958_465  # 9999-12-31

Attributes = Mapping[str, str]


class WorkbookPart(XmlPart):
    """One XML part: elements by their names without prefix, counted, and not nested without end."""

    _depth = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Take up an element; raises ``UnreadableRoster`` where they are nested without end."""
        self.elements += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableRoster(RosterFaultKind.DAMAGED)
        self.begin(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        """Close an element."""
        self._depth -= 1
        self.finish(_local(name))

    def begin(self, name: str, attributes: Attributes) -> None:
        """Take up an element by its plain name."""

    def finish(self, name: str) -> None:
        """Close an element by its plain name."""


class Links(WorkbookPart):
    """Which part stands behind which name."""

    def __init__(self) -> None:
        self.links: list[tuple[str, str, str]] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        """Keep a relationship to a part of the same file, or to a linked workbook."""
        if name == "Relationship":
            self.links.append((attributes["Id"], attributes["Type"], attributes["Target"]))


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    link: str
    hidden: bool


class Workbook(WorkbookPart):
    """The list of sheets."""

    def __init__(self) -> None:
        self.sheets: list[SheetEntry] = []
        self.date_1904 = False

    def begin(self, name: str, attributes: Attributes) -> None:
        """Keep a sheet's name and whether it is hidden."""
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append(SheetEntry(attributes["name"], attributes["id"], hidden))
        elif name == "workbookPr":
            self.date_1904 = attributes.get("date1904") in ("1", "true")


class Styles(WorkbookPart):
    """Which of the cell styles show a number as a date or time, and which as a percentage."""

    def __init__(self) -> None:
        self.dates: list[bool] = []
        self.percents: list[bool] = []
        self._formats: dict[str, bool] = {}
        self._shares: dict[str, bool] = {}
        self._inside = False

    def begin(self, name: str, attributes: Attributes) -> None:
        """Keep number formats, and the format of each cell style in order."""
        if name == "numFmt":
            shown = _QUOTED.sub("", attributes.get("formatCode", ""))
            self._formats[attributes["numFmtId"]] = bool(_DATE_SIGNS.search(shown))
            self._shares[attributes["numFmtId"]] = "%" in shown
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = attributes.get("numFmtId", "0")
            self.dates.append(self._formats.get(number, int(number) in _DATE_FORMATS))
            self.percents.append(self._shares.get(number, int(number) in _PERCENT_FORMATS))

    def finish(self, name: str) -> None:
        """Leave the list of cell styles."""
        if name == "cellXfs":
            self._inside = False


class _TextElement(WorkbookPart):
    """A part with text in ``t`` elements; phonetic guides are no text."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._length = 0
        self._open = False
        self._guide = False

    def text(self, text: str) -> None:
        """Keep text up to what a cell can hold."""
        if self._open and self._length <= MAX_TEXT_LENGTH:
            self._kept.append(text)
            self._length += len(text)

    def _taken(self) -> str:
        text = "".join(self._kept)[: MAX_TEXT_LENGTH + 1]
        self._kept.clear()
        self._length = 0
        return text


class Strings(_TextElement):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def begin(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002
        """Begin a text."""
        if name == "rPh":
            self._guide = True
        self._open = name == "t" and not self._guide

    def finish(self, name: str) -> None:
        """End a text."""
        self._open = False
        if name == "rPh":
            self._guide = False
        elif name == "si":
            if len(self.found) >= MAX_STRINGS:
                raise UnreadableRoster(RosterFaultKind.TOO_LARGE)
            self.found.append(unescaped(self._taken()))


class SheetPart(_TextElement):
    """The cells of a sheet."""

    def __init__(
        self,
        sheet: CellSheet,
        strings: list[str],
        styles: Styles,
        date_1904: bool,
        limits: SheetLimits = ROSTER_LIMITS,
    ) -> None:
        super().__init__()
        self.sheet = sheet
        self._strings = strings
        self._dates, self._percents = styles.dates, styles.percents
        self._limits = limits
        self._start = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 30)
        self._row = 0
        self._hidden = False
        self._column = 0
        self._cells = 0
        self._cell: Attributes | None = None
        self._value: str | None = None
        self._formula: str | None = None

    def begin(self, name: str, attributes: Attributes) -> None:
        """Begin a row, a cell or its content; keep what is hidden or merged."""
        if self._cell is not None:
            self._guide = self._guide or name == "rPh"
            self._open = name in ("v", "f") or (name == "t" and not self._guide)
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self._hidden = _is_hidden(attributes, "ht")
        elif name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = number_of(place[1]) if place else self._column + 1
            self._cell = attributes
            self._value = self._formula = None
        elif name == "col" and _is_hidden(attributes, "width"):
            if len(self.sheet.hidden_columns) < MAX_AREAS:
                self.sheet.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            self._merge(attributes["ref"])

    def finish(self, name: str) -> None:
        """End a cell or its content."""
        if self._cell is None:
            return
        if name in ("v", "f", "is"):
            self._open = False
            if name == "f":
                self._formula = self._taken()
            else:
                self._value = self._taken()
        elif name == "t":
            self._open = False
        elif name == "rPh":
            self._guide = False
        elif name == "c":
            self._keep(self._cell)
            self._cell = None

    def _keep(self, attributes: Attributes) -> None:
        if self._column > MAX_COLUMNS or self.full:
            return
        cell = self._read(attributes.get("t", "n"), int(attributes.get("s", "0")))
        if cell is None:
            return
        self.sheet.rows.setdefault(self._row, {})[self._column] = cell
        if self._hidden:
            self.sheet.hidden_rows.add(self._row)
        self._cells += 1
        if self._cells > self._limits.cells:
            raise UnreadableRoster(RosterFaultKind.TOO_LARGE, self.sheet.name)
        # The rest of a sheet this long is not read; its merged cells, listed after it, are not needed then.
        self.full = len(self.sheet.rows) >= self._limits.rows

    def _read(self, kind: str, style: int) -> Cell | None:
        value = self._value or ""
        if kind == "s" and value:
            value = self._strings[int(value)]
        elif kind in ("inlineStr", "str"):
            value = unescaped(value)
        if self._formula is not None:
            return Cell(value, CellKind.FORMULA, f"={self._formula}")
        if not value:
            return None
        if kind == "n":
            if style < len(self._dates) and self._dates[style]:
                return Cell(self._day(float(value)), CellKind.DATE)
            percent = style < len(self._percents) and self._percents[style]
            return Cell(plain_number(value), CellKind.NUMBER, percent=percent)
        if kind == "b":
            return Cell("TRUE" if value == "1" else "FALSE", CellKind.TRUTH)
        return Cell(value, {"e": CellKind.ERROR, "d": CellKind.DATE}.get(kind, CellKind.TEXT))

    def _day(self, number: float) -> str:
        if not 0 <= number < _LAST_DAY:
            return plain_number(repr(number))
        moment = self._start + timedelta(seconds=round(number * 86_400))
        return moment.isoformat(sep=" ") if number % 1 else moment.date().isoformat()

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        ends = [_PLACE.fullmatch(place) for place in (first, last or first)]
        if ends[0] and ends[1] and len(self.sheet.merged) < MAX_AREAS:
            self.sheet.merged.append(
                CellRange(int(ends[0][2]), number_of(ends[0][1]), int(ends[1][2]), number_of(ends[1][1]))
            )


def _is_hidden(attributes: Attributes, extent: str) -> bool:
    return attributes.get("hidden") in ("1", "true") or attributes.get(extent) == "0"


def _local(name: str) -> str:
    return name.rpartition(":")[2]
