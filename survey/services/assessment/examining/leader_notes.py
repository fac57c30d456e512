"""Notes of leaders on units and tasks, and comments of leads on numbers: on record, for the office to see."""

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import BadYearRecord, UnknownYearRecord
from survey.services.assessment.assessments import TAKING, current, in_force, locked_assessment
from survey.services.assessment.closing import period_named
from survey.services.audit.audit import By

from .year_records import put_on_record, records_of

MAX_REMARK = 500
"""Characters of a note, or of a comment."""


def put_remark(
    session: Session,
    assessment_code: str,
    kind: YearRecordKind,
    about: str,
    text: str,
    account_id: int,
    by: By,
) -> YearRecord:
    """Put a leader's note or a lead's comment on record; the same as one's last about it is there already.

    Raises ``WrongStage``, ``BadYearRecord``, and as ``require_known``.
    """
    require_known(session, assessment_code, kind, about)
    said = typed_text(text, MAX_REMARK + 1)
    if not said or len(said) > MAX_REMARK:
        raise BadYearRecord({"text": "too-long" if said else "missing"})
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="put a remark on record of")
    own = remarks(session, assessment_code, kind, of=account_id, about=about)
    if own and own[0].content["text"] == said:
        return own[0]
    return put_on_record(session, assessment, kind, about, {"account": account_id, "text": said}, by)


def require_known(session: Session, assessment_code: str, kind: YearRecordKind, about: str) -> None:
    """Look whether there is what a note (unit, or unit and indicator) or a comment (with period) is about.

    Raises ``UnknownPeriod`` and ``UnknownYearRecord``.
    """
    known, parts = current(session, assessment_code), about.split("/")
    if kind is YearRecordKind.LEAD_COMMENT:
        known = in_force(session, known, period_named(known, parts.pop(0)))
    elif len(parts) == 1 and parts[0] in known.definition.unit:
        return
    if tuple(parts) not in known.targets:
        raise UnknownYearRecord(f"{assessment_code} has nothing called {about}")


def remarks(
    session: Session, assessment_code: str, kind: YearRecordKind, *, of: int | None = None, about: str = ""
) -> list[YearRecord]:
    """List notes, or comments, the latest first; those of one account, those about one thing."""
    found = records_of(session, current(session, assessment_code), kind, about=about or None)
    return [one for one in reversed(found) if of in (None, one.content["account"])]


def comments_by_number(session: Session, assessment_code: str) -> dict[tuple[str, ...], list[YearRecord]]:
    """Map period, unit and indicator to what leads say of the number, each lead's last word."""
    found: dict[tuple[str, ...], list[YearRecord]] = {}
    said = set()
    for one in remarks(session, assessment_code, YearRecordKind.LEAD_COMMENT):
        if (one.about, one.content["account"]) not in said:
            said.add((one.about, one.content["account"]))
            found.setdefault(tuple(one.about.split("/")), []).append(one)
    return found
