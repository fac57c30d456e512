"""The key of an assessment: made by the first record that is sealed, missed where it is lost, then gone."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.typed_fields import TypedFields
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.domain.errors import BrokenRecord, ChangedMeanwhile, NotesGone
from survey.secrecy.assessment_key import (
    AssessmentKey,
    assessment_key_path,
    destroy_assessment_key,
    key_to_seal_with,
    read_assessment_key,
)
from survey.secrecy.custody import write_private
from survey.services.assessment.assessments import TAKING, current
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import (
    Assessment,
    list_assessments,
    locked_assessment,
    logged_as,
)
from survey.storage.database import transaction

from .sheet_progress import sheet_progress
from .year_records import put_on_record, records_of

MAX_REASON = 1000


def sealing_key(session: Session, keys: Path, assessment: Assessment) -> AssessmentKey:
    """Return the key to seal a record with; the assessment's lock must be held.

    Raises ``NotesGone`` where the key is lost under which something lies: another one would not open it,
    and would stand where the copy of the first one belongs.
    """
    if is_lost(session, keys, assessment):
        raise NotesGone(f"the key of assessment {assessment.code} is not there; put its copy back")
    return key_to_seal_with(keys, assessment.code)


def lies_sealed(session: Session, assessment: Assessment) -> bool:
    """Check whether anything lies sealed that nobody could open without the key of the assessment.

    Talk notes do to the end, sheets and their drafts until they are opened or given back; nothing that lay
    under a key which the office stated to be lost.
    """
    return bool(_sealed_notes(session, assessment) or _sealed_sheets(session, assessment))


def _sealed_notes(session: Session, assessment: Assessment) -> set[str]:
    """Return which talks have notes that lie under the present key."""
    stated = statements_of_loss(session, assessment)
    since = stated[-1].number if stated else 0
    notes = records_of(session, assessment, YearRecordKind.TALK_NOTES)
    return {one.about for one in notes if one.number > since}


def _sealed_sheets(session: Session, assessment: Assessment) -> int:
    """Return how many scorers' sheets, or drafts of them, lie sealed."""
    return sum(
        one.is_sealed
        for progress in sheet_progress(session, assessment).values()
        if not progress.opened
        for one in progress.scorers
    )


def statements_of_loss(session: Session, assessment: Assessment) -> list[YearRecord]:
    """List what the office stated of keys that are lost for good, the last one last."""
    return records_of(session, assessment, YearRecordKind.KEY_LOST)


def state_lost(
    session: Session, keys: Path, assessment_code: str, typed: Mapping[str, str], by: By
) -> YearRecord:
    """Put on record that the key is lost for good, and why: what is sealed from now on has another one.

    Nothing is destroyed: what lies sealed stays, and where the file comes back before another key is made it
    opens again. Raises ``WrongStage``, ``ChangedMeanwhile`` where no key is missed – it is there, or the same
    was stated already – and ``BadYearRecord`` without the reason.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="state the key lost of")
    if not is_lost(session, keys, assessment):
        raise ChangedMeanwhile(assessment_code)
    fields = TypedFields(typed)
    reason = fields.text("reason", MAX_REASON, lines=True)
    fields.finish()
    content = {
        "reason": reason,
        "notes": len(_sealed_notes(session, assessment)),
        "sheets": _sealed_sheets(session, assessment),
    }
    return put_on_record(session, assessment, YearRecordKind.KEY_LOST, "year", content, by)


def is_lost(session: Session, keys: Path, assessment: Assessment) -> bool:
    """Check whether something lies sealed under a key that is not there, though nobody destroyed it."""
    path = assessment_key_path(keys, assessment.code)
    return assessment.stage is not Stage.CLOSED and not path.exists() and lies_sealed(session, assessment)


def missing_keys(session: Session, keys: Path) -> Iterator[Path]:
    """Give the files of the keys that assessments which are not closed need, and that are not there."""
    for listed in list_assessments(session):
        path = assessment_key_path(keys, listed.code)
        try:
            lost = is_lost(session, keys, current(session, listed.code))
        except BrokenRecord:  # whoever restores is told: something may lie under it
            lost = not path.exists()
        if lost:
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
