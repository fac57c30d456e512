"""The key of an assessment: made by the first record that is sealed, missed where it is lost, then gone."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.audit.acts import Act
from survey.domain.errors import NotesGone
from survey.secrecy.assessment_key import (
    AssessmentKey,
    assessment_key_path,
    destroy_assessment_key,
    key_to_seal_with,
    read_assessment_key,
)
from survey.secrecy.custody import write_private
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import year_record_rows
from survey.storage.assessment.assessment_rows import (
    Assessment,
    list_assessments,
    locked_assessment,
    logged_as,
)
from survey.storage.database import transaction

_SEALED = (YearRecordKind.TALK_NOTES, YearRecordKind.SHEET)


def sealing_key(session: Session, keys: Path, assessment: Assessment) -> AssessmentKey:
    """Return the key to seal a record with; the assessment's lock must be held.

    Raises ``NotesGone`` where the key is lost under which records lie already: another one would open none
    of them, and would stand where the copy of the first one belongs.
    """
    if not assessment_key_path(keys, assessment.code).exists() and has_sealed(session, assessment.code):
        raise NotesGone(f"the key of assessment {assessment.code} is not there; put its copy back")
    return key_to_seal_with(keys, assessment.code)


def has_sealed(session: Session, assessment_code: str) -> bool:
    """Return whether anything on record of an assessment was sealed under its key."""
    return assessment_code in year_record_rows.codes_with(session, *_SEALED)


def is_lost(session: Session, keys: Path, assessment: Assessment) -> bool:
    """Check whether records lie sealed under a key that is not there, though nobody destroyed it."""
    path = assessment_key_path(keys, assessment.code)
    return assessment.stage is not Stage.CLOSED and not path.exists() and has_sealed(session, assessment.code)


def missing_keys(session: Session, keys: Path) -> Iterator[Path]:
    """Give the files of the keys that assessments which are not closed need, and that are not there."""
    sealed = year_record_rows.codes_with(session, *_SEALED)
    for listed in list_assessments(session):
        path = assessment_key_path(keys, listed.code)
        if listed.code in sealed and listed.stage is not Stage.CLOSED and not path.exists():
            yield path


def copy_key(session: Session, keys: Path, assessment_code: str, target: Path, by: By) -> Path:
    """Write a second copy of an assessment's key, and note that in the log; return where the key itself lies.

    Raises ``UnknownAssessment``, ``NotesGone`` where it has no key, and ``BadFile`` as files do.
    """
    assessment = locked_assessment(session, assessment_code)
    read_assessment_key(keys, assessment.code)
    path = assessment_key_path(keys, assessment.code)
    audit.record(session, by, Act.EXPORT_KEY, logged_as(assessment.code), assessment=True)
    write_private(target, path.read_bytes())
    return path


def destroy_left_keys(keys: Path) -> None:
    """Destroy the keys of assessments that are closed; for whoever just closed one, and for every minute.

    It opens its transaction itself: only what is committed is closed. What a crash left between the commit
    and here goes at the next run, and so does a copy of a key that was put back afterwards.
    """
    with transaction() as session:
        closed = [one.code for one in list_assessments(session) if one.stage is Stage.CLOSED]
    for assessment_code in closed:
        destroy_assessment_key(keys, assessment_code)
