"""Tables of a document as rows of a form: edited, added, moved, taken away; a row knows its origin."""

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from flask_babel import LazyString

from .parts import Field, Holder, Posted, written

ORIGIN = "\0origin"
"""The key under which a row of a form remembers which row of the document it was; never stored."""

_STEP = re.compile(r"[^.]+")


@dataclass(frozen=True)
class SubTable:
    """A table inside a table; an ``optional`` one has a box that says whether it is there."""

    key: str
    label: str | LazyString
    parts: tuple["Field | SubTable | Rows", ...]
    optional: bool = False

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Put what was posted into the table."""
        if self.optional and f"{name}.on" not in posted:
            holder.pop(self.key, None)
            return
        table = holder.get(self.key, {})
        put_all(self.parts, table, posted, name, document)
        if table or self.key in holder or self.optional:
            holder[self.key] = table


@dataclass(frozen=True)
class Rows:
    """A list of tables. ``telling`` are the keys without which a new row counts as empty.

    ``prefix`` begins the keys of new rows; rows of a list that is shown in pages stay ``in_place``.
    """

    key: str
    label: str | LazyString
    parts: tuple["Field | SubTable | Rows", ...]
    prefix: str
    telling: tuple[str, ...] = ("label",)
    ordered: bool = True
    in_place: bool = False
    one: str | LazyString = ""
    fields: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", tuple(part for part in self.parts if isinstance(part, Field)))

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Put the rows posted into the list, in their order; new ones carry no origin."""
        if f"{name}.rows" not in posted:
            return
        before = holder.get(self.key) or []
        origins: set[int] = set()
        rows = []
        for place in _places(posted, name):
            origin = _origin(before, posted[f"{name}.{place}.from"], origins)
            row = {} if origin is None else copy.deepcopy(before[origin])
            row[ORIGIN] = "" if origin is None else token(before, origin)
            put_all(self.parts, row, posted, f"{name}.{place}", document)
            rows.append((origin, row))
        if not rows and self.key not in holder:
            return
        if self.in_place:
            changed = {origin: row for origin, row in rows if origin is not None}
            kept = [changed.get(place, row) for place, row in enumerate(before)]
            holder[self.key] = kept + [row for origin, row in rows if origin is None]
        else:
            holder[self.key] = [row for _, row in rows]


Parts = Sequence[Field | SubTable | Rows]


def put_all(parts: Parts, holder: Holder, posted: Posted, path: str, document: Holder) -> None:
    """Put what was posted for several parts of one table into it."""
    for part in parts:
        part.put(holder, posted, f"{path}.{part.key}" if path else part.key, document)


def token(rows: Sequence[Holder], place: int) -> str:
    """Return what a form says of the row of a document that it shows."""
    return f"{place}:{written(rows[place].get('key'))}"


def begun(table: Holder) -> Holder:
    """Return a copy of a table as a form begins with it: every row of its lists knows where it comes from."""
    return {key: _begun(value) for key, value in table.items()}


def finished(parts: Parts, table: Holder) -> Holder:
    """Return a table without empty new rows and without origins, every row with a key."""
    made = dict(table)
    for part in parts:
        if isinstance(part, SubTable) and part.key in made:
            made[part.key] = finished(part.parts, made[part.key])
        elif isinstance(part, Rows) and part.key in made:
            made[part.key] = _finished_rows(part, made[part.key])
            if table[part.key] and not made[part.key]:
                del made[part.key]
    return made


def act(parts: Parts, document: Holder, word: str, path: str, more: str = "") -> str:
    """Add, move or take away a row of a list among ``parts``; return the path of the row to go on with.

    ``word`` is ``add`` (``path`` names the list, ``more`` a key and value to begin with), ``drop``, ``up`` or
    ``down`` (``path`` names the row). Anything else changes nothing.
    """
    if word == "add":
        return _add(_list_at(parts, path), document, path, more)
    holder, _, last = path.rpartition(".")
    rows = _walk(document, holder) if _list_at(parts, holder) else None
    if not isinstance(rows, list) or (place := _number(last)) >= len(rows):
        return ""
    if word == "drop":
        del rows[place]
        if not rows:
            above, _, key = holder.rpartition(".")
            del _walk(document, above)[key]
        return ""
    other = place + (1 if word == "down" else -1)
    if word in ("up", "down") and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        return f"{holder}.{other}"
    return ""


