"""Signing a score record: two accounts vouch for it, as they do for a count."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.accounts.account_history import to_facts
from survey.domain.accounts.roles import Permission, may
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.score_record import RecordSignature, ScoreRecord
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import SigningPart
from survey.domain.errors import BadCredentials, WrongStage
from survey.services.accounts import resets
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.account_rows import Account
from survey.storage.assessment import score_record_rows
from survey.storage.assessment.assessment_rows import Assessment

from .assessments import current, locked_assessment, logged_as
from .score_records import (
    RecordReadBack,
    last_record,
    outcome_of_record,
    read_back,
    require_as_logged,
    require_up_to_date,
)

Signers = Mapping[SigningPart, Account]
"""The two accounts that sign, each in its part."""
SIGNABLE = (Stage.SCORED, Stage.DECIDED)


def sign(
    session: Session, assessment_code: str, teller: Account, scrutineer: Account, by: By, *, seen: str
) -> str:
    """Sign the score record made last, by accounts whose passwords were just checked.

    ``seen`` is the digest of the record that both were shown: one made since is nothing that they vouch for.
    Return the log's check value. Raises ``BadCredentials`` unless they are two accounts that may sign,
    ``WrongStage`` also where the record is signed already, is another one or something came since, and
    ``BrokenLog`` or ``BrokenRecord`` where the log or the record do not hold: its outcome is worked out anew
    from its own evidence.
    """
    signers = {SigningPart.TELLER: teller, SigningPart.SCRUTINEER: scrutineer}
    require_two(signers)
    assessment = locked_assessment(session, assessment_code)
    found = _waiting(session, assessment)
    if found.record.digest != seen:
        raise WrongStage(
            f"nothing was signed: score record {found.record.number} of {assessment_code} was made since; "
            f"next: minping assessment sign {assessment_code} --teller NAME --scrutineer NAME"
        )
    audit.verify(session)
    require_as_logged(session, assessment, numbers=True)
    outcome_of_record(found)
    record = found.record
    signatures = [
        RecordSignature(part, account.name, account.created_at, by.at) for part, account in signers.items()
    ]
    score_record_rows.set_signatures(session, assessment.id, record.number, signatures)
    named = {part.value: [account.name, account.created_at.isoformat()] for part, account in signers.items()}
    return audit.record(
        session,
        by,
        Act.ASSESSMENT_SIGN,
        logged_as(assessment_code),
        record=record.number,
        digest=record.digest,
        accounts=_stood(session, assessment_code, signers),
        **named,
    )


def require_signable(session: Session, assessment_code: str) -> ScoreRecord:
    """Return the score record that waits for signatures, before anybody is asked for a password.

    Raises ``UnknownAssessment``, ``WrongStage`` and ``BrokenRecord``.
    """
    return _waiting(session, current(session, assessment_code)).record


def _waiting(session: Session, assessment: Assessment) -> RecordReadBack:
    require_stage(assessment.code, assessment.stage, *SIGNABLE, to="sign")
    record = last_record(session, assessment)
    if record.is_signed:
        names = ", ".join(one.account for one in record.signatures)
        raise WrongStage(
            f"score record {record.number} of {assessment.code} is signed already ({names}); "
            f"next: minping assessment decide {assessment.code}"
        )
    found = read_back(session, assessment, record)
    require_up_to_date(session, assessment, record, to="sign")
    return found


def _stood(session: Session, assessment_code: str, signers: Signers) -> dict[str, Any]:
    """Describe how the accounts stood: whether somebody got at one after the record was made."""
    seen = resets.seen_since(session, logged_as(assessment_code), Act.ASSESSMENT_SCORE)
    names = {part: account.name for part, account in signers.items()}
    return {
        part.value: to_facts(seen.standing(name, next(other for other in names.values() if other != name)))
        for part, name in names.items()
    }


def require_two(signers: Signers) -> None:
    """Refuse with ``BadCredentials`` unless these are two accounts, each of which may sign."""
    if len({account.id for account in signers.values()}) < len(signers):
        raise BadCredentials("teller and scrutineer must be two accounts")
    for account in signers.values():
        if not may(account.role, Permission.SIGN):
            raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')
