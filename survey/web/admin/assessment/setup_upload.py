"""A set-up as it is sent: one workbook, or a definition file with a file of targets beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from survey.documents.assessment.assessment_file import parse_assessment
from survey.documents.assessment.row_files import read_rows
from survey.documents.assessment.setup.setup_reading import SetupFile, read_setup
from survey.documents.definition.definition_file import MAX_FILE as MAX_DEFINITION
from survey.documents.roster.cells import MAX_FILE
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.errors import BadNumbers, InvalidDefinition

from .setup_faults import ToldFault, told_cells, told_paths

LARGEST = MAX_FILE + MAX_DEFINITION + 64 * 1024
_ZIP = b"PK"


@dataclass(frozen=True)
class SentSetup:
    """What was sent: a definition, the rows of its targets where there are any, or what is wrong with it."""

    data: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[FileRow] | None = None
    faults: tuple[ToldFault, ...] = ()
    workbook: SetupFile | None = None

    def refused(self, error: InvalidDefinition | BadNumbers) -> list[ToldFault]:
        """Return in words what a service refused, by cell where it came as a workbook."""
        if isinstance(error, BadNumbers):
            return told_cells(error.faults)
        if self.workbook:
            return told_cells([self.workbook.fault(fault) for fault in error.faults])
        return told_paths(error.faults)


def sent_setup() -> SentSetup:
    """Read the files of this request; what is wrong with them is in its faults."""
    return read_sent(request.files.get("file"), request.files.get("targets"))


def read_sent(file: FileStorage | None, targets: FileStorage | None) -> SentSetup:
    """Read a workbook, or a definition file and a file of targets; what is wrong is in its faults."""
    if file is None or not file.filename:
        return SentSetup(faults=(ToldFault("", "", str(_("请选择一个文件。"))),))
    content = file.read()
    try:
        if content.startswith(_ZIP) or not file.filename.lower().endswith(".toml"):
            found = read_setup(content, file.filename)
            return SentSetup(found.data, found.rows, workbook=found)
        return _of_files(content, targets)
    except BadNumbers as refused:
        return SentSetup(faults=tuple(told_cells(refused.faults)))
    except InvalidDefinition as refused:
        return SentSetup(faults=tuple(told_paths(refused.faults)))


def _of_files(content: bytes, targets: FileStorage | None) -> SentSetup:
    data = parse_assessment(content)
    read_assessment(data)
    rows = read_rows(targets.filename, targets.read()) if targets and targets.filename else None
    return SentSetup(data, rows)
