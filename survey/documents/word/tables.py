"""Tables and lines of a Word document as XML, set in 宋体 and 仿宋 and made to fit the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from xml.sax.saxutils import escape

from markupsafe import Markup

from survey.documents.fonts import text_width
from survey.documents.layout.joined_cells import Box, Head, blocks, heads
from survey.documents.layout.text import (
    cell_text,
    column_widths,
    is_date,
    numbered,
    placement,
    printable,
    signature_label,
    signature_rows,
)
from survey.domain.results.table import Cell, Table

SONG, FANG_SONG = "宋体", "仿宋"
LATIN = "Times New Roman"
"""For letters and digits; what both scripts have (quotes, dashes) is set in the Chinese font."""

SIZES = (10, 9, 8, 7, 6)
"""Type sizes of a table in points, the first that its columns have room for is taken."""

LEADING = 1.3
"""Height of a line in its type size, said outright: fonts of one name are of different heights elsewhere."""

MARGIN, SPARE = 0.35, 0.4
"""Room left and right of a text in its cell, and to spare for other programs' spacing of scripts, in em."""

LETTER = 14
"""The type size of a letter's paragraphs in points (四号)."""

TWIPS_PER_POINT = 20
# Heads, labels and small numbers come again on every form.
_measure = lru_cache(maxsize=4096)(text_width)
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)


@dataclass(frozen=True)
class _Look:
    """How a row is set: type size, widths of its columns in twips, bold or not, kept with the next row."""

    size: float
    twips: Sequence[int]
    bold: bool = False
    kept: bool = False
    head: bool = False


class _Box(NamedTuple):
    """One cell of a row: text, place, how many columns wide, whether it begins or goes on downwards."""

    text: str
    place: str
    span: int = 1
    merge: str = ""
    bold: bool = False
    tint: str = ""


def table_xml(table: Table, twips: int, *, centred: bool = False, kept: bool = False) -> Markup:
    """Write a table as ``table_rows`` does, in one piece."""
    return Markup("".join(table_rows(table, twips, centred=centred, kept=kept)))  # noqa: S704 – texts are escaped


def table_rows(table: Table, twips: int, *, centred: bool = False, kept: bool = False) -> Iterator[str]:
    """Write a table: its head repeats on every page, rows do not split, blocks of rows stay together.

    The cells of an official form are ``centred``; ``kept`` keeps the last rows on the page of what follows.
    Row by row: a list of 1,000 ratees is more than a hundred MB at once.
    """
    size, widths = _widths(table, twips)
    yield _opening(widths, size)
    for row in _heads(table):
        yield _row(row, _Look(size, widths, kept=True, head=True))
    # The library looks every cell up again, minutes for a campaign of 146 persons; XML in one go does not.
    strong, done = len(table.rows) - table.strong, 0
    for block in blocks(table):
        last = done + max(one.row + one.rows for one in block) == len(table.rows)
        laid = _laid([(one, _body_cell(one, table, centred=centred)) for one in block])
        for at, row in enumerate(laid, 1):
            stays = at < len(laid) or (last and kept)
            yield _row(row, _Look(size, widths, bold=done >= strong, kept=stays))
            done += 1
    yield "</w:tbl>"


def pairs_xml(pairs: Sequence[tuple[str, Cell]], twips: int) -> Markup:
    """Write label and value pairs as a box in one line; scores and bands stand out."""
    texts = [printable(text) for name, cell in pairs for text in (name, cell_text(cell))]
    natural = [min(_measure(text), 14.0) + 2.4 for text in texts]
    widths = [int(one * twips / sum(natural)) for one in natural]
    strong = [bold for name, cell in pairs for bold in (False, isinstance(cell, Decimal) or name == "等次")]
    boxes = [_Box(text, "center", bold=bold) for text, bold in zip(texts, strong, strict=True)]
    row = _row(boxes, _Look(10.5, widths, kept=True))
    return Markup(f"{_opening(widths, 10.5)}{row}</w:tbl>")  # noqa: S704 – texts are escaped


def line_xml(
    text: str,
    *,
    size: float = 10.5,
    font: str = SONG,
    kept: bool = False,
    before: int = 0,
    after: int = 0,
    bold: bool = False,
) -> Markup:
    """Write one line of text as a paragraph, ``before`` and ``after`` in twips."""
    keep = "<w:keepNext/>" if kept else ""
    return Markup(  # noqa: S704 – the text is escaped
        f"<w:p><w:pPr>{keep}{_spacing(size, before, after)}</w:pPr>"
        f"<w:r>{_type(size, font, bold=bold)}{_text(text)}</w:r></w:p>"
    )


def notes_xml(notes: Sequence[str]) -> Markup:
    """Write the notes under a table, numbered where there are several, on the page of what follows."""
    return Markup("").join(
        line_xml(note, kept=True, size=9, font=FANG_SONG, before=0 if at else 80)
        for at, note in enumerate(numbered(notes))
    )


