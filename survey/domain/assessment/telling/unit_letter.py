"""What a unit is told of its year (反馈意见): what was good, what is to mend, what is asked and by when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey.domain.assessment.examining.typed_fields import TypedFields
from survey.domain.assessment.examining.year_record import YearRecord
from survey.domain.errors import BrokenRecord

MAX_LETTER_TEXT = 3000
TEXTS = ("good", "mend", "asked")
TELLS = ("total", "rank", "band", "scores")
"""What a letter may tell of the outcome, ticked one by one; ``scores`` are the tables of points."""


@dataclass(frozen=True)
class UnitLetter:
    """A letter to one unit; ``record`` is the score record that it rests on.

    ``summary`` are the sentences on total, rank and band, as the office allowed them by ``tells``: what was
    decided later changes no letter.
    """

    good: str
    mend: str
    asked: str
    mend_by: date
    tells: tuple[str, ...]
    record: int
    summary: tuple[str, ...] = ()

    def as_content(self) -> dict[str, Any]:
        """Return it as it is put on record."""
        return {
            **vars(self),
            "mend_by": self.mend_by.isoformat(),
            "tells": list(self.tells),
            "summary": list(self.summary),
        }


@dataclass(frozen=True)
class LetterState:
    """How far the letter to a unit has come: its draft, what was sent last, who acknowledged that.

    ``draft`` is ``None`` where nothing was saved since the last sending.
    """

    unit: str
    draft: YearRecord | None = None
    sent: YearRecord | None = None
    receipt: YearRecord | None = None

    @property
    def seen(self) -> int:
        """Return the number of what was put on record last of it; 0 before the first."""
        return max((one.number for one in (self.draft, self.sent) if one), default=0)

    @property
    def shown(self) -> YearRecord | None:
        """Return what the office goes on writing."""
        return self.draft or self.sent


def read_letter(typed: Mapping[str, str], ticked: Collection[str], record: int, least: date) -> UnitLetter:
    """Read a letter as it was typed; raises ``BadYearRecord`` with the fault of every field."""
    fields = TypedFields(typed)
    good, mend, asked = (
        fields.text(name, MAX_LETTER_TEXT, needed=name != "mend", lines=True) for name in TEXTS
    )
    typed_day = fields.day("mend_by", least)
    fields.finish()
    mend_by = date.fromisoformat(typed_day)
    return UnitLetter(good, mend, asked, mend_by, tuple(one for one in TELLS if one in ticked), record)


def letter_of(held: YearRecord) -> UnitLetter:
    """Return the letter that a record holds; raises ``BrokenRecord`` where it is none."""
    try:
        content = dict(held.content)
        return UnitLetter(
            **content
            | {
                "mend_by": date.fromisoformat(content["mend_by"]),
                "tells": tuple(content["tells"]),
                "summary": tuple(content["summary"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenRecord(f"record {held.number} is no letter") from error


def letter_states(
    units: Collection[str],
    drafts: Mapping[str, YearRecord],
    sent: Mapping[str, YearRecord],
    receipts: Mapping[str, YearRecord],
) -> list[LetterState]:
    """Return how far each unit's letter has come, from the records that hold by unit.

    A draft that was sent is none any more; a receipt is of the letter whose number it has.
    """
    states = []
    for unit in units:
        letter, draft, receipt = sent.get(unit), drafts.get(unit), receipts.get(unit)
        if draft and letter and draft.number < letter.number:
            draft = None
        if receipt and (letter is None or receipt.content.get("letter") != letter.number):
            receipt = None
        states.append(LetterState(unit, draft, letter, receipt))
    return states
