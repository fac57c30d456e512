"""Signing a score record: two accounts vouch for it, as they do for a count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
from survey.storage.accounts.account_rows import Account
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
    found = require_seen(session, assessment, seen)
    require_sound(session, assessment, found)
    return complete(session, assessment, found.record, signers, by)


def require_seen(session: Session, assessment: Assessment, seen: str) -> RecordReadBack:
    """Return the score record that waits for signatures; raises ``WrongStage`` where another was seen."""
    found = _waiting(session, assessment)
    if found.record.digest != seen:
        raise WrongStage(
            f"nothing was signed: score record {found.record.number} of {assessment.code} was made since; "
            f"next: minping assessment sign {assessment.code} --teller NAME --scrutineer NAME"
        )
    return found


def require_sound(session: Session, assessment: Assessment, found: RecordReadBack) -> None:
    """Refuse with ``BrokenLog`` or ``BrokenRecord`` to vouch for what does not hold."""
    audit.verify(session)
    require_as_logged(session, assessment, numbers=True)
    outcome_of_record(found)


@dataclass(frozen=True)
class FirstSigned:
    """A signature that had waited for the second: its part, when it was given, and its number in the log."""

    part: SigningPart
    at: datetime
    logged: int


def complete(
    session: Session,
    assessment: Assessment,
    record: ScoreRecord,
    signers: Signers,
    by: By,
    first: FirstSigned | None = None,
) -> str:
    """Put both signatures under a record that holds; return the log's check value.

    ``first`` is the one that had waited: it keeps its moment, and its account is described as it stood then.
    Raises ``BadCredentials`` unless they are two accounts that may sign.
    """
    require_two(signers)
    at = dict.fromkeys(signers, by.at) | ({first.part: first.at} if first else {})
    signatures = [
        RecordSignature(part, account.name, account.created_at, at[part]) for part, account in signers.items()
    ]
    score_record_rows.set_signatures(session, assessment.id, record.number, signatures)
    named: dict[str, Any] = {
        part.value: [account.name, account.created_at.isoformat()] for part, account in signers.items()
    }
    if first:
        named["signed_at"] = {first.part.value: first.at.isoformat()}
    return audit.record(
        session,
        by,
        Act.ASSESSMENT_SIGN,
        logged_as(assessment.code),
        record=record.number,
        digest=record.digest,
        accounts=_stood(session, assessment.code, signers, first),
        **named,
    )


def require_signable(session: Session, assessment_code: str) -> ScoreRecord:
    """Return the score record that waits for signatures, before anybody is asked for a password.

    Raises ``UnknownAssessment``, ``WrongStage`` and ``BrokenRecord``.
    """
    return _waiting(session, current(session, assessment_code)).record


def record_to_sign(session: Session, assessment: Assessment) -> ScoreRecord | None:
    """Return the score record made last where signatures can be given or taken back, else ``None``."""
    record = score_record_rows.last_record(session, assessment.id)
    return record if record and assessment.stage in SIGNABLE and not record.is_signed else None


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


def _stood(
    session: Session, assessment_code: str, signers: Signers, first: FirstSigned | None
) -> dict[str, Any]:
    """Describe how the accounts stood: whether somebody got at one after the record was made."""
    seen = resets.seen_since(session, logged_as(assessment_code), Act.ASSESSMENT_SCORE)
    names = {part: account.name for part, account in signers.items()}
    stood = {}
    for part, name in names.items():
        other = next(one for one in names.values() if one != name)
        upto = first.logged if first and first.part is part else None
        stood[part.value] = to_facts(seen.standing(name, other, upto))
    return stood


def require_two(signers: Signers) -> None:
    """Refuse with ``BadCredentials`` unless these are two accounts, each of which may sign."""
    if len({account.id for account in signers.values()}) < len(signers):
        raise BadCredentials("teller and scrutineer must be two accounts")
    for account in signers.values():
        if not may(account.role, Permission.SIGN):
            raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')
