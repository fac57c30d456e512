"""Questions on paper: a box for each option, or a frame to write in, also beneath who is rated."""

from survey.domain.definition.form import Question, QuestionKind
from survey.domain.definition.rules import PaperTexts
from survey.domain.definition.scale import Scale
from survey.domain.errors import TooWideForPaper

from ..sheet import BOX, AreaKind, PaperArea, PaperBox, PaperLine
from . import words as paper_words
from .canvas import EDGE, PaperCanvas
from .columns import INSIDE, ROW
from .reckoning import EM, TEXT, WRITTEN, em, lines_of, mm

_COMMENT, _REASON = 14.0, 12.0
"""Height of a frame to write in, and of one for reasons, in mm."""


def set_comment(canvas: PaperCanvas, name: str, label: str) -> None:
    """Set a frame to write in, where that is wanted on paper."""
    if canvas.paper.texts is PaperTexts.NONE:
        return
    if canvas.left < _COMMENT + 7:
        canvas.turn()
    many = lines_of(label, canvas.body, TEXT)
    canvas.say(label, EDGE, canvas.y, canvas.body, 5.6 * many, ((TEXT, many), (9.0, many)))
    canvas.y += 5.6 * many
    canvas.area(PaperArea(name, EDGE, mm(canvas.y), canvas.body, _COMMENT))
    canvas.frame(EDGE, canvas.y, canvas.body, _COMMENT, thick=0.3)
    canvas.y += _COMMENT + 2.5


class ReasonFrame:
    """The frame beneath a ratee's lines for the reasons that some grades of their scale ask for.

    ``height`` is what it takes with the words above it, in mm; 0 where none is wanted.
    """

    def __init__(self, canvas: PaperCanvas, scale: Scale, width: float) -> None:
        """Reckon it for lines that are ``width`` mm wide with all around them."""
        self._canvas = canvas
        self._width = mm(width - 2 * INSIDE)
        self._says = paper_words.reason(scale)
        self._many = lines_of(self._says, self._width, TEXT)
        self._head = 5.6 * self._many
        wanted = scale.asks_reasons and canvas.paper.texts is PaperTexts.TYPED
        self.height = self._head + _REASON + 2 if wanted else 0.0

    def set(self, name: str, x: float, y: float) -> None:
        """Set it ``x`` mm from the left, from ``y`` mm down the page."""
        x, sizes = x + INSIDE, ((TEXT, self._many), (9.0, self._many))
        self._canvas.say(self._says, x, y, self._width, self._head, sizes)
        self._canvas.area(PaperArea(name, mm(x), mm(y + self._head), self._width, _REASON, AreaKind.REASON))
        self._canvas.frame(x, y + self._head, self._width, _REASON, thick=0.3)


def set_question(canvas: PaperCanvas, name: str, question: Question) -> None:
    """Set a question with a box for each option, or a frame to write in.

    Raises ``TooWideForPaper`` where it is higher than a page.
    """
    if question.kind is QuestionKind.TEXT:
        set_comment(canvas, name, question.label)
        return
    many = question.kind is QuestionKind.CHOICES
    said = question.label + (_at_most(question) if many else "（选一项）")
    head = 2 + 5.6 * lines_of(said, canvas.body - 6, 11)
    columns, heights = _options(question, canvas.body)
    height = head + sum(heights)
    if canvas.left < height:
        canvas.turn()
    if canvas.left < height:
        raise TooWideForPaper(question.label, len(question.options), canvas.paper.size)
    canvas.say(said, EDGE + 3, canvas.y, canvas.body - 6, head, ((11.0, 4), (10.0, 5), (9.0, 6)), bold=True)
    canvas.rule(EDGE, canvas.y + head, canvas.body)
    boxes, y, wide = [], canvas.y + head, canvas.body / columns
    for at, option in enumerate(question.options):
        row, place = divmod(at, columns)
        x = EDGE + place * wide + 4
        middle = y + sum(heights[:row]) + heights[row] / 2
        boxes.append(PaperBox(option.key, mm(x), mm(middle - BOX / 2)))
        top = y + sum(heights[:row])
        canvas.say(option.label, x + BOX + 3, top, wide - BOX - 10, heights[row], WRITTEN)
    values = tuple(option.label for option in question.options)
    canvas.line(PaperLine(name, many, tuple(boxes), "", question.label, values))
    canvas.frame(EDGE, canvas.y, canvas.body, height)
    canvas.y += height + 4


def _at_most(question: Question) -> str:
    if question.at_most < len(question.options):
        return f"（可选多项，最多 {question.at_most} 项）"
    return "（可选多项）"


def _options(question: Question, body: float) -> tuple[int, list[float]]:
    """Return in how many columns the options of a question stand, and how high each row is."""
    longest = max(em(option.label) for option in question.options) * 11 * EM
    columns = next((n for n in (4, 3, 2) if longest <= body / n - BOX - 10), 1)
    columns = min(columns, len(question.options))
    wide = body / columns - BOX - 10
    rows = [question.options[at : at + columns] for at in range(0, len(question.options), columns)]
    return columns, [
        max(ROW, 1.2 + 4.6 * max(lines_of(option.label, wide, 10) for option in row)) for row in rows
    ]
