"""One form on one sheet of a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from survey.documents.layout.joined_cells import blocks, head_facts, heads
from survey.documents.layout.printed import ACROSS, lies_across
from survey.documents.layout.text import (
    cell_text,
    column_widths,
    fact_text,
    is_date,
    numbered,
    placement,
    printable,
    signature_label,
    signature_rows,
)
from survey.domain.results.table import Cell, Report, Sheet, Table

from .looks import DIGITS_PER_EM, LINE, Looks, lines_in, set_up_page, text_width, write_cell

UPRIGHT, LANDSCAPE = 44.0, 66.0
"""Em of 11 point type that A4 has room for."""

TYPE = 11.0
"""The size of its type in points."""

WIDE = ("nomination", "standings", "detail", "verification")
"""The kinds of form that lie across whatever they hold: rankings are read, and compared, line by line, and
what is found on the spot is written in by hand."""

SHORT_PAGE = 1.1
"""How much of a page's height a form may take and still be shrunk onto one page."""

TIGHT_PAGE = 1.4
"""The same for a list of a class, whose signatures belong beside what they vouch for."""

FEW_LINES = 0.25
"""Which part of a last page after two or more holds little but signatures: smaller type brings them to the
page before. A form of little more than one page would have to shrink by as much as all of that."""

LONG_FORM, REST_OF_PAGE = "unit", 0.7
"""A kind of form over several pages, and which part of a last one is no page of its own: signatures alone."""

PADDING = 1.4


@dataclass
class SheetParts:
    """Where the parts of a form came to stand: the sheet, its width, the first row of each table."""

    page: Worksheet
    widths: list[float]
    row: int = 0
    bodies: list[int] = field(default_factory=list)
    height: float = 0.0

    def end_row(self, height: float) -> None:
        """Give the current row its height in points and go to the next."""
        self.page.set_row(self.row, height)
        self.row += 1
        self.height += height

    def pages(self, landscape: bool) -> float:
        """Estimate how many pages it fills when it is as wide as the paper, and no wider than it is."""
        long, short = 730.0, 500.0
        wide, high = (long, short) if landscape else (short, long)
        needed = sum(self.widths) / DIGITS_PER_EM * TYPE
        return self.height * min(1.0, wide / needed) / high


def write_form(page: Worksheet, report: Report, sheet: Sheet, looks: Looks) -> SheetParts:
    """Write a form with its head, notes and signature lines, ready to print on A4."""
    landscape = sheet.kind in WIDE or lies_across(sheet, UPRIGHT * TYPE)
    widths = _widths(sheet, LANDSCAPE if landscape else UPRIGHT)
    for index, width in enumerate(widths):
        page.set_column(index, index, width)
    form = SheetParts(page, widths)
    _across(form, sheet.title, looks.get(align="center", bold=True, font_size=16, text_wrap=True), 2.0)
    _across(form, report.title, looks.get(align="center", text_wrap=True))
    _facts(form, [fact_text(fact) for fact in head_facts(report)], looks)
    _letter(form, sheet.opening, looks)
    if sheet.subject:
        _subject(form, sheet, looks)
    for table in sheet.tables:
        if table.title and table.title != sheet.title:
            _across(form, table.title, looks.get(bold=True, text_wrap=True), 1.3)
        _table(form, sheet, table, looks)
        _notes(form, table.notes, looks)
    _letter(form, sheet.closing, looks)
    _notes(form, sheet.notes, looks)
    form.end_row(LINE)
    _signatures(form, report.signatures if sheet.signatures is None else sheet.signatures, looks)
    if len(sheet.tables) == 1:
        first = form.bodies[0]
        page.freeze_panes(first, 0)
        page.repeat_rows(first - _head_rows(sheet.tables[0]), first - 1)
    page.print_area(0, 0, form.row - 1, len(widths) - 1)
    set_up_page(page, report.footer, landscape=landscape)
    pages = form.pages(landscape)
    if high := pages_high(sheet.kind, pages):
        page.fit_to_pages(1, high)
    return form


