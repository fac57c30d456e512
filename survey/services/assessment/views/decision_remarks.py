"""What is told of a decision that is put on record: what it replaces, and what it goes beyond."""

from sqlalchemy.orm import Session

from survey.domain.assessment.totals.band_decisions import BandDecision, remarks_on_band
from survey.services.assessment.assessments import current
from survey.services.assessment.deciding import bands_of, decisions_of
from survey.services.assessment.score_records import last_record, read_back
from survey.storage.assessment import score_record_rows


def decision_before(session: Session, assessment_code: str, unit: str) -> BandDecision | None:
    """Return what stands decided for a unit beside the last score record; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    record = score_record_rows.last_record(session, assessment.id)
    return decisions_of(session, assessment, record.number).get(unit) if record else None


def remarks_on(
    session: Session, assessment_code: str, made: BandDecision, before: BandDecision | None
) -> list[str]:
    """List what a decision that was just put on record replaces and goes beyond.

    Raises ``BrokenRecord``, and ``NotScored`` where nothing can be decided yet.
    """
    assessment = current(session, assessment_code)
    found = read_back(session, assessment, last_record(session, assessment))
    outcome = next(one for one in found.units if one["unit"] == made.unit)
    bands = bands_of(session, assessment, made.record)
    remarks = list(map(str, remarks_on_band(found.assessment.definition, outcome, bands)))
    if before and before != made:
        remarks.append(f"replaces {before.content.band}, decided on {before.content.decided_on}")
    return remarks
