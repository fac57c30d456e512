"""A small paper ballot, pages of it as they are read, and people who answer what is open."""

from collections.abc import Iterable

import pytest

from survey.domain.definition.rules import PaperRules, PaperTexts
from survey.domain.errors import BadAnswer
from survey.domain.paper.answering import answered
from survey.domain.paper.decide import open_items, state_of
from survey.domain.paper.fate import PaperItem, SheetState
from survey.domain.paper.pages import with_page
from survey.domain.paper.reading import Doubt, LineReading, LineState
from survey.domain.paper.record import KeptPage, KeptSheet, PaperAnswer
from survey.domain.paper.sheet import PaperArea, PaperBox, PaperForm, PaperLine, PaperPage

GRADES = ("good", "fair", "bad", "-")
OPTIONS = ("plan", "team", "style")
RULES = PaperRules()
TYPED = PaperRules(texts=PaperTexts.TYPED)
COMMENT = "form.comment"


def a_line(field: str, of: str, values: tuple[str, ...] = GRADES, *, many: bool = False) -> PaperLine:
    boxes = tuple(PaperBox(value, 20 + 11 * at, 40) for at, value in enumerate(values))
    return PaperLine(field, many, boxes, field, of, values)


FIRST = (
    a_line("c1.de", "甲"),
    a_line("c1.neng", "甲"),
    a_line("c2.de", "乙"),
    a_line("c2.neng", "乙"),
)
SECOND = (a_line("t1.all", "班子"), a_line("q.problems", "问题", OPTIONS, many=True))
FORM = PaperForm(
    "A",
    "7K3M9Q",
    (
        PaperPage(1, 210, 297, 263, FIRST),
        PaperPage(2, 210, 297, 263, SECOND, (PaperArea(COMMENT, 10, 200, 190, 14),)),
        PaperPage(3, 210, 297, None),
    ),
)
ONE_PAGE = PaperForm("A", "7K3M9R", FORM.pages[:1])


def a_reading(line: PaperLine, said: str) -> LineReading:
    """Return a reading: ``?`` is doubtful, nothing is blank, options are parted by spaces."""
    if said == "?":
        return LineReading(line.field, LineState.DOUBTFUL, None, Doubt.FAINT)
    if not said:
        return LineReading(line.field, LineState.BLANK)
    value = tuple(said.split()) if line.many else said
    return LineReading(line.field, LineState.MARKED, value)


def a_page(number: int, *said: str, ink: bool = False, scan: str = "x") -> KeptPage:
    """Return a page on which the lines say so, with a picture of each named by the scan."""
    page = FORM.pages[number - 1]
    lines = tuple(a_reading(line, one) for line, one in zip(page.lines, said, strict=True))
    areas = {area.field: ink for area in page.areas}
    fields = [*(line.field for line in lines), *(name for name, inked in areas.items() if inked)]
    return KeptPage(number, lines, areas, {name: f"{scan}:{name}" for name in fields})


def first(*said: str, scan: str = "x") -> KeptPage:
    return a_page(1, *said, scan=scan)


def second(*said: str, ink: bool = False, scan: str = "x") -> KeptPage:
    return a_page(2, *said, ink=ink, scan=scan)


SURE = first("good", "fair", "bad", "-")
SURE_TOO = second("good", "plan team")


def a_sheet(*pages: KeptPage, answers: Iterable[PaperAnswer] = ()) -> KeptSheet:
    return KeptSheet("0123456789ABCDEF", b"digest", "A", pages, tuple(answers))


def item_of(
    sheet: KeptSheet, key: str, form: PaperForm = FORM, rules: PaperRules = RULES
) -> PaperItem | None:
    """Return an open item."""
    return next((item for item in open_items(form, sheet, rules) if item.key == key), None)


def keys_of(sheet: KeptSheet, form: PaperForm = FORM, rules: PaperRules = RULES) -> list[str]:
    """List the keys of what is open."""
    return [item.key for item in open_items(form, sheet, rules)]


def say(
    sheet: KeptSheet, key: str, form: PaperForm = FORM, rules: PaperRules = RULES, **said: str
) -> KeptSheet:
    """Answer an item, one account after the other; ``both`` is what two say at one screen."""
    for account, answer in said.items():
        both = account == "both"
        name = "ann\nben" if both else account
        sheet = answered(form, sheet, rules, PaperAnswer(key, name, answer, both))
    return sheet


def both_say(
    sheet: KeptSheet, key: str, answer: str, form: PaperForm = FORM, rules: PaperRules = RULES
) -> KeptSheet:
    """Let two accounts answer the same, each alone."""
    return say(sheet, key, form, rules, ann=answer, ben=answer)


LINE = "line c1.de"
DOUBTFUL = a_sheet(first("?", "?", "bad", "-"), SURE_TOO)
WHOLE = a_sheet(SURE, SURE_TOO)


def put(*pages: KeptPage, sheet: KeptSheet | None = None) -> KeptSheet:
    """Bring pages together, one after the other."""
    sheet = a_sheet() if sheet is None else sheet
    for page in pages:
        sheet = with_page(FORM, sheet, page)
    return sheet


def values(page: KeptPage) -> list[str]:
    """Return what the lines of a page say, as ``a_page`` takes it."""
    return [
        "?"
        if line.state is LineState.DOUBTFUL
        else " ".join([line.value] if isinstance(line.value, str) else line.value or ())
        for line in page.lines
    ]


def read(sheet: KeptSheet) -> list[tuple[int, list[str]]]:
    return [(page.page, values(page)) for page in sheet.pages]


def state(sheet: KeptSheet) -> SheetState:
    return state_of(FORM, sheet, RULES)


def refused(sheet: KeptSheet, key: str, answer: str, account: str = "ann", *, joint: bool = False) -> str:
    with pytest.raises(BadAnswer) as error:
        answered(FORM, sheet, TYPED, PaperAnswer(key, account, answer, joint))
    return error.value.why
