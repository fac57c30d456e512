"""Values of a definition as cells of a set-up workbook, and cells as values: words, names, lists, numbers."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from survey.domain.assessment.composite_rules import RATE, SCORE
from survey.domain.assessment.entry_kinds import MapEntry, NumbersEntry, OptionalNumberEntry, PairsEntry
from survey.domain.assessment.known_names import NamesKnown, names_of
from survey.domain.assessment.reports.cell_numbers import shown_as_percentage
from survey.domain.assessment.reports.file_rows import FileCell
from survey.domain.assessment.reports.number_text import read_number, read_percentage, write_number
from survey.domain.definition.schema import SchemaEntry
from survey.domain.definition.schema_entries import (
    ChoiceEntry,
    FlagEntry,
    LimitEntry,
    NamesEntry,
    NumberEntry,
    WholeEntry,
)

from .setup_sheets import NO, SCORE_WORD, YES, SetupColumn

RATE_WORD = "比率"
_EXACT_DIGITS = 15
"""As many digits of a number a workbook keeps; one with more is written as text."""
_FLAGS = {YES: True, NO: False, "true": True, "false": False, "√": True, "×": False}
_LIST = re.compile(r"[、,，;；\n]+")
_PARTS = re.compile(r"[;；\n]+")
_EQUALS = re.compile(r"\s*(?:=|＝|:|：|→)\s*")
_RATE = re.compile(rf"(?:{RATE_WORD}|rate)\s*[:：]\s*(.+)")

CellValue = str | int | Decimal


@dataclass(frozen=True)
class NamedRow:
    """A row that others name: its key, and what people call it."""

    key: str
    label: str


@dataclass(frozen=True)
class NamedRows:
    """What may be named in a workbook, by the list that it stands in."""

    lists: Mapping[str, Sequence[NamedRow]]
    _known: dict[str, NamesKnown] = field(default_factory=dict)

    def known(self, of: str) -> NamesKnown:
        """Return the names of a list; what leads is a department or a unit."""
        if of not in self._known:
            rows = list(self.lists.get(of, ()))
            if of == "departments":
                rows += self.lists.get("units", ())
            self._known[of] = names_of(rows)
        return self._known[of]

    def key(self, of: str, written: str) -> str:
        """Return the key of what is named, the text itself where nothing is."""
        return self.known(of).key_of(written.strip()) or written.strip()

    def label(self, of: str, key: str, *, listed: bool = False) -> str:
        """Return what a row is called where that names it alone, else its key."""
        rows = [*self.lists.get(of, ()), *(self.lists.get("units", ()) if of == "departments" else ())]
        label = next((row.label for row in rows if row.key == key), key)
        clear = label.strip() == label and self.known(of).key_of(label) == key
        return label if clear and not (listed and _LIST.search(label)) else key


def read_value(column: SetupColumn, cell: FileCell, names: NamedRows) -> Any:
    """Return the value that a filled cell holds, as a definition file has it.

    What is none of its kind is returned as it stands, for the reader of definitions to refuse.
    """
    text = cell.text.strip()
    for kind, read in _READ.items():
        if isinstance(column.entry, kind):
            return read(column, cell, names)
    if column.path == "value" and column.default == SCORE:
        rate = _RATE.fullmatch(text)
        return SCORE if text in (SCORE, SCORE_WORD) else f"{RATE}{rate[1].strip()}" if rate else text
    return names.key(column.names, text) if column.names else text


def written_value(column: SetupColumn, value: Any, names: NamedRows) -> CellValue:
    """Return what stands in a cell for a value of a definition; ``read_value`` gives the value again."""
    entry = column.entry
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | Decimal):
        return _written_number(value)
    if isinstance(entry, ChoiceEntry):
        return str(entry.words.get(value, value))
    if isinstance(entry, NamesEntry):
        return "、".join(names.label(entry.of, key, listed=True) for key in value)
    if isinstance(entry, NumbersEntry):
        return "；".join(str(_written_number(one)) for one in value)
    if isinstance(entry, PairsEntry):
        return "；".join(f"{_written_number(one)}={_written_number(other)}" for one, other in value)
    if isinstance(entry, MapEntry):
        return "；".join(f"{key}={said}" for key, said in value.items())
    if column.path == "value" and value.startswith(RATE):
        return f"{RATE_WORD}：{value.removeprefix(RATE)}"
    if column.path == "value" and value == SCORE:
        return SCORE_WORD
    return names.label(column.names, value) if column.names else str(value)


def plain_value(number: Fraction) -> int | Decimal:
    """Return a number as a definition's parser gives it."""
    return int(number) if number.denominator == 1 else Decimal(write_number(number))


