"""The page of leaders and leads: what is theirs, notes, comments, and the office that reads them."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatPart
from tests.office import Office
from tests.services.assessment.reports.reported import proved, submit
from tests.web.admin.assessment.seated import BASE as SAMPLE
from tests.web.admin.assessment.seated import seated
from tests.web.admin.assessment.seated_year import CODE, PERIODS, SEATS, number, seated_year

YEAR = f"/admin/a/{CODE}"
MINE = f"{YEAR}/mine"


@pytest.fixture
def year(app: Flask) -> Flask:
    seated_year()
    return app


def browser(app: Flask, who: str) -> Office:
    return Office(app, SEATS[who].account, "member", "甲局")


def office(app: Flask) -> Office:
    return Office(app, "考核办", "organiser", "甲局")


def main(page: str) -> str:
    return page.partition("<main")[2]


def shown(unit: str, indicator: str) -> str:
    return f"{number(unit, indicator, PERIODS[1]):,}".replace(",", "")


def test_a_leader_of_a_unit_sees_the_unit_and_is_led_to_the_sheet(year: Flask) -> None:
    leader = browser(year, "leader of a unit")
    page = main(leader.get(MINE).text)
    assert "单位t1" in page
    assert "单位t2" not in page
    assert shown("t1", "retail") in page.replace(",", "")
    assert "看“领导评分”" in page
    assert "已交，密封中" in page


def test_a_lead_sees_the_indicator_of_all_units_and_the_sheet_to_fill_in(year: Flask) -> None:
    page = main(browser(year, "lead").get(MINE).text)
    assert "指标output" in page
    assert "指标retail" not in page
    assert all(f"单位{unit}" in page for unit in ("t1", "t2", "t3"))
    assert "填写“领导评分”" in page


def test_the_first_pages_lead_there(year: Flask) -> None:
    lead = browser(year, "lead")
    assert f'href="{MINE}"' in main(lead.get(YEAR).text)
    assert "“领导评分”等您填写" in lead.get(YEAR).text
    assert "“领导评分”等您填写" in lead.get("/admin/a").text
    assert "等您填写" not in browser(year, "leader of a unit").get(YEAR).text
    assert MINE not in browser(year, "reporter").get(YEAR).text


@pytest.mark.parametrize("who", ["reporter", "approver", "group", "committee", "reader"])
def test_others_have_no_such_page(year: Flask, who: str) -> None:
    assert browser(year, who).get(MINE).status_code == 404


@pytest.mark.parametrize("path", ["t1", "t1/output"])
def test_a_note_is_seen_by_its_leader_and_the_office_alone(year: Flask, path: str) -> None:
    leader = browser(year, "leader of a unit")
    assert leader.get(f"{MINE}/notes/{path}").status_code == 200
    for _ in range(2):
        said = leader.post(f"{MINE}/notes/{path}", follow=True, text="抓紧<b>办</b>")
    assert "批注已记录" in said.text
    assert said.text.count("抓紧&lt;b&gt;办&lt;/b&gt;") == 1
    assert "抓紧&lt;b&gt;办" in office(year).get(f"{YEAR}/remarks").text
    for other in ("leader of an indicator", "lead", "reporter"):
        assert "抓紧" not in browser(year, other).get(MINE).text
    assert browser(year, "reporter").get(f"{YEAR}/remarks").status_code == 404


def test_a_note_without_words_or_with_too_many_is_refused_and_kept(year: Flask) -> None:
    leader = browser(year, "leader of a unit")
    leader.get(f"{MINE}/notes/t1")
    answer = leader.post(f"{MINE}/notes/t1", text="  ")
    assert answer.status_code == 422
    assert "请写内容" in answer.text
    answer = leader.post(f"{MINE}/notes/t1", text="长" * 501)
    assert answer.status_code == 422
    assert "长" * 501 in answer.text
    assert "最多 500 个字，请缩短" in answer.text


def test_notes_are_written_on_one_s_own_alone(year: Flask) -> None:
    of_unit, of_indicator = browser(year, "leader of a unit"), browser(year, "leader of an indicator")
    for leader, paths in (
        (of_unit, ("t2", "t2/output", "t9")),
        (of_indicator, ("t1", "t1/output", "t1/none")),
        (browser(year, "lead"), ("t1", "t1/output")),
    ):
        for path in paths:
            leader.get(MINE)
            assert leader.get(f"{MINE}/notes/{path}").status_code == 404, path
            assert leader.post(f"{MINE}/notes/{path}", text="x").status_code == 404, path
    assert of_indicator.get(f"{MINE}/notes/t2/retail").status_code == 200


def test_comments_are_written_by_leads_on_their_indicators(year: Flask) -> None:
    lead = browser(year, "lead")
    path = f"{MINE}/comments/{PERIODS[1]}/t2/output"
    lead.get(path)
    assert "意见已记录" in lead.post(path, follow=True, text="口径不对").text
    assert "口径不对" in lead.get(path).text
    assert "口径不对" in office(year).get(f"{YEAR}/remarks").text
    assert lead.get(f"{MINE}/comments/{PERIODS[1]}/t2/retail").status_code == 404
    assert lead.get(f"{MINE}/comments/2027-01/t2/output").status_code == 404
    assert browser(year, "leader of a unit").get(f"{MINE}/comments/{PERIODS[1]}/t1/output").status_code == 404


def test_a_comment_stands_in_the_queue_beside_the_number(app: Flask) -> None:
    proved()
    submit()
    queue = Office(app, "考核办", "organiser", "甲局").get(f"{SAMPLE}/queue").text
    assert "牵头部门意见" not in queue
    lead = seated(app, "组织部的人", SeatPart.LEAD, "stats", "b1", "b2", "agri", "eco")
    page = lead.get(f"{SAMPLE}/mine").text
    assert "待审核的数" in page
    path = re.findall(r'href="([^"]*/mine/comments/2026-05/t3/[^"]*)"', page)[0]
    lead.get(path)
    lead.post(path, text="与统计局的数不一致")
    assert "已提意见" in lead.get(f"{SAMPLE}/mine").text
    shown_again = Office(app, "考核办", "organiser", "甲局").get(f"{SAMPLE}/queue").text
    assert "牵头部门意见（组织部的人）：与统计局的数不一致" in shown_again
