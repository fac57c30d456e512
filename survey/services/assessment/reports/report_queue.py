"""The office's queue: what units and leads submitted is taken over, or returned with a reason."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Actuals, NumberKind
from survey.domain.assessment.periods import due_in, month_of, periods_of
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import (
    EvidenceFile,
    ReportState,
    SubmittedNumber,
    typed_text,
)
from survey.domain.assessment.scoring.pace import planned
from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.domain.definition.canonical import digest
from survey.domain.errors import ReasonMissing
from survey.services.assessment.assessments import TAKING, current, in_force, logged_as
from survey.services.assessment.evidence import actuals_of
from survey.services.assessment.taking import record_numbers
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows, seat_rows
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment
from survey.storage.assessment.reports import evidence_rows, report_rows

from .typed_reports import record_reported, taken

_RETURNABLE = (ReportState.SUBMITTED, ReportState.APPROVED, ReportState.ACCEPTED)


@dataclass(frozen=True)
class WaitingNumber:
    """A submitted number that waits for the office, the files that prove it, and what it is held against.

    That is the year's target, the plan so far, and what counts of the period before; ``None`` where there is
    none.
    """

    submitted: SubmittedNumber
    files: tuple[EvidenceFile, ...]
    target: Fraction | None
    plan: Fraction | None
    before: Fraction | None


@dataclass(frozen=True)
class QueueDone:
    """What came of an act on the queue: how many numbers moved, and how many somebody had moved before.

    ``kept`` counts those that were not accepted: nothing is reported, where an accepted number counts.
    """

    moved: int
    moved_before: int
    kept: int = 0


@dataclass(frozen=True)
class WaitingCount:
    """How many numbers of a unit wait for the office, and how many for the unit's own approver."""

    unit: str
    office: int
    approver: int


def waiting_counts(session: Session, assessment: Assessment, period: str | None = None) -> list[WaitingCount]:
    """Return of which units something is handed in and not accepted, of a period or of all, as defined."""
    counted = report_rows.count_waiting(session, assessment, period)
    signed_off = seat_rows.units_signed_off(session, assessment.id) if counted else set()
    found = []
    for unit in assessment.definition.units:
        submitted = counted.get((unit.key, ReportState.SUBMITTED), 0)
        approved = counted.get((unit.key, ReportState.APPROVED), 0)
        unsigned = submitted if unit.key in signed_off else 0
        if submitted or approved:
            found.append(WaitingCount(unit.key, approved + submitted - unsigned, unsigned))
    return found


def waiting(session: Session, assessment_code: str) -> list[WaitingNumber]:
    """List what waits for the office, by period, and as it was submitted.

    What nobody is there to sign off in its unit waits for the office too.
    """
    assessment = current(session, assessment_code)
    numbers = _waiting(session, assessment, report_rows.waiting_numbers(session, assessment))
    files: dict[tuple[str, str, str], list[EvidenceFile]] = {}
    for period in {one.period for one in numbers}:
        for file in evidence_rows.files_of_period(session, assessment, period):
            files.setdefault((period, file.unit, file.indicator), []).append(file)
    known = _Known(session, assessment)
    return [
        WaitingNumber(one, tuple(files.get((one.period, one.unit, one.indicator), ())), *known.of(one))
        for one in sorted(numbers, key=lambda one: (one.period, one.number))
    ]


class _Known:
    """What numbers are held against, each version and each period read once."""

    def __init__(self, session: Session, assessment: Assessment) -> None:
        self._session, self._assessment = session, assessment
        self._versions: dict[str, Assessment] = {}
        self._actuals: dict[str, Actuals] = {}

    def of(self, one: SubmittedNumber) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
        """Return target, plan so far and what counts of the period before."""
        if one.period not in self._versions:
            self._versions[one.period] = in_force(self._session, self._assessment, one.period)
        there = self._versions[one.period]
        target, indicator = there.targets.get(one.task), there.definition.indicator.get(one.indicator)
        if target is None or indicator is None:
            return None, None, None
        periods = periods_of(there.definition)
        earlier = periods[: periods.index(one.period)][::-1]
        before = next((period for period in earlier if due_in(there.definition, indicator, period)), None)
        if before is not None and before not in self._actuals:
            self._actuals[before] = actuals_of(self._session, self._assessment, before)
        last = None if before is None else self._actuals[before].get(one.task)
        return target.target, planned(indicator, target, month_of(one.period)), last


