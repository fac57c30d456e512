"""Files that are brought to be taken: what each holds, and what is odd about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .files import read_file

if TYPE_CHECKING:
    from survey.domain.assessment.reports.file_rows import FileRow
    from survey.domain.assessment.reports.report_lines import ReportFile
    from survey.domain.errors import CellFault

KINDS = ("values", "verified", "sheets", "entries")


@dataclass(frozen=True)
class BroughtFile:
    """A file that was read: its kind, and the tables, the report or the rows that it holds.

    ``guessed`` tells that its heads told another kind than a file without a word of it has.
    """

    kind: str
    data: Mapping[str, Any] | None = None
    report: "ReportFile | None" = None
    rows: "Sequence[FileRow]" = ()
    guessed: bool = False


def bring(file: Path, kind: str | None) -> BroughtFile:
    """Read a file; raises ``InvalidDefinition`` or ``BadNumbers`` where it cannot be read as what it is."""
    from survey.documents.assessment.report_file import is_report, read_report
    from survey.documents.assessment.row_files import read_rows
    from survey.domain.assessment.brought.file_kinds import kind_by_heads, kind_of_tables, rows_of_values

    content = read_file(file)
    if file.suffix.lower() == ".toml":
        data = _parsed(file, content)
        kind = kind or kind_of_tables(data)
        if kind == "values":
            return BroughtFile(kind, rows=rows_of_values(data))
        return BroughtFile("entries", data=_of_entries(kind, file, data))
    if kind in (None, "values") and is_report(content, file.name):
        return BroughtFile("values", report=read_report(content, file.name))
    rows = read_rows(file.name, content)
    found = kind or kind_by_heads(rows)
    return BroughtFile(found, rows=rows, guessed=kind is None and found != "values")


def _of_entries(kind: str, file: Path, data: Mapping[str, Any]) -> Mapping[str, Any]:
    from survey.domain.errors import BadNumbers, CellFault

    if kind != "entries":
        said = f"{kind} are no tables of a TOML file"
        raise BadNumbers([CellFault(file.name, "", "other-form", said, "send them as CSV or Excel")])
    return data


def _parsed(file: Path, content: bytes) -> Mapping[str, Any]:
    from survey.documents.definition.definition_file import parse_definition
    from survey.domain.errors import Fault, Flaw, InvalidDefinition

    try:
        return parse_definition(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidDefinition([Fault("", f"{file.name} is not UTF-8", Flaw.NO_TOML)]) from error


def odd_of(assessment_code: str, brought: BroughtFile, *, accept: bool) -> "Sequence[CellFault]":
    """Return what is odd about a file that is taken all the same; a report's oddities want reasons."""
    from survey.services.assessment.reports import entry_files, odd_values
    from survey.storage.database import transaction

    with transaction() as session:
        if brought.data is not None:
            return entry_files.odd_entries(session, assessment_code, brought.data)
        if brought.kind == "entries":
            return entry_files.odd_entry_rows(session, assessment_code, brought.rows)
        if brought.kind == "values":
            return odd_values.odd_values(session, assessment_code, brought.rows, accept=accept)
    return ()
