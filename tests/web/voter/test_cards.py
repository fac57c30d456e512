"""A ballot laid out in cards, and its faults gathered where they can be mended."""

import tomllib
from typing import Any

import pytest
from flask import Flask

from survey.domain.ballot.ballot import Ballot, BallotForm
from survey.domain.definition.reader import read_definition
from survey.domain.errors import FieldFault
from survey.web.voter.cards import by_grade, cards_of, contents, missing_of, mistakes_of, runs_of
from tests.builders import a_definition, built
from tests.domain.count.test_ticked_lists import FILE

CRITERIA = [{"key": "de", "label": "德"}, {"key": "neng", "label": "能"}]
SECTION = {"title": "表", "scale": "cadre", "criteria": CRITERIA}
SECTIONS = [SECTION | {"key": "form", "comment": True}, SECTION | {"key": "team", "title": "班子测评表"}]
PEOPLE = [
    {"key": "c1", "section": "form", "name": "张三", "post": "书记", "unit": "镇"},
    {"key": "t", "section": "team", "name": "班子"},
    {"key": "c2", "section": "form", "name": "李四", "groups": ["A"]},
]
QUOTA = {"section": "form", "criterion": "de", "grade": "excellent", "at_most": 1}
TEXT = {"key": "words", "label": "建议", "kind": "text"}


def form(group: str = "A", **more: Any) -> BallotForm:
    return BallotForm(
        read_definition(a_definition() | {"sections": SECTIONS, "ratees": PEOPLE} | more), group
    )


def test_a_card_for_each_person_in_the_order_of_the_ballot() -> None:
    cards = cards_of(form())
    assert [card.ratee.key for card in cards] == ["c1", "t", "c2"]
    assert [[line.criterion.key for line in card.lines] for card in cards] == [["de", "neng"]] * 3
    assert [card.last for card in cards] == [False, True, True]


def test_the_last_of_a_form_is_the_last_that_this_group_rates() -> None:
    cards = cards_of(form("B"))
    assert [(card.ratee.key, card.last) for card in cards] == [("c1", True), ("t", True)]


def test_unit_and_post_as_far_as_they_are_given() -> None:
    assert [card.post for card in cards_of(form())] == ["镇 书记", "", ""]


def test_what_a_ballot_asks_is_said_in_words(app: Flask) -> None:
    nomination = BallotForm(read_definition(tomllib.loads(FILE.read_text("utf-8"))), "A")
    rating = form(questions=[TEXT])
    asking = form(ratees=[], questions=[TEXT])
    with app.test_request_context():
        said = [contents(one, cards_of(one)) for one in (rating, nomination, asking)]
    assert said == ["3 个测评对象，1 个问题", "名单上 6 人，2 个问题", "1 个问题"]


@pytest.mark.parametrize(("label", "short"), [("德能勤绩", True), ("德能勤绩廉", False)])
def test_short_criteria_stand_in_two_columns(label: str, short: bool) -> None:
    long = [{"key": "de", "label": "德"}, {"key": "neng", "label": label}]
    (card, *_) = cards_of(form(sections=[SECTIONS[0] | {"criteria": long}, SECTIONS[1]]))
    assert card.short is short


def test_a_quota_is_told_as_this_voter_meets_it() -> None:
    (first, team, _) = cards_of(form(quotas=[QUOTA]))
    (limit,) = first.limits
    assert (limit.criterion.key, limit.grade.key, limit.allowed, limit.of) == ("de", "excellent", 1, 2)
    assert team.limits == ()
    (other, *_) = cards_of(form("B", quotas=[QUOTA]))
    assert other.limits[0].of == 1


def test_each_line_has_an_entry_that_leads_to_it(chinese: None) -> None:
    faults = {"c1.de": FieldFault("required"), "form.comment": FieldFault("too-long", 500, 501)}
    line, comment = mistakes_of(form(), faults, {})
    assert line.links == (("c1.de", "张三", "德"),)
    assert comment.links == (("form.comment", "意见和建议", "表"),)
    assert "501" in comment.text


def test_a_question_is_named_by_itself(chinese: None) -> None:
    (found,) = mistakes_of(form(questions=[TEXT]), {"q.words": FieldFault("unreadable")}, {})
    assert found.links == (("q.words", "建议", ""),)


