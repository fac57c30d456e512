"""Texts of people in a PDF: characters that its font lacks are replaced where everyone sees it."""

import re
from dataclasses import replace

from survey.documents.fonts import missing_glyphs
from survey.domain.results.official import EXTRA
from survey.domain.results.table import Cell, Report, Table

REPLACEMENT = "□"
NOTE = f"PDF 的字体没有的字符(如表情符号)以 {REPLACEMENT} 代替，原文见其他格式的文件。"

_JOINING = re.compile("[\u200b-\u200d\u2060\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
"""Signs that only change the one before: they would be boxes of their own."""


def writable_report(report: Report) -> Report:
    """Return a report in which the PDF's font can write what people typed beside the count."""
    sheets = [
        replace(sheet, tables=[writable(table) for table in sheet.tables]) if sheet.kind == EXTRA else sheet
        for sheet in report.sheets
    ]
    return replace(report, sheets=sheets)


def writable(table: Table) -> Table:
    """Return a table whose cells the PDF's font can write; where it could not, a note says so."""
    rows = [[_written(cell) for cell in row] for row in table.rows]
    if rows == [list(row) for row in table.rows]:
        return table
    return replace(table, rows=rows, notes=(*table.notes, NOTE))


def _written(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    missing = missing_glyphs([cell])
    if not missing:
        return cell
    shown = _JOINING.sub("", cell)
    return shown.translate({ord(one): REPLACEMENT for one in missing})
