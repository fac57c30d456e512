"""Numbers that are being typed, and numbers that were submitted: rows to domain and back."""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.reports.number_text import fraction_of
from survey.domain.assessment.reports.submitted_report import ReportState, SubmittedNumber, TypedNumber
from survey.domain.definition.canonical import canonical_json
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.database import changed_rows

from .report_tables import SubmittedNumberRow, TypedNumberRow


def typed_numbers(session: Session, assessment: Assessment, period: str) -> dict[UnitTask, TypedNumber]:
    """Return what is being typed for a period, by task."""
    row = TypedNumberRow
    rows = session.execute(
        select(row.unit, row.indicator, row.value, row.note, row.reason, row.revision, row.recorded_by).where(
            row.assessment_id == assessment.id, row.period == period
        )
    )
    return {(one.unit, one.indicator): TypedNumber(*one) for one in rows}


def put_typed(
    session: Session, assessment: Assessment, period: str, typed: TypedNumber, by: str, at: datetime
) -> None:
    """Store what is being typed of a number, in the place of what was typed before."""
    session.merge(
        TypedNumberRow(
            assessment_id=assessment.id,
            period=period,
            unit=typed.unit,
            indicator=typed.indicator,
            value=typed.value,
            note=typed.note,
            reason=typed.reason,
            revision=typed.revision,
            recorded_by=by,
            recorded_at=at,
        )
    )
    session.flush()


def drop_typed(session: Session, assessment: Assessment, period: str, tasks: Iterable[UnitTask]) -> None:
    """Forget what was typed of some numbers: it is submitted."""
    row = TypedNumberRow
    for unit, indicator in tasks:
        session.execute(
            delete(row).where(
                row.assessment_id == assessment.id,
                row.period == period,
                row.unit == unit,
                row.indicator == indicator,
            )
        )


def last_submitted_number(session: Session, assessment: Assessment) -> int:
    """Return the number under which something was submitted last; 0 where nothing was."""
    row = SubmittedNumberRow
    return session.scalar(select(func.max(row.number)).where(row.assessment_id == assessment.id)) or 0


def add_submitted(session: Session, assessment: Assessment, numbers: Collection[SubmittedNumber]) -> None:
    """Append submitted numbers. The assessment's lock must be held."""
    if numbers:
        session.execute(insert(SubmittedNumberRow), [_columns(assessment, one) for one in numbers])


def _columns(assessment: Assessment, one: SubmittedNumber) -> dict[str, Any]:
    said = {"note": one.note, "reason": one.reason, "evidence": one.evidence}
    return {
        "assessment_id": assessment.id,
        "number": one.number,
        "period": one.period,
        "unit": one.unit,
        "indicator": one.indicator,
        "value": "" if one.value is None else str(one.value),
        "detail": canonical_json({key: text for key, text in said.items() if text}),
        "state": one.state,
        "late": one.late,
        "recorded_by": one.submitted_by,
        "recorded_at": one.submitted_at,
        "approved_by": one.approved_by,
        "answer": one.answer,
        "moved_by": one.moved_by,
        "moved_at": one.moved_at,
    }


def submitted_of(
    session: Session, assessment: Assessment, period: str, *, unit: str = "", indicator: str = ""
) -> dict[UnitTask, SubmittedNumber]:
    """Return of each task, or of each of a unit or an indicator, what was submitted last for a period."""
    row = SubmittedNumberRow
    wanted = [row.period == period]
    if unit:
        wanted.append(row.unit == unit)
    if indicator:
        wanted.append(row.indicator == indicator)
    return {one.task: one for one in _submitted(session, assessment, *wanted)}


def ever_late(session: Session, assessment: Assessment, period: str) -> dict[UnitTask, bool]:
    """Return of each task that was submitted whether the first time was late."""
    row = SubmittedNumberRow
    found: dict[UnitTask, bool] = {}
    for one in _submitted(session, assessment, row.period == period):
        found.setdefault(one.task, one.late)
    return found


def waiting_numbers(session: Session, assessment: Assessment) -> list[SubmittedNumber]:
    """Return what waits for an approver or the office, in the order in which it was submitted."""
    row = SubmittedNumberRow
    return list(_submitted(session, assessment, row.state.in_((ReportState.SUBMITTED, ReportState.APPROVED))))


def count_waiting(
    session: Session, assessment: Assessment, period: str | None = None
) -> dict[tuple[str, ReportState], int]:
    """Return how many numbers of each unit wait in which state, of a period or of all."""
    row = SubmittedNumberRow
    wanted = [
        row.assessment_id == assessment.id,
        row.state.in_((ReportState.SUBMITTED, ReportState.APPROVED)),
    ]
    if period is not None:
        wanted.append(row.period == period)
    counted = select(row.unit, row.state, func.count()).where(*wanted).group_by(row.unit, row.state)
    return {(unit, ReportState(state)): number for unit, state, number in session.execute(counted)}


def last_in_state(session: Session, assessment: Assessment, state: ReportState) -> list[SubmittedNumber]:
    """Return the numbers in a state after which nothing was submitted for their task, in order."""
    row, any_one = SubmittedNumberRow, aliased(SubmittedNumberRow)
    last = (
        select(func.max(any_one.number))
        .where(any_one.assessment_id == assessment.id)
        .group_by(any_one.period, any_one.unit, any_one.indicator)
    )
    return list(_submitted(session, assessment, row.state == state, row.number.in_(last)))


def find_submitted(
    session: Session, assessment: Assessment, numbers: Collection[int]
) -> list[SubmittedNumber]:
    """Return the submitted numbers that these are the numbers of."""
    row = SubmittedNumberRow
    return list(_submitted(session, assessment, row.number.in_(numbers)))


def _submitted(session: Session, assessment: Assessment, *wanted: Any) -> Iterator[SubmittedNumber]:
    row = SubmittedNumberRow
    rows = session.scalars(
        select(row).where(row.assessment_id == assessment.id, *wanted).order_by(row.number)
    )
    for one in rows:
        said = json.loads(one.detail)
        yield SubmittedNumber(
            number=one.number,
            period=one.period,
            unit=one.unit,
            indicator=one.indicator,
            value=fraction_of(one.value) if one.value else None,
            note=said.get("note", ""),
            reason=said.get("reason", ""),
            evidence=said.get("evidence", ""),
            state=ReportState(one.state),
            late=one.late,
            submitted_by=one.recorded_by,
            submitted_at=one.recorded_at,
            approved_by=one.approved_by,
            answer=one.answer,
            moved_by=one.moved_by,
            moved_at=one.moved_at,
        )


def move(
    session: Session,
    assessment: Assessment,
    one: SubmittedNumber,
    to: ReportState,
    by: str,
    at: datetime,
    answer: str = "",
) -> bool:
    """Take a submitted number from its state to another; return whether it still was in its state."""
    row = SubmittedNumberRow
    values = {"state": to, "moved_by": by, "moved_at": at, "answer": answer}
    if to is ReportState.APPROVED:
        values["approved_by"] = by
    moved = session.execute(
        update(row)
        .where(row.assessment_id == assessment.id, row.number == one.number, row.state == one.state)
        .values(**values)
    )
    return changed_rows(moved) == 1
