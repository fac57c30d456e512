"""Files of entries by rows instead of tables, and what the office is told of the entries that it takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.brought.file_kinds import entry_tables
from survey.domain.assessment.reports.entries_file import entry_warnings, read_entries
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.errors import BadNumbers, CellFault
from survey.services.assessment.assessments import current
from survey.services.assessment.taking import FileTaken, take_acts
from survey.services.audit.audit import By


def take_entry_rows(session: Session, assessment_code: str, rows: Sequence[FileRow], by: By) -> FileTaken:
    """Put rows of entries, vetoes or typed-in values on record, as ``take_acts`` does with tables.

    Raises ``WrongStage``, and ``BadNumbers`` with all faults, each at its cell.
    """
    tables = entry_tables(rows)
    try:
        return take_acts(session, assessment_code, tables.data, by)
    except BadNumbers as refused:
        raise BadNumbers(tables.placed(refused.faults)) from refused


def odd_entries(session: Session, assessment_code: str, data: Mapping[str, Any]) -> list[CellFault]:
    """List what is odd about a parsed file of entries, nothing where it has faults: it is refused then.

    Raises ``UnknownAssessment``.
    """
    definition = current(session, assessment_code).definition
    try:
        return entry_warnings(definition, read_entries(definition, data))
    except BadNumbers:
        return []


def odd_entry_rows(session: Session, assessment_code: str, rows: Sequence[FileRow]) -> list[CellFault]:
    """List what is odd about rows of entries, each at its cell; raises as ``odd_entries``."""
    try:
        tables = entry_tables(rows)
    except BadNumbers:
        return []
    return tables.placed(odd_entries(session, assessment_code, tables.data))
