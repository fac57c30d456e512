"""Official forms as an Excel workbook, with real numbers and charts."""

from typing import BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from survey.documents.layout.joined_cells import sheets_of
from survey.documents.layout.text import printable
from survey.domain.results.table import Report, Sheet

from .chart import add_form_chart, add_list_chart, has_chart
from .form import write_form
from .looks import DIGITS_PER_EM, LINE, Looks, lines_in, set_up_page, sheet_names, text_width
from .plain_sheet import PlainSheet

FACTS_SHEET = "说明"
CHART = "等次分布图"
LIST = "总表"


def write_xlsx(report: Report, out: BinaryIO) -> None:
    """Write a report as a workbook: a sheet of facts, then one sheet per form, ready to print on A4.

    Counts and rates are numbers with the format of their decimals; a text never becomes a formula. A ranking
    is followed by a chart of its grades; the forms of single ratees have theirs beside them.
    """
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": printable(report.title)})
    book.worksheet_class = PlainSheet
    looks = Looks(book)
    sheets = sheets_of(report)
    names = sheet_names([FACTS_SHEET, *(sheet.full_title for sheet in sheets)])
    charts = sheet_names([*names, *(chart_name(sheet) for sheet in sheets)])[len(names) :]
    _write_facts(book.add_worksheet(names[0]), report, names[1:], looks)
    for sheet, name, chart in zip(sheets, names[1:], charts, strict=True):
        page = book.add_worksheet(name)
        written = write_form(page, report, sheet, looks)
        if sheet.kind == "standings" and has_chart(sheet):
            add_list_chart(book, book.add_worksheet(chart), report, sheet, written, looks)
        elif sheet.subject and has_chart(sheet):
            add_form_chart(book, page, sheet, written, looks)
    book.close()


def chart_name(sheet: Sheet) -> str:
    """Name the page with the chart of a ranking after what it ranks."""
    return f"{CHART} {sheet.title.removesuffix(LIST)}"


def _write_facts(sheet: Worksheet, report: Report, names: list[str], looks: Looks) -> None:
    sheet.set_column(0, 0, max(18.0, *(DIGITS_PER_EM * text_width(label) + 2 for label, _ in report.facts)))
    sheet.set_column(1, 1, 70)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, printable(report.title), looks.get(bold=True, font_size=16))
    for row, (label, text) in enumerate(report.facts, 2):
        sheet.write_string(row, 0, printable(label), looks.get(valign="top"))
        sheet.write_string(row, 1, printable(text), looks.get(text_wrap=True, valign="top"))
        sheet.set_row(row, LINE * lines_in(text, 70))
    first = len(report.facts) + 3
    link = looks.get(font_color="#0b3d91", underline=1)
    for row, name in enumerate(names, first):
        sheet.write_string(row, 0, f"表 {row - first + 1}", looks.get())
        quoted = name.replace("'", "''")
        sheet.write_url(row, 1, f"internal:'{quoted}'!A1", link, string=name)
    set_up_page(sheet, report.footer, landscape=False)
