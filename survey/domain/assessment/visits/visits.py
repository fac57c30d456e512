"""Visits on the spot: planned, found, sent to the unit, answered, and standing or taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.reports.number_text import fraction_of
from survey.domain.assessment.reports.submitted_report import EvidenceFormat

DAYS_TO_ANSWER = 5
"""How long a unit has to answer a finding, where the office says nothing else."""


class VisitState(StrEnum):
    """How far a visit has come."""

    PLANNED = "planned"
    FOUND = "found"
    SENT = "sent"
    ANSWERED = "answered"
    STANDING = "standing"
    TAKEN_BACK = "taken-back"


OPEN_STATES = (VisitState.PLANNED, VisitState.FOUND)
"""The states in which the group still writes down what it found, and the unit sees nothing."""


class VisitPart(StrEnum):
    """What a file came with; the values are stored."""

    FINDING = "finding"
    ANSWER = "answer"


@dataclass(frozen=True)
class VisitPlace:
    """What a visit is about: one unit's number of one indicator in one period."""

    period: str
    unit: str
    indicator: str

    @property
    def about(self) -> str:
        """Return what its records are about."""
        return f"{self.period}/{self.unit}/{self.indicator}"

    @property
    def task(self) -> UnitTask:
        """Return the task that the number is of."""
        return self.unit, self.indicator


@dataclass(frozen=True)
class VisitFile:
    """A photo of a finding, or a paper of a unit's answer, and its SHA-256 in hexadecimal."""

    number: int
    place: VisitPlace
    part: VisitPart
    name: str
    format: EvidenceFormat
    size: int
    digest: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True)
class VisitPlan:
    """Who is to look at what, when, and who asks; ``days`` is how long the unit may answer."""

    group: str
    sample: str
    asked_by: str
    day: date
    days: int = DAYS_TO_ANSWER


@dataclass(frozen=True)
class VisitFinding:
    """What was found on the spot; ``reported`` is what the unit had reported by then, if anything.

    ``answer_by`` is the last day for the unit's answer, once the finding was sent to it.
    """

    found: Fraction
    reported: Fraction | None
    why: str
    persons: str
    by: str
    at: datetime
    answer_by: date | None = None

    @property
    def difference(self) -> Fraction | None:
        """Return what was found less what was reported; ``None`` where nothing was."""
        return None if self.reported is None else self.found - self.reported


@dataclass(frozen=True)
class VisitAnswer:
    """What a unit says to a finding; ``late`` where it came after the last day."""

    agrees: bool
    text: str
    late: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class VisitRuling:
    """Whether the office has a finding stand, and why."""

    stands: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Visit:
    """A visit as it stands; ``last`` is the number of the record that was made of it last.

    ``ruling`` is the one that holds, ``earlier`` are those before it, in the order in which they were made.
    """

    place: VisitPlace
    plan: VisitPlan
    last: int
    finding: VisitFinding | None = None
    answer: VisitAnswer | None = None
    ruling: VisitRuling | None = None
    earlier: tuple[VisitRuling, ...] = ()

    @property
    def state(self) -> VisitState:
        """Return how far it has come."""
        if self.ruling is not None:
            return VisitState.STANDING if self.ruling.stands else VisitState.TAKEN_BACK
        if self.answer is not None:
            return VisitState.ANSWERED
        if self.finding is None:
            return VisitState.PLANNED
        return VisitState.SENT if self.finding.answer_by else VisitState.FOUND

    @property
    def is_sent(self) -> bool:
        """Return whether the unit sees what was found."""
        return self.finding is not None and self.finding.answer_by is not None

    def may_be_ruled(self, today: date) -> bool:
        """Return whether the office may rule: the unit answered, or had its days."""
        if self.state is VisitState.SENT and self.finding is not None and self.finding.answer_by:
            return today > self.finding.answer_by
        return self.state is VisitState.ANSWERED


def day_in(zone: str, at: datetime) -> date:
    """Return the day of a moment where an assessment is."""
    return at.astimezone(ZoneInfo(zone)).date()


def last_day(sent_on: date, days: int) -> date:
    """Return the last day of an answer to what was sent on a day."""
    return sent_on + timedelta(days=days)


def finding_content(finding: VisitFinding, files: Mapping[str, str]) -> dict[str, Any]:
    """Return what goes on record of a finding, with the digests of its files by their numbers."""
    return {
        "found": str(finding.found),
        "reported": "" if finding.reported is None else str(finding.reported),
        "why": finding.why,
        "persons": finding.persons,
        "by": finding.by,
        "at": finding.at.isoformat(),
        "answer_by": finding.answer_by.isoformat() if finding.answer_by else "",
        "files": dict(files),
    }


def visits_from(records: Iterable[YearRecord]) -> dict[VisitPlace, Visit]:
    """Return the visits that records tell of, in the order in which they were planned first."""
    last: dict[str, dict[YearRecordKind, YearRecord]] = {}
    rulings: dict[str, list[VisitRuling]] = {}
    for one in records:
        last.setdefault(one.about, {})[one.kind] = one
        if one.kind is YearRecordKind.VISIT_RULING:
            rulings.setdefault(one.about, []).append(_ruling(one))
    found = (_visit(about, kinds, rulings.get(about, [])) for about, kinds in last.items())
    return {one.place: one for one in found if one is not None}


def _visit(
    about: str, kinds: Mapping[YearRecordKind, YearRecord], rulings: Sequence[VisitRuling]
) -> Visit | None:
    plan = kinds.get(YearRecordKind.VISIT_PLAN)
    if plan is None or plan.content.get("dropped"):
        return None
    return Visit(
        VisitPlace(*about.split("/")),
        _plan(plan),
        max(one.number for one in kinds.values()),
        _finding(kinds.get(YearRecordKind.VISIT)),
        _answer(kinds.get(YearRecordKind.VISIT_ANSWER)),
        rulings[-1] if rulings else None,
        tuple(rulings[:-1]),
    )


def _plan(record: YearRecord) -> VisitPlan:
    said = record.content
    day = date.fromisoformat(said["day"])
    return VisitPlan(said["group"], said["sample"], said["asked_by"], day, said["days"])


def _finding(record: YearRecord | None) -> VisitFinding | None:
    if record is None:
        return None
    said = record.content
    return VisitFinding(
        fraction_of(said["found"]),
        fraction_of(said["reported"]) if said["reported"] else None,
        said["why"],
        said["persons"],
        said["by"],
        datetime.fromisoformat(said["at"]),
        date.fromisoformat(said["answer_by"]) if said["answer_by"] else None,
    )


def _answer(record: YearRecord | None) -> VisitAnswer | None:
    if record is None:
        return None
    said = record.content
    return VisitAnswer(said["agrees"], said["text"], said["late"], record.recorded_by, record.recorded_at)


def _ruling(record: YearRecord) -> VisitRuling:
    said = record.content
    return VisitRuling(said["stands"], said["reason"], record.recorded_by, record.recorded_at)
