"""Tables and lines of a Word document as XML, set in 宋体 and 仿宋 and made to fit the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from xml.sax.saxutils import escape

from markupsafe import Markup

from survey.documents.fonts import text_width
from survey.documents.layout.text import (
    alignment,
    cell_text,
    column_widths,
    head_text,
    is_date,
    numbered,
    printable,
    signature_label,
    signature_rows,
    wants_landscape,
)
from survey.domain.results.table import Cell, Column, Table

SONG, FANG_SONG = "宋体", "仿宋"
SIZES = (10.5, 9, 8, 7, 6)
"""Type sizes of a table in points, the first that its columns have room for is taken."""

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


@dataclass(frozen=True)
class _Box:
    """One cell of a row: text, place, how many columns wide, whether it begins or goes on downwards."""

    text: str
    place: str
    span: int = 1
    merge: str = ""


def fits_upright(table: Table, twips: int) -> bool:
    """Return whether a table stands without cramping in a width of so many twips."""
    return not wants_landscape(table, twips / (SIZES[0] * TWIPS_PER_POINT), _measure)


def table_xml(table: Table, twips: int) -> Markup:
    """Write a table: its head repeats on every page, rows do not split, blocks of rows stay together."""
    size, widths = _widths(table, twips)
    rows = [_row(row, _Look(size, widths, bold=True, kept=True, head=True)) for row in _heads(table.columns)]
    # The library looks every cell up again, minutes for a campaign of 146 persons; XML in one go does not.
    last = len(table.rows) - table.strong
    for at, cells in enumerate(table.rows):
        kept = table.block > 1 and (at + 1) % table.block != 0 and at + 1 < len(table.rows)
        look = _Look(size, widths, bold=at >= last, kept=kept)
        rows.append(_row(_boxes(table, at, cells), look))
    return _table(rows, widths, size)


def pairs_xml(pairs: Sequence[tuple[str, Cell]], twips: int) -> Markup:
    """Write label and value pairs as a box, two pairs a row."""
    label, value = round(twips * 0.16), round(twips * 0.34)
    widths = [label, value, label, value]
    rows = []
    for at in range(0, len(pairs), 2):
        beside = [*pairs[at : at + 2], ("", None)][:2]
        texts = [text for name, cell in beside for text in (printable(name), cell_text(cell))]
        rows.append(_row([_Box(text, "left") for text in texts], _Look(SIZES[0], widths, kept=True)))
    return _table(rows, widths, SIZES[0])


def line_xml(
    text: str, *, size: float = 10.5, font: str = SONG, kept: bool = False, before: int = 0
) -> Markup:
    """Write one line of text as a paragraph."""
    keep = "<w:keepNext/>" if kept else ""
    return Markup(  # noqa: S704 – the text is escaped
        f'<w:p><w:pPr>{keep}<w:spacing w:before="{before}" w:after="0"/></w:pPr>'
        f"<w:r>{_type(size, font)}{_text(text)}</w:r></w:p>"
    )


def notes_xml(notes: Sequence[str]) -> Markup:
    """Write the notes under a table, numbered where there are several."""
    lines = numbered(notes)
    return Markup("").join(
        line_xml(note, kept=at == len(lines), size=9, before=0 if at > 1 else 80)
        for at, note in enumerate(lines, 1)
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
            f'<w:p><w:pPr>{keep}{"" if dated else stops}<w:spacing w:before="280" w:after="0"/>{rest}</w:pPr>'
            f"<w:r>{_type(12, FANG_SONG)}{_text(text)}</w:r></w:p>"
        )
    return Markup("".join(lines))  # noqa: S704 – texts are escaped


def gap_xml() -> Markup:
    """Write a narrow empty line: Word would join two tables that touch."""
    return Markup(
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _widths(table: Table, twips: int) -> tuple[float, list[int]]:
    for size in SIZES:
        room = twips / (size * TWIPS_PER_POINT)
        widths = column_widths(table, room, _measure, padding=1.0)
        if sum(widths) <= room + 0.01:
            break
    return size, [int(one * size * TWIPS_PER_POINT * min(1.0, room / sum(widths))) for one in widths]


def _heads(columns: Sequence[Column]) -> list[list[_Box]]:
    """Set the head in one row, or in two where columns share what stands over them."""
    if not any(column.over for column in columns):
        return [[_Box(head_text(column), "center") for column in columns]]
    above, below = [], []
    for over, group in groupby(columns, key=lambda column: column.over):
        members = list(group)
        if over:
            above.append(_Box(printable(over), "center", span=len(members)))
            below += [_Box(head_text(column), "center") for column in members]
        else:
            above += [_Box(head_text(column), "center", merge="restart") for column in members]
            below += [_Box("", "center", merge="continue") for _ in members]
    return [above, below]


def _boxes(table: Table, at: int, cells: Sequence[Cell]) -> list[_Box]:
    boxes = []
    for cell, column in zip(cells, table.columns, strict=True):
        if column.tall and table.block > 1:
            first = at % table.block == 0
            text = cell_text(cell) if first else ""
            boxes.append(_Box(text, "center", merge="restart" if first else "continue"))
        else:
            boxes.append(_Box(cell_text(cell), alignment(cell, column)))
    return boxes


def _table(rows: Sequence[str], widths: Sequence[int], size: float) -> Markup:
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    margin = int(0.4 * size * TWIPS_PER_POINT)
    return Markup(  # noqa: S704 – texts are escaped
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(boxes: Sequence[_Box], look: _Look) -> str:
    parts, at = [], 0
    keep = "<w:keepNext/>" if look.kept else ""
    for box in boxes:
        width = sum(look.twips[at : at + box.span])
        at += box.span
        span = f'<w:gridSpan w:val="{box.span}"/>' if box.span > 1 else ""
        merge = f'<w:vMerge w:val="{box.merge}"/>' if box.merge else ""
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}'
            '<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr>{keep}<w:spacing w:before="15" w:after="15"/><w:jc w:val="{box.place}"/></w:pPr>'
            f"<w:r>{_type(look.size, SONG, bold=look.bold)}{_text(box.text)}</w:r></w:p></w:tc>"
        )
    repeated = "<w:tblHeader/>" if look.head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(parts)}</w:tr>"


def _type(size: float, font: str, *, bold: bool = False) -> str:
    fonts = "".join(f' w:{script}="{font}"' for script in ("ascii", "hAnsi", "eastAsia"))
    return f'<w:rPr><w:rFonts{fonts}/>{"<w:b/>" if bold else ""}<w:sz w:val="{round(2 * size)}"/></w:rPr>'


def _text(text: str) -> str:
    """Write a run's text; tabs and line breaks are elements of their own."""
    lines = []
    for line in printable(text).splitlines() or [""]:
        pieces = (f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.split("\t"))
        lines.append("<w:tab/>".join(pieces))
    return "<w:br/>".join(lines)
