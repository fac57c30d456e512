"""What was put on record at a year's end: rows to domain and back."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.definition.canonical import canonical_json

from .assessment_rows import Assessment
from .assessment_tables import YearRecordRow
from .logged_rows import last_row
from .readable_rows import readable


def add_record(
    session: Session,
    assessment: Assessment,
    kind: YearRecordKind,
    about: str,
    content: Mapping[str, Any],
    by: str,
    at: datetime,
) -> YearRecord:
    """Append a record under the next number; the assessment's lock must be held."""
    number = last_row(session.connection(), YearRecordRow, assessment.id) + 1
    session.execute(
        insert(YearRecordRow).values(
            assessment_id=assessment.id,
            number=number,
            kind=kind,
            about=about,
            content=canonical_json(content),
            recorded_by=by,
            recorded_at=at,
        )
    )
    return YearRecord(number, kind, about, content, by, at)


def records_of(
    session: Session, assessment: Assessment, *kinds: YearRecordKind, about: str | None = None
) -> list[YearRecord]:
    """List the records of some kinds, in the order in which they were made, also those that hold no more.

    ``about`` limits them to one thing. Raises ``BrokenRecord`` where one cannot be read.
    """
    row = YearRecordRow
    wanted = select(row).where(row.assessment_id == assessment.id, row.kind.in_(kinds)).order_by(row.number)
    if about is not None:
        wanted = wanted.where(row.about == about)
    with readable(f"a record of {assessment.code}"):
        return [_record(one) for one in session.scalars(wanted)]


def find_record(session: Session, assessment: Assessment, number: int) -> YearRecord | None:
    """Return a record by its number, ``None`` where there is none; raises ``BrokenRecord``."""
    row = session.get(YearRecordRow, (assessment.id, number))
    with readable(f"record {number} of {assessment.code}"):
        return _record(row) if row else None


def _record(row: YearRecordRow) -> YearRecord:
    content = json.loads(row.content)
    kind = YearRecordKind(row.kind)
    return YearRecord(row.number, kind, row.about, dict(content), row.recorded_by, row.recorded_at)
