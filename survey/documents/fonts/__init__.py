"""The font that ships with Minping: where it lies, what it can write, how wide its characters are."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from survey.domain.errors import MissingGlyphs

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

FONT_PATH = Path(__file__).parent / "NotoSansSC-Regular.ttf"


@cache
def _advances() -> dict[int, float]:
    """Return the advance in em of every character that the font can write."""
    from fontTools.ttLib import TTFont

    with TTFont(FONT_PATH, lazy=True) as font:
        metrics = font["hmtx"].metrics
        em = font["head"].unitsPerEm
        return {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}


def check_coverage(texts: Iterable[str]) -> None:
    """Refuse texts that the font cannot write.

    White space and line breaks always pass. Raises ``MissingGlyphs`` with every character that has
    no glyph, each once, in the order of appearance.
    """
    missing = missing_glyphs(texts)
    if missing:
        raise MissingGlyphs(missing)


def missing_glyphs(texts: Iterable[str]) -> str:
    """Return the characters that the font cannot write, each once, in the order of appearance."""
    known = _advances()
    characters = dict.fromkeys("".join(texts))
    return "".join(one for one in characters if ord(one) not in known and not one.isspace())


def text_width(text: str) -> float:
    """Return the width of one line of text in em; a character without a glyph counts as one em."""
    known = _advances()
    return sum(known.get(ord(character), 1.0) for character in text)


@contextmanager
def cut_down(texts: Iterable[str]) -> Iterator[Path]:
    """Make a font of no more than the characters of these texts, for many small documents.

    Reading the whole font takes longer than writing a page.
    """
    from fontTools import subset

    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "VORG", "vhea", "vmtx"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / FONT_PATH.name
        with subset.load_font(str(FONT_PATH), options) as font:
            cutter = subset.Subsetter(options)
            cutter.populate(text="".join(dict.fromkeys("".join(texts))))
            cutter.subset(font)
            subset.save_font(font, str(path), options)
        yield path


@contextmanager
def embedded(pdf: "FPDF", path: Path = FONT_PATH) -> Iterator[None]:
    """Give a PDF the font under the name ``noto`` until it is output; its file is closed then."""
    pdf.add_font("noto", fname=path)
    try:
        yield
    finally:
        cast("TTFFont", pdf.fonts["noto"]).ttfont.close()
