"""What is still open when an office closes its year, and what may become of the talk notes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.visits.visits import VisitState, visits_from
from survey.domain.definition.schema import N_


class NotesEnd(StrEnum):
    """What becomes of talk notes at the close; the values are stored. Their key is destroyed in any case."""

    NONE = "none"
    DESTROYED = "destroyed"
    PAPER = "paper"


NOTES_END_WORDS: Mapping[NotesEnd, str] = {
    NotesEnd.NONE: N_("没有谈话记录"),
    NotesEnd.DESTROYED: N_("随钥匙一并销毁"),
    NotesEnd.PAPER: N_("考核组已手抄到纸上存档，系统里的随钥匙销毁"),
}


_UNRULED = (VisitState.FOUND, VisitState.SENT, VisitState.ANSWERED)
"""The states of visits of which something was found: once the year is closed nobody rules on them."""


class OpenEndKind(StrEnum):
    """What can be open at the close; the values are stored."""

    CONFERENCE = "conference"
    TALKS = "talks"
    VISITS = "visits"
    ANALYSES = "analyses"
    STATEMENTS = "statements"
    SHEETS = "sheets"
    PUBLICATION = "publication"
    LETTERS = "letters"
    TASKS = "tasks"


@dataclass(frozen=True)
class OpenEnd:
    """One thing that is open; ``names`` are keys.

    They are units, units with a task's number or the indicator of a visit, sheets with a scorer.
    """

    kind: OpenEndKind
    names: tuple[tuple[str, ...], ...] = ()


def open_ends(units: Sequence[str], records: Sequence[YearRecord], *, published: bool) -> Iterator[OpenEnd]:
    """Give what is open, by name; ``records`` are all of the year's end in the order in which they were made.

    Records of other pages are read without asking more of them than what they are about: of a unit, or of
    something whose first key is the unit; a ruling settles its task with ``closed``.
    """
    held: dict[YearRecordKind, dict[str, YearRecord]] = {kind: {} for kind in YearRecordKind}
    for record in records:
        held[record.kind][record.about] = record
    if all(one.content.get("void") for one in held[YearRecordKind.CONFERENCE].values()):
        yield OpenEnd(OpenEndKind.CONFERENCE)
    returned = held[YearRecordKind.STATEMENT_RETURNED]
    handed_in = [
        about
        for about, record in held[YearRecordKind.STATEMENT].items()
        if not record.is_draft and (about not in returned or returned[about].number < record.number)
    ]
    opened = held[YearRecordKind.SHEET_OPENED]
    found = {
        OpenEndKind.TALKS: _without(units, held[YearRecordKind.TALK]),
        OpenEndKind.VISITS: _unruled(records),
        OpenEndKind.ANALYSES: _without(units, _submitted(records)),
        OpenEndKind.STATEMENTS: _without(units, handed_in),
        OpenEndKind.SHEETS: [
            tuple(about.split("/"))
            for about, sheet in held[YearRecordKind.SHEET].items()
            if about not in opened
            and about.partition("/")[0] not in opened
            and not _is_returned(sheet, held[YearRecordKind.SHEET_RETURNED].get(about))
        ],
        OpenEndKind.LETTERS: _without(units, held[YearRecordKind.LETTER]),
        OpenEndKind.TASKS: [
            tuple(about.split("/"))
            for about in held[YearRecordKind.MENDING]
            if not _is_settled(held[YearRecordKind.MENDING_RULING].get(about))
        ],
    }
    for kind, names in found.items():
        if kind is OpenEndKind.LETTERS and not published:
            yield OpenEnd(OpenEndKind.PUBLICATION)
        if names:
            yield OpenEnd(kind, tuple(names))


def _unruled(records: Iterable[YearRecord]) -> list[tuple[str, ...]]:
    """List the unit and the indicator of each visit of which something was found and nothing is ruled."""
    return [one.place.task for one in visits_from(records).values() if one.state in _UNRULED]


def _submitted(records: Iterable[YearRecord]) -> list[str]:
    """List what analyses are about that were submitted, whatever was drafted since."""
    kind = YearRecordKind.ANALYSIS
    return [one.about for one in records if one.kind is kind and one.content.get("submitted")]


def _is_returned(given: YearRecord, back: YearRecord | None) -> bool:
    return back is not None and back.number > given.number


def _without(units: Sequence[str], abouts: Collection[str]) -> list[tuple[str, ...]]:
    there = {about.partition("/")[0] for about in abouts}
    return [(unit,) for unit in units if unit not in there]


def _is_settled(ruling: YearRecord | None) -> bool:
    return ruling is not None and ruling.content.get("closed") is True
