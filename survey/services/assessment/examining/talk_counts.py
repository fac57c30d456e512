"""How many persons of which kind a group talked with in each unit: in clear, and without names."""

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.talks import TalkCount, count_of
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import ChangedMeanwhile
from survey.services.assessment.assessments import TAKING, Assessment, locked_assessment
from survey.services.audit.audit import By

from .year_records import held_records, put_on_record


def counts(session: Session, assessment: Assessment) -> dict[str, tuple[YearRecord, TalkCount]]:
    """Return the counts that hold, by unit, each with its record."""
    held = held_records(session, assessment, YearRecordKind.TALK)
    return {unit: (record, count_of(record.content)) for unit, record in held.items()}


def count_talks(
    session: Session, assessment_code: str, unit: str, count: TalkCount, by: By, *, seen: int
) -> YearRecord:
    """Put on record how many were talked with; ``seen`` is the number of the record on the page, 0 for none.

    Raises ``WrongStage``, and ``ChangedMeanwhile`` where somebody else put another count on record since.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="note talks of")
    held = counts(session, assessment).get(unit)
    if held is not None and held[0].number != seen and held[1] != count:
        raise ChangedMeanwhile(assessment_code)
    return put_on_record(
        session, assessment, YearRecordKind.TALK, unit, count.content(), by, unless_held=True
    )
