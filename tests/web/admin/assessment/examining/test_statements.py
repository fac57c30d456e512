"""Pages of statements: written and handed in by the unit, read and returned by office and group."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.examining.statement import UnitStatement
from survey.domain.assessment.facts import Stage
from survey.services.assessment.examining import unit_statements
from tests.services.assessment.examining.year_at_end import (
    STATEMENT,
    at_end,
    give_back,
    hand_in,
    read,
    stage_is,
    year,
)

from .desks import BASE, OTHERS, committee, group, organiser, reporter, seated

LIST = f"{BASE}/statements"
OWN = f"{LIST}/t1"
FORM = {**STATEMENT, "seen": "0", "act": "hand-in"}


def found(unit: str = "t1") -> UnitStatement:
    return read(lambda session: unit_statements.statement_of(session, year(), unit))


def test_a_draft_then_handed_in_once(app: Flask) -> None:
    at_end()
    desk = reporter(app)
    page = desk.get(OWN).text
    assert page.count('data-most="30"') == page.count('data-most="300"') == 4
    assert "office-counters.js" in page
    assert (
        desk.post(OWN, **FORM | {"act": "draft", "first_text": "", "second_text": "长" * 301}).status_code
        == 303
    )
    draft = found()
    assert not draft.is_in
    assert "长" * 301 in desk.get(OWN).text
    for _ in range(2):
        assert desk.post(OWN, **FORM | {"seen": str(draft.number)}).status_code == 303
    assert found().is_in
    page = desk.get(OWN).text
    assert "<textarea" not in page
    assert "first 的 text &lt;b&gt;&amp;" in page


def test_enter_in_a_field_hands_nothing_in(app: Flask) -> None:
    at_end()
    desk = reporter(app)
    page = desk.get(OWN).text
    first = re.search(r"<button[^>]*>", page[page.index('name="seen"') :])
    assert first
    assert 'value=""' in first[0]
    assert desk.post(OWN, **FORM | {"act": ""}).status_code == 303
    assert found().number > 0
    assert not found().is_in


@pytest.mark.parametrize("name", STATEMENT)
def test_returned_at_once_if_one_is_empty(app: Flask, name: str) -> None:
    at_end()
    desk = reporter(app)
    desk.get(OWN)
    answer = desk.post(OWN, **FORM | {name: " "})
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    assert f'id="{name}-error"' in answer.text
    kept = [other for other in STATEMENT if other != name]
    assert all(f"{other.split('_')[0]} 的 {other.split('_')[1]}" in answer.text for other in kept)
    assert found().number == 0


def test_hostile_texts(app: Flask) -> None:
    at_end()
    desk = reporter(app)
    desk.get(OWN)
    typed = {
        "first_text": "</textarea><script>alert(1)</script>",
        "second_text": "a\x00b\u202e",
        "third_text": "长" * 5000,
    }
    answer = desk.post(OWN, **FORM | typed)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert 'href="#first_text"' not in answer.text
    assert 'href="#second_text"' in answer.text
    assert "长" * 5000 in answer.text


def test_what_two_write_at_once(app: Flask) -> None:
    at_end()
    desk = reporter(app)
    desk.get(OWN)
    hand_in(first_text="同事写的")
    answer = desk.post(OWN, **FORM | {"first_text": "我写的"})
    assert answer.status_code == 409
    assert "我写的" in answer.text
    assert "已经有人交过或改过" in answer.text
    assert found().parts[0].text == "同事写的"


def test_returned_with_a_reason_and_handed_in_anew(app: Flask) -> None:
    at_end()
    unit, office = reporter(app), organiser(app)
    number = hand_in()
    office.get(OWN)
    assert office.post(f"{OWN}/return", reason=" ", seen=number).status_code == 422
    assert "没有退回" in office.post(f"{OWN}/return", follow=True, reason="x", seen=number + 1).text
    for _ in range(2):
        assert office.post(f"{OWN}/return", reason="数字<b>不对", seen=number).status_code == 303
    page = unit.get(OWN).text
    assert "数字&lt;b&gt;不对" in page
    assert "first 的 text" in page
    assert unit.post(OWN, **FORM | {"seen": str(found().number)}).status_code == 303
    assert found().is_in


def test_a_group_returns_too(app: Flask) -> None:
    at_end()
    number = hand_in()
    desk = group(app)
    desk.get(OWN)
    assert desk.post(f"{OWN}/return", reason="太长", seen=number).status_code == 303
    assert found().reason == "太长"


def test_drafts_are_the_unit_s_alone(app: Flask) -> None:
    at_end()
    hand_in(hand_in=False, first_text="还没想好")
    for desk in (organiser(app), group(app)):
        for path in (LIST, OWN):
            assert "还没想好" not in desk.get(path).text
    assert "还没想好" in seated(app, *OTHERS["approver"]).get(OWN).text
    given = hand_in(seen=found().number, first_text="交的")
    returned = give_back(given)
    hand_in(seen=returned, hand_in=False, first_text="又在改")
    page = organiser(app).get(OWN).text
    assert "交的" in page
    assert "又在改" not in page


@pytest.mark.parametrize("who", OTHERS)
def test_who_may_not(app: Flask, who: str) -> None:
    at_end()
    number = hand_in()
    part, *keys = OTHERS[who]
    desk = seated(app, part, *keys, name=who)
    desk.get("/admin/a")
    assert desk.post(OWN, **FORM | {"seen": str(number)}).status_code == 404
    assert desk.post(f"{OWN}/return", reason="x", seen=number).status_code == 404
    assert desk.post(f"{BASE}/statement-deadline", day="2026-12-20").status_code == 404
    if who != "approver":
        assert desk.get(OWN).status_code == 404
    assert found().number == number


def test_a_unit_lists_its_own_line_and_the_committee_none(app: Flask) -> None:
    at_end()
    page = reporter(app).get(LIST).text
    assert "t1镇" in page
    assert "t2镇" not in page
    assert committee(app).get(LIST).status_code == 404
    assert "还有 3 个单位没有交：t1镇、t2镇、t3镇。" in organiser(app).get(LIST).text


def test_a_deadline_is_shown_and_late_ones_are_marked(app: Flask) -> None:
    at_end()
    hand_in()
    office = organiser(app)
    office.get(LIST)
    bad = office.post(f"{BASE}/statement-deadline", day="随便")
    assert bad.status_code == 422
    assert "随便" in bad.text
    assert office.post(f"{BASE}/statement-deadline", day="2026-01-05").status_code == 303
    assert "2026-01-05" in reporter(app).get(OWN).text
    late = office.get(LIST).text
    assert "逾期" in late
    office.post(f"{BASE}/statement-deadline", day="2027-12-31")
    assert 'class="chip bad">逾期' not in office.get(LIST).text


def test_not_once_the_year_is_scored(app: Flask) -> None:
    at_end()
    desk = reporter(app)
    desk.get(OWN)
    stage_is(Stage.SCORED)
    answer = desk.post(OWN, **FORM)
    assert answer.status_code == 409
    assert "现在这个阶段不能写了" in answer.text
    assert "first 的 text &lt;b&gt;&amp;" in answer.text
    assert found().number == 0
    page = desk.get(OWN).text
    assert "现在这个阶段不能写" in page
    assert "<textarea" not in page
    assert "statement-deadline" not in organiser(app).get(LIST).text
