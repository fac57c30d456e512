"""Which files prove which numbers: rows to domain and back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.reports.submitted_report import EvidenceFile, EvidenceFormat
from survey.storage.assessment.assessment_rows import Assessment

from . import numbered_files
from .numbered_files import TAKEN_AWAY, drop_row, file_rows, find_row
from .report_tables import EvidenceFileRow, VisitFileRow


def files_of_period(session: Session, assessment: Assessment, period: str) -> list[EvidenceFile]:
    """Return the files of a period's numbers, in the order in which they came."""
    return list(_files(session, assessment, EvidenceFileRow.period == period))


def files_of_task(
    session: Session, assessment: Assessment, period: str, task: UnitTask
) -> list[EvidenceFile]:
    """Return the files of one number, in the order in which they came."""
    row = EvidenceFileRow
    return list(
        _files(session, assessment, row.period == period, row.unit == task[0], row.indicator == task[1])
    )


def periods_with_files(session: Session, assessment: Assessment) -> list[str]:
    """Return the periods of which numbers have files, in order."""
    row = EvidenceFileRow
    rows = select(row.period).where(row.assessment_id == assessment.id, row.digest != TAKEN_AWAY)
    return sorted(session.scalars(rows.distinct()))


def find_file(session: Session, assessment: Assessment, number: int) -> EvidenceFile | None:
    """Return a file by its number, if there is one."""
    row = find_row(session, assessment, EvidenceFileRow, number)
    return _file(row) if row else None


def next_number(session: Session, assessment: Assessment) -> int:
    """Return the number of the next file, which none ever had. The assessment's lock must be held."""
    return numbered_files.next_number(session, assessment, EvidenceFileRow)


def add_file(session: Session, assessment: Assessment, file: EvidenceFile) -> None:
    """Append a file."""
    columns = dict(vars(file)) | {"assessment_id": assessment.id}
    columns["recorded_by"], columns["recorded_at"] = columns.pop("added_by"), columns.pop("added_at")
    session.execute(insert(EvidenceFileRow).values(**columns))


def drop_file(session: Session, assessment: Assessment, number: int) -> None:
    """Forget that a file proves a number, and what it was called."""
    drop_row(session, assessment, EvidenceFileRow, number)


def removed_bytes(session: Session, brought_by: str, since: datetime) -> int:
    """Return how many bytes an account brought since then, to any assessment, that were taken away again.

    Files of visits are among them.
    """
    found = 0
    for row in (EvidenceFileRow, VisitFileRow):
        wanted = (row.digest == TAKEN_AWAY, row.recorded_by == brought_by, row.recorded_at > since)
        found += session.scalar(select(func.coalesce(func.sum(row.size), 0)).where(*wanted)) or 0
    return found


def named_digests(connection: Connection) -> list[str]:
    """List the digests of all files that anything names, each once: evidence, and files of visits."""
    named = (
        connection.scalars(select(row.digest).where(row.digest != TAKEN_AWAY).distinct())
        for row in (EvidenceFileRow, VisitFileRow)
    )
    return sorted({digest for digests in named for digest in digests})


def _files(session: Session, assessment: Assessment, *wanted: Any) -> Iterator[EvidenceFile]:
    return map(_file, file_rows(session, assessment, EvidenceFileRow, *wanted))


def _file(one: EvidenceFileRow) -> EvidenceFile:
    return EvidenceFile(
        number=one.number,
        period=one.period,
        unit=one.unit,
        indicator=one.indicator,
        name=one.name,
        format=EvidenceFormat(one.format),
        size=one.size,
        digest=one.digest,
        added_by=one.recorded_by,
        added_at=one.recorded_at,
    )