def _written_number(value: int | Decimal) -> CellValue:
    if isinstance(value, Decimal):
        text = write_number(Fraction(value)) if value.is_finite() else str(value)
    else:
        text = str(value)
    digits = text.lstrip("-").replace(".", "").lstrip("0")
    return text if len(digits) > _EXACT_DIGITS else value


def _number(column: SetupColumn, cell: FileCell, _: NamedRows) -> Any:
    text = cell.text.strip()
    found = read_number(text)
    if column.is_share and found is None:
        percentage = read_percentage(text)
        found = None if percentage is None else percentage / 100
    elif not column.is_share and cell.percent:
        found = shown_as_percentage(cell)
    return text if found is None else plain_value(found)


def _limit(_column: SetupColumn, cell: FileCell, _: NamedRows) -> Any:
    text = cell.text.strip()
    share = shown_as_percentage(cell) if cell.percent else read_percentage(text)
    if share is not None:
        return f"{write_number(share)}%"
    found = read_number(text)
    return text if found is None or found.denominator != 1 else int(found)


def _flag(_column: SetupColumn, cell: FileCell, _: NamedRows) -> Any:
    text = cell.text.strip()
    return _FLAGS.get(text.lower(), text)


def _choice(column: SetupColumn, cell: FileCell, _: NamedRows) -> Any:
    text = cell.text.strip()
    words = {"".join(word.split()): str(key) for key, word in column.entry.words.items()}  # type: ignore[attr-defined]
    return words.get("".join(text.split()).replace("(", "（").replace(")", "）"), text)


def _names(column: SetupColumn, cell: FileCell, names: NamedRows) -> Any:
    text = cell.text.strip()
    if (whole := names.known(column.names).key_of(text)) is not None:
        return [whole]
    return [names.key(column.names, one) for one in _filled(_LIST.split(text))]


def _numbers(_column: SetupColumn, cell: FileCell, _: NamedRows) -> Any:
    parts = _filled(_PARTS.split(cell.text))
    return [text if (found := read_number(text)) is None else plain_value(found) for text in parts]


def _pairs(_column: SetupColumn, cell: FileCell, _: NamedRows) -> Any:
    return [
        [text if (found := _share(text)) is None else plain_value(found) for text in _EQUALS.split(one)]
        for one in _filled(_PARTS.split(cell.text))
    ]


def _share(text: str) -> Fraction | None:
    percentage = read_percentage(text)
    return read_number(text) if percentage is None else percentage / 100


def _map(column: SetupColumn, cell: FileCell, names: NamedRows) -> Any:
    parts = [_EQUALS.split(one, maxsplit=1) for one in _filled(_PARTS.split(cell.text))]
    pairs = {names.key(column.names, part[0]): part[1].strip() for part in parts if len(part) == 2}
    # A part without its other half, or one said twice, must not be lost.
    return pairs if len(pairs) == len(parts) else cell.text.strip()


def _filled(parts: Iterable[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]


_READ: Mapping[type[SchemaEntry], Callable[[SetupColumn, FileCell, NamedRows], Any]] = {
    LimitEntry: _limit,
    WholeEntry: _number,
    NumberEntry: _number,
    OptionalNumberEntry: _number,
    FlagEntry: _flag,
    ChoiceEntry: _choice,
    NamesEntry: _names,
    NumbersEntry: _numbers,
    PairsEntry: _pairs,
    MapEntry: _map,
}
