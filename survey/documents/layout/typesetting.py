"""Setting type and QR codes on a printed sheet: what slips and posters have in common."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from fpdf import FPDF
from fpdf.enums import TextMode

from survey.documents.fonts import Face, set_face, text_width

from . import qr
from .text import Place, printable, wrap

MIN_BOLD = 9
CUT = "…"
"""Stands for the rest of a text that does not fit."""
MM_PER_POINT = 25.4 / 72

Steps = Sequence[tuple[float, int]]
"""Sizes in points to try, each with the number of lines it may take."""

_BEFORE: dict[Place, float] = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Fitted:
    """A text made to fit: its size in points and its lines."""

    size: float
    lines: list[str]

    @property
    def width(self) -> float:
        """Return the width of its longest line in mm."""
        return max(text_width(line) for line in self.lines) * self.size * MM_PER_POINT

    @property
    def leading(self) -> float:
        """Return the height of a line in mm."""
        return self.size * MM_PER_POINT * 1.36

    @property
    def height(self) -> float:
        """Return the height of all lines in mm."""
        return self.leading * len(self.lines)


A4, A5 = (210.0, 297.0), (148.0, 210.0)
"""Width and height of an upright sheet in mm."""


def document(title: str, paper: tuple[float, float] = A4) -> FPDF:
    """Begin a document of sheets of one size that says nothing of its making but the day."""
    pdf = FPDF(format=paper)
    pdf.set_auto_page_break(False)
    # The day only: a finer time would tell when this batch of codes was handed out.
    pdf.set_creation_date(datetime.combine(datetime.now(UTC).date(), time(), UTC))
    pdf.set_title(title)
    return pdf


def one_line(text: str) -> str:
    """Write a text as one line of printable characters."""
    return " ".join(printable(text).split())


def without_scheme(url: str) -> str:
    """Return an address as it is typed into a browser."""
    return re.sub(r"^[a-z]+://", "", url)


def fit(text: str, width: float, steps: Steps) -> Fitted:
    """Set a text as large as ``width`` mm allow; what does not fit at the smallest size is cut with …."""
    for size, most in steps:
        room = width / (size * MM_PER_POINT)
        lines = wrap(text, room, text_width)
        if len(lines) <= most:
            return Fitted(size, lines)
    lines = lines[:most]
    while text_width(lines[-1] + CUT) > room:
        lines[-1] = lines[-1][:-1]
    lines[-1] += CUT
    return Fitted(size, lines)


def balanced(fitted: Fitted, text: str) -> Fitted:
    """Make the lines of a title about equally long."""
    count = len(fitted.lines)
    if count == 1 or fitted.lines[-1].endswith(CUT):
        return fitted
    width = text_width(text) / count
    while len(lines := wrap(text, width, text_width)) > count:
        width += 0.5
    return Fitted(fitted.size, lines)


def draw_lines(
    pdf: FPDF, fitted: Fitted, x: float, top: float, *, align: Place = "left", bold: bool = False
) -> None:
    """Draw a fitted text from ``top`` down, its lines beginning, centred or ending at ``x``."""
    first = top + fitted.size * MM_PER_POINT * 0.88
    for at, line in enumerate(fitted.lines):
        shift = text_width(line) * fitted.size * MM_PER_POINT * _BEFORE[align]
        draw_text(pdf, x - shift, first + at * fitted.leading, line, fitted.size, bold=bold)


def draw_text(pdf: FPDF, x: float, baseline: float, text: str, size: float, *, bold: bool = False) -> None:
    """Draw one line of text."""
    set_face(pdf, Face.SANS, size)
    if not bold or size < MIN_BOLD:
        pdf.text(x, baseline, text)
        return
    # The font ships in one weight: bold is the same outline, filled and stroked. In small type the
    # strokes, which screens draw at least a pixel wide, would close the characters up.
    with pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=size * 0.03):
        pdf.text(x, baseline, text)


def draw_qr(pdf: FPDF, text: str, place: tuple[float, float], side: float, mask: int | None = None) -> None:
    """Draw a QR code of ``side`` mm, its top left corner at ``place``; white all round is the caller's."""
    modules = qr.matrix(text, mask=mask)
    draw_modules(pdf, modules, place, side / len(modules))


def draw_modules(pdf: FPDF, modules: qr.Matrix, place: tuple[float, float], module: float) -> None:
    """Draw rows of square modules, each ``module`` mm wide, their top left corner at ``place``."""
    # Straight into the page: rect() would write and fill each of some 200 rectangles by itself, which
    # is slow over 10,000 slips and shows hairlines between neighbours; one path shows none.
    pdf._out(placed(path_of(modules), pdf.h, place, module))


def path_of(modules: qr.Matrix) -> str:
    """Return the operators of a page that go round the dark modules."""
    return " ".join(f"{mx} {my} {w} {h} re" for mx, my, w, h in qr.rectangles(modules))


def placed(path: str, page_height: float, place: tuple[float, float], module: float) -> str:
    """Return the operators that fill a path of modules, their top left corner at ``place``; lengths in mm."""
    scale = module / MM_PER_POINT
    left, top = place[0] / MM_PER_POINT, (page_height - place[1]) / MM_PER_POINT
    return f"q 0 g {scale:.5f} 0 0 {-scale:.5f} {left:.3f} {top:.3f} cm {path} f Q"
