"""Frames on paper for names that are not on a list to tick."""

import math

from survey.domain.definition.form import Section
from survey.domain.definition.rules import PaperTexts

from ..sheet import AreaKind, PaperArea
from . import words as paper_words
from .canvas import EDGE, PaperCanvas
from .columns import BELOW, GAP, most_beside
from .reckoning import TEXT, lines_of, mm

_HEIGHT = 10.0
"""Height of a frame for a name, in mm; ``_APART`` between frames below each other."""
_APART = 2.5


def set_names(canvas: PaperCanvas, section: Section, number: int) -> None:
    """Set ``number`` frames for names beneath a list, where words are wanted on paper."""
    if canvas.paper.texts is PaperTexts.NONE or not number:
        return
    beside = most_beside(canvas)
    rows = math.ceil(number / beside)
    many = lines_of(paper_words.NAMES, canvas.body, TEXT)
    head = 5.6 * many
    canvas.make_room(section.title, head + rows * (_HEIGHT + _APART), begun=True)
    canvas.say(paper_words.NAMES, EDGE, canvas.y, canvas.body, head, ((TEXT, many), (9.0, many)))
    canvas.y += head
    width = mm((canvas.body - GAP * (beside - 1)) / beside)
    for at, name in enumerate(section.written_fields[:number]):
        row, place = divmod(at, beside)
        x, y = EDGE + place * (width + GAP), canvas.y + row * (_HEIGHT + _APART)
        canvas.area(PaperArea(name, mm(x), mm(y), width, _HEIGHT, AreaKind.NAME))
        canvas.frame(x, y, width, _HEIGHT, thick=0.3)
    canvas.y += rows * (_HEIGHT + _APART) + BELOW
