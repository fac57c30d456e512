"""Sheets with a list to tick: pages without a tick are no question, too many are not counted."""

from collections.abc import Sequence
from typing import Any

import pytest

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.bounds import check_definition
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import OverQuota, PaperRules, PaperTexts
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


def posted(rules: PaperRules, *ticked: str, data: Any = None, names: Sequence[str] = ()) -> Any:
    definition = read_definition(data or listed())
    values = {line.name: () for line in definition.lines_of["B"]}
    values |= {f"{name}.vote": ("for",) for name in ticked}
    texts = {f"list.write_in.{at}": name for at, name in enumerate(names, 1)}
    return posted_of(BallotForm(definition, "B"), Settled(values, texts), rules)


def test_too_many_ticks_spoil_the_sheet() -> None:
    rules = PaperRules(over_quota=OverQuota.SPOIL)
    assert posted(rules, "n1", "n2") == {"n1.vote": ["for"], "n2.vote": ["for"]}
    assert posted(rules, "n1", "n2", "n3") is None


TAKES_NAMES = changed("sections[2].write_in", 2, listed())
SPOIL = PaperRules(over_quota=OverQuota.SPOIL, texts=PaperTexts.TYPED)


def names_left(*names: str) -> list[str]:
    """Return the names that count of those written on a sheet without a tick."""
    found = posted(SPOIL, data=TAKES_NAMES, names=names)
    assert found is not None
    assert BallotForm(read_definition(TAKES_NAMES), "B").check(found)
    return [text for _name, [text] in sorted(found.items())]


def test_ticks_and_names_together_keep_within_the_quota() -> None:
    assert posted(SPOIL, "n1", data=TAKES_NAMES, names=["张三"]) == {
        "n1.vote": ["for"],
        "list.write_in.1": ["张三"],
    }
    assert names_left("张三", "李四") == ["张三", "李四"]
    assert posted(SPOIL, "n1", data=TAKES_NAMES, names=["张三", "李四"]) is None
    assert posted(SPOIL, "n1", "n2", data=TAKES_NAMES, names=["张三"]) is None


@pytest.mark.parametrize("name", ["丙", " 丙 ", "丁", "/", "——", "\u200b", "张\u2066三", "张" * 41])
def test_a_name_that_cannot_count_is_left_out(name: str) -> None:
    assert names_left(name, "李四") == ["李四"]
    # And spoils nothing: nobody gets a vote more than the quota allows by it.
    assert posted(SPOIL, "n1", data=TAKES_NAMES, names=[name, "李四"]) is not None
    assert posted(SPOIL, "n1", "n2", data=TAKES_NAMES, names=[name]) is not None


def test_of_two_that_may_be_one_person_the_second_is_left_out() -> None:
    assert names_left("财政局 张三", "财政局张三") == ["财政局 张三"]
    assert names_left("张三丰", "张三") == ["张三丰"]
    assert posted(SPOIL, "n1", data=TAKES_NAMES, names=["张三", "张三"]) == {
        "n1.vote": ["for"],
        "list.write_in.1": ["张三"],
    }


def test_a_namesake_beside_a_name_that_is_left_out_counts() -> None:
    assert names_left("丙", "丙 教育局") == ["丙 教育局"]


def test_a_name_is_posted_in_one_line() -> None:
    assert names_left(" 财政局\n张三 ") == ["财政局 张三"]


def test_whom_only_other_groups_rate_is_left_out() -> None:
    data = changed("sections[2].groups", ["A"], TAKES_NAMES)
    data["ratees"][-1]["groups"] = ["A"]
    for one in data["ratees"]:
        if one["section"] == "list" and "groups" not in one:
            one["groups"] = ["A", "B"]
    found = posted(SPOIL, data=data, names=["己", "李四"])
    assert found == {"list.write_in.2": ["李四"]}


@pytest.mark.parametrize("texts", ["none", GONE])
def test_names_need_frames(texts: Any) -> None:
    data = changed(
        "paper.texts",
        texts,
        {**TAKES_NAMES, "scales": [_without_reasons(one) for one in TAKES_NAMES["scales"]]},
    )
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(data)
    assert [(one.path, one.flaw) for one in refused.value.faults] == [("paper.texts", Flaw.PAPER_TEXTS)]
    check_definition(changed("sections[2].write_in", GONE, data))
    check_definition(TAKES_NAMES)


def _without_reasons(scale: dict[str, Any]) -> dict[str, Any]:
    grades = [{key: value for key, value in grade.items() if key != "reason"} for grade in scale["grades"]]
    return scale | {"grades": grades}


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
