"""Sections of one criterion on paper: a numbered list of ratees in columns."""

import math
from collections.abc import Sequence
from dataclasses import replace

from survey.domain.definition.campaign import Line
from survey.domain.definition.form import Section

from ..reasons import reason_field
from .canvas import PaperCanvas
from .columns import (
    BELOW,
    GRADES,
    BlockShape,
    most_beside,
    named,
    row_height,
    set_boxes,
    set_grades,
    shape_of,
)
from .questions import ReasonFrame
from .reckoning import SMALL, WRITTEN, Sizes

_LEAST = 4
"""With fewer ratees a column is not worth another one beside it."""
_NUMBER: Sizes = ((9.5, 1), (8.5, 1))


def set_list(canvas: PaperCanvas, section: Section, lines: Sequence[Line]) -> None:
    """Set a numbered list in columns, a stronger rule every five; raises ``TooWideForPaper``."""
    criterion = section.criteria[0].label
    title = section.title if criterion in section.title else f"{section.title}（{criterion}）"
    called = [replace(line, criterion=replace(line.criterion, label=named(line.ratee))) for line in lines]
    shape = shape_of(canvas, called, min(most_beside(canvas), max(1, math.ceil(len(lines) / _LEAST))))
    reason = ReasonFrame(canvas, lines[0].scale, shape.width)
    row = max(row_height(f"999 {named(line.ratee)}", shape.label) for line in lines)
    height = row + reason.height
    at = 0
    while at < len(lines):
        least = min(3, math.ceil((len(lines) - at) / shape.beside))
        canvas.make_room(title, GRADES + least * height, begun=at > 0)
        rows = int((canvas.left - GRADES) / height)
        rows = min(rows, math.ceil((len(lines) - at) / shape.beside))
        for place in range(shape.beside):
            column = lines[at : at + rows]
            if column:
                _set_column(canvas, column, shape, shape.left(place), row, at, reason)
            at += len(column)
        canvas.y += GRADES + rows * height + BELOW
        if at < len(lines):
            canvas.turn()
            canvas.set_title(f"{title}（续）")
    canvas.y += 1


def _set_column(
    canvas: PaperCanvas,
    lines: Sequence[Line],
    shape: BlockShape,
    x: float,
    row: float,
    first: int,
    reason: ReasonFrame,
) -> None:
    y, height = canvas.y, row + reason.height
    canvas.frame(x, y, shape.width, GRADES + len(lines) * height)
    canvas.say("姓名" if lines[0].ratee.post else "名称", x, y, shape.label, GRADES, SMALL, "center")
    set_grades(canvas, lines[0], shape, x, y)
    # One rule down the column, but where frames for reasons stand across it.
    canvas.upright(x + shape.label, y, GRADES + (row if reason.height else len(lines) * height))
    y += GRADES
    for place, line in enumerate(lines):
        strong = (first + place) % 5 == 0 and place
        canvas.rule(x, y, shape.width, 0.35 if strong else 0.15)
        if reason.height and place:
            canvas.upright(x + shape.label, y, row)
        canvas.say(str(first + place + 1), x + 0.5, y, 7, row, _NUMBER, "right")
        canvas.say(named(line.ratee), x + 9, y, shape.label - 10, row, WRITTEN)
        set_boxes(canvas, line, shape, x, y + row / 2)
        if reason.height:
            reason.set(reason_field(line), x, y + row)
        y += height
