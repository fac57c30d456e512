"""Sheets with a list to tick: pages without a tick are no question, too many are not counted."""

from typing import Any

import pytest

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.bounds import check_definition
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import OverQuota, PaperRules
from survey.domain.errors import Flaw, InvalidDefinition
from survey.domain.paper.decide import open_items, settle
from survey.domain.paper.fate import ItemKind, Settled
from survey.domain.paper.reading import LineReading, LineState
from survey.domain.paper.record import KeptPage
from survey.domain.paper.rules import posted_of
from survey.domain.paper.sheet import PaperForm, PaperPage
from tests.domain.editing import GONE, changed, listed

from .paper_sheets import RULES, a_line, a_reading, a_sheet

NAMES = tuple(a_line(f"n{number}.vote", f"候选{number}", ("for",)) for number in range(1, 5))
FORM = PaperForm(
    "A", "7K3M9T", (PaperPage(1, 210, 297, 263, NAMES[:2]), PaperPage(2, 210, 297, None, NAMES[2:]))
)


def page(number: int, *said: str) -> KeptPage:
    lines = FORM.pages[number - 1].lines
    return KeptPage(number, tuple(a_reading(line, one) for line, one in zip(lines, said, strict=True)), {})


def test_a_page_without_a_tick_is_no_question_where_another_has_one() -> None:
    sheet = a_sheet(page(1, "for", ""), page(2, "", ""))
    assert open_items(FORM, sheet, RULES) == ()
    assert settle(FORM, sheet, RULES).values["n1.vote"] == ("for",)


def test_a_sheet_without_any_is_asked_about_once() -> None:
    items = open_items(FORM, a_sheet(page(1, "", ""), page(2, "", "")), RULES)
    assert [item.kind for item in items] == [ItemKind.EMPTY]


def test_grades_left_empty_are_asked_about_as_before() -> None:
    grades = (a_line("t1.all", "班子"),)
    form = PaperForm("A", "7K3M9V", (FORM.pages[0], PaperPage(2, 210, 297, None, grades)))
    empty = KeptPage(2, (LineReading("t1.all", LineState.BLANK),), {})
    items = open_items(form, a_sheet(page(1, "for", ""), empty), RULES)
    assert [(item.kind, item.page) for item in items] == [(ItemKind.EMPTY, 2)]


def posted(rules: PaperRules, *ticked: str, data: Any = None) -> Any:
    definition = read_definition(data or listed())
    values = {line.name: () for line in definition.lines_of["B"]}
    values |= {f"{name}.vote": ("for",) for name in ticked}
    return posted_of(BallotForm(definition, "B"), Settled(values, {}), rules)


def test_too_many_ticks_spoil_the_sheet() -> None:
    rules = PaperRules(over_quota=OverQuota.SPOIL)
    assert posted(rules, "n1", "n2") == {"n1.vote": ["for"], "n2.vote": ["for"]}
    assert posted(rules, "n1", "n2", "n3") is None


@pytest.mark.parametrize("rule", ["blank", GONE])
def test_ticks_cannot_be_taken_away_on_paper(rule: Any) -> None:
    """An empty line is a vote against: a sheet with too many ticks would vote against everybody."""
    data = changed("paper.over_quota", rule, listed())
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(data)
    assert [(one.path, one.flaw) for one in refused.value.faults] == [
        ("paper.over_quota", Flaw.PAPER_OVER_TICKS)
    ]
    del data["paper"]
    check_definition(data)
    check_definition(changed("paper.over_quota", rule))


def test_an_empty_list_is_a_ballot_even_where_every_line_must_be_filled_in() -> None:
    data = listed()
    data["ratees"] = [one for one in data["ratees"] if one["section"] == "list"]
    data["questions"] = []
    data = changed("rules.blank", "require", data)
    assert posted(PaperRules(), data=data) == {}
    assert posted(PaperRules(), data=changed("rules.blank", "require", listed())) is None
