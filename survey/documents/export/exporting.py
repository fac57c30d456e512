"""Results in any of the formats that can be asked for."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import BinaryIO, Literal

from survey.domain.count.results import Results
from survey.domain.definition.campaign import State
from survey.domain.results.official import EXTRA, make_report
from survey.domain.results.table import Report

from .results_json import results_json

_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
}
"""The formats of all results, with their media types."""

ZIP = "application/zip"
ZIP_KINDS: dict[str, Literal["pdf", "docx"]] = {"zip": "pdf", "word.zip": "docx"}
"""What is in a ZIP file of one document for each ratee."""

FORM_KINDS = {kind: KINDS[kind] for kind in ("pdf", "xlsx", "docx")}
"""The formats of forms."""


def export(kind: str, results: Results, state: State, digest: str) -> bytes:
    """Return the results as a file's content; ``kind`` is json, csv, xlsx, docx, pdf or zip.

    Raises ``MissingGlyphs`` where the PDF's font lacks a character.
    """
    if kind == "json":
        return json.dumps(results_json(results, state), ensure_ascii=False, indent=1).encode() + b"\n"
    return rendered(kind, make_report(results, digest, state))


def rendered(kind: str, report: Report, template: bytes | None = None) -> bytes:
    """Return a report as a file's content; ``kind`` is csv, xlsx, docx, pdf, zip or word.zip.

    ``template`` takes the place of the Word template that ships. Raises ``MissingGlyphs`` where the PDF's
    font lacks a character, but for what people typed beside the count: there it is replaced, and said so.
    """
    out = io.BytesIO()
    write: Callable[[Report, BinaryIO], None]
    # One library each; loaded only when its format is asked for.
    if kind == "csv":
        from .official_csv import write_csv as write
    elif kind == "xlsx":
        from survey.documents.excel.official_tables import write_xlsx as write
    elif kind == "docx":
        from survey.documents.word.official_tables import write_docx

        write = partial(write_docx, template=template)
    elif kind == "pdf":
        from survey.documents.pdf.official_tables import write_pdf as write

        report = _writable(report)
    elif kind in ZIP_KINDS:
        from .archive import write_zip

        write = partial(write_zip, kind=ZIP_KINDS[kind], template=template)
    else:
        raise ValueError(kind)
    write(report, out)
    return out.getvalue()


def _writable(report: Report) -> Report:
    from survey.documents.layout.glyphs import writable

    sheets = [
        replace(sheet, tables=[writable(table) for table in sheet.tables]) if sheet.kind == EXTRA else sheet
        for sheet in report.sheets
    ]
    return replace(report, sheets=sheets)
