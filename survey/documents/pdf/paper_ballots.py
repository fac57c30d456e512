"""Paper ballots: the pages of a form, each sheet with codes of its own, ready for the office's printer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from fpdf import FPDF

from survey.documents.fonts import check_coverage, closing
from survey.documents.layout.text import Place
from survey.documents.layout.typesetting import (
    MM_PER_POINT,
    Steps,
    balanced,
    document,
    draw_lines,
    draw_modules,
    draw_text,
    fit,
    one_line,
    path_of,
    placed,
)
from survey.domain.paper.sheet import (
    BOX,
    CODE,
    MARKER,
    STRIP,
    PaperForm,
    PaperPage,
    PaperWords,
)

from .page_stream import PageStream
from .qr_series import Series
from .slips import split_label

# Markers 0 to 3 of the dictionary "4×4, 50" of ArUco, outer black and all: six modules a side, 1 is black.
# Source: S. Garrido-Jurado et al., Pattern Recognition 47 (2014), as OpenCV publishes the dictionary.
_MARKERS = (
    ("111111", "101001", "110101", "111001", "111011", "111111"),
    ("111111", "111111", "100001", "101101", "101011", "111111"),
    ("111111", "111001", "111001", "111011", "100101", "111111"),
    ("111111", "101101", "101101", "110111", "110011", "111111"),
)
_QUIET_CODE = 1.0
_OUTLINE = 0.3
_STRIP_CODE = 24.0
TOKEN_SIZE = 15
"""Points of the code in type on the strip."""

_TITLE: Steps = [(19, 1), (17, 1), (18, 2), (16, 2), (13, 2), (10, 3)]
_LATER_TITLE: Steps = [(14, 1), (12, 2), (10, 2)]
_KIND: Steps = [(15, 1), (13, 1), (11, 2), (9, 2), (8, 3)]
_WHO: Steps = [(10.5, 1), (9, 2), (8, 2)]
_STRIP_LINES = (
    "用手机投票的，扫左边的码；票面不必再填。",
    "用纸票的，填好后沿虚线撕下本联，自行保管或销毁。",
    "一码一票：手机和纸票只收先到的一张。",
)
SPECIMEN = "样张"
_FEET = ("第 {} 页，共 {} 页", "，背面还有", "，还有下一张")


@dataclass(frozen=True)
class PaperSheet:
    """One ballot to be printed: ``serials`` are the texts of its codes, one a page.

    ``token`` and ``url`` stand on the strip; a specimen has none.
    """

    group: str
    serials: Sequence[str]
    token: str = ""
    url: str = ""


@dataclass(frozen=True)
class PaperFace:
    """What all ballots of one rater group have in common; ``mark`` says 试投 or 样张 where it is one."""

    form: PaperForm
    title: str
    label: str
    mark: str = ""

    @property
    def specimen(self) -> bool:
        """Return whether these are specimens, with which nobody can vote."""
        return self.mark == SPECIMEN


def paper_ballots_pdf(
    sheets: Iterable[PaperSheet],
    *,
    faces: Mapping[str, PaperFace],
    out: BinaryIO,
    leaves: bool = False,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Print paper ballots in the order given, all pages of each after another, as they come.

    ``faces`` has one for each rater group, all of one size of paper. ``leaves`` gives a ballot of one page an
    empty back: printed on both sides, each begins on a leaf. ``progress`` is called with the number of
    ballots done and may raise to cancel. Raises ``MissingGlyphs`` before anything is written.
    """
    require_glyphs(faces.values())
    first = next(iter(faces.values()))
    page = first.form.pages[0]
    pdf = document(first.title, (page.width, page.height))
    with closing(pdf):
        grounds = {key: _grounds(pdf, face) for key, face in faces.items()}
        pdf.set_font("Courier", "B", TOKEN_SIZE)
        written = PageStream(pdf, out)
        pen = _Pen(f"/F{pdf.fonts['courierB'].i} {TOKEN_SIZE} Tf")
        for number, sheet in enumerate(sheets, 1):
            pages = faces[sheet.group].form.pages
            for page, ground, code in zip(pages, grounds[sheet.group], sheet.serials, strict=True):
                written.add(ground, pen.own(page, code, sheet))
            if leaves and len(pages) % 2:
                written.add_empty()
            if progress:
                progress(number)
        written.end()


def require_glyphs(faces: Iterable[PaperFace]) -> None:
    """Refuse with ``MissingGlyphs`` what the ballots' font cannot write."""
    for face in faces:
        said = [words.text for page in face.form.pages for words in page.words]
        check_coverage([face.title, face.label, face.mark, *said])


def _grounds(pdf: FPDF, face: PaperFace) -> list[int]:
    """Draw what is the same on every sheet, each page once; return the numbers of these pages."""
    grounds = []
    for page in face.form.pages:
        pdf.add_page()
        _draw_page(pdf, face, page)
        grounds.append(pdf.page)
    return grounds


