"""Native charts of a workbook: stacked bars of the grades, told apart by lightness and by pattern."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.fonts import text_width
from survey.documents.layout import chart as drawn
from survey.documents.layout.text import cell_text, head_text, printable
from survey.domain.results.subjects import NAMES
from survey.domain.results.table import Column, Report, Sheet, Table

from .form import SheetParts
from .looks import Looks, set_up_page

EDGE = "#1D3557"
FILLS: dict[str, dict[str, Any]] = {
    "1": {"fill": {"color": EDGE}},
    "2": {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#FFFFFF", "bg_color": "#54789F"}},
    "3": {"pattern": {"pattern": "light_downward_diagonal", "fg_color": EDGE, "bg_color": "#8FA9C4"}},
    "4": {"pattern": {"pattern": "percent_20", "fg_color": EDGE, "bg_color": "#C9D6E4"}},
    "5": {"fill": {"color": "#FFFFFF"}},
    drawn.ABSTAINED: {
        "pattern": {"pattern": "narrow_vertical", "fg_color": "#7A7A7A", "bg_color": "#FFFFFF"}
    },
}
"""The same steps as on screen and on paper."""

BAR = 26
"""Height of a bar with its gap in pixels."""
HEAD_AND_LEGEND = 145
"""Height of what stands above and below the bars."""

Place = tuple[str, int, int, int, int]
"""A range of cells: the sheet's name, first row and column, last row and column."""


def has_chart(sheet: Sheet) -> bool:
    """Return whether a form has shares of grades that can be drawn."""
    return bool(_charted(sheet))


def _charted(sheet: Sheet) -> Table | None:
    """Return the table of a form that holds shares of grades, unless all of them are withheld."""
    for table in sheet.tables:
        places = _steps(table.columns)
        if places and any(isinstance(row[at], Decimal) for row in table.rows for at in places):
            return table
    return None


def _steps(columns: Sequence[Column]) -> dict[int, int]:
    """Map the columns that hold shares of grades to their steps."""
    return {at: column.step for at, column in enumerate(columns) if column.step is not None}


def add_list_chart(
    book: Workbook, page: Worksheet, report: Report, sheet: Sheet, written: SheetParts, looks: Looks
) -> None:
    """Draw the grades of every ratee of a ranking on a page of its own, from the ranking's own cells."""
    (table,) = sheet.tables
    first, last = written.bodies[0], written.bodies[0] + len(table.rows) - 1
    data = written.page.get_name()
    named = next(at for at, column in enumerate(table.columns) if column.label in NAMES.values())
    places = _steps(table.columns)
    title = f"{sheet.title.removesuffix('总表')}等次分布"
    chart = _chart(book, title, [cell_text(row[named]) for row in table.rows], 640)
    for at, step in places.items():
        _add_series(
            chart,
            (data, first, named, last, named),
            (data, first, at, last, at),
            table.columns[at].label,
            _kind(step, places),
        )
    page.set_column(0, 0, 92)
    page.write_string(0, 0, printable(report.title), looks.get(align="center"))
    criterion = table.columns[next(iter(places))].over
    page.write_string(1, 0, printable(criterion), looks.get(align="center"))
    page.insert_chart(2, 0, chart)
    rows = (HEAD_AND_LEGEND + BAR * len(table.rows)) // 20 + 3
    page.print_area(0, 0, rows, 0)
    # LibreOffice prints a chart on a centred sheet off its place.
    set_up_page(page, report.footer, landscape=False, centred=False)


def add_form_chart(book: Workbook, page: Worksheet, sheet: Sheet, written: SheetParts, looks: Looks) -> None:
    """Draw the grades of one ratee by criterion beside the form, outside of what is printed.

    The shares stand in every second row of the form, which no chart can take; so they are repeated in one
    block under the chart.
    """
    table = _charted(sheet)
    if table is None:
        return
    places = _steps(table.columns)
    shares = [row for row in table.rows[1 :: table.block] if isinstance(row[next(iter(places))], Decimal)]
    left = len(written.widths) + 1
    top = (HEAD_AND_LEGEND + BAR * len(shares)) // 20 + 3
    page.write_string(top - 1, left, "图表数据（百分比）", looks.get(bold=True))
    page.write_string(top, left, "项目", looks.words("center", bold=True))
    for right, at in enumerate(places, left + 1):
        page.write_string(top, right, head_text(table.columns[at]), looks.words("center", bold=True))
    for down, row in enumerate(shares, top + 1):
        page.write_string(down, left, printable(str(row[0])), looks.words("left"))
        for right, at in enumerate(places, left + 1):
            value = row[at]
            if isinstance(value, Decimal):
                page.write_number(down, right, value, looks.number(value))
    page.set_column(left, left, 18)
    page.set_column(left + 1, left + len(places), 9)
    first, last = top + 1, top + len(shares)
    chart = _chart(book, "各项目等次分布（各票种合计）", [cell_text(row[0]) for row in shares], 560)
    for right, (at, step) in enumerate(places.items(), left + 1):
        _add_series(
            chart,
            (page.get_name(), first, left, last, left),
            (page.get_name(), first, right, last, right),
            table.columns[at].label,
            _kind(step, places),
        )
    page.insert_chart(0, left, chart)


def _kind(step: int, places: dict[int, int]) -> str:
    """Return the pattern of a step on a scale of so many."""
    grades = sum(1 for one in places.values() if one)
    return drawn.steps(grades)[step - 1] if step else drawn.ABSTAINED


def _chart(book: Workbook, title: str, labels: Sequence[str], width: int) -> Chart:
    """Make a chart of ``width`` pixels with a bar for each label, and set its size."""
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    font = {"name": "宋体", "size": 10, "bold": False}
    chart.set_title({"name": printable(title), "name_font": {"name": "宋体", "size": 13, "bold": True}})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": EDGE}})
    chart.set_x_axis({"num_format": "0%", "num_font": font, "major_gridlines": {"visible": False}})
    chart.set_chartarea({"border": {"none": True}})
    height = HEAD_AND_LEGEND + BAR * len(labels)
    chart.set_size({"width": width, "height": height})
    # Said outright: some programs cut the names off where they are to find the room themselves.
    left = min(0.4, (max(map(text_width, labels)) * 14 + 16) / width)
    chart.set_plotarea(
        {"layout": {"x": left, "y": 90 / height, "width": 0.95 - left, "height": BAR * len(labels) / height}}
    )
    return chart


def _add_series(chart: Chart, names: Place, values: Place, label: str, kind: str) -> None:
    chart.add_series(
        {
            "name": printable(label),
            "categories": list(names),
            "values": list(values),
            "border": {"color": EDGE, "width": 0.75},
            "gap": 40,
            **FILLS[kind],
        }
    )
