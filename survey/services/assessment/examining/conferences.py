"""Conferences of a year's end: put on record, corrected, and declared void with a reason."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.conference import (
    MAX_VOID,
    Conference,
    conference_of,
    read_conference,
)
from survey.domain.assessment.examining.typed_fields import TypedFields
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import ChangedMeanwhile, UnknownYearRecord
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

from .year_records import held_records, put_on_record

HOLDING = (Stage.RUNNING, Stage.EXAMINING, Stage.SCORED)
"""The stages in which a conference is put on record: it may be held before the last period is closed."""


def conferences(session: Session, assessment: Assessment) -> dict[str, Conference]:
    """Return the conferences on record by their keys, the first one first, also those that are void."""
    found = held_records(session, assessment, YearRecordKind.CONFERENCE)
    return {key: conference_of(found[key]) for key in sorted(found, key=int)}


def next_key(known: Mapping[str, Conference]) -> str:
    """Return the key of the conference that is recorded next."""
    return str(len(known) + 1)


def record_conference(
    session: Session,
    assessment_code: str,
    key: str,
    typed: Mapping[str, str],
    chosen: Mapping[str, Sequence[str]],
    seen: int,
    by: By,
) -> Conference:
    """Put a conference on record, or a correction of the one that was ``seen`` by the number of its record.

    Raises ``WrongStage``, ``BadYearRecord`` by field, ``UnknownYearRecord``, and ``ChangedMeanwhile`` where
    somebody else recorded another one under the key since, or declared it void.
    """
    assessment = _holding(session, assessment_code)
    known = conferences(session, assessment)
    if key not in known and key != next_key(known):
        raise UnknownYearRecord(f"no conference {key} of {assessment_code}")
    content = read_conference(assessment.definition, typed, chosen)
    before = known.get(key)
    if before is not None and before.record.content == content:
        return before
    if (before.record.number if before else 0) != seen or (before and before.void):
        raise ChangedMeanwhile(assessment_code)
    return conference_of(put_on_record(session, assessment, YearRecordKind.CONFERENCE, key, content, by))


def declare_void(
    session: Session, assessment_code: str, key: str, typed: Mapping[str, str], seen: int, by: By
) -> Conference:
    """Put on record why a conference does not count; what was recorded of it stays.

    Raises ``WrongStage``, ``BadYearRecord`` without a reason, ``UnknownYearRecord``, and ``ChangedMeanwhile``
    where it is no more the one that was ``seen``.
    """
    assessment = _holding(session, assessment_code)
    before = conferences(session, assessment).get(key)
    if before is None:
        raise UnknownYearRecord(f"no conference {key} of {assessment_code}")
    fields = TypedFields(typed)
    reason = fields.text("void", MAX_VOID)
    fields.finish()
    if before.void == reason:
        return before
    if before.record.number != seen:
        raise ChangedMeanwhile(assessment_code)
    content = {**before.record.content, "void": reason}
    return conference_of(put_on_record(session, assessment, YearRecordKind.CONFERENCE, key, content, by))


def _holding(session: Session, assessment_code: str) -> Assessment:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *HOLDING, to="record a conference of")
    return assessment
