"""Results in any of the formats that can be asked for."""

import io
import json

from survey.domain.campaign import State
from survey.domain.report import make_report
from survey.domain.results import Results

from .results_json import results_json

_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "json": "application/json",
}
"""The formats, with their media types."""


def export(kind: str, results: Results, state: State, digest: str) -> bytes:
    """Return the results as a file's content; ``kind`` is json, csv, xlsx, docx or pdf.

    Raises ``MissingGlyphs`` where the PDF's font lacks a character.
    """
    if kind == "json":
        return json.dumps(results_json(results, state), ensure_ascii=False, indent=1).encode() + b"\n"
    report = make_report(results, digest, state)
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
    else:
        raise ValueError(kind)
    write(report, out)
    return out.getvalue()
