"""Putting a roster's rows into a definition document as its ratees."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import count
from typing import Any

from .rows import RosterRow, person

_EXCEPT = "except"


def merge_roster(document: Mapping[str, Any], rows: Sequence[RosterRow], *, replace: bool) -> dict[str, Any]:
    """Return a definition document with the rows as ratees, in their order; the given one is left alone.

    A row that names a ratee of before, by its key or by name, post and form in any spelling, keeps that key,
    so that the same roster read twice gives the same keys. ``replace`` drops all other ratees; without it
    rows are added, and a ratee named again is changed in its place, where what the row leaves empty stays.
    Rosters cannot say who may *not* rate somebody: that stays too, unless the row names those who may.
    """
    before: list[dict[str, Any]] = list(document.get("ratees", []))
    keys = _keys(before, rows)
    known = {_key(ratee): ratee for ratee in before}
    merged = {} if replace else dict(known)
    for row, key in zip(rows, keys, strict=True):
        kept = known.get(key, {})
        if replace:
            kept = {name: value for name, value in kept.items() if name == _EXCEPT}
        if row.groups:
            kept = {name: value for name, value in kept.items() if name != _EXCEPT}
        merged[key] = kept | _ratee(row, key)
    ratees = list(merged.values())
    return dict(document) | {"ratees": ratees}


def _keys(before: Sequence[Mapping[str, Any]], rows: Sequence[RosterRow]) -> list[str]:
    """Return one key a row: given, or of the same person before, or made."""
    given = {row.key for row in rows if row.key}
    known: dict[tuple[str, ...], dict[str, str]] = {}
    for ratee in reversed(before):
        if _key(ratee) not in given:
            known.setdefault(_person(ratee), {})[_name(ratee)] = _key(ratee)
    made = _made(given | {_key(ratee) for ratee in before})
    return [row.key or _taken(known.get(_person(asdict(row)), {}), row.name) or next(made) for row in rows]


def _taken(spellings: dict[str, str], name: str) -> str:
    """Take the key of the one written the same, else of the first in another spelling; empty for none."""
    written = name if name in spellings else next(reversed(spellings), "")
    return spellings.pop(written, "")


def _made(taken: Iterable[str]) -> Iterator[str]:
    held = set(taken)
    return (key for key in (f"r{number}" for number in count(1)) if key not in held)


def _person(ratee: Mapping[str, Any]) -> tuple[str, ...]:
    return person(*(str(ratee.get(key, "")) for key in ("name", "post", "section")))


def _name(ratee: Mapping[str, Any]) -> str:
    return str(ratee.get("name", ""))


def _key(ratee: Mapping[str, Any]) -> str:
    return str(ratee.get("key", ""))


def _ratee(row: RosterRow, key: str) -> dict[str, Any]:
    made: dict[str, Any] = {"key": key, "section": row.section, "name": row.name}
    made |= {name: value for name, value in (("post", row.post), ("unit", row.unit)) if value}
    if row.groups:
        made["groups"] = list(row.groups)
    if row.statement:
        made["statement"] = row.statement
    return made
