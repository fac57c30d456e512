"""Signing a score record on pages: one account after the other, the first signature waits for the second.

The one that waits is a record of the year's end, and so named in the log; the second puts both under the
score record at once, as the command does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission, may
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.totals.score_record import ScoreRecord
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import SigningPart
from survey.domain.definition.schema import N_
from survey.domain.errors import BadCredentials, WrongStage
from survey.services.accounts import resets
from survey.services.accounts.resets import Change
from survey.services.assessment import signing
from survey.services.assessment.assessments import Assessment, locked_assessment, logged_as
from survey.services.assessment.examining.year_records import held_records, put_on_record
from survey.services.assessment.signing import FirstSigned
from survey.services.audit import protocol
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.assessment import score_record_rows

_KIND = YearRecordKind.RECORD_SIGNATURE
PART_WORDS = {SigningPart.TELLER: N_("计分人"), SigningPart.SCRUTINEER: N_("复核人")}
"""What the two who sign a score record are called: points are no ballots."""


@dataclass(frozen=True)
class WaitingSignature:
    """The first signature under a score record, which waits for the second."""

    part: SigningPart
    account: Account
    at: datetime
    logged: int


def waiting_signature(
    session: Session, assessment: Assessment, record: ScoreRecord
) -> WaitingSignature | None:
    """Return the signature that waits for a second one under a score record.

    One whose account was disabled, made anew or reset since does not: whoever did that may have had cause to.
    """
    held = held_records(session, assessment, _KIND).get(str(record.number))
    if record.is_signed or held is None or held.content.get("withdrawn"):
        return None
    said = held.content
    account = account_rows.find_account(session, said["account"])
    if account is None or account.disabled or said["digest"] != record.digest:
        return None
    logged = _number(session, assessment, held)
    done = resets.seen_since(session, logged_as(assessment.code), Act.ASSESSMENT_SCORE).resets(account.name)
    if account.created_at.isoformat() != said["made"] or (done and done[-1].number > logged):
        return None
    return WaitingSignature(SigningPart(said["part"]), account, held.recorded_at, logged)


def _number(session: Session, assessment: Assessment, held: YearRecord) -> int:
    """Return the number in the log of the entry that names a record."""
    return next(
        act.number
        for act in protocol.acts(session, logged_as(assessment.code))
        if act.act == Act.YEAR_RECORD and act.facts["number"] == held.number
    )


def what_is_signed(assessment: Assessment, record: ScoreRecord) -> str:
    """Return what a passkey is asked to sign: this score record and no other."""
    return f"sign score record {assessment.code} {record.digest}"


def sign_part(
    session: Session, assessment_code: str, account: Account, part: SigningPart, by: By, *, seen: str
) -> bool:
    """Sign the score record made last in one part, password and second factor just checked.

    Return whether both have signed now. The same signature given again changes nothing. Raises
    ``BadCredentials`` for an account that may not sign, or signed in the other part; ``WrongStage`` also
    where the part is taken or the record is not the one ``seen``; ``BrokenLog`` and ``BrokenRecord``.
    """
    if not may(account.role, Permission.SIGN):
        raise BadCredentials(f'"{account.name}" is {account.role}; only a scrutineer may sign')
    assessment = locked_assessment(session, assessment_code)
    found = signing.require_seen(session, assessment, seen)
    first = waiting_signature(session, assessment, found.record)
    if first is None:
        signing.require_sound(session, assessment, found)
        content: dict[str, Any] = {
            "part": part.value,
            "account": account.name,
            "made": account.created_at.isoformat(),
            "digest": found.record.digest,
        }
        put_on_record(session, assessment, _KIND, str(found.record.number), content, by)
        return False
    if first.account.id == account.id:
        if first.part is part:
            return False
        raise BadCredentials("teller and scrutineer must be two accounts")
    if first.part is part:
        raise WrongStage(f"{first.account.name} has signed as {part} already; sign in the other part")
    signing.require_sound(session, assessment, found)
    signers = {one: account if one is part else first.account for one in SigningPart}
    signing.complete(
        session, assessment, found.record, signers, by, FirstSigned(first.part, first.at, first.logged)
    )
    return True


def has_signed(session: Session, assessment: Assessment, account: Account, seen: str) -> bool:
    """Check whether an account's signature stands, or waits, under the record with the digest ``seen``."""
    record = score_record_rows.last_record(session, assessment.id)
    if record is None or record.digest != seen:
        return False
    first = waiting_signature(session, assessment, record)
    return (first is not None and first.account.id == account.id) or any(
        (one.account, one.account_made) == (account.name, account.created_at) for one in record.signatures
    )


def awaits_signature(session: Session, assessment: Assessment, account: Account) -> bool:
    """Check whether there is a score record to sign, and an account has not signed it yet."""
    record = signing.record_to_sign(session, assessment)
    return record is not None and not has_signed(session, assessment, account, record.digest)


def withdraw_part(session: Session, assessment_code: str, account: Account, by: By) -> bool:
    """Take one's own waiting signature back; return whether there was one."""
    assessment = locked_assessment(session, assessment_code)
    record = signing.record_to_sign(session, assessment)
    first = waiting_signature(session, assessment, record) if record else None
    if record is None or first is None or first.account.id != account.id:
        return False
    content = {"part": first.part.value, "account": account.name, "withdrawn": True}
    put_on_record(session, assessment, _KIND, str(record.number), content, by)
    return True


def reset_since(session: Session, assessment: Assessment, names: list[str]) -> list[Change]:
    """List what others did to accounts that sign since the last score record was made."""
    seen = resets.seen_since(session, logged_as(assessment.code), Act.ASSESSMENT_SCORE)
    return [change for name in names for change in seen.resets(name)]
