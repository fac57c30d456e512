"""The schema of a definition: each key of its tables is declared once, at the field that it fills.

An entry stands in the field's annotation and says what the key may hold and what people read of it; the
default is the field's own. Reader, set-up pages and the written file take all of it from here.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, get_type_hints

from .validation import MAX_ROWS, Reader

Read = dict[str, Any]
"""What was read of a table so far, by the names of the fields."""
Own = Mapping[str, Callable[[Read], Any]]
"""Code that reads a key in place of its entry, by the key; it is given what was read before."""


def N_(text: str) -> str:  # noqa: N802 – the name that catalogues know
    """Mark a text for the catalogue and return it as it is; the pages translate it where they show it."""
    return text


@dataclass(frozen=True)
class SchemaEntry(ABC):
    """What one key of a table may hold, with ``label`` and ``help`` of its field on the set-up page.

    ``key`` is given where the field is called otherwise; an ``optional`` one may be left out although its
    field has no default, since code works one out.
    """

    label: str = ""
    help: str = ""
    key: str = field(default="", kw_only=True)
    optional: bool = field(default=False, kw_only=True)

    @abstractmethod
    def read(self, reader: Reader, known: "SchemaKey") -> Any:
        """Read the key; note what is wrong, and return a harmless value then."""


@dataclass(frozen=True)
class SchemaKey:
    """One key of a table: the name of its field, its entry, and its default (``None`` where it has none)."""

    name: str
    key: str
    entry: SchemaEntry
    default: Any = None
    required: bool = False

    @property
    def of(self) -> type | None:
        """Return the class that the table, or each row of the list, fills; ``None`` where it is no table."""
        return self.entry.of if isinstance(self.entry, TableEntry | RowsEntry) else None

    def read(self, reader: Reader, **how: Any) -> Any:
        """Read the key as its entry says; ``how`` is what only entries of its kind take."""
        return self.entry.read(reader, self, **how)


@dataclass(frozen=True)
class TableEntry(SchemaEntry):
    """A table inside the table, which fills an ``of``."""

    of: type[Any] = field(kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read the table; return the default where it is left out, and where it is none."""
        inner = reader.part(known.key, required=known.required)
        if inner is None:
            return known.default
        read = read_entries(inner, self.of)
        inner.finish()
        return self.of(**read)


@dataclass(frozen=True)
class RowsEntry(SchemaEntry):
    """A list of tables, each of which fills an ``of``; ``one`` is what one of them is called."""

    of: type[Any] = field(kw_only=True)
    one: str = field(default="", kw_only=True)
    least: int = field(default=0, kw_only=True)
    most: int = field(default=MAX_ROWS, kw_only=True)

    def read(
        self,
        reader: Reader,
        known: SchemaKey,
        row: Callable[[Reader], Any] | None = None,
        least: int | None = None,
    ) -> Any:
        """Read the rows, of those with one key the first; or all of them by ``row``, code of their own."""
        least = self.least if least is None else least
        if row:
            return reader.tables(known.key, row, least=least, most=self.most)
        by_key: dict[str, Any] = {}
        for made in reader.tables(known.key, self._row, least=least, most=self.most):
            by_key.setdefault(made.key, made)
        return tuple(by_key.values())

    def _row(self, reader: Reader) -> Any:
        return self.of(**read_entries(reader, self.of))


@cache
def entries_of(table: type) -> dict[str, SchemaKey]:
    """Map the keys of a table, in the order of reading, to what the fields of its class declare."""
    hints = get_type_hints(table, include_extras=True)
    found: dict[str, SchemaKey] = {}
    for one in fields(table):
        entries = [
            said for said in getattr(hints[one.name], "__metadata__", ()) if isinstance(said, SchemaEntry)
        ]
        for entry in entries:
            default = one.default if one.default_factory is MISSING else one.default_factory()
            required = default is MISSING and not entry.optional
            key = entry.key or one.name
            found[key] = SchemaKey(one.name, key, entry, None if default is MISSING else default, required)
    return found


def keys_of(table: type, first: Sequence[str] = ()) -> tuple[str, ...]:
    """List the keys of a table: those named ``first``, then all others as they are declared."""
    return (*first, *(key for key in entries_of(table) if key not in first))


def read_entries(reader: Reader, table: type, own: Own | None = None) -> Read:
    """Read all keys of a table in order; return what its class is made of."""
    read: Read = {}
    for key, known in entries_of(table).items():
        read[known.name] = own[key](read) if own and key in own else known.read(reader)
    return read


def every_key(tables: Mapping[str, SchemaKey], path: str = "") -> Iterator[tuple[str, SchemaKey]]:
    """List all keys of some tables and of the tables in them, each with its path (``results.rank``)."""
    for key, known in tables.items():
        at = f"{path}.{key}" if path else key
        yield at, known
        if known.of is not None:
            yield from every_key(entries_of(known.of), at)
