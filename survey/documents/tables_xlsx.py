"""Official tables as an Excel workbook, with real numbers."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents import (
    alignment,
    cell_text,
    column_widths,
    fact_text,
    head_text,
    is_date,
    numbered,
    printable,
    signature_label,
    signature_rows,
    wants_landscape,
    wrap,
)
from survey.documents.fonts import text_width
from survey.domain.table import Cell, Column, Report, Table

FACTS_SHEET = "说明"
HEAD_ROW = 3
UPRIGHT, LANDSCAPE = 44.0, 66.0
"""Em of 11 point type that A4 has room for."""

DIGITS_PER_EM = 2.0
"""Excel counts the width of a column in digits of the standard font."""

LINE = 16.0
"""Height of a line in points."""

Look = dict[str, object]


def write_xlsx(report: Report, out: BinaryIO) -> None:
    """Write a report as a workbook: a sheet of facts, then one sheet per table, ready to print on A4.

    Counts and rates are numbers with the format of their decimals; a text never becomes a formula.
    """
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": printable(report.title)})
    looks = _Looks(book)
    names = sheet_names([FACTS_SHEET, *(table.title for table in report.tables)])
    _write_facts(book.add_worksheet(names[0]), report, looks)
    for name, table in zip(names[1:], report.tables, strict=True):
        _write_table(book.add_worksheet(name), report, table, looks)
    book.close()


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Make one sheet name per title: allowed characters, at most 31 units, unique whatever the case."""
    taken = {"history"}
    names = []
    for title in titles:
        clean = re.sub(r"[\[\]:*?/\\]", " ", printable(title))
        clean = " ".join(clean.split()).strip("'") or "表"
        name, number = _shortened(clean, 31), 1
        while name.lower() in taken:
            number += 1
            name = f"{_shortened(clean, 31 - len(f' ({number})'))} ({number})"
        taken.add(name.lower())
        names.append(name)
    return names


def _shortened(name: str, most: int) -> str:
    """Cut a name to as many UTF-16 units, which is what Excel counts."""
    while len(name.encode("utf-16-le")) > 2 * most:
        name = name[:-1]
    return name.rstrip(" '")


class _Looks:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, **properties: object) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base: Look = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
            self._made[key] = self._book.add_format(base | properties)
        return self._made[key]

    def number(self, value: int | Decimal) -> Format:
        places = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
        return self.get(border=1, align="right", num_format=f"0.{'0' * places}" if places else "0")


def _write_facts(sheet: Worksheet, report: Report, looks: _Looks) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 70)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, printable(report.title), looks.get(bold=True, font_size=16))
    for row, (label, text) in enumerate(report.facts, 2):
        sheet.write_string(row, 0, printable(label), looks.get(valign="top"))
        sheet.write_string(row, 1, printable(text), looks.get(text_wrap=True, valign="top"))
        sheet.set_row(row, LINE * _lines(text, 70))
    first = len(report.facts) + 3
    for row, table in enumerate(report.tables, first):
        sheet.write_string(row, 0, f"表 {row - first + 1}", looks.get())
        sheet.write_string(row, 1, printable(table.title), looks.get(text_wrap=True))
    _set_up_page(sheet, report, landscape=False)


def _write_table(sheet: Worksheet, report: Report, table: Table, looks: _Looks) -> None:
    landscape = wants_landscape(table, UPRIGHT, text_width)
    room = LANDSCAPE if landscape else UPRIGHT
    widths = [DIGITS_PER_EM * width for width in column_widths(table, room, text_width, padding=1.4)]
    if len(widths) == 1:
        # A page never breaks inside a column, so a single one must fit without being scaled.
        widths = [70.0]
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    facts = "    ".join(fact_text(fact) for fact in report.facts)
    centred = looks.get(align="center", bold=True, font_size=16, text_wrap=True)
    _write_across(sheet, 0, table.title, centred, widths, 2.0)
    _write_across(sheet, 1, report.title, looks.get(align="center", text_wrap=True), widths)
    _write_across(sheet, 2, facts, looks.get(text_wrap=True, font_size=10), widths)
    _write_cells(sheet, table, widths, looks)
    row = HEAD_ROW + 1 + len(table.rows)
    for note in numbered(table.notes):
        _write_across(sheet, row, note, looks.get(text_wrap=True, font_size=10, valign="top"), widths)
        row += 1
    _write_signatures(sheet, row + 1, report.signatures, widths, looks)
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    sheet.repeat_rows(HEAD_ROW)
    _set_up_page(sheet, report, landscape=landscape)