def signatures_xml(labels: Sequence[str], twips: int) -> Markup:
    """Write lines for signatures by hand, two a row, kept together with what stands above."""
    rows = signature_rows(labels)
    half = twips // 2
    stops = (
        f'<w:tabs><w:tab w:val="left" w:leader="underscore" w:pos="{half - 450}"/>'
        f'<w:tab w:val="left" w:pos="{half}"/>'
        f'<w:tab w:val="right" w:leader="underscore" w:pos="{twips}"/></w:tabs>'
    )
    lines = []
    for at, row in enumerate(rows):
        keep = "<w:keepNext/>" if at < len(rows) - 1 else ""
        dated = is_date(row[0])
        text = signature_label(row[0]) if dated else "\t\t".join(map(signature_label, row)) + "\t"
        rest = '<w:jc w:val="right"/>' if dated else ""
        lines.append(
            f"<w:p><w:pPr>{keep}{'' if dated else stops}{_spacing(12, 260)}{rest}</w:pPr>"
            f"<w:r>{_type(12, FANG_SONG)}{_text(text)}</w:r></w:p>"
        )
    return Markup("".join(lines))  # noqa: S704 – texts are escaped


def letter_xml(paragraphs: Sequence[str]) -> Markup:
    """Write a letter's paragraphs, in the type of letters."""
    return Markup("").join(
        line_xml(one, size=LETTER, font=FANG_SONG, before=40, after=40) for one in paragraphs
    )


def gap_xml() -> Markup:
    """Write a narrow empty line: Word would join two tables that touch."""
    return Markup(
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _widths(table: Table, twips: int) -> tuple[float, list[int]]:
    for size in SIZES:
        room = twips / (size * TWIPS_PER_POINT)
        widths = column_widths(table, room, _measure, padding=2 * MARGIN + SPARE)
        if sum(widths) <= room + 0.01:
            break
    return size, [int(one * size * TWIPS_PER_POINT * min(1.0, room / sum(widths))) for one in widths]


def _heads(table: Table) -> list[list[_Box]]:
    """Set the head in one row, or in two where columns share what stands over them."""
    return _laid([(one, _Box(one.text, "center")) for one in heads(table)])


def _body_cell(box: Box, table: Table, *, centred: bool) -> _Box:
    place = placement(box.cell, table.columns[box.column], centred=centred)
    return _Box(cell_text(box.cell), place, tint=table.tint(box.cell))


def _laid(cells: Sequence[tuple[Box | Head, _Box]]) -> list[list[_Box]]:
    """Lay joined cells out in rows: what goes on downwards stands empty in each row further down."""
    rows = []
    for at in range(max(one.row + one.rows for one, _ in cells)):
        across = [(one, cell) for one, cell in cells if one.row <= at < one.row + one.rows]
        row = []
        for one, cell in sorted(across, key=lambda pair: pair[0].column):
            merge = "" if one.rows == 1 else "restart" if one.row == at else "continue"
            text = cell.text if one.row == at else ""
            row.append(_Box(text, cell.place, one.columns, merge, cell.bold, cell.tint))
        rows.append(row)
    return rows


def _opening(widths: Sequence[int], size: float) -> str:
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    margin = int(MARGIN * size * TWIPS_PER_POINT)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _row(boxes: Sequence[_Box], look: _Look) -> str:
    parts, at = [], 0
    keep = "<w:keepNext/>" if look.kept else ""
    spacing = _spacing(look.size, 20, 20)
    plain, bold = (_type(look.size, SONG, bold=one) for one in (look.bold, True))
    for box in boxes:
        width = sum(look.twips[at : at + box.span])
        at += box.span
        span = f'<w:gridSpan w:val="{box.span}"/>' if box.span > 1 else ""
        merge = f'<w:vMerge w:val="{box.merge}"/>' if box.merge else ""
        colour = f'<w:shd w:val="clear" w:color="auto" w:fill="{box.tint[1:]}"/>' if box.tint else ""
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{colour}'
            '<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr>{keep}{spacing}<w:jc w:val="{box.place}"/></w:pPr>'
            f"<w:r>{bold if box.bold else plain}{_text(box.text)}</w:r></w:p></w:tc>"
        )
    repeated = "<w:tblHeader/>" if look.head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(parts)}</w:tr>"


def _spacing(size: float, before: int = 0, after: int = 0) -> str:
    line = round(size * LEADING * TWIPS_PER_POINT)
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


def _type(size: float, font: str, *, bold: bool = False) -> str:
    fonts = f'w:hint="eastAsia" w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}" w:cs="{LATIN}"'
    return f'<w:rPr><w:rFonts {fonts}/>{"<w:b/>" if bold else ""}<w:sz w:val="{round(2 * size)}"/></w:rPr>'


def _text(text: str) -> str:
    """Write a run's text; tabs and line breaks are elements of their own."""
    lines = []
    for line in printable(text).splitlines() or [""]:
        pieces = [f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.split("\t")]
        lines.append("<w:tab/>".join(pieces))
    return "<w:br/>".join(lines)
