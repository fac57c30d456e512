"""Putting things of a year's end on record: appended, named in the log by their digest."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import FOLLOWED_UP, YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.services.assessment.assessments import TAKING, logged_as
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import year_record_rows
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.assessment_tables import YearRecordRow
from survey.storage.assessment.logged_rows import rows_digest
from survey.storage.assessment.year_record_rows import find_record, records_of

__all__ = ["find_record", "held_records", "put_on_record", "records_of"]


def put_on_record(
    session: Session,
    assessment: Assessment,
    kind: YearRecordKind,
    about: str,
    content: Mapping[str, Any],
    by: By,
    *,
    unless_held: bool = False,
) -> YearRecord:
    """Append a record, and name it in the log by its digest; the assessment's lock must be held.

    ``content`` is plain values. With ``unless_held`` the same as holds already changes nothing, and is
    returned: sent twice, it is on record once. Raises ``WrongStage`` once the assessment is closed, but for
    kinds that are ``FOLLOWED_UP``.
    """
    stages = (*TAKING, Stage.CLOSED) if kind in FOLLOWED_UP else TAKING
    require_stage(assessment.code, assessment.stage, *stages, to="put anything on record of")
    if unless_held:
        before = held_records(session, assessment, kind).get(about)
        if before is not None and before.content == dict(content):
            return before
    made = year_record_rows.add_record(session, assessment, kind, about, content, by.actor, by.at)
    audit.record(
        session,
        by,
        Act.YEAR_RECORD,
        logged_as(assessment.code),
        number=made.number,
        kind=kind,
        about=about,
        content=rows_digest(session.connection(), YearRecordRow, assessment.id, made.number, made.number),
    )
    return made


def held_records(session: Session, assessment: Assessment, kind: YearRecordKind) -> dict[str, YearRecord]:
    """Return the records of a kind that hold, by what they are about."""
    return {one.about: one for one in records_of(session, assessment, kind)}
