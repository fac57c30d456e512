"""Texts of people in a PDF: characters that its font lacks are replaced where everyone sees it."""

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar, cast

from survey.documents.fonts import can_write, missing_glyphs
from survey.domain.results.official import EXTRA
from survey.domain.results.table import Cell, Report, Sheet, Table

from .text import printable

T = TypeVar("T")

GAP = "〓"
"""Stands for one character that the font lacks in a name or another text of the definition."""

REPLACEMENT = "□"
NOTE = f"PDF 的字体没有的字符(如表情符号)以 {REPLACEMENT} 代替，原文见其他格式的文件。"

_MAX_NOTED = 24
"""Characters of a text up to which the note repeats it whole."""

_JOINING = re.compile("[\u200b-\u200d\u2060\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
"""Signs that only change the one before: they would be boxes of their own."""


class Gaps:
    """Texts of one place of a document as the PDF's font can write them, and the note on what it lacks."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """Return a text with a visible sign for each character that the font lacks."""
        if can_write(text):
            return text
        missing = missing_glyphs([printable(text)])
        if not missing:
            return text
        self._texts[text] = _shown(printable(text), missing, GAP)
        return self._texts[text]

    def fill_cell(self, cell: Cell) -> Cell:
        """Return a cell as ``fill`` returns its text; numbers stay as they are."""
        return self.fill(cell) if isinstance(cell, str) else cell

    def fill_row(self, row: Sequence[Cell]) -> Sequence[Cell]:
        """Return a row as ``fill_cell`` returns its cells; the same where nothing is to be filled."""
        if all(not isinstance(cell, str) or can_write(cell) for cell in row):
            return row
        return [self.fill_cell(cell) for cell in row]

    def fill_all(self, value: T) -> T:
        """Return a value as ``fill`` returns its texts, in dataclasses and tuples to any depth."""
        if isinstance(value, str):
            return cast(T, value if isinstance(value, Enum) else self.fill(value))
        if isinstance(value, tuple):
            return cast(T, tuple(self.fill_all(one) for one in value))
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{one.name: self.fill_all(getattr(value, one.name)) for one in fields(value)}
            )
        return value

    def has(self, text: str) -> bool:
        """Return whether a text was among those that the font cannot write."""
        return text in self._texts

    def notes(self, said: "Gaps | None" = None) -> tuple[str, ...]:
        """Return the note on what was replaced, if anything was; what ``said`` has noted is left out."""
        found = [
            f"{_short(shown)}（{code_points(text)}）"
            for text, shown in self._texts.items()
            if not _in(said, text)
        ]
        return (f"“{GAP}”代字库中没有的字：{'；'.join(found)}。",) if found else ()


def _in(said: Gaps | None, text: str) -> bool:
    return said is not None and said.has(text)


def _short(shown: str) -> str:
    """Return a long text from its first gap to its last, with a little around."""
    if len(shown) <= _MAX_NOTED:
        return shown
    first, end = max(0, shown.index(GAP) - 4) if GAP in shown else 0, shown.rfind(GAP) + 5
    return f"{'…' if first else ''}{shown[first:end]}{'…' if end < len(shown) else ''}"


def filled(text: str) -> str:
    """Return a text with a visible sign for each character that the font lacks, where no note has room."""
    return Gaps().fill(text)


def code_points(text: str) -> str:
    """Name each character that the PDF's font lacks: ``第2字 U+2B7F5``."""
    missing = missing_glyphs([text])
    return "、".join(f"第{at}字 U+{ord(one):04X}" for at, one in enumerate(text, 1) if one in missing)


def writable_report(report: Report) -> Report:
    """Return a report that the PDF's font can write; what it lacks is replaced, and a note says so.

    In what people typed beside the count, only whole names of the count's own forms are named in the note.
    """
    head = Gaps()
    title, footer = head.fill(report.title), head.fill(report.footer)
    facts = [(head.fill(label), head.fill(text)) for label, text in report.facts]
    signatures = [head.fill(label) for label in report.signatures]
    known = Gaps()
    sheets = [_writable_sheet(one, head, known) for one in report.sheets if one.kind != EXTRA]
    sheets += [_writable_extra(one, head, known) for one in report.sheets if one.kind == EXTRA]
    tables = report.tables if report.sheets else [_with_codes(one, known, head) for one in report.tables]
    return replace(
        report, title=title, footer=footer, facts=facts, signatures=signatures, sheets=sheets, tables=tables
    )


def _writable_sheet(sheet: Sheet, head: Gaps, known: Gaps) -> Sheet:
    own = Gaps()
    title = own.fill(sheet.title)
    subject = [(own.fill(label), own.fill_cell(cell)) for label, cell in sheet.subject]
    notes = [own.fill(note) for note in sheet.notes]
    opening, closing = ([own.fill(one) for one in part] for part in (sheet.opening, sheet.closing))
    for row in (row for table in sheet.tables for row in table.rows):
        known.fill_row(row)
    for _, cell in sheet.subject:
        known.fill_cell(cell)
    tables = [_with_codes(table, own) for table in sheet.tables]
    said = (*notes, *own.notes(), *head.notes(own))
    return replace(
        sheet,
        title=title,
        subject=subject,
        tables=tables,
        notes=said,
        opening=opening,
        closing=closing,
    )


def _with_codes(table: Table, above: Gaps, head: Gaps | None = None) -> Table:
    """Return a table with its gaps noted, but for those that stand in the notes of what is ``above`` it."""
    gaps = Gaps()
    columns = [replace(one, label=gaps.fill(one.label), over=gaps.fill(one.over)) for one in table.columns]
    rows = [gaps.fill_row(row) for row in table.rows]
    title, notes = gaps.fill(table.title), [gaps.fill(note) for note in table.notes]
    said = (*notes, *gaps.notes(above), *(head.notes(gaps) if head else ()))
    return replace(table, title=title, columns=columns, rows=rows, notes=said)


def _writable_extra(sheet: Sheet, head: Gaps, known: Gaps) -> Sheet:
    own = Gaps()
    tables = []
    for table in sheet.tables:
        named = [
            [own.fill_cell(c) if isinstance(c, str) and known.has(c) else c for c in row]
            for row in table.rows
        ]
        columns = [replace(one, label=own.fill(one.label), over=own.fill(one.over)) for one in table.columns]
        notes = [own.fill(note) for note in table.notes]
        title = own.fill(table.title)
        tables.append(writable(replace(table, title=title, columns=columns, rows=named, notes=notes)))
    title = own.fill(sheet.title)
    return replace(sheet, title=title, tables=tables, notes=(*sheet.notes, *own.notes(), *head.notes(own)))


def writable(table: Table) -> Table:
    """Return a table whose cells the PDF's font can write; where it could not, a note says so."""
    rows = [[_written(cell) for cell in row] for row in table.rows]
    if rows == [list(row) for row in table.rows]:
        return table
    return replace(table, rows=rows, notes=(*table.notes, NOTE))


def _written(cell: Cell) -> Cell:
    if not isinstance(cell, str) or can_write(cell):
        return cell
    missing = missing_glyphs([cell])
    if not missing:
        return cell
    return _shown(cell, missing, REPLACEMENT)


def _shown(text: str, missing: str, sign: str) -> str:
    return _JOINING.sub("", text).translate({ord(one): sign for one in missing})