def pages_high(kind: str, pages: float) -> int:
    """Return onto how many pages a form is shrunk; 0 where it keeps its size.

    ``pages`` is how many it fills as wide as the paper.
    """
    whole = int(pages)
    if pages <= (TIGHT_PAGE if kind in ACROSS else SHORT_PAGE):
        return 1
    rest = REST_OF_PAGE if kind == LONG_FORM else FEW_LINES if whole >= 2 else 0.0
    return whole if pages - whole <= rest else 0


def _widths(sheet: Sheet, room: float) -> list[float]:
    """Return the widths of the sheet's columns, those of its table with the most columns."""
    table = max(sheet.tables, key=lambda one: len(one.columns))
    widths = column_widths(table, room, text_width, PADDING)
    if len(sheet.tables) > 1:
        # The columns of the other tables are laid over these, and no number may be too wide for its own.
        numbers = (
            cell_text(cell)
            for other in sheet.tables
            for row in other.rows
            for cell in row
            if not isinstance(cell, str)
        )
        least = max(map(text_width, numbers), default=0.0) + PADDING
        widths = [max(width, least) for width in widths]
    if len(widths) == 1:
        # A page never breaks inside a column, so a single one must fit without being scaled.
        return [70.0]
    return [DIGITS_PER_EM * width for width in widths]


def _over(form: SheetParts, wanted: Sequence[float]) -> list[int]:
    """Lay columns of these widths over those of the sheet; return the first of each, and the end."""
    count = len(form.widths)
    if len(wanted) == count:
        return list(range(count + 1))
    whole, total = sum(form.widths), sum(wanted)
    ends = [sum(form.widths[:at]) / whole for at in range(count + 1)]
    found = [0]
    for at in range(1, len(wanted)):
        target = sum(wanted[:at]) / total
        free = range(found[-1] + 1, count - (len(wanted) - at) + 1)
        found.append(min(free, key=lambda place: abs(ends[place] - target)))
    return [*found, count]


def _place(form: SheetParts, row: int, rows: int, first: int, end: int, cell: Cell, look: Format) -> None:
    """Write one cell over some rows and columns."""
    if rows > 1 or end - first > 1:
        form.page.merge_range(row, first, row + rows - 1, end - 1, "", look)
    write_cell(form.page, row, first, cell, look)


def _facts(form: SheetParts, facts: Sequence[str], looks: Looks) -> None:
    """Write the facts; two of them, if there is room, at either side."""
    look = looks.get(text_wrap=True, font_size=10)
    middle = _middle(form.widths)
    if len(facts) != 2 or not middle:
        _across(form, "    ".join(facts), look)
        return
    _place(form, form.row, 1, 0, middle, printable(facts[0]), look)
    right = looks.get(text_wrap=True, font_size=10, align="right")
    _place(form, form.row, 1, middle, len(form.widths), printable(facts[1]), right)
    halves = (sum(form.widths[:middle]), sum(form.widths[middle:]))
    form.end_row(LINE * max(lines_in(text, half) for text, half in zip(facts, halves, strict=True)) + 4)


def _subject(form: SheetParts, sheet: Sheet, looks: Looks) -> None:
    cells: list[Cell] = [cell for pair in sheet.subject for cell in pair]
    if len(cells) > len(form.widths):
        for label, cell in sheet.subject:
            _across(form, f"{label}：{cell_text(cell)}", looks.get())
        return
    natural = [min(text_width(cell_text(cell)), 14.0) + 2.4 for cell in cells]
    places = _over(form, natural)
    high = 1
    for at, cell in enumerate(cells):
        width = sum(form.widths[places[at] : places[at + 1]])
        bold = at % 2 == 1
        look = looks.words("center", bold=bold)
        if cell is not None and not isinstance(cell, str):
            look = looks.number(cell, align="center", bold=bold)
        _place(form, form.row, 1, places[at], places[at + 1], cell, look)
        high = max(high, lines_in(cell_text(cell), width))
    form.end_row(LINE * high + 8)


