"""Results as a file's content, in any of the formats."""

import io
from collections.abc import Callable, Mapping
from typing import Any

from survey.domain.count.results import Results
from survey.domain.definition.campaign import State
from survey.domain.results.official import make_report
from survey.domain.results.table import Report

from .formats import find_format
from .results_json import results_json


def export(kind: str, results: Results, state: State, digest: str) -> bytes:
    """Return the results as a file's content; ``kind`` is the key of a format."""
    return written(kind, lambda: make_report(results, digest, state), lambda: results_json(results, state))


def written(kind: str, report: Callable[[], Report], values: Callable[[], Mapping[str, Any]]) -> bytes:
    """Return a file's content, of a report or of plain values: which of them is made, the format says."""
    write = find_format(kind).write_values
    if write is None:
        return rendered(kind, report())
    out = io.BytesIO()
    write(values(), out)
    return out.getvalue()


def rendered(kind: str, report: Report, template: bytes | None = None) -> bytes:
    """Return a report as a file's content; ``kind`` is the key of a format that reports can be written in.

    ``template`` takes the place of the Word template that ships. Characters that the PDF's font lacks are
    replaced there, and a note says so.
    """
    write = find_format(kind).write_report
    if write is None:
        raise ValueError(kind)
    out = io.BytesIO()
    write(report, out, template)
    return out.getvalue()
