"""What a unit or a lead has to report for a period, and how far each number has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Stage, Target, UnitTask
from survey.domain.assessment.indicators import Indicator, Reporter
from survey.domain.assessment.periods import month_of, periods_of
from survey.domain.assessment.reports.number_text import write_number
from survey.domain.assessment.reports.report_check import ReportCheck, check_report
from survey.domain.assessment.reports.report_tasks import tasks_of_report
from survey.domain.assessment.reports.report_warnings import history_of
from survey.domain.assessment.reports.submitted_report import (
    EvidenceFile,
    ReportState,
    ReportSubject,
    SubmittedNumber,
    TypedNumber,
    as_report,
    deadline,
    without,
)
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import UnknownPeriod
from survey.services.assessment.assessments import TAKING, current, in_force
from survey.services.assessment.closing import closed_periods, period_named
from survey.storage.assessment import seat_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.reports import evidence_rows, report_rows

from .report_forms import numbers_so_far

_REVISIONS = 1 << 16
"""More than a number has while it is typed once: a page from before a submission is known for it."""


@dataclass(frozen=True)
class DueNumber:
    """One number that is due: what it is held against, what is typed, what was submitted, what proves it."""

    indicator: Indicator
    target: Target
    plan: Fraction | None
    last: Fraction | None
    typed: TypedNumber
    submitted: SubmittedNumber | None
    files: tuple[EvidenceFile, ...]

    @property
    def task(self) -> UnitTask:
        """Return the task that the number is of."""
        return self.target.unit, self.target.indicator

    @property
    def is_open(self) -> bool:
        """Return whether it is still to be submitted, for the first time or anew."""
        return self.submitted is None or self.submitted.is_open

    @property
    def removable(self) -> list[EvidenceFile]:
        """List the files that proved no submitted number: these alone may be taken away."""
        return [
            one for one in self.files if self.submitted is None or not self.submitted.is_proved_by(one.digest)
        ]


@dataclass(frozen=True)
class DueReport:
    """What is due of a subject in a period; ``check`` is what is wrong or odd about what is typed so far."""

    assessment: Assessment
    period: str
    subject: ReportSubject
    closed: bool
    numbers: tuple[DueNumber, ...]
    check: ReportCheck

    @property
    def deadline(self) -> date:
        """Return the last day on which the numbers are in time."""
        return deadline(self.assessment.definition, self.period)

    @property
    def open_numbers(self) -> list[DueNumber]:
        """List the numbers that are still to be submitted."""
        return [one for one in self.numbers if one.is_open]

    def in_state(self, state: ReportState) -> list[SubmittedNumber]:
        """List the submitted numbers in a state."""
        found = [one.submitted for one in self.numbers]
        return [one for one in found if one is not None and one.state is state]


def due_report(session: Session, assessment_code: str, said: str, subject: ReportSubject) -> DueReport:
    """Return what is due of a unit, or of an indicator, in a period.

    Raises ``WrongStage`` before the targets are frozen, ``UnknownPeriod`` and ``UnknownUnit``.
    """
    known = current(session, assessment_code)
    require_stage(assessment_code, known.stage, *TAKING, Stage.CLOSED, to="report numbers of")
    return report_of(session, known, period_named(known, said), subject)


def report_of(session: Session, known: Assessment, period: str, subject: ReportSubject) -> DueReport:
    """Return what ``due_report`` does, of an assessment that is read already."""
    assessment = in_force(session, known, period)
    definition, targets = assessment.definition, assessment.targets
    tasks = tasks_of_report(definition, targets, period, unit=subject.unit, indicator=subject.indicator)
    history = numbers_so_far(session, assessment, subject.unit, subject.indicator)
    typed = report_rows.typed_numbers(session, assessment, period)
    submitted = report_rows.submitted_of(
        session, assessment, period, unit=subject.unit, indicator=subject.indicator
    )
    files: dict[UnitTask, list[EvidenceFile]] = {}
    for file in evidence_rows.files_of_period(session, assessment, period):
        files.setdefault(file.task, []).append(file)
    numbers = []
    for task in tasks:
        past = history_of(definition, targets[task], history, period)
        numbers.append(
            DueNumber(
                indicator=definition.indicator[task[1]],
                target=targets[task],
                plan=past.plan,
                last=past.last,
                typed=typed.get(task) or _begun(task, submitted.get(task)),
                submitted=submitted.get(task),
                files=tuple(files.get(task, ())),
            )
        )
    report = as_report(
        subject, period, [one.typed for one in numbers], {one.task: evidence_names(one) for one in numbers}
    )
    check = check_report(
        definition, targets, history, report, period, unit=subject.unit, indicator=subject.indicator
    )
    settled = [one.task for one in numbers if not one.is_open]
    closed = period in closed_periods(session, assessment)
    return DueReport(assessment, period, subject, closed, tuple(numbers), without(check, settled))


def _begun(task: UnitTask, before: SubmittedNumber | None) -> TypedNumber:
    """Return what stands in a field that nobody typed into: what was submitted before."""
    if before is None:
        return TypedNumber(*task)
    value = "" if before.value is None else write_number(before.value)
    revision = before.number * _REVISIONS
    return TypedNumber(*task, value=value, note=before.note, reason=before.reason, revision=revision)


def evidence_names(one: DueNumber) -> str:
    """Return the names of a number's files, each with the beginning of its digest, as they go on record."""
    return "；".join(file.cited for file in one.files)


