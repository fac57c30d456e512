"""Tables of many ratees on the screen: a page at a time, and those who are looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from flask import request

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee
from survey.domain.operations.paging import PartsPage, parts_page
from survey.domain.operations.searching import matches

ROWS = 200
"""Ratees of a page: those of an ordinary campaign stand on one."""


class _Rated(Protocol):
    @property
    def ratee(self) -> Ratee: ...


RowOf = TypeVar("RowOf", bound=_Rated)


@dataclass(frozen=True)
class Looked:
    """What the address asks for of long tables: words that are looked for, and the number of a page.

    ``is_long`` tells whether looking is offered at all.
    """

    sought: str
    asked: int
    is_long: bool

    @classmethod
    def read(cls, definition: Definition) -> "Looked":
        """Read the address of the request."""
        asked = request.args.get("page", 1, type=int)
        return cls(request.args.get("q", "").strip(), asked, len(definition.ratees) > ROWS)

    def found(self, rows: Sequence[RowOf]) -> list[RowOf]:
        """Return the rows of those who are looked for, by name, unit or post."""
        if not self.sought:
            return list(rows)
        return [row for row in rows if matches(self.sought, row.ratee.name, row.ratee.unit, row.ratee.post)]

    def page(self, numbers: Sequence[int]) -> PartsPage:
        """Return which rows of tables that follow one another stand on this page."""
        return parts_page(numbers, self.asked, ROWS)

    def query(self, kept: Mapping[str, str]) -> str:
        """Write what an address says up to the number of a page; ``kept`` is what else is chosen."""
        said = {name: value for name, value in {**kept, "q": self.sought}.items() if value}
        return "?" + urlencode({**said, "page": ""})