def _draw_page(pdf: FPDF, face: PaperFace, page: PaperPage) -> None:
    for modules, corner in zip(_MARKERS, page.markers, strict=True):
        matrix = [[module == "1" for module in row] for row in modules]
        draw_modules(pdf, matrix, corner, MARKER / len(matrix))
    _draw_head(pdf, face, page)
    for words in page.words:
        _draw_words(pdf, words)
    for rule in page.rules:
        pdf.set_line_width(rule.thick)
        if rule.width and rule.height:
            pdf.rect(rule.x, rule.y, rule.width, rule.height)
        else:
            pdf.line(rule.x, rule.y, rule.x + rule.width, rule.y + rule.height)
    pdf.set_line_width(_OUTLINE)
    for line in page.lines:
        for box in line.boxes:
            # The outline lies within the side that the layout names.
            pdf.rect(box.x + _OUTLINE / 2, box.y + _OUTLINE / 2, BOX - _OUTLINE, BOX - _OUTLINE)
    for example in page.examples:
        pdf.set_line_width(_OUTLINE)
        pdf.rect(example.x, example.y, BOX, BOX)
        if example.ticked:
            pdf.set_line_width(0.6)
            pdf.line(example.x + 0.9, example.y + 2.6, example.x + 2.1, example.y + 4.1)
            pdf.line(example.x + 2.1, example.y + 4.1, example.x + 5.4, example.y - 0.4)
        else:
            pdf.ellipse(example.x + 2.25, example.y + 2.25, 0.5, 0.5, style="F")
    _draw_foot(pdf, face.form, page)
    _draw_strip(pdf, page, specimen=face.specimen)


def _draw_head(pdf: FPDF, face: PaperFace, page: PaperPage) -> None:
    left, top = page.markers[0]
    kind, who = split_label(one_line(face.label))
    x, y, width, height = left + MARKER + 4, top, 30.0, 16.0
    pdf.set_line_width(0.3)
    pdf.rect(x, y, width, height)
    above = fit(kind, width - 2, _KIND)
    below = fit(who, width - 2, _WHO) if who else None
    space = height - above.height - (below.height if below else 0)
    draw_lines(pdf, above, x + width / 2, y + space / 2, align="center", bold=True)
    if below:
        draw_lines(pdf, below, x + width / 2, y + space / 2 + above.height, align="center")
    room = (x + width + 3, page.codes[0][0] - 2)
    if face.mark:
        pdf.rect(room[1] - 17, y + 4, 15, 8)
        draw_lines(pdf, fit(face.mark, 15, [(14, 1)]), room[1] - 9.5, y + 5, align="center", bold=True)
        room = (room[0], room[1] - 19)
    title = one_line(face.title)
    fitted = balanced(fit(title, room[1] - room[0], _TITLE if page.page == 1 else _LATER_TITLE), title)
    draw_lines(pdf, fitted, sum(room) / 2, y + (height - fitted.height) / 2, align="center", bold=True)


def _draw_words(pdf: FPDF, words: PaperWords) -> None:
    text = one_line(words.text)
    if not text:
        return
    fitted = fit(text, words.width, words.sizes)
    align: Place = "right" if words.align == "right" else "center" if words.align == "center" else "left"
    x = words.x + {"left": 0.0, "center": words.width / 2, "right": words.width}[align]
    # Between the first line's head and the last one's foot, not between their leadings.
    type_height = fitted.height - fitted.leading + fitted.size * MM_PER_POINT
    top = words.y + (words.height - type_height) / 2
    draw_lines(pdf, fitted, x, top, align=align, bold=words.bold)


def _draw_foot(pdf: FPDF, form: PaperForm, page: PaperPage) -> None:
    """Number a page."""
    pages = len(form.pages)
    said, behind, next_leaf = _FEET
    text = said.format(page.page, pages)
    if page.page < pages:
        text += behind if page.page % 2 else next_leaf
    if not page.lines and not page.areas:
        text += "，此页不用填写"
    draw_lines(pdf, fit(text, 80, [(10.5, 1)]), page.width / 2, page.markers[3][1] + 2, align="center")


def _draw_strip(pdf: FPDF, page: PaperPage, *, specimen: bool) -> None:
    if page.cut is None:
        return
    pdf.set_line_width(0.2)
    pdf.set_dash_pattern(dash=1.2, gap=1.2)
    pdf.line(0, page.cut, page.width, page.cut)
    pdf.set_dash_pattern()
    if page.page == 1:
        x, y = 46.0, page.cut + 10
        draw_text(pdf, x - 5, y - 1, "手机投票联", 13, bold=True)
        for at, line in enumerate(_STRIP_LINES):
            draw_text(pdf, x + (22 if at == 0 else -5), y - 1 + 6.6 * at, line, 10.5)
        draw_text(pdf, 41, page.cut + 28.8, "样张，不能投票" if specimen else "投票码", 10.5)
    # A page knows those fonts only that it was set in: the code in type comes later.
    pdf.set_font("Courier", "B", TOKEN_SIZE)
    pdf.text(0, 0, "")


class _Pen:
    """Draws what each sheet alone has, as operators of a page; ``token_font`` is that of the code in type."""

    def __init__(self, token_font: str) -> None:
        self._token_font = token_font
        self._codes = Series(mask=0, level="Q")
        self._strips = Series(mask=0)

    def own(self, page: PaperPage, named: str, sheet: PaperSheet) -> str:
        """Return what a page of a sheet has of its own."""
        modules = self._codes.matrix(named)
        path, module = path_of(modules), (CODE - 2 * _QUIET_CODE) / len(modules)
        drawn = [placed(path, page.height, (x + _QUIET_CODE, y + _QUIET_CODE), module) for x, y in page.codes]
        if page.cut is not None and page.page == 1 and sheet.token:
            left, foot = 56 / MM_PER_POINT, (page.height - page.cut - 29) / MM_PER_POINT
            drawn.append(f"BT {self._token_font} {left:.2f} {foot:.2f} Td ({sheet.token}) Tj ET")
            strip = self._strips.matrix(sheet.url)
            corner = (12.0, page.cut + (STRIP - _STRIP_CODE) / 2)
            drawn.append(placed(path_of(strip), page.height, corner, _STRIP_CODE / len(strip)))
        return "\n".join(drawn)
