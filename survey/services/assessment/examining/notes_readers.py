"""The one reader of talk notes beside the group: an account with a reader's seat, named by the office."""

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.seats import SeatPart
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import BadYearRecord
from survey.services.assessment.assessments import TAKING, Assessment, locked_assessment
from survey.services.assessment.seating import seats_given
from survey.services.audit.audit import By
from survey.storage.accounts.account_rows import Account

from .year_records import put_on_record, records_of

_ABOUT = "reader"
NOBODY = 0
"""In the place of an account's number: nobody but the group reads."""


def offered_readers(session: Session, assessment: Assessment) -> list[Account]:
    """List the accounts that can be named: those with a reader's seat, which may be the office's own too."""
    return [one.account for one in seats_given(session, assessment) if one.seat.part is SeatPart.READER]


def named_readers(session: Session, assessment: Assessment) -> list[YearRecord]:
    """List whom the office named, the latest first: that one holds."""
    return records_of(session, assessment, YearRecordKind.NOTES_READER)[::-1]


def named_reader(session: Session, assessment: Assessment) -> Account | None:
    """Return who reads now: the account named last, as long as it has a reader's seat."""
    named = named_readers(session, assessment)
    wanted = named[0].content["account"] if named else NOBODY
    return next((one for one in offered_readers(session, assessment) if one.id == wanted), None)


def is_named(session: Session, assessment: Assessment, account: Account) -> bool:
    """Check whether an account is the one that was named, and still has its seat."""
    reader = named_reader(session, assessment)
    return reader is not None and reader.id == account.id


def name_reader(session: Session, assessment_code: str, account_id: int, by: By) -> YearRecord:
    """Put on record who reads talk notes beside the group, ``NOBODY`` for none, in the place of the last one.

    Raises ``WrongStage``, and ``BadYearRecord`` where the account has no reader's seat.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="name a reader of")
    names = {NOBODY: ""} | {one.id: one.name for one in offered_readers(session, assessment)}
    if account_id not in names:
        raise BadYearRecord({"account": "unknown"})
    content = {"account": account_id, "name": names[account_id]}
    return put_on_record(
        session, assessment, YearRecordKind.NOTES_READER, _ABOUT, content, by, unless_held=True
    )
