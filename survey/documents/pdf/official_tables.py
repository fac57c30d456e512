"""Official forms as PDF on A4, with the shipped Song face embedded."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import BinaryIO

from survey.documents.fonts import FONTS, Fonts, check_coverage, closing
from survey.documents.layout.joined_cells import head_facts, sheets_of, texts_of
from survey.documents.layout.printed import NOTHING, lies_across, printed_head, printed_sheet
from survey.documents.layout.text import (
    fact_text,
    in_pairs,
    is_date,
    numbered,
    printable,
    signature_label,
    signature_rows,
    wrap,
)
from survey.domain.results.table import Report, Sheet

from .grid import Grid, Piece, Ready, RowBlock, make_ready, split, subject_band
from .song import MM_PER_POINT, Line, SongPages, song_width

MARGIN, TOP, BOTTOM, BOTTOM_OF_FOOT = 15.0, 14.0, 16.0, 10.0
HEADING, NOTE, SIGNATURE, FOOT, LETTER = 11.0, 9.0, 11.0, 8.5, 13.0
"""Type sizes in points."""

SIGNATURE_ROW = 10.5
"""Height of a signature line in mm."""

LEADING = 1.4
NOTE_LEADING = 1.5


def write_pdf(report: Report, out: BinaryIO, fonts: Fonts = FONTS) -> None:
    """Write the forms of a report as PDF, each from a new page on, A4 upright or landscape.

    A report without forms has its tables written so. ``fonts`` may be cut down to what the report says.
    Raises ``MissingGlyphs`` before anything is written.
    """
    check_coverage(texts_in(report))
    head = printed_head(report)
    pdf = _TablePages(head, fonts)
    with closing(pdf):
        for sheet in sheets_of(report):
            pdf.write_sheet(printed_sheet(sheet))
        if not pdf.pages:
            pdf.begin(head.title, landscape=False)
        pdf.number_pages(FOOT, MARGIN, BOTTOM_OF_FOOT)
        pdf.output(out)


def texts_in(report: Report) -> Iterator[str]:
    """Return all that the pages of a report say."""
    head = printed_head(report)
    yield f"第页，共（续）注：…0123456789. {NOTHING}"
    for text in (head.title, head.footer, *map(fact_text, head.facts)):
        yield printable(text)
    yield from map(signature_label, head.signatures)
    # As they are before they are printed: all that this changes is said above.
    for sheet in sheets_of(report):
        yield printable(" ".join(texts_of(sheet)))


class _TablePages(SongPages):
    """The pages of one report, with its footer on each."""

    def __init__(self, report: Report, fonts: Fonts) -> None:
        super().__init__(fonts)
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
        """Write the report's footer, called by the library on every page."""
        foot = self.h - BOTTOM_OF_FOOT
        room = (self.epw - 40) / (FOOT * MM_PER_POINT)
        self.write_line(MARGIN, foot, _fitting(self._footer_text, room), FOOT)

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
        for first, *beside in in_pairs(self._facts, half, song_width):
            base = self.get_y() + 0.75 * 10 * MM_PER_POINT * NOTE_LEADING
            self._paragraph(first, 10)
            # Both fit into their half. The second is not wrapped: the font measures a little less than that.
            for text in beside:
                self.write_line(self.w - MARGIN - self.width_of(text, 10), base, text, 10)
        self.set_y(self.get_y() + 2)

    def write_sheet(self, sheet: Sheet) -> None:
        """Set a form from a new page on, with its notes and signature lines under its tables."""
        landscape = lies_across(sheet, (210 - 2 * MARGIN) / MM_PER_POINT)
        goes_on = sheet.follows and bool(self.pages) and (self.w > self.h or not landscape)
        if goes_on:
            self._title = sheet.title
            self.set_y(self.get_y() + 4)
        else:
            self.begin(sheet.title, landscape=landscape)
        self._letter(sheet.opening)
        if sheet.subject:
            grid, band = subject_band(sheet.subject, self.epw)
            self._band(band, grid)
            self.set_y(self.get_y() + 3)
        signatures = signature_rows(self._report.signatures if sheet.signatures is None else sheet.signatures)
        tail = self._letter_height(sheet.closing) + self._notes_height(sheet.notes)
        tail += SIGNATURE_ROW * len(signatures)
        for at, table in enumerate(sheet.tables, 1):
            title = table.title if goes_on or table.title != sheet.title else ""
            following = self._notes_height(table.notes) + (tail if at == len(sheet.tables) else 0)
            self._table(make_ready(sheet, table, self.epw), title, following)
            self._notes(table.notes)
        self._letter(sheet.closing)
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
        self._paragraph(f"{self._title}（续）", HEADING - 1)

    def _room(self) -> float:
        return self.h - BOTTOM - self.get_y()

    def _band(self, band: RowBlock, grid: Grid) -> None:
        top = self.get_y()
        across = list(accumulate(grid.widths, initial=MARGIN))
        down = list(accumulate(band.heights, initial=top))
        boxes: list[tuple[float, float, float, float]] = []
        lines: list[Line] = []
        for piece in band.pieces:
            left, upper = across[piece.column], down[piece.row]
            width = across[piece.column + piece.columns] - left
            height = down[piece.row + piece.rows] - upper
            boxes.append((left, upper, width, height))
            if piece.tint:
                self.fill_box(boxes[-1], piece.tint)
            lines += self._placed(piece, grid, left, upper, width, height)
        self.write_lines(lines, grid.size)
        self.draw_boxes(boxes)
        self.set_y(top + band.height)

    def _placed(
        self, piece: Piece, grid: Grid, left: float, top: float, width: float, height: float
    ) -> Iterator[Line]:
        """Place the lines of a cell: ``left``, ``top``, ``width`` and ``height`` of its box in mm."""
        inset, leading = 0.4 * grid.size * MM_PER_POINT, grid.leading
        base = top + (height - len(piece.lines) * leading) / 2 + 0.75 * leading
        for at, line in enumerate(piece.lines):
            free = width - self.width_of(line, grid.size, bold=piece.bold)
            shift = inset if piece.place == "left" else free / 2 if piece.place == "center" else free - inset
            yield Line(left + shift, base + at * leading, line, piece.bold)

    def _heading_height(self, title: str) -> float:
        return HEADING * MM_PER_POINT * LEADING + 4 if title else 0.0

    def _heading(self, title: str) -> None:
        if title:
            self.set_y(self.get_y() + 3)
            top = self.get_y()
            self.write_line(MARGIN, top + HEADING * MM_PER_POINT, printable(title), HEADING, bold=True)
            self.set_y(top + HEADING * MM_PER_POINT * LEADING + 1)

    def _letter_height(self, paragraphs: Sequence[str]) -> float:
        lines = sum(len(self._wrapped(printable(one), LETTER)) for one in paragraphs)
        return lines * LETTER * MM_PER_POINT * NOTE_LEADING + 3 if paragraphs else 0.0

    def _letter(self, paragraphs: Sequence[str]) -> None:
        """Write a letter's paragraphs."""
        if not paragraphs:
            return
        self.set_y(self.get_y() + 1)
        for paragraph in paragraphs:
            self._paragraph(printable(paragraph), LETTER)
        self.set_y(self.get_y() + 2)

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
        wide = self.width_of(text, SIGNATURE)
        if is_date(label):
            self.write_line(self.w - MARGIN - wide, base, text, SIGNATURE)
            return
        self.write_line(left, base, text, SIGNATURE)
        if width - wide > 12:
            self.line(left + wide + 1, base + 1, left + width, base + 1)

    def _centred(self, text: str, size: float) -> None:
        self.set_y(self.get_y() + size * MM_PER_POINT * 0.25)
        bold = size > 16
        for line in self._wrapped(printable(text), size):
            left = (self.w - self.width_of(line, size, bold=bold)) / 2
            self.write_line(left, self.get_y() + size * MM_PER_POINT, line, size, bold=bold)
            self.set_y(self.get_y() + size * MM_PER_POINT * LEADING)

    def _paragraph(self, text: str, size: float) -> None:
        leading = size * MM_PER_POINT * NOTE_LEADING
        for line in self._wrapped(text, size):
            if self._room() < leading:
                self._go_on()
            self.write_line(MARGIN, self.get_y() + 0.75 * leading, line, size)
            self.set_y(self.get_y() + leading)

    def _wrapped(self, text: str, size: float) -> list[str]:
        return wrap(text, self.epw / (size * MM_PER_POINT), song_width)


def _fitting(text: str, room: float) -> str:
    """Cut a line to ``room`` em."""
    if song_width(text) <= room:
        return text
    while text and song_width(text + "…") > room:
        text = text[:-1]
    return text + "…"
