"""Columns of boxes on paper: how wide they are, how many blocks stand beside each other, and one row set."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from survey.domain.definition.campaign import Line
from survey.domain.definition.form import Ratee
from survey.domain.definition.rules import PaperSize
from survey.domain.errors import TooWideForPaper

from ..sheet import BOX, PaperBox, PaperLine
from .canvas import EDGE, PaperCanvas
from .reckoning import EM, WRITTEN, Sizes, em, lines_of, mm

ROW, COLUMN = 7.6, 11.0
"""Height of a row of boxes, and least width of a column of them, in mm."""
GAP = 5.0
"""Between blocks beside each other, in mm; ``BELOW`` between blocks below each other."""
BELOW = 3.0
GRADES = 6.4
"""Height of the grades' names above their columns, in mm."""
INSIDE = 2.5
"""Between the frame of a block and its words, in mm."""
_LEAST_LABEL = 14.0
_GRADE: Sizes = ((10.5, 1), (9.5, 1), (8.5, 2), (7.5, 2), (6.5, 3))
_BESIDE = {PaperSize.A4: 2, PaperSize.A3: 3}


@dataclass(frozen=True)
class BlockShape:
    """How the blocks of one section stand: how many beside each other, and how wide their columns are."""

    beside: int
    width: float
    label: float
    grade: float

    def left(self, place: int) -> float:
        """Return where a block begins, in mm."""
        return EDGE + place * (self.width + GAP)


def named(ratee: Ratee) -> str:
    """Name a ratee with unit and post."""
    return " ".join(text for text in (ratee.name, ratee.place) if text)


def most_beside(canvas: PaperCanvas) -> int:
    """Return how many blocks may stand beside each other."""
    return _BESIDE[canvas.paper.size]


def shape_of(canvas: PaperCanvas, lines: Sequence[Line], beside: int) -> BlockShape:
    """Work out how blocks stand, at most so many beside each other.

    Labels take two lines at most, if they can. Raises ``TooWideForPaper`` where the grades have no room
    beside each other.
    """
    heads = _heads(lines[0])
    grade = max(COLUMN, *(1 + math.ceil(em(head) / 2) * 8.5 * EM for head in heads))
    for number in range(beside, 0, -1):
        width = (canvas.body - GAP * (number - 1)) / number
        room = width - grade * len(heads)
        if room >= _LEAST_LABEL and all(_fits(line, room) for line in lines):
            break
    if room < _LEAST_LABEL:
        grade, room = COLUMN, width - COLUMN * len(heads)
    if room < _LEAST_LABEL:
        raise TooWideForPaper(lines[0].section.title, len(heads), canvas.paper.size)
    # What labels do not need is given to the boxes: far from each other they are ticked more surely.
    needed = max(em(line.criterion.label) for line in lines) * 11 * EM + 2 * INSIDE
    grade = max(grade, min((width - needed) / len(heads), (width - 22) / len(heads), 22.0))
    return BlockShape(number, width, width - grade * len(heads), grade)


def row_height(text: str, label: float) -> float:
    """Return how high a row is whose label has ``label`` mm."""
    return max(ROW, 1.2 + 3.9 * lines_of(text, label - 2 * INSIDE, 8.5))


def set_grades(canvas: PaperCanvas, line: Line, shape: BlockShape, x: float, y: float) -> None:
    """Name what a line offers above its columns."""
    for place, head in enumerate(_heads(line)):
        left = x + shape.label + place * shape.grade
        canvas.say(head, left + 0.3, y, shape.grade - 0.6, GRADES, _GRADE, "center")


def set_row(canvas: PaperCanvas, line: Line, shape: BlockShape, x: float, y: float) -> float:
    """Set one row of boxes behind its label from ``y`` down; return where it ends."""
    label = line.criterion.label
    height = row_height(label, shape.label)
    canvas.say(label, x + INSIDE, y, shape.label - 2 * INSIDE, height, WRITTEN)
    set_boxes(canvas, line, shape, x, y + height / 2)
    return y + height


def set_boxes(canvas: PaperCanvas, line: Line, shape: BlockShape, x: float, middle: float) -> None:
    """Set the boxes of one line, ``middle`` mm down the page."""
    first = x + shape.label + shape.grade / 2 - BOX / 2
    boxes = tuple(
        PaperBox(value, mm(first + place * shape.grade), mm(middle - BOX / 2))
        for place, (value, _label) in enumerate(line.offered)
    )
    values = tuple(_heads(line))
    canvas.line(PaperLine(line.name, False, boxes, line.criterion.label, named(line.ratee), values))


def _heads(line: Line) -> list[str]:
    return [label for _value, label in line.offered]


def _fits(line: Line, room: float) -> bool:
    return lines_of(line.criterion.label, room - 2 * INSIDE, 9.5) <= 2
