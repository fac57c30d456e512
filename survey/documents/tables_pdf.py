"""Official tables as PDF on A4, with the shipped Chinese font embedded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from fpdf import FPDF
from fpdf.enums import TextMode

from survey.documents import (
    Place,
    alignment,
    cell_text,
    column_widths,
    fact_text,
    head_text,
    in_pairs,
    is_date,
    numbered,
    printable,
    signature_label,
    signature_rows,
    wants_landscape,
    wrap,
)
from survey.documents.fonts import check_coverage, embedded, text_width
from survey.domain.table import Report, Table

MM_PER_POINT = 25.4 / 72
MARGIN, TOP, BOTTOM = 15.0, 16.0, 18.0
SIZES = (9.5, 8.5, 7.5, 6.5, 5.5)
"""Type sizes of a table in points, the first that its columns have room for is taken."""

LEADING = 1.4
INSET = 0.4
"""Room left and right of a text in its cell, in em."""


def write_pdf(report: Report, out: BinaryIO) -> None:
    """Write a report as PDF, each table on pages of its own, A4 upright or landscape.

    Raises ``MissingGlyphs`` before anything is written.
    """
    check_coverage(_texts(report))
    pdf = _Pages(report)
    with embedded(pdf):
        for table in report.tables:
            pdf.write_table(table)
        if not report.tables:
            pdf.begin(report.title, landscape=False)
        data = pdf.output()
    out.write(data)


def _texts(report: Report) -> Iterator[str]:
    for text in (report.title, report.footer, *map(fact_text, report.facts), *report.signatures):
        yield printable(text)
    for table in report.tables:
        yield from (printable(table.title), *numbered(table.notes), *map(head_text, table.columns))
        for row in table.rows:
            yield from (cell_text(cell) for cell in row)


@dataclass(frozen=True)
class _Grid:
    """How a table is set: type size in points, column widths in mm."""

    size: float
    widths: Sequence[float]

    @property
    def leading(self) -> float:
        return self.size * MM_PER_POINT * LEADING


@dataclass(frozen=True)
class _Row:
    """A row made ready: the lines and the place of every cell."""

    lines: Sequence[Sequence[str]]
    places: Sequence[Place]

    @property
    def count(self) -> int:
        return max(len(lines) for lines in self.lines)


class _Pages(FPDF):
    """The pages of one report, with its footer on each."""

    def __init__(self, report: Report) -> None:
        super().__init__(format="A4")
        self._report = report
        self._footer_text = " ".join(printable(report.footer).split())
        self.set_margins(MARGIN, TOP)
        self.set_auto_page_break(False)
        self.set_title(printable(report.title))
        self.set_lang("zh-CN")
        self.set_line_width(0.2)
        self.c_margin = 0

    def footer(self) -> None:
        """Write the report's footer and the page number, called by the library on every page."""
        foot = self.h - 10
        self._write(MARGIN, foot, _fitting(self._footer_text, (self.epw - 40) / (8.5 * MM_PER_POINT)), 8.5)
        self.set_xy(self.w - MARGIN - 33, foot - 3.4)
        # cell(), since text() does not put the number of pages in.
        self.cell(34, 5, f"第 {self.page_no()} 页，共 {{nb}} 页", align="R")

    def begin(self, title: str, *, landscape: bool) -> None:
        """Open a page for a table: its title, the report's title and the facts."""
        self.add_page(orientation="landscape" if landscape else "portrait")
        self.set_y(TOP)
        self._centred(title, 20)
        if title != self._report.title:
            self._centred(self._report.title, 13)
        self.set_y(self.get_y() + 2)
        texts = [" ".join(fact_text(fact).split()) for fact in self._report.facts]
        half = self.epw / 2 / (10 * MM_PER_POINT) - 1
        for pair in in_pairs(texts, half, text_width):
            for at, text in enumerate(pair):
                self._paragraph(text, 10, indent=at * self.epw / 2, advance=at == len(pair) - 1)
        self.set_y(self.get_y() + 2)

    def write_table(self, table: Table) -> None:
        """Set a table from a new page on, with its notes and signature lines under it."""
        upright = (210 - 2 * MARGIN) / (SIZES[0] * MM_PER_POINT)
        self.begin(table.title, landscape=wants_landscape(table, upright, text_width))
        grid = _grid(table, self.epw)
        heads = [head_text(column) for column in table.columns]
        head = _ready(heads, ["center"] * len(heads), grid)
        self._row(head, grid)
        for cells in table.rows:
            pairs = list(zip(cells, table.columns, strict=True))
            places: list[Place] = [alignment(cell, column) for cell, column in pairs]
            row = _ready([cell_text(cell) for cell, _ in pairs], places, grid)
            for piece in self._pieces(row, head, grid):
                if self._room() < _height(piece, grid):
                    self.add_page(same=True)
                    self.set_y(TOP)
                    self._row(head, grid)
                self._row(piece, grid)
        self._notes(numbered(table.notes))
        self._signatures(self._report.signatures)

    def _room(self) -> float:
        return float(self.h - BOTTOM - self.get_y())

    def _pieces(self, row: _Row, head: _Row, grid: _Grid) -> Iterator[_Row]:
        """Leave a row whole, unless it is taller than a page can hold under the head."""
        most = int((self.h - TOP - BOTTOM - _height(head, grid)) / grid.leading) - 1
        for start in range(0, row.count, max(most, 1)):
            yield _Row([lines[start : start + most] for lines in row.lines], row.places)

    def _row(self, row: _Row, grid: _Grid) -> None:
        height, top, left = _height(row, grid), self.get_y(), MARGIN
        inset = INSET * grid.size * MM_PER_POINT
        for lines, place, width in zip(row.lines, row.places, grid.widths, strict=True):
            self.rect(left, top, width, height)
            first = top + (height - len(lines) * grid.leading) / 2 + 0.75 * grid.leading
            for at, line in enumerate(lines):
                free = width - text_width(line) * grid.size * MM_PER_POINT
                shift = {"left": inset, "center": free / 2, "right": free - inset}[place]
                self._write(left + shift, first + at * grid.leading, line, grid.size)
            left += width
        self.set_y(top + height)

    def _notes(self, notes: Sequence[str]) -> None:
        self.set_y(self.get_y() + 2)
        for note in notes:
            self._paragraph(note, 9)

    def _signatures(self, labels: Sequence[str]) -> None:
        rows = signature_rows(labels)
        if self._room() < 13.0 * len(rows):
            self.add_page(same=True)
            self.set_y(TOP)
        column = self.epw / 2
        for row in rows:
            self.set_y(self.get_y() + 13)
            for at, label in enumerate(row):
                self._signature(label, MARGIN + at * column, column - 6 * (1 - at))

    def _signature(self, label: str, left: float, width: float) -> None:
        text, base = signature_label(label), self.get_y()
        wide = text_width(text) * 11 * MM_PER_POINT
        if is_date(label):
            self._write(self.w - MARGIN - wide, base, text, 11)
            return
        self._write(left, base, text, 11)
        if width - wide > 12:
            self.line(left + wide + 1, base + 1, left + width, base + 1)

    def _centred(self, text: str, size: float) -> None:
        self.set_y(self.get_y() + size * MM_PER_POINT * 0.25)
        for line in wrap(printable(text), self.epw / (size * MM_PER_POINT), text_width):
            wide = text_width(line) * size * MM_PER_POINT
            # The font ships in one weight: bold is the same outline, filled and stroked.
            mode = TextMode.FILL_STROKE if size > 16 else TextMode.FILL
            with self.local_context(text_mode=mode, line_width=size * 0.03):
                self._write((self.w - wide) / 2, self.get_y() + size * MM_PER_POINT, line, size)
            self.set_y(self.get_y() + size * MM_PER_POINT * LEADING)

    def _paragraph(self, text: str, size: float, *, indent: float = 0.0, advance: bool = True) -> None:
        top, leading = self.get_y(), size * MM_PER_POINT * 1.5
        for line in wrap(text, (self.epw - indent) / (size * MM_PER_POINT), text_width):
            if self._room() < leading:
                self.add_page(same=True)
                self.set_y(TOP)
            self._write(MARGIN + indent, self.get_y() + 0.75 * leading, line, size)
            self.set_y(self.get_y() + leading)
        if not advance:
            self.set_y(top)

    def _write(self, x: float, baseline: float, text: str, size: float) -> None:
        self.set_font("noto", size=size)
        self.text(x, baseline, text)


def _grid(table: Table, width: float) -> _Grid:
    for size in SIZES:
        room = width / (size * MM_PER_POINT)
        widths = column_widths(table, room, text_width, 2 * INSET)
        if sum(widths) <= room + 0.01:
            break
    scale = size * MM_PER_POINT * min(1.0, room / sum(widths))
    return _Grid(size, [one * scale for one in widths])


def _ready(texts: Sequence[str], places: Sequence[Place], grid: _Grid) -> _Row:
    em = grid.size * MM_PER_POINT
    lines = [
        wrap(text, width / em - 2 * INSET + 0.01, text_width)
        for text, width in zip(texts, grid.widths, strict=True)
    ]
    return _Row(lines, places)


def _height(row: _Row, grid: _Grid) -> float:
    return (row.count + 0.4) * grid.leading


def _fitting(text: str, room: float) -> str:
    """Cut a line to ``room`` em."""
    if text_width(text) <= room:
        return text
    while text and text_width(text + "…") > room:
        text = text[:-1]
    return text + "…"
