"""Reports while they are typed, and their way to the office: saved as typed, submitted once, signed off."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import NumberKind, TakenNumber, UnitTask
from survey.domain.assessment.reports.number_rows import UNNUMBERED
from survey.domain.assessment.reports.number_text import write_number
from survey.domain.assessment.reports.report_check import ReportCheck, check_report
from survey.domain.assessment.reports.report_lines import ReportFile
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import (
    MAX_TYPED,
    ReportState,
    ReportSubject,
    SubmittedNumber,
    TypedNumber,
    is_late,
    place_of,
    typed_text,
    without,
)
from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.domain.definition.canonical import digest
from survey.domain.errors import BadNumbers
from survey.services.assessment.assessments import TAKING, logged_as
from survey.services.assessment.closing import period_named
from survey.services.assessment.taking import record_numbers
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import seat_rows
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment
from survey.storage.assessment.reports import report_rows

from .due_reports import DueNumber, DueReport, evidence_names, report_of, require_begun
from .report_forms import numbers_so_far


@dataclass(frozen=True)
class TypingConflict:
    """A number that two typed at once: what stands there now, and what somebody else had typed meanwhile.

    ``stands`` is what is kept; ``refused`` what was sent by whoever had not seen it. Both are shown.
    """

    stands: TypedNumber
    refused: TypedNumber
    submitted: bool = False


@dataclass(frozen=True)
class ReportSaved:
    """What came of saving, or submitting: how many numbers changed or went, and what two typed at once.

    ``left`` counts the open numbers that were not submitted: whoever submitted did not see them as they are.
    """

    changed: int = 0
    submitted: int = 0
    conflicts: tuple[TypingConflict, ...] = ()
    left: int = 0


def save(
    session: Session,
    assessment_code: str,
    said: str,
    subject: ReportSubject,
    typed: Iterable[TypedNumber],
    by: By,
) -> ReportSaved:
    """Keep what is typed as it is typed, number by number; raises ``WrongStage``, ``UnknownPeriod``.

    What somebody else typed since the page was shown stays, and is told: nothing of either is lost.
    """
    due = _begun(session, assessment_code, said, subject, by)
    return _save(session, due, typed, by)


def submit(
    session: Session,
    assessment_code: str,
    said: str,
    subject: ReportSubject,
    typed: Iterable[TypedNumber],
    by: By,
) -> ReportSaved:
    """Keep what is typed and submit it, where it is still open; nothing where two typed at once.

    A number that was not sent, or not in the revision that stands, was not seen: it stays open. Where the
    unit has nobody who signs off, numbers go to the office. Raises ``WrongStage``, ``UnknownPeriod``, and
    ``BadNumbers`` with all faults and the warnings without a reason: nothing is kept then either.
    """
    sent = list(typed)
    due = _begun(session, assessment_code, said, subject, by)
    revisions = {one.task: one.typed.revision for one in due.numbers}
    seen = {one.task for one in sent if revisions.get(one.task) == one.revision}
    saved = _save(session, due, sent, by)
    if saved.conflicts:
        return saved
    due = report_of(session, due.assessment, due.period, subject)
    wanted = [one for one in due.open_numbers if one.task in seen]
    left = [one.task for one in due.open_numbers if one.task not in seen]
    made = _submitted(session, due, wanted, _settled(due, wanted, left), by)
    report_rows.add_submitted(session, due.assessment, made)
    report_rows.drop_typed(session, due.assessment, due.period, [one.task for one in wanted])
    if made:
        _note_submitted(session, due, made, by)
    return replace(saved, submitted=len(made), left=len(left))


def approve(
    session: Session,
    assessment_code: str,
    said: str,
    subject: ReportSubject,
    by: By,
    listed: Collection[int] | None = None,
) -> int:
    """Sign off what a unit submitted: it goes to the office; return how many numbers went.

    Of what waits only what is ``listed`` goes: what somebody had before them when they signed. Raises
    ``WrongStage``, ``UnknownPeriod``.
    """
    due = _locked(session, assessment_code, said, subject)
    waiting = [one for one in due.in_state(ReportState.SUBMITTED) if listed is None or one.number in listed]
    gone = [
        one
        for one in waiting
        if report_rows.move(session, due.assessment, one, ReportState.APPROVED, by.actor, by.at)
    ]
    if gone:
        audit.record(
            session,
            by,
            Act.REPORT_APPROVE,
            logged_as(assessment_code),
            period=due.period,
            unit=subject.unit,
            rows=len(gone),
            content=digest([_content(one) for one in gone]),
        )
        record_reported(session, due.assessment, gone, by)
    return len(gone)


def take_workbook(
    session: Session,
    assessment_code: str,
    said: str,
    subject: ReportSubject,
    report: ReportFile,
    by: By,
) -> tuple[ReportCheck, ReportSaved]:
    """Take a workbook's numbers as if they were typed; return its check, whose warnings want reasons.

    What the same person typed before gives way, what somebody else typed stays and is told. Raises
    ``WrongStage``, ``UnknownPeriod``, and ``BadNumbers`` with all faults: nothing is taken then.
    """
    due = _begun(session, assessment_code, said, subject, by)
    definition, targets = due.assessment.definition, due.assessment.targets
    history = numbers_so_far(session, due.assessment, subject.unit, subject.indicator)
    check = check_report(
        definition, targets, history, report, due.period, unit=subject.unit, indicator=subject.indicator
    )
    if check.faults:
        raise BadNumbers(check.faults, check.warnings)
    before = {one.task: one.typed for one in due.numbers}
    typed = [_in_place_of(before[one.unit, one.indicator], one, by) for one in check.numbers.values()]
    return check, _save(session, due, typed, by)


def _in_place_of(before: TypedNumber, one: TakenNumber, by: By) -> TypedNumber:
    own = before.by in ("", by.actor)
    return TypedNumber(
        one.unit,
        one.indicator,
        value=write_number(one.value),
        note=one.note or before.note,
        reason=before.reason,
        revision=before.revision if own or not before.value else -1,
    )


def _locked(session: Session, assessment_code: str, said: str, subject: ReportSubject) -> DueReport:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="report numbers of")
    return report_of(session, assessment, period_named(assessment, said), subject)


def _begun(session: Session, assessment_code: str, said: str, subject: ReportSubject, by: By) -> DueReport:
    """Return what is due, of a period of which numbers may be typed by now."""
    due = _locked(session, assessment_code, said, subject)
    require_begun(due.assessment, due.period, by.at)
    return due


def _save(session: Session, due: DueReport, typed: Iterable[TypedNumber], by: By) -> ReportSaved:
    known = {one.task: one for one in due.numbers}
    changed, conflicts = 0, []
    for sent in map(_cleaned, typed):
        one = known.get(sent.task)
        if one is None or sent.texts == one.typed.texts:
            continue
        if not one.is_open:
            conflicts.append(TypingConflict(one.typed, sent, submitted=True))
        elif sent.revision != one.typed.revision:
            conflicts.append(TypingConflict(one.typed, sent))
        else:
            kept = replace(sent, revision=one.typed.revision + 1)
            report_rows.put_typed(session, due.assessment, due.period, kept, by.actor, by.at)
            changed += 1
    return ReportSaved(changed=changed, conflicts=tuple(conflicts))


def _cleaned(typed: TypedNumber) -> TypedNumber:
    value, note, reason = (
        typed_text(text, most)
        for text, most in zip(typed.texts, (MAX_TYPED, MAX_NOTE, MAX_NOTE), strict=True)
    )
    return replace(typed, value=value, note=note, reason=reason)


def _settled(
    due: DueReport, wanted: Sequence[DueNumber], left: Iterable[UnitTask]
) -> dict[UnitTask, TakenNumber]:
    """Return the numbers that are submitted, checked without those that are left."""
    reasons = {place_of(one.task): one.typed.reason for one in wanted}
    settled = without(due.check, left).settle(reasons, with_evidence=True)
    return {(one.unit, one.indicator): one for one in settled}


def _submitted(
    session: Session,
    due: DueReport,
    wanted: Sequence[DueNumber],
    settled: dict[UnitTask, TakenNumber],
    by: By,
) -> list[SubmittedNumber]:
    first = report_rows.last_submitted_number(session, due.assessment) + 1
    before = report_rows.ever_late(session, due.assessment, due.period)
    late = is_late(due.assessment.definition, due.period, by.at)
    waits = has_approver(session, due.assessment, due.subject)
    return [
        SubmittedNumber(
            number=number,
            period=due.period,
            unit=one.typed.unit,
            indicator=one.typed.indicator,
            value=settled[one.task].value if one.task in settled else None,
            note=one.typed.note,
            reason=settled[one.task].reason if one.task in settled else one.typed.reason,
            evidence=evidence_names(one),
            state=ReportState.SUBMITTED if waits else ReportState.APPROVED,
            late=before.get(one.task, late),
            submitted_by=by.actor,
            submitted_at=by.at,
        )
        for number, one in enumerate(wanted, first)
    ]


def _note_submitted(session: Session, due: DueReport, made: Sequence[SubmittedNumber], by: By) -> None:
    audit.record(
        session,
        by,
        Act.REPORT_SUBMIT,
        logged_as(due.assessment.code),
        period=due.period,
        unit=due.subject.unit,
        indicator=due.subject.indicator,
        rows=len(made),
        late=sum(one.late for one in made),
        content=digest([_content(one) for one in made]),
    )
    gone = [one for one in made if one.state is ReportState.APPROVED]
    record_reported(session, due.assessment, gone, by)


def has_approver(session: Session, assessment: Assessment, subject: ReportSubject) -> bool:
    """Return whether somebody in a unit signs off what it submits; of leads nobody does."""
    return subject.unit in seat_rows.units_signed_off(session, assessment.id)


def record_reported(
    session: Session, assessment: Assessment, numbers: Iterable[SubmittedNumber], by: By
) -> None:
    """Put numbers on record as reported: from here on they are part of each number's story."""
    record_numbers(
        session,
        assessment,
        [taken(one, one.value, NumberKind.REPORTED) for one in numbers if one.value is not None],
        by,
        typed=True,
    )


def taken(one: SubmittedNumber, value: Fraction, kind: NumberKind) -> TakenNumber:
    """Return a submitted number as it goes on record."""
    return TakenNumber(
        UNNUMBERED, kind, one.period, one.unit, one.indicator, value, one.note, one.evidence, one.reason
    )


def _content(one: SubmittedNumber) -> list[str]:
    value = "" if one.value is None else str(one.value)
    return [str(one.number), one.unit, one.indicator, value, one.note, one.reason, one.evidence]