def _write_cells(sheet: Worksheet, table: Table, widths: Sequence[float], looks: _Looks) -> None:
    head = looks.get(border=1, bold=True, align="center", text_wrap=True)
    columns = table.columns
    for index, column in enumerate(columns):
        sheet.write_string(HEAD_ROW, index, head_text(column), head)
    high = max(_lines(head_text(column), width) for column, width in zip(columns, widths, strict=False))
    sheet.set_row(HEAD_ROW, LINE * high + 6)
    for at, cells in enumerate(table.rows, HEAD_ROW + 1):
        for index, (cell, column) in enumerate(zip(cells, columns, strict=True)):
            _write_cell(sheet, at, index, cell, column, looks)
        high = max(_lines(cell_text(cell), width) for cell, width in zip(cells, widths, strict=False))
        sheet.set_row(at, LINE * high + 2)


def _write_cell(sheet: Worksheet, row: int, index: int, cell: Cell, column: Column, looks: _Looks) -> None:
    if cell is None:
        sheet.write_blank(row, index, None, looks.get(border=1))
    elif isinstance(cell, str):
        place = alignment(cell, column)
        look = looks.get(border=1, align=place, text_wrap=True, indent=int(place == "left"))
        sheet.write_string(row, index, cell_text(cell), look)
    else:
        sheet.write_number(row, index, cell, looks.number(cell))


def _write_across(
    sheet: Worksheet, row: int, text: str, look: Format, widths: Sequence[float], scale: float = 1.0
) -> None:
    if len(widths) > 1:
        sheet.merge_range(row, 0, row, len(widths) - 1, "", look)
    sheet.write_string(row, 0, printable(text), look)
    sheet.set_row(row, LINE * scale * _lines(text, sum(widths) / scale**0.5) + 4)


def _write_signatures(
    sheet: Worksheet, row: int, labels: Sequence[str], widths: Sequence[float], looks: _Looks
) -> None:
    middle = _middle(widths)
    rows = signature_rows(labels) if middle else [[label] for label in labels]
    for pair in rows:
        for at, label in enumerate(pair):
            first = middle * at
            last = middle - 1 if middle and at == 0 and not is_date(label) else len(widths) - 1
            look = looks.get(align="right" if is_date(label) else "left")
            if last > first:
                sheet.merge_range(row, first, row, last, "", look)
            sheet.write_string(
                row, first, signature_label(label) + ("" if is_date(label) else "_" * 18), look
            )
        sheet.set_row(row, 30)
        row += 1


def _middle(widths: Sequence[float]) -> int:
    """Return the column that parts a sheet into halves with room for a signature each, or 0."""
    room = 36.0
    for index in range(1, len(widths)):
        left = sum(widths[:index])
        if left >= max(room, sum(widths) * 0.4) and sum(widths[index:]) >= room:
            return index
    return 0


def _set_up_page(sheet: Worksheet, report: Report, *, landscape: bool) -> None:
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    # Excel holds 255 characters, and & opens a code.
    footer = printable(report.footer)[:100].replace("&", "&&")
    sheet.set_footer(f"&L&9{_apart(footer)}&R&9第 &P 页，共 &N 页")


def _apart(footer: str) -> str:
    """Keep a digit at the start of the footer from being read as part of the type size."""
    return f" {footer}" if footer[:1].isdigit() else footer


def _lines(text: str, width: float) -> int:
    """Estimate the lines that a text takes in a width."""
    return len(wrap(printable(text), (width - 1) / DIGITS_PER_EM, text_width))
