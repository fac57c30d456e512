"""Rows of a definition as fields of a form, and typed fields as rows: what is not touched stays as it is."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from survey.documents.assessment.setup.setup_paths import put_value, take_out, value_at
from survey.documents.assessment.setup.setup_sheets import NO, YES, SetupColumn
from survey.documents.assessment.setup.setup_values import NamedRows, read_value, written_value
from survey.domain.assessment.entry_kinds import MapEntry, PairsEntry
from survey.domain.assessment.reports.file_rows import FileCell
from survey.domain.definition.names import clean
from survey.domain.definition.schema_entries import ChoiceEntry, FlagEntry, NamesEntry, TextEntry

from .form_parts import FormPart, fits

LIST = "、"
KEY, ORIGIN = "key", "origin"
Places = dict[str, FileCell]
"""The field that each key of the definition is typed in, by its path."""


@dataclass(frozen=True)
class TypedRow:
    """A row as it stands in a form; ``origin`` names the row that it was, empty where it is new.

    ``written`` are the columns that one writes in: what one chooses from has something chosen in a new row.
    """

    origin: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    lines: tuple["TypedRow", ...] = ()
    written: frozenset[str] = frozenset()

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was written in a row that is new."""
        return not (self.origin or any(self.texts.get(path, "").strip() for path in self.written))


def is_lines(column: SetupColumn) -> bool:
    """Return whether a column holds several things, each on a line of its field."""
    return isinstance(column.entry, PairsEntry | MapEntry)


def shown_text(column: SetupColumn, table: Mapping[str, Any], names: NamedRows) -> str:
    """Return what stands in a field: of choices and rows their keys, joined by ``LIST``; defaults too."""
    value = value_at(table, column.path)
    if value in (None, "", [], {}):
        value = column.default if isinstance(column.entry, ChoiceEntry | FlagEntry) else None
    if value is None or value == "":
        return ""
    if isinstance(column.entry, FlagEntry):
        return YES if value else NO
    if isinstance(column.entry, NamesEntry):
        return LIST.join(value)
    if isinstance(column.entry, ChoiceEntry) or (column.names and not isinstance(column.entry, MapEntry)):
        return str(value)
    text = str(written_value(column, value, names))
    return text.replace("；", "\n") if is_lines(column) else text


def row_typed(part: FormPart, row: Mapping[str, Any], names: NamedRows) -> TypedRow:
    """Return a row of a part as a form shows it; of an empty one what it begins with."""
    lines = row.get(part.sheet.inner, ()) if part.sheet.inner else ()
    return TypedRow(
        row.get(KEY, ""),
        {column.path: shown_text(column, row, names) for column in part.own},
        tuple(line_typed(part, line, names, place) for place, line in enumerate(lines)),
        _written(part.own),
    )


def line_typed(part: FormPart, line: Mapping[str, Any], names: NamedRows, place: int | None) -> TypedRow:
    """Return a row of the list within a row; one without a ``place`` is new."""
    columns = part.line_columns
    texts = {column.path: shown_text(column, line, names) for column in columns}
    return TypedRow("" if place is None else str(place), texts, written=_written(columns))


def _written(columns: Sequence[SetupColumn]) -> frozenset[str]:
    return frozenset(one.path for one in columns if not isinstance(one.entry, ChoiceEntry | FlagEntry))


def row_made(
    part: FormPart,
    before: Mapping[str, Any],
    typed: TypedRow,
    names: NamedRows,
    at: tuple[str, str],
    places: Places,
) -> dict[str, Any]:
    """Return the row that fields make of the one before; ``places`` gets where each key was typed.

    ``at`` is the row's path in the definition, and what the names of its fields begin with.
    """
    path, prefix = at
    made = table_made(part, part.own, before, typed.texts, names, at, places)
    inner = part.sheet.inner
    if inner:
        old: Sequence[Mapping[str, Any]] = before.get(inner, ())
        places[f"{path}.{inner}"] = FileCell(f"{prefix}{inner}", "")
        lines: list[dict[str, Any]] = []
        for number, line in enumerate(typed.lines):
            if line.is_blank:
                continue
            known = place_said(line.origin, len(old))
            here = (f"{path}.{inner}[{len(lines)}]", f"{prefix}{inner}.{number}.")
            base: Mapping[str, Any] = {} if known is None else old[known]
            lines.append(table_made(part, part.line_columns, base, line.texts, names, here, places))
        if part.sheet.inner_prefix:
            _give_keys(part.sheet.inner_prefix, lines)
        made[inner] = lines
    return made


def table_made(
    part: FormPart | None,
    columns: Sequence[SetupColumn],
    before: Mapping[str, Any],
    texts: Mapping[str, str],
    names: NamedRows,
    at: tuple[str, str],
    places: Places,
) -> dict[str, Any]:
    """Return the table that fields make of the one before: only what was typed anew is read anew.

    What means nothing beside what was chosen is left out: its field was not to be seen.
    """
    path, prefix = at
    made: dict[str, Any] = copy.deepcopy(dict(before))
    for column in columns:
        text = "\n".join(texts.get(column.path, "").split("\r\n")).strip()
        cell = FileCell(f"{prefix}{column.path}", text)
        places[f"{path}.{column.path}" if path else column.path] = cell
        only = fits(part, column) if part else None
        if only and texts.get(only[0], "") not in only[1]:
            take_out(made, column.path)
        elif not _is_same(column, text, shown_text(column, before, names)):
            take_out(made, column.path)
            if text and text != shown_text(column, {}, names):
                said = clean(text) if isinstance(column.entry, TextEntry) else text
                put_value(made, column.path, read_value(column, FileCell(cell.place, said), names))
    return made


def _is_same(column: SetupColumn, typed: str, shown: str) -> bool:
    """Return whether a field was left as it was; boxes come back in the order in which the page has them."""
    if isinstance(column.entry, NamesEntry):
        return set(typed.split(LIST)) == set(shown.split(LIST))
    return typed == shown


def place_said(said: str, most: int) -> int | None:
    """Return the place that a form names among so many rows, ``None`` where it names none of them."""
    # Who sends digits without end is not to make a number of them.
    place = int(said) if said.isdecimal() and len(said) < 5 else most
    return place if place < most else None


def free_key(prefix: str, taken: Sequence[str]) -> str:
    """Return the first numbered key that no other row has."""
    known = frozenset(taken)
    return next(key for number in count(1) if (key := f"{prefix}{number}") not in known)


def _give_keys(prefix: str, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        if KEY not in row:
            row[KEY] = free_key(prefix, [one[KEY] for one in rows if KEY in one])
