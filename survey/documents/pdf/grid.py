"""Tables made ready for a PDF page: type size, column widths, lines of every cell, heights of rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from survey.documents.layout.joined_cells import Box, Head, blocks, heads
from survey.documents.layout.text import Place, cell_text, column_widths, placement, printable, wrap
from survey.domain.results.table import Cell, Sheet, Table

from .song import MM_PER_POINT, song_width

SIZES = (9.5, 8.5, 7.5, 6.5, 5.5)
"""Type sizes of a table in points, the first that its columns have room for is taken."""

LEADING = 1.4
INSET = 0.4
"""Room left and right of a text in its cell, in em."""

ABOVE_AND_BELOW = 0.3
"""Room above and below the lines of a cell together, in lines."""


@dataclass(frozen=True)
class Grid:
    """How a table is set: type size in points, column widths in mm."""

    size: float
    widths: Sequence[float]

    @property
    def leading(self) -> float:
        """Return the height of a line in mm."""
        return self.size * MM_PER_POINT * LEADING

    def lines(self, text: str, width: float) -> list[str]:
        """Break a text to fit into a cell of ``width`` mm."""
        return wrap(text, width / (self.size * MM_PER_POINT) - 2 * INSET + 0.01, song_width)


class Piece(NamedTuple):
    """One cell made ready: where it begins in its block, over how much, its lines and how they stand."""

    row: int
    column: int
    rows: int
    columns: int
    lines: Sequence[str]
    place: Place
    bold: bool
    tint: str = ""


@dataclass(frozen=True)
class RowBlock:
    """Rows that stand together: the head of a table, or a block of its rows."""

    pieces: Sequence[Piece]
    heights: Sequence[float]

    @property
    def height(self) -> float:
        """Return the height of all its rows in mm."""
        return sum(self.heights)


@dataclass(frozen=True)
class Ready:
    """A table ready to be drawn."""

    grid: Grid
    head: RowBlock
    bands: Sequence[RowBlock]


def make_ready(sheet: Sheet, table: Table, width: float) -> Ready:
    """Set a table into ``width`` mm."""
    grid = _grid(table, width)
    head = _band(
        [
            Piece(one.row, one.column, one.rows, one.columns, _fill(grid, one, one.text), "center", False)
            for one in heads(table)
        ],
        grid,
    )
    centred = sheet.kind not in ("table", "extra")
    first_strong = len(table.rows) - table.strong
    bands, at = [], 0
    for block in blocks(table):
        pieces = [
            Piece(
                box.row,
                box.column,
                box.rows,
                box.columns,
                _fill(grid, box, cell_text(box.cell)),
                placement(box.cell, table.columns[box.column], centred=centred),
                at + box.row >= first_strong,
                table.tint(box.cell),
            )
            for box in block
        ]
        bands.append(_band(pieces, grid))
        at += max(1, table.block)
    return Ready(grid, head, bands)


def _fill(grid: Grid, cell: Box | Head, text: str) -> list[str]:
    if cell.columns == 1:
        return grid.lines(text, grid.widths[cell.column])
    return grid.lines(text, sum(grid.widths[cell.column : cell.column + cell.columns]))


def subject_band(subject: Sequence[tuple[str, Cell]], width: float) -> tuple[Grid, RowBlock]:
    """Set the box at the head of a form: labels and values in one line, scores and bands bold."""
    texts = [printable(text) for label, cell in subject for text in (label, cell_text(cell))]
    natural = [min(song_width(text), 14.0) + 2.4 for text in texts]
    size = 10.5
    grid = Grid(size, [one * width / sum(natural) for one in natural])
    strong = [
        bold for label, cell in subject for bold in (False, isinstance(cell, Decimal) or label == "等次")
    ]
    pieces = [
        Piece(0, at, 1, 1, grid.lines(text, grid.widths[at]), "center", bold)
        for at, (text, bold) in enumerate(zip(texts, strong, strict=True))
    ]
    band = _band(pieces, grid)
    return grid, replace(band, heights=[band.heights[0] + grid.leading * 0.3])


def split(band: RowBlock, grid: Grid, room: float, most: float) -> Iterator[RowBlock]:
    """Part a band that is taller than a page into rows, and rows into as many lines as fit.

    ``room`` is left on this page, ``most`` on each that follows.
    """
    for row in range(len(band.heights)):
        cells = [piece for piece in band.pieces if piece.row == row]
        lines = max(len(piece.lines) for piece in cells)
        done = 0
        while done < lines:
            fits = max(1, int(room / grid.leading - ABOVE_AND_BELOW))
            part = [piece._replace(row=0, rows=1, lines=piece.lines[done : done + fits]) for piece in cells]
            made = _band(part, grid)
            yield made
            done += fits
            room = most if done < lines else room - made.height
            if room < 2 * grid.leading:
                room = most


def _band(pieces: Sequence[Piece], grid: Grid) -> RowBlock:
    heights, leading = [0.0] * max(piece.row + piece.rows for piece in pieces), grid.leading
    for piece in sorted(pieces, key=lambda one: one.rows):
        needed = (len(piece.lines) + ABOVE_AND_BELOW) * leading
        last = piece.row + piece.rows
        heights[last - 1] += max(0.0, needed - sum(heights[piece.row : last]))
    return RowBlock(pieces, heights)


def _grid(table: Table, width: float) -> Grid:
    for size in SIZES:
        room = width / (size * MM_PER_POINT)
        widths = column_widths(table, room, song_width, 2 * INSET)
        if sum(widths) <= room + 0.01:
            break
    scale = size * MM_PER_POINT * min(1.0, room / sum(widths))
    return Grid(size, [one * scale for one in widths])
