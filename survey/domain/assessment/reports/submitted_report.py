"""A report on its way: typed number by number, submitted, signed off, taken over or returned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.periods import month_of

from .file_rows import FileCell, FileRow
from .report_check import ReportCheck
from .report_lines import EVIDENCE, KEY, NOTE, VALUE, ReportFile

MAX_TYPED = 100
"""Characters of a number that are kept while it is being typed."""


@dataclass(frozen=True)
class ReportSubject:
    """What a report is about: a unit (its indicators), or an indicator (its units); the other is empty."""

    unit: str = ""
    indicator: str = ""

    @property
    def key(self) -> str:
        """Return the key of the unit or of the indicator."""
        return self.unit or self.indicator


class ReportState(StrEnum):
    """Where a submitted number stands: waiting for the unit's approver, for the office, or settled."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True)
class TypedNumber:
    """A number that is being typed, as it was typed; ``reason`` answers what is odd about it.

    ``revision`` counts its changes: whoever saves says which one was on the page.
    """

    unit: str
    indicator: str
    value: str = ""
    note: str = ""
    reason: str = ""
    revision: int = 0
    by: str = ""

    @property
    def task(self) -> UnitTask:
        """Return the task that the number is of."""
        return self.unit, self.indicator

    @property
    def texts(self) -> tuple[str, str, str]:
        """Return what was typed."""
        return self.value, self.note, self.reason


@dataclass(frozen=True)
class SubmittedNumber:
    """A number as it was submitted, never changed; its state moves on.

    ``value`` is ``None`` where nothing could be reported: ``reason`` says why. ``answer`` is the reason with
    which it was returned; ``moved_by`` took the last step.
    """

    number: int
    period: str
    unit: str
    indicator: str
    value: Fraction | None
    note: str
    reason: str
    evidence: str
    state: ReportState
    late: bool
    submitted_by: str
    submitted_at: datetime
    approved_by: str = ""
    answer: str = ""
    moved_by: str = ""
    moved_at: datetime | None = None

    @property
    def task(self) -> UnitTask:
        """Return the task that the number is of."""
        return self.unit, self.indicator

    @property
    def is_open(self) -> bool:
        """Return whether it has to be submitted anew."""
        return self.state is ReportState.RETURNED

    def is_proved_by(self, digest: str) -> bool:
        """Return whether the file of a digest was among those that it was submitted with."""
        return f"sha256:{digest[:16]}" in self.evidence


class EvidenceFormat(StrEnum):
    """What a file that proves a number may be; the values are the endings of its name."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    XLSX = "xlsx"
    DOCX = "docx"


@dataclass(frozen=True)
class EvidenceFile:
    """A file that proves a number: what it is called, and its SHA-256 in hexadecimal."""

    number: int
    period: str
    unit: str
    indicator: str
    name: str
    format: EvidenceFormat
    size: int
    digest: str
    added_by: str
    added_at: datetime

    @property
    def task(self) -> UnitTask:
        """Return the task that it belongs to."""
        return self.unit, self.indicator


def deadline(definition: AssessmentDefinition, period: str) -> date:
    """Return the last day on which a period's numbers are in time."""
    year, month = divmod(definition.year * 12 + month_of(period), 12)
    return date(year, month + 1, definition.report_by)


def is_late(definition: AssessmentDefinition, period: str, at: datetime) -> bool:
    """Return whether a moment lies behind the day by which a period is to be reported."""
    return at.astimezone(ZoneInfo(definition.time_zone)).date() > deadline(definition, period)


def place_of(task: UnitTask) -> str:
    """Return the place under which faults of a typed number are listed."""
    return "/".join(task)


def as_report(
    subject: ReportSubject,
    period: str,
    typed: Iterable[TypedNumber],
    evidence: Mapping[UnitTask, str],
) -> ReportFile:
    """Return typed numbers as the report that a workbook of them would be."""
    rows = []
    for one in typed:
        place = place_of(one.task)
        texts = {
            KEY: one.indicator if subject.unit else one.unit,
            VALUE: one.value,
            NOTE: one.note,
            EVIDENCE: evidence.get(one.task, ""),
        }
        rows.append(FileRow(place, {name: FileCell(place, text) for name, text in texts.items()}))
    return ReportFile(
        of_unit=bool(subject.unit),
        subject=FileCell(subject.key, subject.key),
        period=FileCell(period, period),
        columns={},
        rows=tuple(rows),
    )


def only_of(check: ReportCheck, tasks: Iterable[UnitTask]) -> ReportCheck:
    """Return a check without what is said of numbers that are not handed in now."""
    places = {place_of(task) for task in tasks}
    return replace(
        check,
        warnings=tuple(one for one in check.warnings if one.place in places),
        missing_evidence=tuple(one for one in check.missing_evidence if one.place in places),
    )
