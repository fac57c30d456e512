"""Whether a finding stands: where it does, it becomes a verified number, exactly once."""

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import NumberKind, TakenNumber
from survey.domain.assessment.reports.number_rows import UNNUMBERED
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.visits.visits import Visit, VisitPart, VisitPlace
from survey.domain.errors import BadYearRecord
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.assessment.taking import record_numbers
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.assessment_rows import Assessment

from .visit_findings import files_of
from .visits import locked_for_visits, moved, today_of, visit_at


def rule(
    session: Session,
    assessment_code: str,
    place: VisitPlace,
    stands: bool,
    reason: str,
    seen: int,
    by: By,
) -> Visit:
    """Have a finding stand, or take it back; the same ruling twice is one.

    Ruled anew, one that stood is taken back, or one that was taken back stands; what was ruled before stays
    on record. Either is a further number, and so asks for a further score record. ``seen`` is the record
    that the page was made from. Raises ``WrongStage``, ``UnknownYearRecord``, ``BadYearRecord`` without a
    reason and while the unit may still answer, and ``VisitMoved`` where somebody else was first.
    """
    assessment = locked_for_visits(session, assessment_code)
    visit = visit_at(session, assessment, place)
    said = typed_text(reason, MAX_NOTE + 1)
    if visit.ruling is not None and (visit.ruling.stands, visit.ruling.reason) == (stands, said):
        return visit
    if not said or len(said) > MAX_NOTE:
        raise BadYearRecord({"reason": "too-long" if said else "missing"})
    before = visit.ruling
    if visit.last != seen or (before is not None and before.stands is stands):
        raise moved(session, assessment, visit)
    if before is None and not visit.may_be_ruled(today_of(assessment, by)):
        raise BadYearRecord({"ruling": "too-early"})
    if stands:
        _verify(session, assessment, visit, said, by)
    elif before is not None:
        _withdraw(session, assessment, visit, said, by)
    content = {"stands": stands, "reason": said}
    put_on_record(session, assessment, YearRecordKind.VISIT_RULING, place.about, content, by)
    return visit_at(session, assessment, place)


def _verify(session: Session, assessment: Assessment, visit: Visit, reason: str, by: By) -> None:
    if visit.finding is not None:
        photos = files_of(session, assessment, visit.place, VisitPart.FINDING)
        cited = "；".join(f"{one.name}（sha256:{one.digest[:16]}）" for one in photos)
        verified = TakenNumber(
            UNNUMBERED,
            NumberKind.VERIFIED,
            **vars(visit.place),
            value=visit.finding.found,
            note=reason,
            evidence=cited,
            reason=visit.finding.why,
        )
        record_numbers(session, assessment, [verified], by, typed=True)


def _withdraw(session: Session, assessment: Assessment, visit: Visit, reason: str, by: By) -> None:
    """Take the verified number back, unless another one took its place since."""
    place = visit.place
    holding = assessment_number_rows.last_numbers(session, assessment, place.period)[NumberKind.VERIFIED]
    if visit.finding is not None and place.task in holding:
        if holding[place.task].value != visit.finding.found:
            return
        withdrawn = TakenNumber(
            UNNUMBERED,
            NumberKind.WITHDRAWN,
            **vars(place),
            value=visit.finding.found,
            reason=reason,
        )
        record_numbers(session, assessment, [withdrawn], by, typed=True)