def _head_rows(table: Table) -> int:
    return 2 if any(column.over for column in table.columns) else 1


def _table(form: SheetParts, sheet: Sheet, table: Table, looks: Looks) -> None:
    same = len(table.columns) == len(form.widths)
    places = _over(form, form.widths if same else column_widths(table, UPRIGHT, text_width, PADDING))
    head = looks.get(border=1, bold=True, align="center", text_wrap=True)
    high = [1] * _head_rows(table)
    for one in heads(table):
        first, end = places[one.column], places[one.column + one.columns]
        _place(form, form.row + one.row, one.rows, first, end, one.text, head)
        lines = lines_in(one.text, sum(form.widths[first:end]))
        last = one.row + one.rows - 1
        high[last] = max(high[last], lines - one.rows + 1)
    for lines in high:
        form.end_row(LINE * lines + 6)
    form.bodies.append(form.row)
    _body(form, sheet, table, looks, places)


def _body(form: SheetParts, sheet: Sheet, table: Table, looks: Looks, places: Sequence[int]) -> None:
    centred = sheet.kind not in ("table", "extra")
    strong = form.row + len(table.rows) - table.strong
    for block in blocks(table):
        size = max(box.row + box.rows for box in block)
        high = [1] * size
        for box in sorted(block, key=lambda one: one.rows):
            first, end = places[box.column], places[box.column + box.columns]
            row = form.row + box.row
            align = placement(box.cell, table.columns[box.column], centred=centred)
            bold = row >= strong
            look = looks.words(align, bold=bold, tint=table.tint(box.cell))
            if box.cell is not None and not isinstance(box.cell, str):
                look = looks.number(box.cell, align=align, bold=bold)
            _place(form, row, box.rows, first, end, box.cell, look)
            lines = lines_in(cell_text(box.cell), sum(form.widths[first:end]))
            last = box.row + box.rows - 1
            high[last] += max(0, lines - sum(high[box.row : last + 1]))
        for lines in high:
            form.end_row(LINE * lines + 2)


def _across(form: SheetParts, text: str, look: Format, scale: float = 1.0, small: float = 1.0) -> None:
    _place(form, form.row, 1, 0, len(form.widths), text, look)
    lines = lines_in(text, sum(form.widths) / scale**0.5 / small)
    form.end_row(LINE * scale * lines + 4)


def _letter(form: SheetParts, paragraphs: Sequence[str], looks: Looks) -> None:
    look = looks.get(text_wrap=True, font_size=12, valign="top")
    for paragraph in paragraphs:
        _across(form, paragraph, look, scale=1.2)


def _notes(form: SheetParts, notes: Sequence[str], looks: Looks) -> None:
    for note in numbered(notes):
        _across(form, note, looks.get(text_wrap=True, font_size=10, valign="top"), small=0.93)


def _signatures(form: SheetParts, labels: Sequence[str], looks: Looks) -> None:
    middle = _middle(form.widths)
    rows = signature_rows(labels) if middle else [[label] for label in labels]
    for pair in rows:
        for at, label in enumerate(pair):
            date = is_date(label)
            end = middle if middle and at == 0 and not date else len(form.widths)
            text = signature_label(label) + ("" if date else "_" * 18)
            look = looks.get(align="right" if date else "left")
            _place(form, form.row, 1, middle * at, end, printable(text), look)
        form.end_row(30)


def _middle(widths: Sequence[float]) -> int:
    """Return the column that parts a sheet into halves with room for a signature each, or 0."""
    room = 36.0
    for index in range(1, len(widths)):
        left = sum(widths[:index])
        if left >= max(room, sum(widths) * 0.4) and sum(widths[index:]) >= room:
            return index
    return 0
