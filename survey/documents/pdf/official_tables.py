"""Official forms as PDF on A4, with the shipped Chinese font embedded."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from fpdf import FPDF
from fpdf.enums import TextMode

from survey.documents.fonts import FONT_PATH, check_coverage, embedded, text_width
from survey.documents.layout.joined_cells import head_facts, sheets_of, texts_of
from survey.documents.layout.text import (
    fact_text,
    in_pairs,
    is_date,
    numbered,
    printable,
    signature_label,
    signature_rows,
    wants_landscape,
    wrap,
)
from survey.domain.results.table import Report, Sheet

from .grid import MM_PER_POINT, SIZES, Grid, Ready, RowBlock, make_ready, split, subject_band

MARGIN, TOP, BOTTOM = 15.0, 14.0, 16.0
HEADING, NOTE, SIGNATURE, FOOT = 11.0, 9.0, 11.0, 8.5
"""Type sizes in points."""

SIGNATURE_ROW = 10.5
"""Height of a signature line in mm."""

LEADING = 1.4
NOTE_LEADING = 1.5


def write_pdf(report: Report, out: BinaryIO, font: Path = FONT_PATH) -> None:
    """Write the forms of a report as PDF, each from a new page on, A4 upright or landscape.

    A report without forms has its tables written so. ``font`` may be one cut down to what the report says.
    Raises ``MissingGlyphs`` before anything is written.
    """
    check_coverage(texts_in(report))
    pdf = _TablePages(report)
    with embedded(pdf, font):
        for sheet in sheets_of(report):
            pdf.write_sheet(sheet)
        if not pdf.pages:
            pdf.begin(report.title, landscape=False)
        data = pdf.output()
    out.write(data)


def texts_in(report: Report) -> Iterator[str]:
    """Return all that the pages of a report say."""
    yield "第页，共（续）注：…0123456789. "
    for text in (report.title, report.footer, *map(fact_text, report.facts)):
        yield printable(text)
    yield from map(signature_label, report.signatures)
    for sheet in sheets_of(report):
        yield from map(printable, texts_of(sheet))


class _TablePages(FPDF):
    """The pages of one report, with its footer on each."""

    def __init__(self, report: Report) -> None:
        super().__init__(format="A4")
        self._report = report
        self._facts = [" ".join(fact_text(fact).split()) for fact in head_facts(report)]
        self._footer_text = " ".join(printable(report.footer).split())
        self._title = ""
        self.set_margins(MARGIN, TOP)
        self.set_auto_page_break(False)
        self.set_title(printable(report.title))
        self.set_lang("zh-CN")
        self.set_line_width(0.2)
        self.c_margin = 0

    def footer(self) -> None:
        """Write the report's footer and the page number, called by the library on every page."""
        foot = self.h - 10
        self._write(MARGIN, foot, _fitting(self._footer_text, (self.epw - 40) / (FOOT * MM_PER_POINT)), FOOT)
        self.set_xy(self.w - MARGIN - 33, foot - 3.4)
        # cell(), since text() does not put the number of pages in.
        self.cell(34, 5, f"第 {self.page_no()} 页，共 {{nb}} 页", align="R")

    def begin(self, title: str, *, landscape: bool) -> None:
        """Open a page for a form: its title, the report's title and the facts."""
        self.add_page(orientation="landscape" if landscape else "portrait")
        self._title = title
        self.set_y(TOP)
        self._centred(title, 20)
        if title != self._report.title:
            self._centred(self._report.title, 13)
        self.set_y(self.get_y() + 2)
        half = self.epw / 2 / (10 * MM_PER_POINT) - 1
        for pair in in_pairs(self._facts, half, text_width):
            for at, text in enumerate(pair):
                wide = text_width(text) * 10 * MM_PER_POINT
                self._paragraph(text, 10, indent=at * (self.epw - wide - 0.1), advance=at == len(pair) - 1)
        self.set_y(self.get_y() + 2)

    def write_sheet(self, sheet: Sheet) -> None:
        """Set a form from a new page on, with its notes and signature lines under its tables."""
        upright = (210 - 2 * MARGIN) / (SIZES[0] * MM_PER_POINT)
        wide = any(wants_landscape(table, upright, text_width) for table in sheet.tables)
        self.begin(sheet.title, landscape=wide)
        if sheet.subject:
            grid, band = subject_band(sheet.subject, self.epw)
            self._band(band, grid)
            self.set_y(self.get_y() + 3)
        signatures = signature_rows(self._report.signatures)
        tail = self._notes_height(sheet.notes) + SIGNATURE_ROW * len(signatures)
        for at, table in enumerate(sheet.tables, 1):
            title = table.title if table.title != sheet.title else ""
            following = self._notes_height(table.notes) + (tail if at == len(sheet.tables) else 0)
            self._table(make_ready(sheet, table, self.epw), title, following)
            self._notes(table.notes)
        self._notes(sheet.notes)
        self._signatures(signatures)

    def _table(self, ready: Ready, title: str, following: float) -> None:
        """Draw a table; its last rows keep what ``following`` mm hold with them where a page has room."""
        heading = self._heading_height(title)
        grid, head = ready.grid, ready.head
        whole = self.h - BOTTOM - TOP - HEADING * MM_PER_POINT * LEADING
        for at, band in enumerate(ready.bands):
            need = band.height + (following if at == len(ready.bands) - 1 else 0)
            above = heading + head.height if at == 0 else 0.0
            if above + need > whole - (0 if at == 0 else head.height):
                need = min(band.height, whole - head.height)
            if self._room() < above + need and not (at == 0 and band.height > whole - head.height):
                self._go_on()
                above = heading + head.height
                if at:
                    self._band(head, grid)
            if at == 0:
                self._heading(title)
                self._band(head, grid)
            if band.height <= self._room():
                self._band(band, grid)
                continue
            for part in split(band, grid, self._room(), whole - head.height):
                if part.height > self._room():
                    self._go_on()
                    self._band(head, grid)
                self._band(part, grid)
        if not ready.bands:
            self._heading(title)
            self._band(head, grid)

    def _go_on(self) -> None:
        """Open a further page of the same form, and say so."""
        self.add_page(same=True)
        self.set_y(TOP)
        self._paragraph(f"{self._title}（续）", HEADING - 1, advance=True)

    def _room(self) -> float:
        return self.h - BOTTOM - self.get_y()

    def _band(self, band: RowBlock, grid: Grid) -> None:
        top = self.get_y()
        for piece in band.pieces:
            left = MARGIN + sum(grid.widths[: piece.column])
            width = sum(grid.widths[piece.column : piece.column + piece.columns])
            upper = top + sum(band.heights[: piece.row])
            height = sum(band.heights[piece.row : piece.row + piece.rows])
            self.rect(left, upper, width, height)
            self._lines(piece.lines, grid, (left, upper, width, height), piece.place, piece.bold)
        self.set_y(top + band.height)

    def _lines(
        self,
        lines: Sequence[str],
        grid: Grid,
        place: tuple[float, float, float, float],
        align: str,
        bold: bool,
    ) -> None:
        left, top, width, height = place
        inset = 0.4 * grid.size * MM_PER_POINT
        first = top + (height - len(lines) * grid.leading) / 2 + 0.75 * grid.leading
        for at, line in enumerate(lines):
            free = width - text_width(line) * grid.size * MM_PER_POINT
            shift = {"left": inset, "center": free / 2, "right": free - inset}[align]
            self._write(left + shift, first + at * grid.leading, line, grid.size, bold=bold)

    def _heading_height(self, title: str) -> float:
        return HEADING * MM_PER_POINT * LEADING + 4 if title else 0.0

    def _heading(self, title: str) -> None:
        if title:
            self.set_y(self.get_y() + 3)
            top = self.get_y()
            self._write(MARGIN, top + HEADING * MM_PER_POINT, printable(title), HEADING, bold=True)
            self.set_y(top + HEADING * MM_PER_POINT * LEADING + 1)

    def _notes_height(self, notes: Sequence[str]) -> float:
        lines = sum(len(self._wrapped(note, NOTE)) for note in numbered(notes))
        return lines * NOTE * MM_PER_POINT * NOTE_LEADING + 2 if notes else 0.0

    def _notes(self, notes: Sequence[str]) -> None:
        if notes:
            self.set_y(self.get_y() + 2)
        for note in numbered(notes):
            self._paragraph(note, NOTE)

    def _signatures(self, rows: Sequence[Sequence[str]]) -> None:
        if self._room() < SIGNATURE_ROW * len(rows):
            self._go_on()
        column = self.epw / 2
        for row in rows:
            self.set_y(self.get_y() + SIGNATURE_ROW)
            for at, label in enumerate(row):
                self._signature(label, MARGIN + at * column, column - 6 * (1 - at))

    def _signature(self, label: str, left: float, width: float) -> None:
        text, base = signature_label(label), self.get_y()
        wide = text_width(text) * SIGNATURE * MM_PER_POINT
        if is_date(label):
            self._write(self.w - MARGIN - wide, base, text, SIGNATURE)
            return
        self._write(left, base, text, SIGNATURE)
        if width - wide > 12:
            self.line(left + wide + 1, base + 1, left + width, base + 1)

    def _centred(self, text: str, size: float) -> None:
        self.set_y(self.get_y() + size * MM_PER_POINT * 0.25)
        for line in self._wrapped(printable(text), size):
            wide = text_width(line) * size * MM_PER_POINT
            self._write((self.w - wide) / 2, self.get_y() + size * MM_PER_POINT, line, size, bold=size > 16)
            self.set_y(self.get_y() + size * MM_PER_POINT * LEADING)

    def _paragraph(self, text: str, size: float, *, indent: float = 0.0, advance: bool = True) -> None:
        top, leading = self.get_y(), size * MM_PER_POINT * NOTE_LEADING
        for line in self._wrapped(text, size, indent):
            if self._room() < leading:
                self._go_on()
            self._write(MARGIN + indent, self.get_y() + 0.75 * leading, line, size)
            self.set_y(self.get_y() + leading)
        if not advance:
            self.set_y(top)

    def _wrapped(self, text: str, size: float, indent: float = 0.0) -> list[str]:
        return wrap(text, (self.epw - indent) / (size * MM_PER_POINT), text_width)

    def _write(self, x: float, baseline: float, text: str, size: float, *, bold: bool = False) -> None:
        self.set_font("noto", size=size)
        if not bold:
            self.text(x, baseline, text)
            return
        # The font ships in one weight: bold is the same outline, filled and stroked.
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=size * 0.02):
            self.text(x, baseline, text)


def _fitting(text: str, room: float) -> str:
    """Cut a line to ``room`` em."""
    if text_width(text) <= room:
        return text
    while text and text_width(text + "…") > room:
        text = text[:-1]
    return text + "…"
