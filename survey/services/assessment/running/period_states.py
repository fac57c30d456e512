"""The periods of a year as the office sees them, and closing one exactly as it was shown."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Stage, UnitTask
from survey.domain.assessment.periods import PeriodRules, last_period, periods_of
from survey.domain.assessment.reports.submitted_report import deadline, is_late
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.paper_material import LateCorrection
from survey.domain.definition.canonical import digest
from survey.domain.errors import ChangedMeanwhile, WrongStage
from survey.services.assessment.assessments import current, in_force, locked_assessment, open_periods
from survey.services.assessment.closing import (
    ClosedPeriod,
    close_period,
    closed_periods,
    corrections_in,
    period_named,
)
from survey.services.assessment.overview import not_accepted
from survey.services.assessment.reports.due_reports import begun_periods, require_begun
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.reports import report_rows, waiting_numbers

SINCE = ""
"""Stands for no period: what came after the last close is told in the bulletin that comes next."""


@dataclass(frozen=True)
class PeriodState:
    """One period: whether it has begun, by when it is reported, how it was closed.

    ``corrections`` are what its bulletin corrects of earlier periods.
    """

    period: str
    begun: bool
    due: date
    late: bool
    version: int
    closed: ClosedPeriod | None
    corrections: tuple[LateCorrection, ...]


@dataclass(frozen=True)
class PeriodGap:
    """What the close of one period goes without: tasks of which no number is accepted.

    ``waiting`` are those tasks, and others, of which a number was submitted and waits for the office.
    """

    period: str
    version: int
    due: int
    missing: tuple[UnitTask, ...]
    waiting: tuple[UnitTask, ...]


@dataclass(frozen=True)
class YearPeriods:
    """All periods of a year in order, what is corrected since the last close, and what the next one lacks."""

    assessment: Assessment
    periods: tuple[PeriodState, ...]
    corrections: tuple[LateCorrection, ...]
    gap: PeriodGap | None

    @property
    def next_bulletin(self) -> int:
        """Return the number of the bulletin that comes next."""
        return 1 + sum(one.closed is not None for one in self.periods)


@dataclass(frozen=True)
class PlannedClose:
    """What closing a period would close, earlier ones that are open first; ``digest`` names what was seen."""

    assessment: Assessment
    gaps: tuple[PeriodGap, ...]
    first_bulletin: int
    digest: str

    @property
    def period(self) -> str:
        """Return the period that was asked for."""
        return self.gaps[-1].period

    @property
    def is_last(self) -> bool:
        """Check whether the examination of the year begins with it."""
        return self.period == last_period(self.assessment.definition)


def year_periods(session: Session, assessment_code: str, at: datetime) -> YearPeriods:
    """Return the periods of a year as they stand at a moment; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    definition = assessment.definition
    closed, begun = closed_periods(session, assessment), begun_periods(assessment, at)
    states = tuple(
        PeriodState(
            period=one,
            begun=one in begun,
            due=deadline(definition, one),
            late=is_late(definition, one, at),
            version=in_force(session, assessment, one).version,
            closed=closed.get(one),
            corrections=tuple(corrections_in(session, assessment, one)) if one in closed else (),
        )
        for one in periods_of(definition)
    )
    since = tuple(corrections_in(session, assessment, SINCE)) if closed else ()
    waiting = open_periods(session, assessment) if assessment.stage is Stage.RUNNING else []
    gap = _gap(session, assessment, waiting[0]) if waiting and waiting[0] in begun else None
    return YearPeriods(assessment, states, since, gap)


def planned_close(session: Session, assessment_code: str, said: str, at: datetime) -> PlannedClose:
    """Return what closing a period would close, and what it goes without.

    Raises ``UnknownPeriod``, also where the period has not begun, and ``WrongStage`` where it is closed
    already.
    """
    return _planned(session, current(session, assessment_code), said, at)


def close_as_seen(session: Session, assessment_code: str, said: str, seen: str, by: By) -> list[ClosedPeriod]:
    """Close a period, and earlier ones that are open, where all is as it was ``seen``; return them in order.

    Raises as ``planned_close``, and ``ChangedMeanwhile`` where something else is missing by now.
    """
    planned = _planned(session, locked_assessment(session, assessment_code), said, by.at)
    if planned.digest != seen:
        raise ChangedMeanwhile(assessment_code)
    return close_period(session, assessment_code, planned.period, by)


def _planned(session: Session, assessment: Assessment, said: str, at: datetime) -> PlannedClose:
    period = period_named(assessment, said)
    require_stage(assessment.code, assessment.stage, Stage.RUNNING, to=f"close {period} of")
    require_begun(assessment, period, at)
    waiting = open_periods(session, assessment)
    if period not in waiting:
        raise WrongStage(f"cannot close {period} of {assessment.code}: it is closed")
    asked = waiting[: waiting.index(period) + 1]
    gaps = tuple(_gap(session, assessment, one) for one in asked)
    bulletin = len(closed_periods(session, assessment)) + 1
    said_of = [[one.period, one.version, _listed(one.missing), _listed(one.waiting)] for one in gaps]
    return PlannedClose(assessment, gaps, bulletin, digest(said_of))


def _gap(session: Session, assessment: Assessment, period: str) -> PeriodGap:
    held = in_force(session, assessment, period)
    submitted = [one.task for one in report_rows.waiting_numbers(session, assessment) if one.period == period]
    handed_in = [
        (unit, indicator)
        for one, unit, indicator in waiting_numbers.waiting_numbers(session, assessment)
        if one == period
    ]
    waiting = {*submitted, *handed_in}
    due = PeriodRules(held.definition, held.targets).due_in(period)
    return PeriodGap(
        period,
        held.version,
        sum(key in due for _, key in held.targets),
        tuple(not_accepted(session, assessment, period)),
        tuple(task for task in held.targets if task in waiting),
    )


def _listed(tasks: tuple[UnitTask, ...]) -> list[list[str]]:
    return [list(task) for task in tasks]
