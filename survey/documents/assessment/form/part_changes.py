"""A definition with a part of it changed, and what in it, or in its targets, refers to a row."""

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.documents.assessment.setup.setup_paths import put_value, take_out, value_at
from survey.documents.assessment.setup.setup_sheets import (
    BASIC_LINES,
    BASICS,
    SHEETS,
    SetupColumn,
    SetupSheet,
)
from survey.documents.assessment.setup.setup_values import NamedRow, NamedRows
from survey.domain.assessment.definition import LIGHT_WORDS
from survey.domain.assessment.facts import Targets
from survey.domain.assessment.reports.file_rows import FileCell

from .form_parts import BASIC_COLUMNS, FormPart
from .typed_rows import KEY, Places, TypedRow, free_key, row_made, row_typed, shown_text, table_made

Document = Mapping[str, Any]
_LABELS = "lights.labels"


@dataclass(frozen=True)
class RowUse:
    """What refers to a row: the sheet and the name of the row that does, and the column in which it does."""

    sheet: str
    name: str
    column: str
    key: str = ""
    of: str = ""


def names_in(document: Document) -> NamedRows:
    """Return the rows of a definition that may be named in it."""
    return NamedRows(
        {
            sheet.key: [NamedRow(row[KEY], row[sheet.label]) for row in rows_in(document, sheet)]
            for sheet in SHEETS
        }
    )


def rows_in(document: Document, sheet: SetupSheet) -> list[dict[str, Any]]:
    """List the rows of a sheet that a definition has."""
    return value_at(document, sheet.key) or []


def row_in(document: Document, part: FormPart, key: str) -> dict[str, Any] | None:
    """Return the row of a key, ``None`` where there is none."""
    return next((row for row in rows_in(document, part.sheet) if row[KEY] == key), None)


def with_rows(document: Document, part: FormPart, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a definition with other rows in a part of it; the same one where they are no others."""
    made: dict[str, Any] = copy.deepcopy(dict(document))
    if list(rows) == rows_in(document, part.sheet):
        return made
    take_out(made, part.sheet.key)
    if rows:
        put_value(made, part.sheet.key, [dict(row) for row in rows])
    return made


def with_row(
    document: Document, part: FormPart, typed: TypedRow, places: Places, key: str = ""
) -> dict[str, Any]:
    """Return a definition with one row as it was typed, in its place or at the end.

    ``key`` is what a new row asks to be called; without it, it is numbered.
    """
    rows = list(rows_in(document, part.sheet))
    keys = [row[KEY] for row in rows]
    place = keys.index(typed.origin) if typed.origin in keys else len(rows)
    before: Mapping[str, Any] = rows[place] if place < len(rows) else {}
    path = f"{part.sheet.key}[{place}]"
    made = row_made(part, before, typed, names_in(document), (path, ""), places)
    made.setdefault(KEY, key.strip() or typed.origin or free_key(part.sheet.prefix, keys))
    places[f"{path}.{KEY}"] = FileCell(KEY, key)
    return with_rows(document, part, [*rows[:place], made, *rows[place + 1 :]])


def with_table(
    document: Document, part: FormPart, typed: Sequence[TypedRow], places: Places
) -> dict[str, Any]:
    """Return a definition with all rows of a part as they were typed; rows left blank are none."""
    names = names_in(document)
    known = {row[KEY]: row for row in rows_in(document, part.sheet)}
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(typed):
        if not one.is_blank:
            at = (f"{part.sheet.key}[{len(rows)}]", f"{number}.")
            rows.append(row_made(part, known.get(one.origin, {}), one, names, at, places))
            rows[-1].setdefault(KEY, one.origin or one.texts.get(KEY, "").strip() or None)
            places[f"{at[0]}.{KEY}"] = FileCell(f"{number}.{KEY}", one.texts.get(KEY, ""))
    for row in rows:
        if row[KEY] is None:
            taken = [*known, *(one[KEY] for one in rows if one[KEY])]
            row[KEY] = free_key(part.sheet.prefix, taken)
    return with_rows(document, part, rows)


def moved(document: Document, part: FormPart, key: str, by: int) -> dict[str, Any]:
    """Return a definition in which a row has gone up or down by some places, as far as there are any."""
    rows = list(rows_in(document, part.sheet))
    place = next((place for place, row in enumerate(rows) if row[KEY] == key), None)
    if place is not None:
        rows.insert(min(max(place + by, 0), len(rows) - 1), rows.pop(place))
    return with_rows(document, part, rows)


def without(document: Document, part: FormPart, key: str) -> dict[str, Any]:
    """Return a definition without a row."""
    return with_rows(document, part, [row for row in rows_in(document, part.sheet) if row[KEY] != key])


def basics_typed(document: Document) -> TypedRow:
    """Return the first page's fields as a definition has them."""
    names = names_in(document)
    return TypedRow("-", {one.path: shown_text(one, document, names) for one in BASIC_COLUMNS})


def with_basics(document: Document, typed: TypedRow, places: Places) -> dict[str, Any]:
    """Return a definition with the first page as it was typed."""
    before: dict[str, Any] = copy.deepcopy(dict(document))
    labels = value_at(before, _LABELS)
    now = basics_typed(document).texts
    if isinstance(labels, list) and any(typed.texts.get(p) != now[p] for p in now if p.startswith(_LABELS)):
        # A list goes from green to grey; one of them alone is changed by its name.
        put_value(before, _LABELS, dict(zip(map(str, LIGHT_WORDS), labels, strict=False)))
    return table_made(None, BASIC_COLUMNS, before, typed.texts, names_in(document), ("", ""), places)


def uses_of(document: Document, part: FormPart, key: str) -> list[RowUse]:
    """List what in a definition refers to a row; targets are no part of it."""
    named = ({part.sheet.key, "departments"} if part.key == "units" else {part.sheet.key}) - {""}
    found = []
    for line in BASIC_LINES:
        if line.names in named and _names(value_at(document, line.path), key):
            found.append(RowUse(BASICS, line.head, line.head))
    for sheet in SHEETS:
        found += [
            RowUse(sheet.name, row[sheet.label], column.head, row[KEY], sheet.key)
            for row in rows_in(document, sheet)
            for column in _naming(sheet, named)
            if _names(value_at(row, column.path), key)
        ]
    return found


def _naming(sheet: SetupSheet, named: set[str]) -> Iterator[SetupColumn]:
    yield from (column for column in sheet.columns if column.names in named)


def _names(value: Any, key: str) -> bool:
    return value == key if isinstance(value, str) else key in (value or ())


def without_tasks(targets: Targets, part: FormPart, key: str) -> Targets:
    """Return the tasks that are left without a unit, or without an indicator."""
    side = {"units": 0, "indicators": 1}.get(part.key)
    return {task: one for task, one in targets.items() if side is None or task[side] != key}


def places_elsewhere(document: Document) -> Places:
    """Return what each table of a definition is called, for faults of what is not on a page."""
    found: Places = {key: FileCell(BASICS, "") for key in ("assessment", "lights", "caps", "composite")}
    for sheet in SHEETS:
        found[sheet.key] = FileCell(sheet.name, "")
        for place, row in enumerate(rows_in(document, sheet)):
            found[f"{sheet.key}[{place}]"] = FileCell(f"{sheet.name}“{row.get(sheet.label, '')}”", "")
    return found


def table_typed(document: Document, part: FormPart, *, known: Collection[str] = ()) -> list[TypedRow]:
    """Return the rows of a part as its table shows them, but for those whose keys are known."""
    names = names_in(document)
    return [row_typed(part, row, names) for row in rows_in(document, part.sheet) if row[KEY] not in known]
