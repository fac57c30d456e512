"""Laying a ballot out on paper: what goes where, page after page, in mm."""

from itertools import groupby

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.form import QuestionKind, Ratee
from survey.domain.definition.rules import PaperRules

from ..sheet import PaperExample, PaperForm, layout_of
from . import words as paper_words
from .blocks import set_blocks
from .canvas import EDGE, PaperCanvas
from .columns import shape_of
from .lists import set_list
from .name_frames import set_names
from .questions import set_comment, set_question
from .reckoning import SMALL, TEXT, lines_of


def lay_out(definition: Definition, group: str, paper: PaperRules) -> PaperForm:
    """Lay out the paper ballot of one rater group.

    Raises ``TooWideForPaper`` where the grades of a scale have no room beside each other.
    """
    form, canvas = BallotForm(definition, group), PaperCanvas(paper)
    _set_head(canvas, form)
    runs = [tuple(lines) for _, lines in groupby(form.lines, key=lambda line: line.section.key)]
    last = {lines[0].section.key: place for place, lines in enumerate(runs)}
    for place, lines in enumerate(runs):
        section = lines[0].section
        (set_list if len(section.criteria) == 1 else set_blocks)(canvas, section, lines)
        if last[section.key] != place:
            continue
        set_names(canvas, section, form.names_at_most(section))
        if section.comment:
            set_comment(canvas, f"{section.key}.comment", "意见和建议（可不填）")
    for name, question in form.questions.items():
        set_question(canvas, name, question)
    pages = canvas.finish()
    return PaperForm(group, layout_of(definition, group, pages), pages)


def require_room(definition: Definition, paper: PaperRules) -> None:
    """Refuse with ``TooWideForPaper`` a definition whose ballots cannot be laid out on this paper."""
    canvas = PaperCanvas(paper)
    for section in definition.sections:
        scale = definition.scale[section.scale]
        ratee = Ratee("", section.key, "", ())
        shape_of(canvas, [Line(ratee, section, criterion, scale) for criterion in section.criteria], 1)
    for question in definition.questions:
        if question.kind is not QuestionKind.TEXT:
            canvas.turn()
            set_question(canvas, "", question)


def _set_head(canvas: PaperCanvas, form: BallotForm) -> None:
    """Begin the first page: who organises the vote, and how to fill the ballot in."""
    body, above = canvas.body, canvas.y - 1
    canvas.say(f"组织单位：{form.definition.organiser}", EDGE, above, body * 0.7, 6, SMALL)
    canvas.say("不记名 · 独立填写", EDGE + body * 0.7, above, body * 0.3, 6, SMALL, "right")
    top, inner = canvas.y + 5.5, body - 8
    canvas.say("填写说明", EDGE + 4, top + 1.6, 22, 6.6, ((11.5, 1),), bold=True)
    canvas.say(paper_words.how(form), EDGE + 28, top + 1.6, 84, 6.6, ((10.5, 1),))
    for x, ticked, said in ((124.0, True, "正确"), (148.0, False, "不要只点一点")):
        canvas.example(PaperExample(x, top + 2.2, ticked))
        canvas.say(said, x + 7.4, top + 1.6, 32, 6.6, ((10.5, 1),))
    y = top + 7.6
    for text in paper_words.instructions(form, canvas.paper):
        many = lines_of(text, inner, TEXT)
        height = 5.7 + 4.9 * (many - 1)
        canvas.say(text, EDGE + 4, y, inner, height, ((TEXT, many), (9.5, many), (8.5, many + 1)))
        y += height
    canvas.frame(EDGE, top, body, y + 1 - top, thick=0.3)
    canvas.y = y + 1 + 2.5
