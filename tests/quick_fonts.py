"""Let the many PDFs that tests draw share what depends on the files of fonts alone.

Each of them reads a whole face anew, thirty thousand glyphs, of which it writes a hundred.
"""

from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fpdf.fonts import SubsetMap, TTFFont

from survey.documents.fonts import FONTS

_CUT_DOWN = ("glyf", "hmtx", "cmap")
"""The large tables. What cuts a font down to the characters of a PDF gives them new contents."""


@dataclass(frozen=True)
class _Read:
    """A face as it was read: what fpdf found in it, and its large tables, both without what a PDF changes."""

    found: dict[str, Any]
    tables: dict[str, Any]


class _Glyphs(dict[str, Glyph]):
    """Glyphs of a shared face: who asks for one gets their own, which they may change."""

    def __init__(self, shared: dict[str, Glyph]) -> None:
        super().__init__(shared)
        self._own: set[str] = set()

    def __getitem__(self, name: str) -> Glyph:
        if name not in self._own:
            self._own.add(name)
            self[name] = copy(super().__getitem__(name))
        return super().__getitem__(name)


def share_names_of_glyphs() -> None:
    """Keep the names that are made up for the glyphs of a font."""
    make_anew = TTFont._getGlyphNamesFromCmap
    known: dict[str, list[str]] = {}

    def make_once(font: TTFont) -> None:
        name = getattr(getattr(font.reader, "file", None), "name", None)
        if not isinstance(name, str) or Path(name) not in FONTS.values():
            make_anew(font)
        elif name in known:
            font.glyphOrder = list(known[name])
        else:
            make_anew(font)
            known[name] = list(font.glyphOrder)

    TTFont._getGlyphNamesFromCmap = make_once  # type: ignore[method-assign]


def share_read_fonts() -> None:
    """Keep what a PDF reads of a face that ships; one that is cut down before is read anew."""
    read_anew = TTFFont.__init__
    known: dict[Path, _Read] = {}

    def read_once(font: TTFFont, pdf: Any, file: Path, key: str, style: str, *more: Any) -> None:
        if any(more) or file not in FONTS.values():
            read_anew(font, pdf, file, key, style, *more)
            return
        if file in known:
            for name, value in known[file].found.items():
                setattr(font, name, value)
            font.i, font.fontkey, font.desc = len(pdf.fonts) + 1, key, copy(font.desc)
            font.ttfont = TTFont(file, recalcTimestamp=False, fontNumber=0, lazy=True)
            font.missing_glyphs = []
            font.subset = SubsetMap(font)
        else:
            read_anew(font, pdf, file, key, style)
            known[file] = _read(font)
        font.ttfont.tables.update(_own(known[file].tables))

    TTFFont.__init__ = read_once  # type: ignore[method-assign]


def _read(font: TTFFont) -> _Read:
    found = {name: getattr(font, name) for name in TTFFont.__slots__ if hasattr(font, name)}
    tables = {name: font.ttfont[name] for name in _CUT_DOWN}
    for table in tables["cmap"].tables:
        table.ensureDecompiled()  # while its names are those of the whole face
    return _Read(found | {"desc": copy(font.desc)}, tables)


def _own(tables: dict[str, Any]) -> dict[str, Any]:
    """Return tables that may be cut down without the others."""
    own = {name: copy(table) for name, table in tables.items()}
    own["glyf"].glyphs = _Glyphs(tables["glyf"].glyphs)
    own["cmap"].tables = [copy(table) for table in tables["cmap"].tables]
    return own
