"""Columns of a set-up as labelled fields, and what comes back in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _

from survey.documents.assessment.form.form_parts import FormPart, fits, said_of
from survey.documents.assessment.form.typed_rows import (
    LIST,
    ORIGIN,
    TypedRow,
    is_lines,
    line_typed,
    place_said,
    row_typed,
)
from survey.documents.assessment.setup.setup_sheets import NO, YES, SetupColumn, default_text
from survey.documents.assessment.setup.setup_values import NamedRows
from survey.domain.assessment.entry_kinds import MapEntry
from survey.domain.definition.schema_entries import ChoiceEntry, FlagEntry, LimitEntry, NamesEntry

_NOTHING = NamedRows({})
_CHOSEN = frozenset({"choice", "flag", "names"})

KNOWN = "known"
"""The field that names, once for each row, what a table was made from."""

FieldFaults = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class FormField:
    """A field as the page shows it; ``only`` are the choices beside which it means something."""

    name: str
    column: SetupColumn
    text: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    is_chooser: bool = False

    @property
    def head(self) -> str:
        """Return what the field is called."""
        return str(_(self.column.head))

    @property
    def note(self) -> str:
        """Return what is to be written there; what one chooses from says it by itself."""
        column, said = self.column, said_of(self.column)
        sentences = [str(_(said))] if said else []
        written = default_text(column.entry, column.default)
        if self.kind not in _CHOSEN and column.required:
            sentences.insert(0, str(_("必填。")))
        elif self.kind not in _CHOSEN and written:
            sentences.insert(0, str(_("不填为 %(value)s。", value=_(written))))
        if len(sentences) == 2:
            return str(_("%(first)s%(second)s", first=sentences[0], second=sentences[1]))
        return "".join(sentences)

    @property
    def chosen(self) -> list[str]:
        """Return the rows that are ticked."""
        return self.text.split(LIST)


@dataclass(frozen=True)
class FormFields:
    """The fields of a row, and of the rows of the list within it."""

    typed: TypedRow
    fields: tuple[FormField, ...]
    lines: tuple["FormFields", ...] = ()
    seldom: frozenset[str] = field(default_factory=frozenset)

    @property
    def often(self) -> list[FormField]:
        """List the fields that are seen at once."""
        return [one for one in self.fields if one.column.path not in self.seldom]

    @property
    def folded(self) -> list[FormField]:
        """List the fields that are folded away."""
        return [one for one in self.fields if one.column.path in self.seldom]

    @property
    def shows_folded(self) -> bool:
        """Return whether something in the folded fields has to be seen."""
        return any(one.errors for one in self.folded)


def fields_of_row(
    part: FormPart, typed: TypedRow, names: NamedRows, faults: FieldFaults, prefix: str = ""
) -> FormFields:
    """Return the fields of a row of a part, filled in as it was typed."""
    inner = part.sheet.inner
    return FormFields(
        typed,
        fields_of(part.own, typed, names, faults, prefix, part),
        tuple(
            FormFields(line, fields_of(part.line_columns, line, names, faults, f"{inner}.{number}.", part))
            for number, line in enumerate(typed.lines)
        ),
        part.seldom,
    )


def fields_of(
    columns: Sequence[SetupColumn],
    typed: TypedRow,
    names: NamedRows,
    faults: FieldFaults,
    prefix: str = "",
    part: FormPart | None = None,
) -> tuple[FormField, ...]:
    """Return a field for each column, filled in as it was typed."""
    only = {column.path: fits(part, column) if part else None for column in columns}
    choosers = {found[0] for found in only.values() if found}
    return tuple(
        FormField(
            name=(name := f"{prefix}{column.path}"),
            column=column,
            text=typed.texts.get(column.path, ""),
            kind=_kind(column),
            options=_options(column, names),
            errors=tuple(faults.get(name, ())),
            only=tuple(sorted(found[1])) if (found := only[column.path]) else (),
            is_chooser=column.path in choosers,
        )
        for column in columns
    )


def _kind(column: SetupColumn) -> str:
    if isinstance(column.entry, FlagEntry):
        return "flag"
    if isinstance(column.entry, NamesEntry):
        return "names"
    if isinstance(column.entry, ChoiceEntry) or (column.names and not isinstance(column.entry, MapEntry)):
        return "choice"
    if is_lines(column):
        return "lines"
    return "number" if column.is_number or isinstance(column.entry, LimitEntry) else "text"


def _options(column: SetupColumn, names: NamedRows) -> tuple[tuple[str, str], ...]:
    if isinstance(column.entry, ChoiceEntry):
        words = tuple((str(key), str(_(word))) for key, word in column.entry.words.items())
        # Of a choice that has a default one is always made.
        return words if column.default is not None and not column.required else (_none(column), *words)
    if not column.names or isinstance(column.entry, MapEntry):
        return ()
    rows = [*names.lists.get(column.names, ())]
    if column.names == "departments":
        rows += names.lists.get("units", ())
    known = tuple((row.key, row.label) for row in rows)
    return known if isinstance(column.entry, NamesEntry) else (_none(column), *known)


def _none(column: SetupColumn) -> tuple[str, str]:
    return "", str(_("请选择") if column.required else _("（不选）"))


def typed_texts(columns: Sequence[SetupColumn], prefix: str = "") -> dict[str, str]:
    """Return what this request's form has in the fields of some columns."""
    form, found = request.form, dict[str, str]()
    for column in columns:
        name = f"{prefix}{column.path}"
        if isinstance(column.entry, FlagEntry):
            found[column.path] = YES if name in form else NO
        elif isinstance(column.entry, NamesEntry):
            found[column.path] = LIST.join(form.getlist(name))
        else:
            found[column.path] = form.get(name, "")
    return found


