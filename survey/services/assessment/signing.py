"""Signing a score record: two accounts vouch for it, as they do for a count."""

from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission, may
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.score_record import RecordSignature, ScoreRecord
from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import SigningPart
from survey.domain.errors import BadCredentials, WrongStage
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import score_record_rows
from survey.storage.account_rows import Account

from .assessments import locked_assessment, logged_as
from .score_records import last_record, outcome_of_record, read_back

SIGNABLE = (Stage.SCORED, Stage.DECIDED)


def sign(session: Session, assessment_code: str, teller: Account, scrutineer: Account, by: By) -> str:
    """Sign the score record made last, by accounts whose passwords were just checked.

    Return the log's check value. Raises ``BadCredentials`` unless they are two accounts that may sign,
    ``WrongStage`` also where the record is signed already, and ``BrokenLog`` or ``BrokenRecord`` where the
    log or the record do not hold: its outcome is worked out anew from its own evidence.
    """
    signers = {SigningPart.TELLER: teller, SigningPart.SCRUTINEER: scrutineer}
    require_two(signers)
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *SIGNABLE, to="sign")
    record = last_record(session, assessment)
    if record.is_signed:
        raise _signed_already(assessment_code, record)
    audit.verify(session)
    outcome_of_record(read_back(session, assessment, record))
    signatures = [RecordSignature(part, account.name, by.at) for part, account in signers.items()]
    if not score_record_rows.add_signatures(session, assessment.id, record.number, signatures):
        raise _signed_already(assessment_code, record)
    named = {
        part.value: [account.name, account.created_at.isoformat(timespec="seconds")]
        for part, account in signers.items()
    }
    return audit.record(
        session,
        by,
        Act.ASSESSMENT_SIGN,
        logged_as(assessment_code),
        record=record.number,
        digest=record.digest,
        **named,
    )


def require_two(signers: dict[SigningPart, Account]) -> None:
    """Refuse with ``BadCredentials`` unless these are two accounts, each of which may sign."""
    if len({account.id for account in signers.values()}) < len(signers):
        raise BadCredentials("teller and scrutineer must be two accounts")
    for account in signers.values():
        if not may(account.role, Permission.SIGN):
            raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')


def _signed_already(assessment_code: str, record: ScoreRecord) -> WrongStage:
    names = ", ".join(one.account for one in record.signatures)
    return WrongStage(
        f"score record {record.number} of {assessment_code} is signed already ({names}); "
        f"next: minping assessment decide {assessment_code}"
    )
