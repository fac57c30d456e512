"""Parts of set-up pages as the schema of a definition declares them: a field for each key of a table."""

from collections.abc import Callable, Mapping, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey.domain.definition.schema import RowsEntry, SchemaKey, TableEntry, entries_of, keys_of
from survey.domain.definition.schema_entries import (
    ChoiceEntry,
    ChoicesEntry,
    FlagEntry,
    KeyEntry,
    LimitEntry,
    MarkEntry,
    MomentEntry,
    NamedEntry,
    NamesEntry,
    NumberEntry,
    TextEntry,
    WholeEntry,
    WindowEntry,
    ZoneEntry,
)
from survey.web.admin.words.times import ZONES

from .options import all_groups, grades_of, groups, labelled, pools, scales
from .parts import (
    ChoicePart,
    Field,
    Holder,
    Key,
    MomentPart,
    Number,
    Options,
    TextAreaPart,
    TextPart,
    Tick,
    Ticks,
    WindowPart,
    written,
)
from .tables import Rows, SubTable

Part = Field | SubTable | Rows
OwnParts = Mapping[str, Part | None]
"""Parts that a page makes itself, by key; ``None`` where another part, or another page, holds the key."""

_OFFERED: Mapping[str, Callable[[Holder], Options]] = {
    "groups": groups,
    "pools": pools,
    "scales": scales,
    "sections": labelled("sections", "title"),
    "grades": grades_of,
}
"""What is offered of the list that an entry names."""


def parts_of(table: type, first: Sequence[str] = (), own: OwnParts | None = None) -> tuple[Part, ...]:
    """Return the parts of a table: of the keys named ``first``, then of all others as they are declared."""
    made = own or {}
    entries = entries_of(table)
    parts = (made[key] if key in made else _part(entries[key]) for key in keys_of(table, first))
    return tuple(part for part in parts if part is not None)


def table_of(known: SchemaKey, first: Sequence[str] = (), own: OwnParts | None = None) -> SubTable:
    """Return the part of a table; one that may be left out altogether has a box that says so."""
    optional = known.default is None and not known.required
    return SubTable(known.key, said(known.entry.label), parts_of(_inner(known), first, own), optional)


def list_of(
    known: SchemaKey,
    prefix: str = "",
    telling: tuple[str, ...] = ("label",),
    first: Sequence[str] = (),
    own: OwnParts | None = None,
    *,
    ordered: bool = True,
    in_place: bool = False,
) -> Rows:
    """Return the part of a list of tables; ``prefix`` and the rest are what ``Rows`` says of them."""
    one = said(known.entry.one) if isinstance(known.entry, RowsEntry) else ""
    parts = parts_of(_inner(known), first, own)
    return Rows(known.key, said(known.entry.label), parts, prefix, telling, ordered, in_place, one)


def field_of(known: SchemaKey) -> Field:
    """Return the field of a key; raises ``TypeError`` for an entry that no field shows."""
    entry = known.entry
    words = (known.key, said(entry.label), said(entry.help))
    match entry:
        case KeyEntry():
            return Key(*words, shown_always=entry.shown)
        case ZoneEntry():
            return ChoicePart(*words, ZONES, known.default)
        case TextEntry():
            return TextAreaPart(*words) if entry.lines else TextPart(*words)
        case WholeEntry() | NumberEntry() | LimitEntry():
            return Number(*words)
        case FlagEntry():
            return Tick(*words, ticked=bool(known.default))
        case MarkEntry():
            return Tick(*words, entry.word)
        case ChoicesEntry():
            return Ticks(*words, _choices(entry))
        case ChoiceEntry():
            return ChoicePart(*words, _choices(entry), "" if entry.unsaid else written(known.default))
        case MomentEntry():
            return MomentPart(*words)
        case WindowEntry():
            return WindowPart(*words, known.default)
        case NamedEntry():
            return ChoicePart(*words, _OFFERED[entry.of])
        case NamesEntry():
            default = all_groups if entry.optional else None
            return Ticks(*words, _OFFERED[entry.of], default, required=not entry.optional)
    raise TypeError(f"no field shows a {type(entry).__name__}")


def said(text: str) -> str | LazyString:
    """Return a text of the schema in the language of whoever looks at the page."""
    return _l(text) if text else ""


def _part(known: SchemaKey) -> Part:
    match known.entry:
        case TableEntry():
            return table_of(known)
        case RowsEntry():
            return list_of(known, known.key[0])
    return field_of(known)


def _inner(known: SchemaKey) -> type:
    if known.of is None:
        raise TypeError(f"{known.key} is no table")
    return known.of


def _choices(entry: ChoiceEntry) -> Options:
    unsaid = [("", said(entry.unsaid))] if entry.unsaid else []
    return (*unsaid, *((str(word), said(text)) for word, text in entry.words.items()))
