"""Corrections of what is only read: names, posts, titles and instructions, after a definition was frozen.

Nothing that a ballot, a rule or a number hangs on can be corrected. A text is named by its path:
``campaign.title``, or table, key of the row and key of the text, as ``ratees.c1.name``.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from survey.domain.errors import BadCorrection

_OF_CAMPAIGN = ("title", "organiser", "rated_unit", "instructions")
OF_ROWS = {"sections": ("title",), "ratees": ("name", "post", "unit")}
"""The texts of forms and ratees, by their table; the first is what they are called."""

Document = Mapping[str, Any]
"""A definition in the shape of its file."""


@dataclass(frozen=True)
class WordingChange:
    """One text that was corrected: its path, what it said before and what it says now."""

    path: str
    before: str
    after: str

    @property
    def table(self) -> str:
        """Return whether it is a text of the campaign, of a section or of a ratee, by its table."""
        return self.path.partition(".")[0]

    @property
    def row(self) -> str:
        """Return the key of the section or ratee; empty for a text of the campaign."""
        return self.path.split(".")[1] if self.path.count(".") == 2 else ""

    @property
    def key(self) -> str:
        """Return which text of the table it is."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Correction:
    """What one act corrected: when, by whom, who agreed, and the digests of the wording before and after."""

    at: datetime
    actor: str
    second: str
    old: str
    new: str
    changes: tuple[WordingChange, ...]


def texts_of(document: Document) -> dict[str, str]:
    """Map the paths of all texts that can be corrected to what they say, in the order of the document."""
    return {path: str(table.get(key, "")) for path, table, key in _places(document)}


def corrected(document: Document, changes: Sequence[WordingChange]) -> dict[str, Any]:
    """Return a document with its texts corrected.

    Raises ``BadCorrection`` where a path is none, or its text does not say what it is said to say.
    """
    made = copy.deepcopy(dict(document))
    places = {path: (table, key) for path, table, key in _places(made)}
    for change in changes:
        if change.path not in places:
            raise BadCorrection("unknown", f'"{change.path}" is no text that can be corrected', change.path)
        table, key = places[change.path]
        if str(table.get(key, "")) != change.before:
            raise BadCorrection("stale", f"{change.path} was corrected meanwhile", change.path)
        table[key] = change.after
    return made


def changes_between(before: Document, after: Document) -> tuple[WordingChange, ...]:
    """List the texts that two documents of the same campaign word differently."""
    old, new = texts_of(before), texts_of(after)
    return tuple(
        WordingChange(path, old[path], text)
        for path, text in new.items()
        if path in old and old[path] != text
    )


def _places(document: Document) -> Iterator[tuple[str, dict[str, Any], str]]:
    for key in _OF_CAMPAIGN:
        yield f"campaign.{key}", document["campaign"], key
    for table, keys in OF_ROWS.items():
        for row in document.get(table, []):
            for key in keys:
                yield f"{table}.{row['key']}.{key}", row, key
