"""Which files belong to which visits: rows to domain and back."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from survey.domain.assessment.reports.submitted_report import EvidenceFormat
from survey.domain.assessment.visits.visits import VisitFile, VisitPart, VisitPlace
from survey.storage.assessment.assessment_rows import Assessment

from . import numbered_files
from .numbered_files import drop_row, file_rows, find_row
from .report_tables import VisitFileRow


def files_of_visit(session: Session, assessment: Assessment, place: VisitPlace) -> list[VisitFile]:
    """Return the files of a visit, in the order in which they came."""
    row = VisitFileRow
    wanted = row.period == place.period, row.unit == place.unit, row.indicator == place.indicator
    return list(_files(session, assessment, *wanted))


def all_files(session: Session, assessment: Assessment) -> list[VisitFile]:
    """Return the files of all visits, in the order in which they came."""
    return list(_files(session, assessment))


def find_file(session: Session, assessment: Assessment, number: int) -> VisitFile | None:
    """Return a file by its number, if there is one."""
    row = find_row(session, assessment, VisitFileRow, number)
    return _file(row) if row else None


def next_number(session: Session, assessment: Assessment) -> int:
    """Return the number of the next file, which none ever had. The assessment's lock must be held."""
    return numbered_files.next_number(session, assessment, VisitFileRow)


def add_file(session: Session, assessment: Assessment, file: VisitFile) -> None:
    """Append a file."""
    session.execute(
        insert(VisitFileRow).values(
            assessment_id=assessment.id,
            number=file.number,
            **vars(file.place),
            part=file.part,
            name=file.name,
            format=file.format,
            size=file.size,
            digest=file.digest,
            recorded_by=file.added_by,
            recorded_at=file.added_at,
        )
    )


def drop_file(session: Session, assessment: Assessment, number: int) -> None:
    """Forget that a file belongs to a visit, and what it was called."""
    drop_row(session, assessment, VisitFileRow, number)


def _files(session: Session, assessment: Assessment, *wanted: Any) -> Iterator[VisitFile]:
    return map(_file, file_rows(session, assessment, VisitFileRow, *wanted))


def _file(one: VisitFileRow) -> VisitFile:
    return VisitFile(
        number=one.number,
        place=VisitPlace(one.period, one.unit, one.indicator),
        part=VisitPart(one.part),
        name=one.name,
        format=EvidenceFormat(one.format),
        size=one.size,
        digest=one.digest,
        added_by=one.recorded_by,
        added_at=one.recorded_at,
    )
