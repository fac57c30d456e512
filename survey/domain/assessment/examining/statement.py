"""A unit's statement “三加一”: three results and one thing not yet good; handed in once, or returned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .typed_fields import TypedFields
from .year_record import YearRecord, YearRecordKind

PARTS = ("first", "second", "third", "lacking")
"""The four parts: three results, and what is not yet good."""
MAX_HEADING = 30
MAX_TEXT = 300
_OF_DRAFTS = 10
"""So many times longer than in the end may be what is only kept: nothing that was typed is lost."""
_ON_BALLOT = ("成效一", "成效二", "成效三", "不足")


class StatementState(StrEnum):
    """Where a unit's statement stands."""

    NONE = "none"
    DRAFT = "draft"
    HANDED_IN = "handed-in"
    RETURNED = "returned"


@dataclass(frozen=True)
class StatementPart:
    """One of the four parts: what it is about, and what there is to say."""

    key: str
    heading: str = ""
    text: str = ""


@dataclass(frozen=True)
class UnitStatement:
    """A unit's statement as it stands; ``number`` is the last record on it, 0 where there is none.

    ``written`` are the parts as its unit wrote them last, ``handed_in`` the record that was handed in last,
    also once it was returned; ``reason`` says why it was.
    """

    unit: str
    state: StatementState = StatementState.NONE
    number: int = 0
    written: tuple[StatementPart, ...] = tuple(StatementPart(key) for key in PARTS)
    handed_in: YearRecord | None = None
    reason: str = ""
    at: datetime | None = None

    @property
    def parts(self) -> tuple[StatementPart, ...]:
        """Return the parts that were handed in last: what others than the unit may read."""
        return parts_of(self.handed_in.content) if self.handed_in else ()

    @property
    def is_in(self) -> bool:
        """Return whether it was handed in, and is not returned."""
        return self.state is StatementState.HANDED_IN

    @property
    def ballot_text(self) -> str:
        """Return what stands on ballots of it; empty while it is not handed in."""
        if not self.is_in:
            return ""
        said = [
            f"{word}：{part.heading}\n{part.text}" for word, part in zip(_ON_BALLOT, self.parts, strict=True)
        ]
        return "\n\n".join(said)


def read_statement(typed: Mapping[str, str], *, handed_in: bool) -> dict[str, Any]:
    """Return the content of a record of what was typed; ``handed_in`` asks for all of it, in its limits.

    Raises ``BadYearRecord`` by field.
    """
    fields = TypedFields(typed)
    longer = 1 if handed_in else _OF_DRAFTS
    parts = [
        {
            "heading": fields.text(f"{key}_heading", MAX_HEADING * longer, needed=handed_in),
            "text": fields.text(f"{key}_text", MAX_TEXT * longer, needed=handed_in, lines=True),
        }
        for key in PARTS
    ]
    fields.finish()
    return {"parts": parts, "handed_in": handed_in}


def parts_of(content: Mapping[str, Any]) -> tuple[StatementPart, ...]:
    """Return the parts that a record holds."""
    return tuple(
        StatementPart(key, one["heading"], one["text"])
        for key, one in zip(PARTS, content["parts"], strict=True)
    )


def standing_statement(unit: str, records: Iterable[YearRecord]) -> UnitStatement:
    """Return where a unit's statement stands by its records, the first one first."""
    found = UnitStatement(unit)
    for one in records:
        if one.kind is YearRecordKind.STATEMENT_RETURNED:
            state, written, handed_in = StatementState.RETURNED, found.written, found.handed_in
        elif one.content["handed_in"]:
            state, written, handed_in = StatementState.HANDED_IN, parts_of(one.content), one
        else:
            state, written, handed_in = StatementState.DRAFT, parts_of(one.content), found.handed_in
        # A reason holds until it is handed in anew: the draft in between still answers it.
        reason = "" if state is StatementState.HANDED_IN else str(one.content.get("reason", found.reason))
        found = UnitStatement(unit, state, one.number, written, handed_in, reason, one.recorded_at)
    return found
