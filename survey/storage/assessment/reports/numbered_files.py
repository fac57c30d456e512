"""Files of an assessment by their numbers: what proves a number, and what belongs to a visit.

A file that was taken away leaves its row, so that no other file gets its number.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey.storage.assessment.assessment_rows import Assessment

from .report_tables import EvidenceFileRow, VisitFileRow

Row = TypeVar("Row", EvidenceFileRow, VisitFileRow)

TAKEN_AWAY = ""
"""The digest of a file that was taken away."""
_MOST = 2**31 - 1


def file_rows(session: Session, assessment: Assessment, row: type[Row], *wanted: Any) -> Iterator[Row]:
    """Read the rows of files that are there, in the order in which they came."""
    there = select(row).where(row.assessment_id == assessment.id, row.digest != TAKEN_AWAY, *wanted)
    yield from session.scalars(there.order_by(row.number))


def find_row(session: Session, assessment: Assessment, row: type[Row], number: int) -> Row | None:
    """Return the row of a file by its number, if there is one."""
    if number > _MOST:
        return None
    return next(file_rows(session, assessment, row, row.number == number), None)


def next_number(session: Session, assessment: Assessment, row: type[Row]) -> int:
    """Return the number of the next file, which none ever had. The assessment's lock must be held."""
    last = session.scalar(select(func.max(row.number)).where(row.assessment_id == assessment.id))
    return (last or 0) + 1


def drop_row(session: Session, assessment: Assessment, row: type[Row], number: int) -> None:
    """Forget a file and what it was called, but not its number."""
    session.execute(
        update(row)
        .where(row.assessment_id == assessment.id, row.number == number)
        .values(name="", digest=TAKEN_AWAY)
    )