def typed_row(part: FormPart, origin: str) -> TypedRow:
    """Return a row of a part as this request's form has it, with the list within it."""
    inner = part.sheet.inner
    written = row_typed(part, {}, _NOTHING).written
    lines: tuple[TypedRow, ...] = ()
    if inner:
        fresh = blank_line(part)
        lines = tuple(
            TypedRow(said, typed_texts(part.line_columns, f"{inner}.{number}."), written=fresh.written)
            for number, said in _origins(f"{inner}.")
        )
    return TypedRow(origin, typed_texts(part.own), lines, written)


def typed_table(part: FormPart) -> list[TypedRow]:
    """Return all rows of a part as this request's form has them."""
    written = blank_row(part).written
    columns = (*part.own, part.key_column)
    return [
        TypedRow(said, typed_texts(columns, f"{number}."), written=written) for number, said in _origins("")
    ]


def known_keys(typed: Sequence[TypedRow]) -> frozenset[str]:
    """Return the keys of the rows that the table of this request's form was made from."""
    return frozenset(request.form.getlist(KNOWN)) | {row.origin for row in typed}


def _origins(prefix: str) -> list[tuple[int, str]]:
    asked = re.compile(rf"{re.escape(prefix)}(\d{{1,4}})\.{ORIGIN}")
    found = {int(place[1]): said for name, said in request.form.items() if (place := asked.fullmatch(name))}
    return sorted(found.items())


def blank_row(part: FormPart) -> TypedRow:
    """Return a new row of a part, with nothing but what comes chosen."""
    fresh = row_typed(part, {}, _NOTHING)
    lines = (blank_line(part),) if part.sheet.inner else ()
    return TypedRow("", fresh.texts, lines, fresh.written)


def blank_line(part: FormPart) -> TypedRow:
    """Return a new row of the list within a row."""
    return line_typed(part, {}, _NOTHING, None)


def rearranged(rows: Sequence[TypedRow], act: str, blank: TypedRow) -> list[TypedRow]:
    """Return rows after a button was pressed: ``add``, or ``drop``, ``up`` or ``down`` and a row's number."""
    made, (what, _space, said) = list(rows), act.partition(" ")
    if what == "add":
        return [*made, blank]
    number = place_said(said, len(made))
    if number is None:
        return made
    row = made.pop(number)
    if what == "drop":
        return made
    made.insert(max(0, number + {"up": -1, "down": 1}.get(what, 0)), row)
    return made
