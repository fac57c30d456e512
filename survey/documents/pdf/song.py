"""Pages set in the Song face, as official papers are; a letter that only the Sans has is written in that."""

from fpdf import FPDF

from survey.documents.fonts import FONTS, Face, Fonts, runs, set_face, text_width

MM_PER_POINT = 25.4 / 72


def song_width(text: str) -> float:
    """Return the width of one line of text in em, as it is at least enough for either weight."""
    return text_width(text, Face.SONG_BOLD)


class SongPages(FPDF):
    """A4 pages on which lines are written in the Song face, regular or bold."""

    def __init__(self, fonts: Fonts = FONTS) -> None:
        super().__init__(format="A4")
        self._files = fonts

    def write_line(self, x: float, baseline: float, text: str, size: float, *, bold: bool = False) -> None:
        """Write one line from ``x`` mm on, ``size`` in points."""
        for face, piece in runs(text, _face(bold)):
            set_face(self, face, size, self._files)
            self.text(x, baseline, piece)
            x += text_width(piece, face) * size * MM_PER_POINT

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a line is in mm, ``size`` in points."""
        return text_width(text, _face(bold)) * size * MM_PER_POINT

    def write_page_number(self, size: float, right: float, baseline: float) -> None:
        """Write which page of how many this is, up to ``right`` mm."""
        set_face(self, Face.SONG, size, self._files)
        self.set_xy(right - 41, baseline - 3.4)
        # cell(), since text() does not put the number of pages in.
        self.cell(42, 5, f"第 {self.page_no()} 页，共 {{nb}} 页", align="R")


def _face(bold: bool) -> Face:
    return Face.SONG_BOLD if bold else Face.SONG
