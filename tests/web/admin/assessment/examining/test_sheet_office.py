"""The office's pages of sheets: naming, who has handed in, opening, and the table by name."""

from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import taking
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.services.assessment.examining.scored_sheets import (
    CODE,
    HEADS,
    SCORERS,
    account_of,
    hand_in,
    lose_key,
    named,
    points,
    progress,
    seat,
    sheets_year,
    typed,
)
from tests.services.assessment.sample_taken import rows

SHEETS = f"/admin/a/{CODE}/sheets"
SHEET = f"{SHEETS}/{HEADS}"


@pytest.fixture
def keys(app: Flask, settings: Settings) -> Path:
    del app
    sheets_year()
    return settings.keys


@pytest.fixture
def office(app: Flask, keys: Path) -> Office:
    del keys
    return Office(app, "考核办", "organiser", "甲局")


def test_scorers_are_named_on_the_page(office: Office) -> None:
    assert "还没有评分人" in office.get(SHEETS).text
    page = office.get(SHEET).text
    assert all(name in page for name in SCORERS)
    ids = [account_of(name) for name in SCORERS[:2]]
    choices = {f"units.{ids[0]}": "all", f"units.{ids[1]}": "reached"}
    said = office.post(SHEET, follow=True, act="name", scorer=ids, **choices)
    assert "新增了 2 名评分人" in said.text
    assert "3 个单位" in said.text
    assert "“领导评分”（3 个单位）还没有交" in said.text
    assert f"/admin/a/{CODE}/mine/sheets/{HEADS}" in said.text
    assert "没有新的评分人" in office.post(SHEET, follow=True, act="name", scorer=ids, **choices).text
    assert [one.units for one in progress().scorers] == [("t1", "t2", "t3"), ("t1",)]


def test_who_cannot_score_is_told_beside_the_name(office: Office) -> None:
    seat("镇长", SeatPart.LEADER, "t1")
    own = seat("镇长", SeatPart.REPORTER, "t1")
    office.get(SHEET)
    answer = office.post(SHEET, act="name", scorer=[own], **{f"units.{own}": "reached"})
    assert answer.status_code == 422
    assert "没有单位可评" in answer.text
    assert f'value="{own}" checked' in answer.text
    assert progress().scorers == ()


def test_who_is_in_is_shown_and_what_is_not(office: Office, keys: Path) -> None:
    named()
    hand_in(keys, "书记", typed("43.719", "31.937"))
    for page in (office.get(SHEET).text, office.get(SHEETS).text, office.get(f"/admin/a/{CODE}/totals").text):
        assert "43.719" not in page
        assert "75.656" not in page
    assert "已交" in office.get(SHEET).text


def test_given_back_and_taken_off_only_with_a_reason(office: Office, keys: Path) -> None:
    named()
    hand_in(keys, "书记")
    first = account_of("书记")
    office.get(SHEET)
    for act in ("return", "take-off"):
        answer = office.post(SHEET, act=act, account=first, reason=" ")
        assert answer.status_code == 422
        assert "请写明原因" in answer.text
    assert "已退回" in office.post(SHEET, follow=True, act="return", account=first, reason="漏项").text
    assert (
        "没有交上来的表" in office.post(SHEET, follow=True, act="return", account=first, reason="漏项").text
    )
    said = office.post(SHEET, follow=True, act="take-off", account=first, reason="<i>调离</i>")
    assert "已移出评分人" in said.text
    assert "书记：&lt;i&gt;调离&lt;/i&gt;" in said.text
    assert "已经移出" in office.post(SHEET, follow=True, act="take-off", account=first, reason="调离").text


def test_opened_early_with_a_reason_once_enough_are_in(office: Office, keys: Path) -> None:
    named()
    hand_in(keys, "书记")
    assert "至少要有 2 人交表" in office.get(SHEET).text
    assert office.post(SHEET, act="open", why="年前要定").status_code == 422
    hand_in(keys, "县长", typed("40"))
    office.get(SHEET)
    answer = office.post(SHEET, act="open", why="")
    assert answer.status_code == 422
    assert "请写明原因" in answer.text
    said = office.post(SHEET, follow=True, act="open", why="年前要定").text
    assert "已启封，分数已入册" in said
    assert "提前启封的原因：年前要定" in said
    assert "没有交表的：副县长" in said
    assert "<b>75.00</b>" in said
    assert "刚才已经启封" in office.post(SHEET, follow=True, act="open", why="年前要定").text
    answer = office.post(SHEET, act="return", account=account_of("书记"), reason="漏项")
    assert answer.status_code == 422
    assert "已经启封，不能再改" in answer.text


def test_fewer_than_a_mean_needs_are_opened_by_hand_alone(office: Office, keys: Path) -> None:
    named("书记")
    hand_in(keys, "书记")
    page = office.get(SHEET).text
    assert "不到 2 人，没有自动启封" in page
    assert "增加选中的评分人" in page
    assert "已启封，分数已入册" in office.post(SHEET, follow=True, act="open").text


def test_points_that_came_by_file_are_named(office: Office) -> None:
    named()
    given = [f"heads,t1,人大主任,{line},{value}" for line, value in (("w", 7), ("z", 8))]
    with transaction(write=True) as session:
        taking.take_points(session, CODE, rows("sheet,unit,scorer,line,points", *given), BY)
    page = office.get(SHEET).text
    assert "已有由文件导入的分数" in page
    assert "人大主任" in page


def test_without_the_key_nothing_is_opened_and_it_is_said(office: Office, keys: Path) -> None:
    named()
    for name in SCORERS[:2]:
        hand_in(keys, name)
    lose_key(keys)
    office.get(SHEET)
    answer = office.post(SHEET, act="open", why="年前要定")
    assert answer.status_code == 409
    assert "钥匙不在服务器上" in answer.text
    assert "年前要定</textarea>" in answer.text
    assert points() == ()


def test_nonsense_is_refused(office: Office) -> None:
    named()
    office.get(SHEET)
    for sent in ({}, {"act": "x"}, {"act": "return", "account": "9" * 30, "reason": "x"}):
        assert office.post(SHEET, **sent).status_code in (404, 422)
    assert office.post(SHEET, follow=True, act="name", scorer=["x", "9" * 30]).status_code == 200
    assert office.get(f"{SHEETS}/none").status_code == 404


@pytest.mark.usefixtures("keys")
def test_scorers_do_not_see_the_office_s_pages(app: Flask) -> None:
    named()
    browser = Office(app, "书记", "member", "甲局")
    for path in (SHEETS, SHEET):
        assert browser.get(path).status_code == 404
    assert browser.post(SHEET, act="open", why="x").status_code == 404
