"""The fonts that ship with Minping: where they lie, what they can write, how wide their characters are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from survey.domain.errors import MissingGlyphs

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont


class Face(StrEnum):
    """A face that documents are set in; its value is what it is called within a PDF."""

    SANS = "noto"
    """Slips, posters, and whatever no other face has: no other writes more."""
    SONG = "song"
    """Official tables and the certificate."""
    SONG_BOLD = "song-bold"


Fonts = Mapping[Face, Path]
"""The files of faces: those that ship, or such as are cut down to some texts."""

_FOLDER = Path(__file__).parent
FONTS: Fonts = {
    Face.SANS: _FOLDER / "NotoSansSC-Regular.ttf",
    Face.SONG: _FOLDER / "NotoSerifSC-Regular.ttf",
    Face.SONG_BOLD: _FOLDER / "NotoSerifSC-Bold.ttf",
}


@cache
def _advances(face: Face) -> dict[int, float]:
    """Return the advance in em of every character that a face can write."""
    from fontTools.ttLib import TTFont

    with TTFont(FONTS[face], lazy=True) as font:
        metrics = font["hmtx"].metrics
        em = font["head"].unitsPerEm
        return {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}


@cache
def _widths(face: Face) -> dict[int, float]:
    """Return the advance of every character in a face, or in the Sans where only that has it."""
    return _advances(Face.SANS) | _advances(face)


def check_coverage(texts: Iterable[str]) -> None:
    """Refuse texts that no face can write.

    White space and line breaks always pass. Raises ``MissingGlyphs`` with every character that has
    no glyph, each once, in the order of appearance.
    """
    missing = missing_glyphs(texts)
    if missing:
        raise MissingGlyphs(missing)


def missing_glyphs(texts: Iterable[str]) -> str:
    """Return the characters that no face can write, each once, in the order of appearance.

    They are those that the Sans lacks: it stands in for the others, which have nothing that it has not.
    """
    written = _written()
    characters: dict[str, None] = {}
    for text in texts:
        if not written.issuperset(text):
            characters |= dict.fromkeys(text)
    return "".join(one for one in characters if one not in written and not one.isspace())


def can_write(text: str) -> bool:
    """Return whether the faces write every character of a text, without a look at which is missing."""
    return _written().issuperset(text)


@cache
def _written() -> frozenset[str]:
    return frozenset(map(chr, _advances(Face.SANS)))


def text_width(text: str, face: Face = Face.SANS) -> float:
    """Return the width of one line of text in em; a character without a glyph counts as one em."""
    known = _widths(face)
    return sum(known.get(ord(character), 1.0) for character in text)


def runs(text: str, face: Face) -> list[tuple[Face, str]]:
    """Part a line into pieces by the face that writes them: the Sans what it has and ``face`` lacks."""
    own, last = _advances(face), _advances(Face.SANS)
    if all(ord(character) in own for character in text):
        return [(face, text)] if text else []

    def writer(character: str) -> Face:
        return Face.SANS if ord(character) not in own and ord(character) in last else face

    return [(one, "".join(characters)) for one, characters in groupby(text, writer)]


@contextmanager
def cut_down(texts: Iterable[str], faces: Sequence[Face] = (Face.SONG, Face.SONG_BOLD)) -> Iterator[Fonts]:
    """Make fonts of no more than the characters of these texts, for many small documents.

    Reading a whole font takes longer than writing a page. Other faces than ``faces`` are left as they are.
    """
    characters = "".join(dict.fromkeys("".join(texts)))
    with TemporaryDirectory() as folder:
        made = dict(FONTS)
        for face in faces:
            made[face] = Path(folder) / FONTS[face].name
            _cut(FONTS[face], characters, made[face])
        yield made


def _cut(file: Path, characters: str, path: Path) -> None:
    from fontTools import subset

    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "VORG", "vhea", "vmtx"]
    with subset.load_font(str(file), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        subset.save_font(font, str(path), options)


def set_face(pdf: "FPDF", face: Face, size: float, fonts: Fonts = FONTS) -> None:
    """Go on in a face, ``size`` in points; a PDF has those only that it was set in."""
    add_face(pdf, face, fonts)
    pdf.set_font(face, size=size)


def add_face(pdf: "FPDF", face: Face, fonts: Fonts = FONTS) -> None:
    """Give a PDF a face that it may be set in."""
    if face not in pdf.fonts:
        pdf.add_font(face, fname=fonts[face])


@contextmanager
def closing(pdf: "FPDF") -> Iterator[None]:
    """Keep the files of a PDF's fonts open until it is output."""
    try:
        yield
    finally:
        for face in Face:
            if face in pdf.fonts:
                cast("TTFFont", pdf.fonts[face]).ttfont.close()
