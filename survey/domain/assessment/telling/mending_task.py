"""What a unit has to mend (整改): the task, its answers, what the office made of these, and by which day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from survey.domain.assessment.examining.typed_fields import TypedFields
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.errors import BrokenRecord

MAX_WHAT = 1000
MAX_ANSWER = 3000
MAX_RESPONSIBLE = 60
MAX_REASON = 1000
MAX_YEARS = 5
"""So many years a task may take, from the present one, or the assessed one, to the end of the last."""
UNTIL = "until"
"""Under which a ruling has the day that it extends a task to."""
LETTER_GROUND = "letter"
OTHER_GROUND = "other"
INDICATOR_GROUND, FINDING_GROUND = "indicator/", "finding/"
"""What a ground by an indicator, or by what was found of it on the spot, begins with."""


class MendingState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


@dataclass(frozen=True)
class MendingTask:
    """A task of a unit, under a number of its own there, with all that was put on record of it in order.

    ``ground`` is a key (``letter``, ``other``, an indicator, a finding), ``mend_by`` its last day in the
    assessment's time zone ``zone``: the one it was extended to last, else the one that was set with it.
    """

    unit: str
    number: int
    what: str
    ground: str
    mend_by: date
    responsible: str
    set_by: str
    set_at: datetime
    zone: str
    story: tuple[YearRecord, ...] = ()

    @property
    def about(self) -> str:
        """Return what its records are about."""
        return f"{self.unit}/{self.number}"

    @property
    def answer(self) -> YearRecord | None:
        """Return the unit's last answer."""
        return self._last(YearRecordKind.MENDING_ANSWER)

    @property
    def ruling(self) -> YearRecord | None:
        """Return what the office ruled last."""
        return self._last(YearRecordKind.MENDING_RULING)

    @property
    def state(self) -> MendingState:
        """Return where it stands; another last day changes nothing of that."""
        last = next((one for one in reversed(self.story) if not extended_to(one)), None)
        if last is None:
            return MendingState.OPEN
        if last.kind is YearRecordKind.MENDING_ANSWER:
            return MendingState.ANSWERED
        return MendingState.CLOSED if last.content.get("closed") else MendingState.RETURNED

    @property
    def is_closed(self) -> bool:
        """Return whether the office closed it (销号)."""
        return self.state is MendingState.CLOSED

    def is_overdue(self, today: date) -> bool:
        """Return whether its day passed and no answer that waits for the office came by then."""
        if self.is_closed:
            return False
        waits = self.answer if self.state is MendingState.ANSWERED else None
        until = waits.recorded_at.astimezone(ZoneInfo(self.zone)).date() if waits else today
        return until > self.mend_by

    def _last(self, kind: YearRecordKind) -> YearRecord | None:
        return next((one for one in reversed(self.story) if one.kind is kind), None)


def extended_to(record: YearRecord) -> date | None:
    """Return the last day that a ruling gives a task, where it does that and no more."""
    return date.fromisoformat(record.content[UNTIL]) if UNTIL in record.content else None


class TaskFilter(StrEnum):
    """Which tasks of a list are looked at."""

    ALL = "all"
    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"

    def takes(self, task: MendingTask, today: date) -> bool:
        """Return whether a task is among them."""
        match self:
            case TaskFilter.OPEN:
                return not task.is_closed
            case TaskFilter.OVERDUE:
                return task.is_overdue(today)
            case TaskFilter.CLOSED:
                return task.is_closed
        return True


def days_after(mend_by: date, today: date, year: int) -> tuple[date, date]:
    """Return from which day to which a task of an assessed year, due by ``mend_by``, may be extended."""
    # A day may stand on record that was taken before there was a last one, and none comes after it.
    next_day = mend_by + timedelta(days=1) if mend_by < date.max else mend_by
    return max(next_day, today), last_day(today, year)


def last_day(today: date, year: int) -> date:
    """Return the last day that a task of an assessed year may have."""
    return date(max(today.year, year) + MAX_YEARS, 12, 31)


def read_task(
    typed: Mapping[str, str], grounds: Mapping[str, object], least: date, most: date
) -> dict[str, Any]:
    """Read a task as it was typed, as it is put on record; raises ``BadYearRecord`` with all faults."""
    fields = TypedFields(typed)
    content = {
        "what": fields.text("what", MAX_WHAT, lines=True),
        "ground": fields.chosen("ground", grounds, needed=True),
        "mend_by": fields.day("mend_by", least, most),
        "responsible": fields.text("responsible", MAX_RESPONSIBLE),
    }
    fields.finish()
    return content


def read_answer(typed: Mapping[str, str]) -> dict[str, Any]:
    """Read a unit's answer as it is put on record; raises ``BadYearRecord``."""
    fields = TypedFields(typed)
    content = {"text": fields.text("text", MAX_ANSWER, lines=True)}
    fields.finish()
    return content


def read_ruling(typed: Mapping[str, str], *, closes: bool, answered: bool) -> dict[str, Any]:
    """Read what the office rules, as it is put on record; raises ``BadYearRecord``.

    Returning wants a reason, and so does closing what nobody answered.
    """
    fields = TypedFields(typed)
    reason = fields.text("reason", MAX_REASON, needed=not (closes and answered), lines=True)
    fields.finish()
    return {"closed": closes, "reason": reason}


def read_extension(typed: Mapping[str, str], least: date, most: date) -> dict[str, Any]:
    """Read to which day, later than the last one, a task is extended and why; raises ``BadYearRecord``."""
    fields = TypedFields(typed)
    content = {
        "closed": False,
        "reason": fields.text("reason", MAX_REASON, lines=True),
        UNTIL: fields.day(UNTIL, least, most),
    }
    fields.finish()
    return content


def tasks_from(records: Iterable[YearRecord], zone: str) -> list[MendingTask]:
    """Return the tasks that records tell of, by unit and number; raises ``BrokenRecord``.

    ``records`` are those of the three kinds, in the order in which they were made.
    """
    set_up: dict[str, YearRecord] = {}
    stories: dict[str, list[YearRecord]] = {}
    for one in records:
        if one.kind is YearRecordKind.MENDING:
            set_up[one.about] = one
        else:
            stories.setdefault(one.about, []).append(one)
    found = [_task(one, tuple(stories.get(about, ())), zone) for about, one in set_up.items()]
    return sorted(found, key=lambda task: (task.unit, task.number))


def _task(held: YearRecord, story: tuple[YearRecord, ...], zone: str) -> MendingTask:
    unit, _slash, number = held.about.partition("/")
    content = held.content
    try:
        later = [day for one in story if (day := extended_to(one))]
        return MendingTask(
            unit=unit,
            number=int(number),
            what=content["what"],
            ground=content["ground"],
            mend_by=later[-1] if later else date.fromisoformat(content["mend_by"]),
            responsible=content["responsible"],
            set_by=held.recorded_by,
            set_at=held.recorded_at,
            zone=zone,
            story=story,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenRecord(f"record {held.number} is no task") from error
