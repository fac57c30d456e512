"""Sections of several criteria on paper: a block for each ratee, which no page divides if it need not."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from survey.domain.definition.campaign import Line
from survey.domain.definition.form import Ratee, Section

from ..reasons import reason_field
from ..sheet import STRIP
from .canvas import TITLE, TOP, PaperCanvas
from .columns import (
    BELOW,
    GRADES,
    INSIDE,
    BlockShape,
    most_beside,
    named,
    row_height,
    set_grades,
    set_row,
    shape_of,
)
from .questions import ReasonFrame
from .reckoning import EM, SMALL, Sizes, em, lines_of

_HEAD = 7.6
_NAME: Sizes = ((13.0, 1), (11.0, 1), (9.0, 2), (8.0, 3))


def set_blocks(canvas: PaperCanvas, section: Section, lines: Sequence[Line]) -> None:
    """Set a section, a block for each ratee; raises ``TooWideForPaper``."""
    ratees = [tuple(of) for _, of in groupby(lines, key=lambda line: line.ratee.key)]
    shape = shape_of(canvas, lines, 1 if len(ratees) == 1 else most_beside(canvas))
    reason = ReasonFrame(canvas, lines[0].scale, shape.width)
    blocks = [part for block in ratees for part in _parts(canvas, block, shape, reason)]
    for at in range(0, len(blocks), shape.beside):
        together = blocks[at : at + shape.beside]
        height = max(_height(block.lines, shape) + block.foot for block in together)
        canvas.make_room(section.title, height, begun=at > 0)
        for place, block in enumerate(together):
            _set_block(canvas, block, shape, shape.left(place), reason)
        canvas.y += height + BELOW
    canvas.y += 1


@dataclass(frozen=True)
class _Block:
    """The lines of a ratee that stand together, and what the frame for reasons takes below the last of them.

    ``field`` is that frame's, ``None`` where there is none.
    """

    lines: Sequence[Line]
    field: str | None = None
    foot: float = 0.0


def _parts(
    canvas: PaperCanvas, block: Sequence[Line], shape: BlockShape, reason: ReasonFrame
) -> list[_Block]:
    """Divide a block that is longer than a page; all others stay whole."""
    room = canvas.height - STRIP - TOP - TITLE - BELOW - 24 - _HEAD - 4 - GRADES - reason.height
    parts: list[list[Line]] = [[]]
    height = 0.0
    for line in block:
        row = row_height(line.criterion.label, shape.label)
        if height + row > room and parts[-1]:
            parts.append([])
            height = 0.0
        parts[-1].append(line)
        height += row
    *others, last = parts
    field = reason_field(block[0]) if reason.height else None
    return [*map(_Block, others), _Block(last, field, reason.height)]


def _height(block: Sequence[Line], shape: BlockShape) -> float:
    rows = sum(row_height(line.criterion.label, shape.label) for line in block)
    return _head_height(block[0].ratee, shape) + GRADES + rows


def _head_height(ratee: Ratee, shape: BlockShape) -> float:
    return _HEAD if lines_of(named(ratee), shape.width - 2 * INSIDE, 10) == 1 else _HEAD + 4


def _set_block(canvas: PaperCanvas, block: _Block, shape: BlockShape, x: float, reason: ReasonFrame) -> None:
    first, y = block.lines[0], canvas.y
    height = _height(block.lines, shape)
    canvas.frame(x, y, shape.width, height + block.foot)
    head = _head_height(first.ratee, shape)
    _set_head(canvas, first.ratee, x + INSIDE, y, shape.width - 2 * INSIDE, head)
    y += head
    canvas.rule(x, y, shape.width)
    set_grades(canvas, first, shape, x, y)
    y += GRADES
    canvas.upright(x + shape.label, y - GRADES, height - head)
    for line in block.lines:
        canvas.rule(x, y, shape.width)
        y = set_row(canvas, line, shape, x, y)
    if block.field:
        reason.set(block.field, x, y)


def _set_head(canvas: PaperCanvas, ratee: Ratee, x: float, y: float, width: float, height: float) -> None:
    """Name who is rated, the office in smaller type behind the name where both have room."""
    beside = ratee.place
    name = em(ratee.name) * 13 * EM + 3
    if not beside or name > 0.6 * width or height > _HEAD:
        canvas.say(named(ratee), x, y, width, height, _NAME, bold=True)
        return
    canvas.say(ratee.name, x, y, name, height, _NAME, bold=True)
    canvas.say(beside, x + name, y, width - name, height, SMALL)
