"""Results in any of the formats that can be asked for."""

import io
import json
from collections.abc import Sequence

from survey.domain.campaign import State
from survey.domain.report import make_report
from survey.domain.results import Results
from survey.domain.table import Report, Table

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
FORM_KINDS = {kind: KINDS[kind] for kind in ("pdf", "xlsx", "docx")}
"""The formats of forms."""


def export(
    kind: str,
    results: Results,
    state: State,
    digest: str,
    extra: Sequence[Table] = (),
    period: str = "",
) -> bytes:
    """Return the results as a file's content; ``kind`` is json, csv, xlsx, docx, pdf or zip.

    ``extra`` and ``period`` are what ``make_report`` takes. Raises ``MissingGlyphs`` where the PDF's font
    lacks a character.
    """
    if kind == "json":
        return json.dumps(results_json(results, state), ensure_ascii=False, indent=1).encode() + b"\n"
    return rendered(kind, make_report(results, digest, state, extra, period))


def rendered(kind: str, report: Report) -> bytes:
    """Return a report as a file's content; ``kind`` is csv, xlsx, docx, pdf or zip.

    Raises ``MissingGlyphs`` where the PDF's font lacks a character.
    """
    out = io.BytesIO()
    # One library each; loaded only when its format is asked for.
    if kind == "csv":
        from .tables_csv import write_csv as write
    elif kind == "xlsx":
        from .tables_xlsx import write_xlsx as write
    elif kind == "docx":
        from .tables_docx import write_docx as write
    elif kind == "pdf":
        from .tables_pdf import write_pdf as write
    elif kind == "zip":
        from .archive import write_zip as write
    else:
        raise ValueError(kind)
    write(report, out)
    return out.getvalue()
