"""Pages set in the Song face, as official papers are; a letter that only the Sans has is written in that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from fpdf import FPDF

from survey.documents.fonts import FONTS, Face, Fonts, add_face, runs, set_face, text_width

MM_PER_POINT = 25.4 / 72


# Heads, labels and small numbers come again on every form.
@lru_cache(maxsize=16384)
def song_width(text: str) -> float:
    """Return the width of one line of text in em, as it is at least enough for either weight."""
    return text_width(text, Face.SONG_BOLD)


@dataclass(frozen=True)
class _Set:
    """A piece of a line in one face: its width in em, and as the pages say it."""

    face: Face
    width: float
    operator: str


@dataclass(frozen=True)
class _SetLine:
    """A line as it is set: its width in em, and its pieces."""

    width: float
    pieces: Sequence[_Set]


class Line(NamedTuple):
    """A line and its place: from ``x`` mm on, its ``baseline`` so many mm under the edge of the page."""

    x: float
    baseline: float
    text: str
    bold: bool = False


class SongPages(FPDF):
    """A4 pages on which lines are written in the Song face, regular or bold, each with its number."""

    def __init__(self, fonts: Fonts = FONTS) -> None:
        super().__init__(format="A4")
        self._files = fonts
        self._lines_set: dict[tuple[str, bool], _SetLine] = {}

    def write_line(self, x: float, baseline: float, text: str, size: float, *, bold: bool = False) -> None:
        """Write one line from ``x`` mm on, ``size`` in points."""
        self.write_lines([Line(x, baseline, text, bold)], size)

    def write_lines(self, lines: Iterable[Line], size: float) -> None:
        """Write lines of one size, in points."""
        # Straight into the page, all at once: text() looks at a dozen things that no line here has, on half
        # a million of them.
        k, h = self.k, self.h
        face: Face | None = None
        operators: list[str] = []
        for x, baseline, text, bold in lines:
            for piece in self._set(text, bold).pieces:
                if piece.face is not face:
                    if operators:
                        self._out("\n".join(operators))
                        operators.clear()
                    face = piece.face
                    self._turn_to(face, size)
                operators.append(f"BT {x * k:.2f} {(h - baseline) * k:.2f} Td{piece.operator} ET")
                x += piece.width * size * MM_PER_POINT
        if operators:
            self._out("\n".join(operators))

    def _turn_to(self, face: Face, size: float) -> None:
        """Go on in a face on the current page, ``size`` in points."""
        if self.font_family != face or self.font_size_pt != size:
            set_face(self, face, size, self._files)
        if not self.current_font_is_set_on_page:
            self._out(self._set_font_for_page(self.fonts[face], size))

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a line is in mm, ``size`` in points."""
        return self._set(text, bold).width * size * MM_PER_POINT

    def draw_boxes(self, boxes: Sequence[tuple[float, float, float, float]]) -> None:
        """Draw the outlines of boxes: left, top, width and height of each in mm."""
        k, h = self.k, self.h
        path = " ".join(
            f"{x * k:.2f} {(h - y) * k:.2f} {wide * k:.2f} {-high * k:.2f} re" for x, y, wide, high in boxes
        )
        self._out(f"{path} S")

    def fill_box(self, box: tuple[float, float, float, float], colour: str) -> None:
        """Fill a box with a colour (``#rrggbb``); what is written afterwards stands on it."""
        k, (x, y, wide, high) = self.k, box
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        place = f"{x * k:.2f} {(self.h - y) * k:.2f} {wide * k:.2f} {-high * k:.2f} re"
        self._out(f"q {red:.3f} {green:.3f} {blue:.3f} rg {place} f Q")

    def number_pages(self, size: float, margin: float, bottom: float) -> None:
        """Write on each page which of how many it is, ``margin`` and ``bottom`` mm from its edges.

        At the end: a place kept free for a number yet unknown is too narrow for some and too wide for others.
        """
        count = len(self.pages)
        for number, page in self.pages.items():
            width, height = page.dimensions()
            self.page, self.w, self.h = number, width / self.k, height / self.k
            self.current_font_is_set_on_page = False
            text = f"第 {number} 页，共 {count} 页"
            self.write_line(self.w - margin - self.width_of(text, size), self.h - bottom, text, size)

    def _set(self, text: str, bold: bool) -> _SetLine:
        """Set a line, once for each time that a document says it."""
        made = self._lines_set.get((text, bold))
        if made is None:
            pieces = []
            for face, piece in runs(text, _face(bold)):
                add_face(self, face, self._files)
                operator = self.fonts[face].encode_text(piece)
                pieces.append(_Set(face, text_width(piece, face), operator))
            made = _SetLine(sum(piece.width for piece in pieces), pieces)
            self._lines_set[text, bold] = made
        return made


def _face(bold: bool) -> Face:
    return Face.SONG_BOLD if bold else Face.SONG
