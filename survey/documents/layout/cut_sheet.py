"""A4 sheets that are cut into eight slips: their places, and the lines to cut along."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from fpdf import FPDF

WIDTH, HEIGHT = 105.0, 74.25
COLUMNS, ROWS = 2, 4
"""Slips beside each other and below each other; a slip's width and height are in mm."""
LEFT, RIGHT, TOP = 7.5, WIDTH - 7.5, 6.6
"""Where the type of a slip begins and ends, in mm from its corner: clear of the cut."""

T = TypeVar("T")


def sheets(slips: Sequence[T]) -> Iterator[Sequence[T]]:
    """Divide slips into sheets, in order."""
    for at in range(0, len(slips), COLUMNS * ROWS):
        yield slips[at : at + COLUMNS * ROWS]


def places(sheet: Sequence[T]) -> Iterator[tuple[T, float, float]]:
    """Pair each slip of a sheet with its top left corner in mm."""
    for place, slip in enumerate(sheet):
        yield slip, place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT


def begin_sheet(pdf: FPDF) -> None:
    """Begin a page with dashed lines between its slips."""
    pdf.add_page()
    pdf.set_draw_color(110)
    pdf.set_line_width(0.15)
    pdf.set_dash_pattern(dash=1.2, gap=1.2)
    for column in range(1, COLUMNS):
        pdf.line(column * WIDTH, 0, column * WIDTH, ROWS * HEIGHT)
    for row in range(1, ROWS):
        pdf.line(0, row * HEIGHT, COLUMNS * WIDTH, row * HEIGHT)
    pdf.set_dash_pattern()
    pdf.set_draw_color(0)