def accept(session: Session, assessment_code: str, numbers: Collection[int], by: By) -> QueueDone:
    """Take submitted numbers over: they count from here on; raises ``WrongStage``.

    What is no longer waiting, or no task any more, is left as it is; and so is one of which nothing is
    reported, while a number that was accepted before counts: the office returns it.
    """
    assessment = _locked(session, assessment_code)
    found = _waiting(session, assessment, report_rows.find_submitted(session, assessment, numbers))
    kept = _over_accepted(session, assessment, found)
    moved = [
        one
        for one in found
        if one not in kept
        and one.task in in_force(session, assessment, one.period).targets
        and report_rows.move(session, assessment, one, ReportState.ACCEPTED, by.actor, by.at)
    ]
    if moved:
        audit.record(session, by, Act.REPORT_ACCEPT, logged_as(assessment_code), **_told(moved))
        unsigned = [one for one in moved if one.state is ReportState.SUBMITTED]
        if unsigned:
            record_reported(session, assessment, unsigned, by)
        record_numbers(
            session,
            assessment,
            [taken(one, one.value, NumberKind.ACCEPTED) for one in moved if one.value is not None],
            by,
            typed=True,
        )
    return QueueDone(len(moved), len(set(numbers)) - len(moved) - len(kept), len(kept))


def _waiting(
    session: Session, assessment: Assessment, numbers: Iterable[SubmittedNumber]
) -> list[SubmittedNumber]:
    """Return those of some numbers that wait for the office."""
    signed_off = seat_rows.units_signed_off(session, assessment.id)
    return [
        one
        for one in numbers
        if one.state is ReportState.APPROVED
        or (one.state is ReportState.SUBMITTED and one.unit not in signed_off)
    ]


def _over_accepted(
    session: Session, assessment: Assessment, numbers: Collection[SubmittedNumber]
) -> list[SubmittedNumber]:
    """Return those of some numbers of which nothing is reported, and an accepted number counts."""
    empty = [one for one in numbers if one.value is None]
    accepted = {
        period: assessment_number_rows.last_numbers(session, assessment, period)[NumberKind.ACCEPTED]
        for period in {one.period for one in empty}
    }
    return [one for one in empty if one.task in accepted[one.period]]


def give_back(
    session: Session,
    assessment_code: str,
    numbers: Collection[int],
    reason: str,
    by: By,
    *,
    of_unit: str = "",
) -> QueueDone:
    """Return submitted numbers with a reason: whoever reports them submits them anew.

    A number that was accepted stays on record until another one is. ``of_unit`` is the unit whose approver
    returns what the office does not have yet. Raises ``WrongStage`` and ``ReasonMissing``.
    """
    reason = typed_text(reason, MAX_NOTE)
    if not reason:
        raise ReasonMissing("say why the numbers are returned")
    assessment = _locked(session, assessment_code)
    allowed = (ReportState.SUBMITTED,) if of_unit else _RETURNABLE
    moved = [
        one
        for one in _latest(session, assessment, numbers)
        if one.state in allowed
        and of_unit in ("", one.unit)
        and report_rows.move(session, assessment, one, ReportState.RETURNED, by.actor, by.at, reason)
    ]
    if moved:
        audit.record(
            session, by, Act.REPORT_RETURN, logged_as(assessment_code), **_told(moved), reason=reason
        )
    return QueueDone(len(moved), len(set(numbers)) - len(moved))


def _latest(session: Session, assessment: Assessment, numbers: Collection[int]) -> list[SubmittedNumber]:
    """Return those of some submitted numbers after which nothing was submitted for their task."""
    found = report_rows.find_submitted(session, assessment, numbers)
    last = {
        one.number
        for period in {one.period for one in found}
        for one in report_rows.submitted_of(session, assessment, period).values()
    }
    return [one for one in found if one.number in last]


def _locked(session: Session, assessment_code: str) -> Assessment:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="take numbers over for")
    return assessment


def _told(moved: Collection[SubmittedNumber]) -> dict[str, Any]:
    """Return what the log is told of numbers that an act moved."""
    return {
        "rows": len(moved),
        "units": sorted({one.unit for one in moved}),
        "periods": sorted({one.period for one in moved}),
        "content": digest([[one.number, one.unit, one.indicator] for one in moved]),
    }