def _add(listed: Rows | None, document: Holder, path: str, more: str) -> str:
    rows = _walk(document, path, make=True) if listed else None
    if listed is None or not isinstance(rows, list):
        return ""
    key, _, value = more.partition("=")
    given = {key: value} if value and any(field.key == key for field in listed.fields) else {}
    rows.append({ORIGIN: "", **given})
    return f"{path}.{len(rows) - 1}"


def _list_at(parts: Parts, path: str) -> Rows | None:
    """Return the list that a path of a document leads to, if these parts have one there."""
    found: Field | SubTable | Rows | None = None
    for step in path.split("."):
        if isinstance(found, Rows) and step.isdecimal():
            continue
        found = next((part for part in parts if part.key == step), None)
        parts = () if found is None or isinstance(found, Field) else found.parts
    return found if isinstance(found, Rows) and path.endswith(found.key) else None


def _number(written: str) -> int:
    """Return a place in a list, one beyond any where there is none."""
    return int(written) if written.isdecimal() and len(written) < 7 else 10**7


def renamed(before: Sequence[Holder], after: Sequence[Holder]) -> dict[str, str]:
    """Map each key of a list before to what it is now, to nothing where its row is gone.

    Nothing is mapped where ``after`` was not on the form.
    """
    if not any(ORIGIN in row for row in after):
        return {}
    now = {row.get(ORIGIN, ""): written(row.get("key")) for row in after}
    return {
        written(row["key"]): now.get(token(before, place), "")
        for place, row in enumerate(before)
        if row.get("key")
    }


def _finished_rows(part: Rows, rows: Sequence[Holder]) -> list[Holder]:
    keyed = any(inner.key == "key" for inner in part.parts)
    taken = {written(row.get("key")) for row in rows}
    made = []
    for row in rows:
        plain = finished(part.parts, {key: value for key, value in row.items() if key != ORIGIN})
        if row.get(ORIGIN, "kept") == "" and not any(plain.get(key) for key in part.telling):
            continue
        if keyed and not plain.get("key"):
            plain["key"] = next(key for key in _new_keys(part.prefix) if key not in taken)
            taken.add(plain["key"])
        made.append(plain)
    return made


def _begun(value: Any) -> Any:
    if isinstance(value, dict):
        return begun(value)
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return [begun(row) | {ORIGIN: token(value, place)} for place, row in enumerate(value)]
    return value


def _new_keys(prefix: str) -> Iterator[str]:
    if prefix == "A":
        yield from "ABCDEFGHJKLMNPRSTUVWXYZ"
        prefix = "g"
    number = 1
    while True:
        yield f"{prefix}{number}"
        number += 1


def _places(posted: Posted, name: str) -> list[int]:
    """List the rows that a form holds, in the order of their numbers."""
    pattern = re.compile(re.escape(name) + r"\.(\d{1,6})\.from")
    found = (pattern.fullmatch(key) for key in posted)
    return sorted(int(match[1]) for match in found if match)


def _origin(rows: Sequence[Holder], said: str, used: set[int]) -> int | None:
    """Find the row that a form began with: at its place, or by its key where rows were moved meanwhile."""
    number, _, key = said.partition(":")
    place = int(number) if number.isdecimal() and len(number) < 7 else -1
    by_key = [at for at, row in enumerate(rows) if key and written(row.get("key")) == key]
    if 0 <= place < len(rows) and written(rows[place].get("key")) == key:
        by_key = [place]
    if len(by_key) != 1 or by_key[0] in used:
        return None
    used.add(by_key[0])
    return by_key[0]


def _walk(document: Any, path: str, *, make: bool = False) -> Any:
    """Return what a path leads to; ``make`` puts a list there where nothing is, and tables on the way."""
    steps = _STEP.findall(path)
    for step, following in pairwise([*steps, None]):
        if isinstance(document, list) and (place := _number(step)) < len(document):
            document = document[place]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, dict) and make and not (following or "").isdecimal():
            document = document.setdefault(step, {} if following else [])
        else:
            return None
    return document
