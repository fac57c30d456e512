"""Laying a ballot out on paper: what goes where, page after page, in mm.

Widths of texts are reckoned, not measured: a layout must be the same wherever it is worked out, whatever
font the printer has. What draws the page makes a text smaller where the reckoning was short.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from unicodedata import east_asian_width

from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import Question, QuestionKind, Ratee, Section
from survey.domain.definition.rules import PaperRules, PaperSize, PaperTexts
from survey.domain.errors import TooWideForPaper

from . import paper_words
from .ballot import BallotForm
from .paper_sheet import (
    BOX,
    SIZES,
    STRIP,
    PaperArea,
    PaperBox,
    PaperExample,
    PaperForm,
    PaperLine,
    PaperPage,
    PaperRule,
    PaperWords,
    layout_of,
)

EDGE = 10.0
"""How far the body stands from the left and right edges."""
ROW, COLUMN = 7.6, 11.0
"""Height of a row of boxes, and least width of a column of them."""
GAP = 5.0
"""Between blocks beside each other; ``_BELOW`` between blocks below each other."""
_BELOW = 3.0
_TOP = 27.0
_HEAD, _GRADES, _TITLE = 7.6, 6.4, 7.5
_FRAME, _INSIDE = 0.5, 2.5
_COMMENT = 14.0
_LEAST_LABEL = 14.0
_EM = 25.4 / 72
"""Width in mm of a wide character of one point."""
_TEXT = 10.5
_WRITTEN = ((11.0, 1), (10.5, 1), (9.5, 2), (8.5, 2), (7.5, 3))
_NAME = ((13.0, 1), (11.0, 1), (9.0, 2), (8.0, 3))
_GRADE = ((10.5, 1), (9.5, 1), (8.5, 2), (7.5, 2), (6.5, 3))
_TITLES = ((13.0, 1), (11.5, 1), (9.5, 2))
_SMALL = ((10.5, 1), (9.5, 1), (8.5, 1), (8.0, 2))


def lay_out(definition: Definition, group: str, paper: PaperRules) -> PaperForm:
    """Lay out the paper ballot of one rater group.

    Raises ``TooWideForPaper`` where the grades of a scale have no room beside each other.
    """
    flow = _Flow(BallotForm(definition, group), paper)
    flow.head()
    sections = groupby(flow.form.lines, key=lambda line: line.section.key)
    runs = [tuple(lines) for _, lines in sections]
    last = {lines[0].section.key: place for place, lines in enumerate(runs)}
    for place, lines in enumerate(runs):
        section = lines[0].section
        flow.section(section, lines)
        if last[section.key] == place and section.comment:
            flow.comment(f"{section.key}.comment", "意见和建议（可不填）")
    for name, question in flow.form.questions.items():
        flow.question(name, question)
    pages = flow.finish()
    return PaperForm(group, layout_of(definition, group, pages), pages)


def require_room(definition: Definition, paper: PaperRules) -> None:
    """Refuse with ``TooWideForPaper`` a definition whose ballots cannot be laid out on this paper."""
    flow = _Flow(BallotForm(definition, definition.groups[0].key), paper)
    for section in definition.sections:
        scale = definition.scale[section.scale]
        ratee = Ratee("", section.key, "", ())
        flow.shape([Line(ratee, section, criterion, scale) for criterion in section.criteria], 1)
    for question in definition.questions:
        if question.kind is not QuestionKind.TEXT:
            flow.turn()
            flow.question("", question)


def em(text: str) -> float:
    """Reckon the width of a text, in characters as wide as they are high."""
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.6 for character in text)


def _lines(text: str, width: float, size: float) -> int:
    return max(1, math.ceil(em(text) * size * _EM / width))


def _mm(value: float) -> float:
    return round(value, 2)


@dataclass
class _Open:
    """A page that is still being filled."""

    page: PaperPage
    lines: list[PaperLine] = field(default_factory=list)
    areas: list[PaperArea] = field(default_factory=list)
    rules: list[PaperRule] = field(default_factory=list)
    words: list[PaperWords] = field(default_factory=list)
    examples: list[PaperExample] = field(default_factory=list)

    def closed(self) -> PaperPage:
        return replace(
            self.page,
            lines=tuple(self.lines),
            areas=tuple(self.areas),
            rules=tuple(self.rules),
            words=tuple(self.words),
            examples=tuple(self.examples),
        )


@dataclass(frozen=True)
class _Shape:
    """How the blocks of one section stand: how many beside each other, and how wide their columns are."""

    beside: int
    width: float
    label: float
    grade: float

    def left(self, place: int) -> float:
        return EDGE + place * (self.width + GAP)


class _Flow:
    """A ballot being laid out, from the top of its first page to the foot of its last."""

    def __init__(self, form: BallotForm, paper: PaperRules) -> None:
        self.form = form
        self._paper = paper
        self._width, self._height = SIZES[paper.size]
        self._body = self._width - 2 * EDGE
        self._beside = 3 if paper.size is PaperSize.A3 else 2
        self._pages: list[_Open] = []
        self._y = _TOP
        self._title = ""
        self.turn()

    @property
    def _now(self) -> _Open:
        return self._pages[-1]

    @property
    def _left(self) -> float:
        """What is left of the page, in mm."""
        return self._now.page.lowest - self._y

    def turn(self) -> None:
        """Begin a page."""
        number = len(self._pages) + 1
        cut = self._height - STRIP if self._paper.strip and number <= 2 else None
        self._pages.append(_Open(PaperPage(number, self._width, self._height, cut)))
        self._y = _TOP

    def finish(self) -> tuple[PaperPage, ...]:
        """Return the pages; a leaf of several has both sides, so that each ballot begins on a leaf."""
        if len(self._pages) > 2 and len(self._pages) % 2:
            self.turn()
        return tuple(page.closed() for page in self._pages)

    def head(self) -> None:
        """Begin the first page: who organises the vote, and how to fill the ballot in."""
        by = f"组织单位：{self.form.definition.organiser}"
        self._say(by, EDGE, self._y - 1, self._body * 0.7, 6, _SMALL)
        self._say(
            "不记名 · 独立填写", EDGE + self._body * 0.7, self._y - 1, self._body * 0.3, 6, _SMALL, "right"
        )
        self._y += 5.5
        top, inner = self._y, self._body - 8
        self._say("填写说明", EDGE + 4, top + 1.6, 22, 6.6, ((11.5, 1),), bold=True)
        self._say(paper_words.HOW, EDGE + 28, top + 1.6, 84, 6.6, ((10.5, 1),))
        for x, ticked, said in ((124.0, True, "正确"), (148.0, False, "不要只点一点")):
            self._now.examples.append(PaperExample(x, top + 2.2, ticked))
            self._say(said, x + 7.4, top + 1.6, 32, 6.6, ((10.5, 1),))
        y = top + 7.6
        for text in paper_words.instructions(self.form, self._paper):
            many = _lines(text, inner, _TEXT)
            height = 5.7 + 4.9 * (many - 1)
            self._say(text, EDGE + 4, y, inner, height, ((_TEXT, many), (9.5, many), (8.5, many + 1)))
            y += height
        self._frame(EDGE, top, self._body, y + 1 - top, thick=0.3)
        self._y = y + 1 + 2.5

    def section(self, section: Section, lines: Sequence[Line]) -> None:
        """Set a section: a block for each ratee, or one list where each has a single line."""
        self._title = section.title
        if len(section.criteria) == 1:
            self._list(section, lines)
            return
        ratees = [tuple(of) for _, of in groupby(lines, key=lambda line: line.ratee.key)]
        shape = self.shape(lines, 1 if len(ratees) == 1 else self._beside)
        blocks = [part for block in ratees for part in self._parts(block, shape)]
        begun = False
        for at in range(0, len(blocks), shape.beside):
            together = blocks[at : at + shape.beside]
            height = max(self._block_height(block, shape) for block in together)
            begun = self._room(height, begun)
            for place, block in enumerate(together):
                self._block(block, shape, shape.left(place))
            self._y += height + _BELOW
        self._y += 1

    def comment(self, name: str, label: str) -> None:
        """Set a frame to write in, where that is wanted on paper."""
        if self._paper.texts is PaperTexts.NONE:
            return
        if self._left < _COMMENT + 7:
            self.turn()
        many = _lines(label, self._body, _TEXT)
        self._say(label, EDGE, self._y, self._body, 5.6 * many, ((_TEXT, many), (9.0, many)))
        self._y += 5.6 * many
        self._now.areas.append(PaperArea(name, EDGE, _mm(self._y), self._body, _COMMENT))
        self._frame(EDGE, self._y, self._body, _COMMENT, thick=0.3)
        self._y += _COMMENT + 2.5

    def question(self, name: str, question: Question) -> None:
        """Set a question with a box for each option, or a frame to write in."""
        if question.kind is QuestionKind.TEXT:
            self.comment(name, question.label)
            return
        many = question.kind is QuestionKind.CHOICES
        said = question.label + (self._at_most(question) if many else "（选一项）")
        head = 2 + 5.6 * _lines(said, self._body - 6, 11)
        columns, heights = self._options(question)
        height = head + sum(heights)
        if self._left < height:
            self.turn()
        if self._left < height:
            raise TooWideForPaper(question.label, len(question.options), self._paper.size)
        self._say(said, EDGE + 3, self._y, self._body - 6, head, ((11.0, 4), (10.0, 5), (9.0, 6)), bold=True)
        self._rule(EDGE, self._y + head, self._body)
        boxes, y, wide = [], self._y + head, self._body / columns
        for at, option in enumerate(question.options):
            row, place = divmod(at, columns)
            x = EDGE + place * wide + 4
            middle = y + sum(heights[:row]) + heights[row] / 2
            boxes.append(PaperBox(option.key, _mm(x), _mm(middle - BOX / 2)))
            top = y + sum(heights[:row])
            self._say(option.label, x + BOX + 3, top, wide - BOX - 10, heights[row], _WRITTEN)
        values = tuple(option.label for option in question.options)
        self._now.lines.append(PaperLine(name, many, tuple(boxes), "", question.label, values))
        self._frame(EDGE, self._y, self._body, height)
        self._y += height + 4

    def _at_most(self, question: Question) -> str:
        if question.at_most < len(question.options):
            return f"（可选多项，最多 {question.at_most} 项）"
        return "（可选多项）"

    def _options(self, question: Question) -> tuple[int, list[float]]:
        """Return in how many columns the options of a question stand, and how high each row is."""
        longest = max(em(option.label) for option in question.options) * 11 * _EM
        columns = next((n for n in (4, 3, 2) if longest <= self._body / n - BOX - 10), 1)
        columns = min(columns, len(question.options))
        wide = self._body / columns - BOX - 10
        rows = [question.options[at : at + columns] for at in range(0, len(question.options), columns)]
        return columns, [
            max(ROW, 1.2 + 4.6 * max(_lines(option.label, wide, 10) for option in row)) for row in rows
        ]

    def shape(self, lines: Sequence[Line], beside: int) -> _Shape:
        """Work out how many blocks stand beside each other; labels take two lines at most, if they can."""
        scale = lines[0].scale
        heads = [grade.label for grade in scale.grades] + ([scale.abstain.label] if scale.abstain else [])
        grade = max(COLUMN, *(1 + math.ceil(em(head) / 2) * 8.5 * _EM for head in heads))
        for number in range(beside, 0, -1):
            width = (self._body - GAP * (number - 1)) / number
            room = width - grade * len(heads)
            if room >= _LEAST_LABEL and all(self._fits(line, room) for line in lines):
                break
        if room < _LEAST_LABEL:
            grade, room = COLUMN, width - COLUMN * len(heads)
        if room < _LEAST_LABEL:
            raise TooWideForPaper(lines[0].section.title, len(heads), self._paper.size)
        # What labels do not need is given to the boxes: far from each other they are ticked more surely.
        needed = max(em(line.criterion.label) for line in lines) * 11 * _EM + 2 * _INSIDE
        grade = max(grade, min((width - needed) / len(heads), (width - 22) / len(heads), 22.0))
        return _Shape(number, width, width - grade * len(heads), grade)

    def _fits(self, line: Line, room: float) -> bool:
        return _lines(line.criterion.label, room - 2 * _INSIDE, 9.5) <= 2

    def _row(self, text: str, label: float) -> float:
        return max(ROW, 1.2 + 3.9 * _lines(text, label - 2 * _INSIDE, 8.5))

    def _block_height(self, block: Sequence[Line], shape: _Shape) -> float:
        rows = sum(self._row(line.criterion.label, shape.label) for line in block)
        return self._head_height(block[0].ratee, shape) + _GRADES + rows

    def _parts(self, block: Sequence[Line], shape: _Shape) -> list[Sequence[Line]]:
        """Divide a block that is longer than a page; all others stay whole."""
        room = self._height - STRIP - _TOP - _TITLE - _BELOW - 24 - _HEAD - 4 - _GRADES
        parts: list[list[Line]] = [[]]
        height = 0.0
        for line in block:
            row = self._row(line.criterion.label, shape.label)
            if height + row > room and parts[-1]:
                parts.append([])
                height = 0.0
            parts[-1].append(line)
            height += row
        return list(parts)

    def _head_height(self, ratee: Ratee, shape: _Shape) -> float:
        return _HEAD if _lines(_named(ratee), shape.width - 2 * _INSIDE, 10) == 1 else _HEAD + 4

    def _block(self, block: Sequence[Line], shape: _Shape, x: float) -> None:
        ratee, y = block[0].ratee, self._y
        height = self._block_height(block, shape)
        self._frame(x, y, shape.width, height)
        head = self._head_height(ratee, shape)
        self._head(ratee, x + _INSIDE, y, shape.width - 2 * _INSIDE, head)
        y += head
        self._rule(x, y, shape.width)
        self._grades(block[0], shape, x, y)
        y += _GRADES
        self._upright(x + shape.label, y - _GRADES, height - head)
        for line in block:
            self._rule(x, y, shape.width)
            y = self._boxes(line, line.criterion.label, shape, x, y)

    def _head(self, ratee: Ratee, x: float, y: float, width: float, height: float) -> None:
        """Name who is rated, the office in smaller type behind the name where both have room."""
        beside = " ".join(text for text in (ratee.unit, ratee.post) if text)
        name = em(ratee.name) * 13 * _EM + 3
        if not beside or name > 0.6 * width or height > _HEAD:
            self._say(_named(ratee), x, y, width, height, _NAME, bold=True)
            return
        self._say(ratee.name, x, y, name, height, _NAME, bold=True)
        self._say(beside, x + name, y, width - name, height, _SMALL)

    def _grades(self, line: Line, shape: _Shape, x: float, y: float) -> None:
        scale = line.scale
        heads = [grade.label for grade in scale.grades] + ([scale.abstain.label] if scale.abstain else [])
        for place, head in enumerate(heads):
            left = x + shape.label + place * shape.grade
            self._say(head, left + 0.3, y, shape.grade - 0.6, _GRADES, _GRADE, "center")

    def _boxes(self, line: Line, label: str, shape: _Shape, x: float, y: float) -> float:
        """Set one row of boxes from ``y`` down; return where it ends."""
        height = self._row(label, shape.label)
        self._say(label, x + _INSIDE, y, shape.label - 2 * _INSIDE, height, _WRITTEN)
        self._add(line, shape, x, y + height / 2)
        return y + height

    def _add(self, line: Line, shape: _Shape, x: float, middle: float) -> None:
        scale = line.scale
        first = x + shape.label + shape.grade / 2 - BOX / 2
        boxes = tuple(
            PaperBox(value, _mm(first + place * shape.grade), _mm(middle - BOX / 2))
            for place, value in enumerate(scale.positions)
        )
        values = tuple(grade.label for grade in scale.grades)
        values += (scale.abstain.label,) if scale.abstain else ()
        label = line.criterion.label
        self._now.lines.append(PaperLine(line.name, False, boxes, label, _named(line.ratee), values))

    def _list(self, section: Section, lines: Sequence[Line]) -> None:
        """Set a numbered list in columns, a stronger rule every five."""
        criterion = section.criteria[0].label
        self._title = section.title if criterion in section.title else f"{section.title}（{criterion}）"
        named = [replace(line, criterion=replace(line.criterion, label=_named(line.ratee))) for line in lines]
        beside = min(self._beside, max(1, math.ceil(len(lines) / 4)))
        shape = self.shape(named, beside)
        height = max(self._row(f"999 {_named(line.ratee)}", shape.label) for line in lines)
        at, begun = 0, False
        while at < len(lines):
            least = min(3, math.ceil((len(lines) - at) / shape.beside))
            begun = self._room(_GRADES + least * height, begun)
            rows = int((self._left - _GRADES) / height)
            rows = min(rows, math.ceil((len(lines) - at) / shape.beside))
            for place in range(shape.beside):
                column = lines[at : at + rows]
                if column:
                    self._column(column, shape, shape.left(place), height, at)
                at += len(column)
            self._y += _GRADES + rows * height + _BELOW
            if at < len(lines):
                self.turn()
                begun = self._room(0, True, turned=True)
        self._y += 1

    def _column(self, lines: Sequence[Line], shape: _Shape, x: float, height: float, first: int) -> None:
        y = self._y
        self._frame(x, y, shape.width, _GRADES + len(lines) * height)
        self._say("姓名" if lines[0].ratee.post else "名称", x, y, shape.label, _GRADES, _SMALL, "center")
        self._grades(lines[0], shape, x, y)
        self._upright(x + shape.label, y, _GRADES + len(lines) * height)
        y += _GRADES
        for place, line in enumerate(lines):
            strong = (first + place) % 5 == 0 and place
            self._rule(x, y, shape.width, 0.35 if strong else 0.15)
            self._say(str(first + place + 1), x + 0.5, y, 7, height, ((9.5, 1), (8.5, 1)), "right")
            self._say(_named(line.ratee), x + 9, y, shape.label - 10, height, _WRITTEN)
            self._add(line, shape, x, y + height / 2)
            y += height

    def _room(self, height: float, begun: bool, *, turned: bool = False) -> bool:
        """Turn the page where something has no room any more, and set the section's title above it."""
        if turned or self._left < height + (0 if begun else _TITLE):
            if not turned:
                self.turn()
            title = f"{self._title}（续）" if begun else self._title
        elif begun:
            return True
        else:
            title = self._title
        self._say(title, EDGE, self._y, self._body, _TITLE - 1, _TITLES, bold=True)
        self._y += _TITLE
        return True

    def _say(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        sizes: tuple[tuple[float, int], ...],
        align: str = "left",
        bold: bool = False,
    ) -> None:
        self._now.words.append(PaperWords(text, _mm(x), _mm(y), _mm(width), _mm(height), sizes, align, bold))

    def _frame(self, x: float, y: float, width: float, height: float, thick: float = _FRAME) -> None:
        self._now.rules.append(PaperRule(_mm(x), _mm(y), _mm(width), _mm(height), thick))

    def _rule(self, x: float, y: float, width: float, thick: float = 0.15) -> None:
        self._now.rules.append(PaperRule(_mm(x), _mm(y), _mm(width), 0, thick))

    def _upright(self, x: float, y: float, height: float) -> None:
        self._now.rules.append(PaperRule(_mm(x), _mm(y), 0, _mm(height), 0.15))


def _named(ratee: Ratee) -> str:
    return " ".join(text for text in (ratee.name, ratee.unit, ratee.post) if text)