def subjects_of(assessment: Assessment, period: str) -> list[ReportSubject]:
    """List who has something to report in a period: units, then indicators of leads and of the office."""
    definition, targets = assessment.definition, assessment.targets
    every = [
        *(ReportSubject(unit=one.key) for one in definition.units),
        *(
            ReportSubject(indicator=one.key)
            for one in definition.indicators
            if one.source is not Reporter.UNIT
        ),
    ]
    return [
        one
        for one in every
        if tasks_of_report(definition, targets, period, unit=one.unit, indicator=one.indicator)
    ]


@dataclass(frozen=True)
class ReportProgress:
    """How far a subject's report of a period has come: how many numbers are due, and where they stand.

    ``signed_off`` tells that somebody can sign off what is submitted.
    """

    subject: ReportSubject
    due: int
    states: Mapping[ReportState, int]
    typed: int
    late: int
    signed_off: bool

    @property
    def missing(self) -> int:
        """Return how many numbers nobody has submitted, or have to be submitted anew."""
        there = sum(number for state, number in self.states.items() if state is not ReportState.RETURNED)
        return self.due - there


def progress_of(
    session: Session, known: Assessment, period: str, subjects: Iterable[ReportSubject] | None = None
) -> list[ReportProgress]:
    """Return how far reports of a period have come; of everybody who has one, where nobody is named."""
    assessment = in_force(session, known, period)
    having = subjects_of(assessment, period)
    wanted = having if subjects is None else [one for one in subjects if one in having]
    typed = report_rows.typed_numbers(session, assessment, period)
    submitted = report_rows.submitted_of(session, assessment, period)
    signed_off = seat_rows.units_signed_off(session, assessment.id)
    found = []
    for subject in wanted:
        tasks = tasks_of_report(
            assessment.definition, assessment.targets, period, unit=subject.unit, indicator=subject.indicator
        )
        states: dict[ReportState, int] = {}
        for task in tasks:
            if task in submitted:
                states[submitted[task].state] = states.get(submitted[task].state, 0) + 1
        found.append(
            ReportProgress(
                subject,
                len(tasks),
                states,
                sum(task in typed for task in tasks),
                sum(task in submitted and submitted[task].late for task in tasks),
                subject.unit in signed_off,
            )
        )
    return found


def begun_periods(assessment: Assessment, at: datetime) -> list[str]:
    """List the periods of which numbers may be reported at a moment, the latest first.

    A period may be reported once its last month has begun.
    """
    definition = assessment.definition
    today = at.astimezone(ZoneInfo(definition.time_zone)).date()
    reached = (today.year - definition.year) * 12 + today.month
    return [one for one in reversed(periods_of(definition)) if month_of(one) <= reached]


def require_begun(assessment: Assessment, period: str, at: datetime) -> None:
    """Refuse with ``UnknownPeriod`` to report numbers of a period that has not begun at a moment."""
    if period not in begun_periods(assessment, at):
        raise UnknownPeriod(f"{period} of {assessment.code} has not begun; report it from its last month on")