def test_a_reason_leads_to_its_line(chinese: None) -> None:
    (scale,) = a_definition()["scales"]
    grades = [*scale["grades"][:2], scale["grades"][2] | {"reason": "required"}]
    faulty = {"c2.neng.reason": FieldFault("missing-reason", label="不称职")}
    (found,) = mistakes_of(form(scales=[scale | {"grades": grades}]), faulty, {})
    assert found.links == (("c2.neng.reason", "李四", "能"),)
    assert "不称职" in found.text


def test_a_quota_is_one_entry_with_all_its_lines(chinese: None) -> None:
    fault = FieldFault("over-quota", 1, 2, "优秀", ("张三", "李四"))
    (found,) = mistakes_of(form(quotas=[QUOTA]), {"c1.de": fault, "c2.de": fault}, {})
    assert found.links == (("c1.de", "张三", "书记"), ("c2.de", "李四", ""))
    assert found.text.startswith("德“优秀”最多评 1 人")


def test_what_belongs_to_no_line_is_told_once_of_each_kind(chinese: None) -> None:
    faults = {"x": FieldFault("unknown"), "y": FieldFault("unknown"), "receipt": FieldFault("bad-receipt")}
    found = mistakes_of(form(), faults, {})
    assert len(found) == 2
    assert all(one.links == () for one in found)


def test_no_faults_are_no_entries() -> None:
    assert mistakes_of(BallotForm(built(), "A"), {}, {}) == []


def test_who_has_blanks_is_named_with_their_number_and_the_rest_counted(chinese: None) -> None:
    asked = form()
    cards = cards_of(asked)
    checked = asked.check({"c1.de": ["excellent"], "t.de": ["excellent"], "t.neng": ["excellent"]})
    assert missing_of(cards, asked, checked) == "张三 1 处、李四 2 处"
    assert missing_of(cards, asked, asked.check({})) == "张三 2 处、班子 2 处、李四 2 处"
    many = [PEOPLE[0] | {"key": f"c{number}", "name": f"人{number}"} for number in range(7)]
    asked = form(ratees=[*many, PEOPLE[1]])
    named = "、".join(f"人{number} 2 处" for number in range(6))
    assert missing_of(cards_of(asked), asked, asked.check({})) == f"{named}……共 8 个"


def people(number: int, section: str = "one") -> list[dict[str, Any]]:
    return [{"key": f"{section}{n}", "section": section, "name": f"{section}{n}"} for n in range(number)]


def laid_out(*ratees: dict[str, Any]) -> list[tuple[int, bool]]:
    """Return how many cards each run has, and whether it is a list."""
    sections = [
        SECTION | {"key": "one", "title": "一", "criteria": CRITERIA[:1]},
        SECTION | {"key": "other", "title": "二", "criteria": CRITERIA[:1]},
        SECTION | {"key": "two", "title": "三"},
    ]
    runs = runs_of(cards_of(form(sections=sections, ratees=list(ratees))))
    return [(len(run.cards), run.listed) for run in runs]


def test_many_of_one_line_each_are_a_list_and_few_are_cards() -> None:
    assert laid_out(*people(13)) == [(13, True)]
    assert laid_out(*people(12)) == [(1, False)] * 12
    assert laid_out(*people(20, "two")) == [(1, False)] * 20


def test_lists_are_counted_together_and_end_with_their_section() -> None:
    assert laid_out(*people(6), *people(7, "other")) == [(6, True), (7, True)]
    assert laid_out(*people(2, "two"), *people(13)) == [(1, False), (1, False), (13, True)]
    assert laid_out(*people(2), *people(11, "other")) == [(1, False), (1, False), (11, True)]


def test_who_got_the_same_stands_together_the_blank_first() -> None:
    sections = [SECTION | {"key": "one", "criteria": CRITERIA[:1]}]
    named = people(13)
    named[4] |= {"name": "one1", "unit": "镇", "post": "书记"}
    asked = form(sections=sections, ratees=named)
    (run,) = runs_of(cards_of(asked))
    ratings = (2, 0, 1, 4, 2, *[1] * 8)
    found = by_grade(run, asked, Ballot("A", "", ratings))
    assert [(part.position, part.label, len(part.cards)) for part in found] == [
        (0, "", 1),
        (1, "优秀", 9),
        (2, "称职", 2),
        (4, "不了解", 1),
    ]
    assert [run.called(card) for card in found[2].cards] == ["one0", "one1 镇 书记"]
    assert run.called(found[0].cards[0]) == "one1"
