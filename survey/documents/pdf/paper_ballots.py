"""Paper ballots: the pages of a form, each sheet with codes of its own, ready for the office's printer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from fpdf import FPDF
from fpdf.output import OutputProducer
from fpdf.syntax import PDFArray, PDFContentStream

from survey.documents.fonts import check_coverage, closing
from survey.documents.layout import qr
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
)
from survey.domain.ballot.paper_sheet import (
    BOX,
    CODE,
    MARKER,
    STRIP,
    PaperForm,
    PaperPage,
    PaperWords,
)

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

_TITLE: Steps = [(19, 1), (17, 1), (18, 2), (16, 2), (13, 2), (10, 3)]
_LATER_TITLE: Steps = [(14, 1), (12, 2), (10, 2)]
_KIND: Steps = [(15, 1), (13, 1), (11, 2), (9, 2), (8, 3)]
_WHO: Steps = [(10.5, 1), (9, 2), (8, 2)]
_STRIP_LINES = (
    "用手机投票的，扫左边的码；票面不必再填。",
    "用纸票的，填好后沿虚线撕下本联，自行保管或销毁。",
    "一码一票：手机和纸票只收先到的一张。",
)
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


class _SharingOutput(OutputProducer):
    """Write what is the same on many pages once: a page's contents are that, and its own."""

    shared: Mapping[int, Any]
    """By page number, what its content begins with; equal pages have one and the same object."""

    def _add_pages(self, _slice: slice = slice(0, None)) -> list[Any]:
        pages: list[Any] = super()._add_pages(_slice)
        written: dict[int, PDFContentStream] = {}
        for number, page in enumerate(pages, 1):
            content = self.shared[number]
            if id(content) not in written:
                written[id(content)] = PDFContentStream(contents=content, compress=True)
                self._add_pdf_obj(written[id(content)], "pages")
            page.contents = PDFArray([written[id(content)], page.contents])
        return pages


def paper_ballots_pdf(
    sheets: Iterable[PaperSheet],
    *,
    faces: Mapping[str, PaperFace],
    out: BinaryIO,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Print paper ballots in the order given, all pages of each after another.

    ``faces`` has one for each rater group, all of one size of paper; ``progress`` is called with the number
    of ballots done and may raise to cancel. Raises ``MissingGlyphs`` before anything is written.
    """
    require_glyphs(faces.values())
    first = next(iter(faces.values()))
    page = first.form.pages[0]
    pdf = document(first.title, (page.width, page.height))
    with closing(pdf):
        common = {key: _common(pdf, face) for key, face in faces.items()}
        shared: dict[int, bytes] = {}
        for number, sheet in enumerate(sheets, 1):
            for page, content, text in zip(
                faces[sheet.group].form.pages, common[sheet.group], sheet.serials, strict=True
            ):
                pdf.add_page()
                shared[len(pdf.pages)] = content
                _draw_foot(pdf, faces[sheet.group].form, page)
                _draw_own(pdf, page, text, sheet)
            if progress:
                progress(number)
        data = _output(pdf, shared)
    out.write(data)


def require_glyphs(faces: Iterable[PaperFace]) -> None:
    """Refuse with ``MissingGlyphs`` what the ballots' font cannot write."""
    for face in faces:
        said = [words.text for page in face.form.pages for words in page.words]
        check_coverage([face.title, face.label, face.mark, *said])


def _output(pdf: FPDF, shared: Mapping[int, bytes]) -> bytes | bytearray:
    producer = type("_Output", (_SharingOutput,), {"shared": shared})
    return pdf.output(output_producer_class=producer)


def _common(pdf: FPDF, face: PaperFace) -> list[bytes]:
    """Draw what is the same on every sheet, on pages that are taken out again; return their contents."""
    contents = []
    for page in face.form.pages:
        pdf.add_page()
        _draw_page(pdf, face, page)
        drawn: Any = pdf.pages.pop(pdf.page).contents
        contents.append(bytes(drawn))
        pdf.page -= 1
    return contents


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
    _draw_strip(pdf, page)


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
    """Number a page, on each sheet anew: what pages share finds its font only where a page names it."""
    pages = len(form.pages)
    said, behind, next_leaf = _FEET
    text = said.format(page.page, pages)
    if page.page < pages:
        text += behind if page.page % 2 else next_leaf
    if not page.lines and not page.areas:
        text += "，此页不用填写"
    draw_lines(pdf, fit(text, 80, [(10.5, 1)]), page.width / 2, page.markers[3][1] + 2, align="center")


def _draw_strip(pdf: FPDF, page: PaperPage) -> None:
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


def _draw_own(pdf: FPDF, page: PaperPage, text: str, sheet: PaperSheet) -> None:
    """Draw what this sheet alone has."""
    modules = qr.matrix(text, mask=0, level="Q")
    side = CODE - 2 * _QUIET_CODE
    for x, y in page.codes:
        draw_modules(pdf, modules, (x + _QUIET_CODE, y + _QUIET_CODE), side / len(modules))
    if page.cut is None or page.page != 1:
        return
    draw_text(pdf, 41, page.cut + 28.8, "投票码" if sheet.token else "样张，不能投票", 10.5)
    if sheet.token:
        pdf.set_font("Courier", "B", 15)
        pdf.text(56, page.cut + 29, sheet.token)
        strip = qr.matrix(sheet.url, mask=0)
        draw_modules(pdf, strip, (12, page.cut + (STRIP - 24) / 2), 24 / len(strip))
