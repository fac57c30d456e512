"""A report as it stands on official paper: full-width brackets, no empty cell, upright where it can."""

import re
from dataclasses import replace
from functools import lru_cache

from survey.documents.fonts import text_width
from survey.domain.results.official import EXTRA
from survey.domain.results.table import Cell, Report, Sheet, Table

from .text import wants_landscape

ABOUT = ("person", "team", "service", "letter")
"""The kinds of form that are about one ratee, or go to one unit: each on one upright page, if it can be."""

ACROSS = ("totals", "proposal")
"""The kinds of form of which there is one for each class, all in landscape: they are filed together."""

NOTHING = "—"
"""What stands in a cell without a value: an empty one could be filled in by hand."""

SMALLEST, USUAL = 7.5, 9.5
"""Type sizes in points down to which a form of one ratee, and any other, is set upright."""

_measure = lru_cache(maxsize=16384)(text_width)
_BRACKETS = re.compile(r"\(([^()]*[\u2e80-\u9fff\U00020000-\U0003ffff][^()]*)\)")


def wide_brackets(text: str) -> str:
    """Return a text with full-width brackets around what is Chinese; ``(%)`` stays."""
    return _BRACKETS.sub(r"（\1）", text) if "(" in text else text


def printed_head(report: Report) -> Report:
    """Return what stands on all papers of a report as it is printed; forms and tables stay as they are."""
    return replace(
        report,
        title=wide_brackets(report.title),
        facts=[(wide_brackets(label), wide_brackets(text)) for label, text in report.facts],
        signatures=[wide_brackets(label) for label in report.signatures],
    )


def lies_across(sheet: Sheet, width: float) -> bool:
    """Return whether a form needs a page in landscape, where an upright one is ``width`` points wide."""
    if sheet.kind in ACROSS:
        return True
    size, part = (SMALLEST, 0.55) if sheet.kind in ABOUT else (USUAL, 0.8)
    return any(wants_landscape(table, width / size, _measure, part) for table in sheet.tables)


def printed_sheet(sheet: Sheet) -> Sheet:
    """Return one form as it is printed; what people wrote freely keeps its brackets."""
    if sheet.kind == EXTRA:
        return replace(sheet, tables=[_without_gaps(table) for table in sheet.tables])
    return replace(
        sheet,
        title=wide_brackets(sheet.title),
        subject=[(wide_brackets(label), _cell(cell)) for label, cell in sheet.subject],
        tables=[_table(table) for table in sheet.tables],
        notes=[wide_brackets(note) for note in sheet.notes],
        opening=[wide_brackets(text) for text in sheet.opening],
        closing=[wide_brackets(text) for text in sheet.closing],
    )


def _table(table: Table) -> Table:
    columns = [
        replace(one, label=wide_brackets(one.label), over=wide_brackets(one.over)) for one in table.columns
    ]
    return replace(
        table,
        title=wide_brackets(table.title),
        columns=columns,
        rows=[[_cell(cell) for cell in row] for row in table.rows],
        notes=[wide_brackets(note) for note in table.notes],
    )


def _without_gaps(table: Table) -> Table:
    return replace(table, rows=[[_shown(cell) for cell in row] for row in table.rows])


def _cell(cell: Cell) -> Cell:
    shown = _shown(cell)
    return wide_brackets(shown) if isinstance(shown, str) else shown


def _shown(cell: Cell) -> Cell:
    return NOTHING if cell is None or cell == "" else cell
