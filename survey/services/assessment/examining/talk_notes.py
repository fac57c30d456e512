"""Talk notes: sealed under the assessment's key, and each reading on record before it is shown."""

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.talks import read_notes
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.seats import SeatAct, may_act
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import BrokenRecord, ChangedMeanwhile, UnknownYearRecord
from survey.secrecy.assessment_key import AssessmentKey, read_assessment_key
from survey.services.assessment import seating
from survey.services.assessment.assessments import TAKING, Assessment, locked_assessment
from survey.services.audit.audit import By
from survey.storage.accounts.account_rows import Account

from .notes_readers import is_named
from .sealing import sealing_key, statements_of_loss
from .year_records import put_on_record, records_of


@dataclass(frozen=True)
class SealedNotes:
    """The notes of one talk as they can be listed: which they are, and who wrote them when, not what.

    ``version`` counts how often they were written; ``record`` is the version that holds.
    """

    unit: str
    number: int
    version: int
    first: YearRecord
    record: YearRecord

    @property
    def about(self) -> str:
        """Return what their records are about."""
        return f"{self.unit}/{self.number}"


@dataclass(frozen=True)
class NotesReading:
    """Once that somebody was shown notes."""

    unit: str
    number: int
    version: int
    reader: str
    at: datetime


def all_notes(session: Session, assessment: Assessment) -> list[SealedNotes]:
    """List all notes of an assessment, by their units and numbers."""
    by_about: dict[str, list[YearRecord]] = {}
    for record in records_of(session, assessment, YearRecordKind.TALK_NOTES):
        by_about.setdefault(record.about, []).append(record)
    found = []
    for about, versions in by_about.items():
        unit, _, number = about.rpartition("/")
        found.append(SealedNotes(unit, int(number), len(versions), versions[0], versions[-1]))
    return sorted(found, key=lambda one: (one.unit, one.number))


def notes_of(session: Session, assessment: Assessment, unit: str) -> list[SealedNotes]:
    """List the notes of talks in a unit."""
    return [one for one in all_notes(session, assessment) if one.unit == unit]


def find_notes(session: Session, assessment: Assessment, unit: str, number: int) -> SealedNotes:
    """Return the notes of a unit of this number; raises ``UnknownYearRecord``."""
    for one in notes_of(session, assessment, unit):
        if one.number == number:
            return one
    raise UnknownYearRecord(f"{assessment.code} has no notes {number} of {unit}")


def write_notes(
    session: Session, keys: Path, assessment_code: str, unit: str, typed: str, by: By, *, after: int
) -> int:
    """Seal the notes of a talk and put them on record; return their number.

    ``after`` is how many there were on the page: the same text, sent again, is on record once. Raises
    ``WrongStage``, ``BadYearRecord``, and ``NotesGone`` where the key is lost.
    """
    assessment = _locked(session, assessment_code)
    notes = read_notes(typed)
    key = sealing_key(session, keys, assessment)
    before = notes_of(session, assessment, unit)
    stated = statements_of_loss(session, assessment)
    since = stated[-1].number if stated else 0
    for one in before:
        if one.number > after and one.record.number > since and _opened(key, one) == notes:
            return one.number
    number = max((one.number for one in before), default=0) + 1
    _seal(session, assessment, key, f"{unit}/{number}", 1, notes, by)
    return number


def correct_notes(
    session: Session,
    keys: Path,
    assessment_code: str,
    unit: str,
    number: int,
    typed: str,
    by: By,
    *,
    version: int,
) -> int:
    """Put another version of notes on record; return which one it is.

    ``version`` is the one that was read. Raises ``WrongStage``, ``BadYearRecord``, ``UnknownYearRecord``,
    ``ChangedMeanwhile`` where somebody else wrote another one since, and ``NotesGone``.
    """
    assessment = _locked(session, assessment_code)
    notes = read_notes(typed)
    held = find_notes(session, assessment, unit, number)
    # What is held is opened before another key is made: one that opens nothing would stand there for nothing.
    if _opened(read_assessment_key(keys, assessment_code), held) == notes:
        return held.version
    if held.version != version:
        raise ChangedMeanwhile(assessment_code)
    key = sealing_key(session, keys, assessment)
    _seal(session, assessment, key, held.about, held.version + 1, notes, by)
    return held.version + 1


def read_for(
    session: Session, keys: Path, assessment_code: str, unit: str, number: int, account: Account, by: By
) -> tuple[SealedNotes, str]:
    """Put on record that an account is shown notes, and open them: to be shown once this is committed.

    Seats are looked at under the assessment's lock: one that was taken away reads nothing any more. Raises
    ``UnknownYearRecord`` where they are not the account's to read, and ``NotesGone``.
    """
    assessment = locked_assessment(session, assessment_code)
    if not may_read(session, assessment, account, unit):
        raise UnknownYearRecord(f"notes of {unit} are not for {account.name}")
    found = find_notes(session, assessment, unit, number)
    notes = _opened(read_assessment_key(keys, assessment_code), found)
    put_on_record(
        session,
        assessment,
        YearRecordKind.NOTES_READ,
        found.about,
        {"version": found.version, "account": account.id, "reader": account.name},
        by,
    )
    return found, notes


def may_read(session: Session, assessment: Assessment, account: Account, unit: str) -> bool:
    """Check whether an account may read notes of a unit: it is of its group, or the named reader."""
    seats = seating.seats_of(session, account, assessment)
    if may_act(seats, SeatAct.HOLD_TALKS, unit):
        return True
    return may_act(seats, SeatAct.READ_TALKS, unit) and is_named(session, assessment, account)


def readings(session: Session, assessment: Assessment) -> list[NotesReading]:
    """List who was shown which notes when, the latest first."""
    found = []
    for record in reversed(records_of(session, assessment, YearRecordKind.NOTES_READ)):
        unit, _, number = record.about.rpartition("/")
        content = record.content
        found.append(
            NotesReading(unit, int(number), content["version"], content["reader"], record.recorded_at)
        )
    return found


def _locked(session: Session, assessment_code: str) -> Assessment:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="note talks of")
    return assessment


def _place(about: str, version: int) -> str:
    return f"{YearRecordKind.TALK_NOTES} {about} {version}"


def _seal(
    session: Session, assessment: Assessment, key: AssessmentKey, about: str, version: int, notes: str, by: By
) -> None:
    sealed = key.encrypt(notes.encode(), _place(about, version))
    content = {"sealed": b64encode(sealed).decode()}
    put_on_record(session, assessment, YearRecordKind.TALK_NOTES, about, content, by)


def _opened(key: AssessmentKey, notes: SealedNotes) -> str:
    try:
        sealed = b64decode(notes.record.content["sealed"], validate=True)
    except (KeyError, TypeError, BadBase64) as error:
        raise BrokenRecord(f"notes {notes.about} cannot be read") from error
    return key.decrypt(sealed, _place(notes.about, notes.version)).decode()
