"""Scoring on the page: what is missing, what would change, made once."""

import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatPart
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment import sample_taken
from tests.services.assessment.scored_year import YEAR, came_since, examining, score, signed
from tests.web.people import hidden

from .seated_record import BASE, numbers_of_records, seated, year

SCORE = f"{BASE}/score"


def make(office: Office, **fields: str) -> int:
    mark = hidden_mark(office)
    return office.post(SCORE, **{"mark": mark, "reason": "", **fields}).status_code


def hidden_mark(office: Office) -> str:
    return mark_in(office.get(SCORE).text)


def mark_in(page: str) -> str:
    return hidden(page.replace('id="mark" name="mark" type="hidden"', 'name="mark"'), "mark")


def test_the_page_says_what_the_record_goes_without(app: Flask) -> None:
    examining()
    page = Office(app).get(SCORE).text
    assert "“民主测评”没有值（没有签字确认的计票结果）：全部单位。" in page
    assert "总分缺了组成部分：t1镇、t2镇、t3镇。" in page
    assert "考核大会还没有记录：全部单位。" in page
    assert "实地查访核验还没有记录：全部单位。" in page
    assert "没有可用的" not in page


def test_the_record_is_made_and_opened(app: Flask) -> None:
    examining()
    office = Office(app)
    mark = hidden_mark(office)
    answer = office.post(SCORE, follow=True, mark=mark)
    assert answer.request.path == f"{BASE}/records/1"
    assert "第 1 号计分结果已存档" in answer.text
    assert "92.88" in answer.text
    assert year().stage is Stage.SCORED


def test_sent_twice_it_is_made_once(app: Flask) -> None:
    examining()
    office = Office(app)
    mark = hidden_mark(office)
    for _ in range(2):
        assert office.post(SCORE, mark=mark).status_code == 303
    assert numbers_of_records() == [1]
    came_since()
    mark = hidden_mark(office)
    for _ in range(2):
        assert office.post(SCORE, mark=mark, reason="收到更正函").status_code == 303
    assert numbers_of_records() == [1, 2]


def test_a_later_one_shows_what_would_change_and_needs_a_reason(app: Flask) -> None:
    signed()
    came_since()
    office = Office(app)
    page = office.get(SCORE).text
    assert "t3镇：领导评价，91 → —" in page
    assert "t3镇：领导评价，— → 99" in page
    assert "1 个单位有变化，其余不变。" in page
    assert "<b>78.53</b>" in page
    assert "76.18" in page
    assert make(office) == 422
    assert "请写明为什么重新计分。" in office.page.text
    assert make(office, reason="x" * 501) == 422
    assert numbers_of_records() == [1]
    assert make(office, reason="收到<b>更正函") == 303
    shown = office.get(f"{BASE}/records").text
    assert "收到&lt;b&gt;更正函" in shown
    assert shown.index("第 2 号") < shown.index("第 1 号")
    assert "更正" in shown
    assert "已被替代" in shown


def test_what_came_while_one_looked_is_not_scored_unseen(app: Flask) -> None:
    examining()
    office = Office(app)
    mark = hidden_mark(office)
    came_since()
    answer = office.post(SCORE, mark=mark, reason="我的原因")
    assert answer.status_code == 409
    assert "您看这一页以后" in answer.text
    assert numbers_of_records() == []
    assert office.post(SCORE, mark=mark_in(answer.text)).status_code == 303


def test_two_who_score_at_once_make_one_record(app: Flask) -> None:
    examining()
    one, other = Office(app), Office(app, "李明")
    marks = [hidden_mark(one), hidden_mark(other)]
    answers = [who.post(SCORE, mark=mark) for who, mark in zip((one, other), marks, strict=True)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert numbers_of_records() == [1]


def test_nothing_new_is_not_scored_again(app: Flask) -> None:
    signed()
    office = Office(app)
    assert "不用重新计分" in office.get(SCORE).text
    assert "<button" not in office.page.text.partition("<main")[2]
    assert office.post(SCORE, mark="x", reason="复核").status_code == 409
    assert numbers_of_records() == [1]


@pytest.mark.parametrize("stage", [Stage.ISSUED, Stage.CLOSED])
def test_in_another_stage_it_is_refused_in_words(app: Flask, stage: Stage) -> None:
    examining()
    office = Office(app)
    mark = hidden_mark(office)
    with transaction(write=True) as session:
        assessment_rows.set_stage(session, year(), stage)
    answer = office.post(SCORE, mark=mark)
    assert answer.status_code == 409
    assert ("考核已办结" if stage is Stage.CLOSED else "现在还不能计分") in answer.text
    assert numbers_of_records() == []


def test_a_year_that_runs_says_which_periods_are_closed_with_it(app: Flask) -> None:
    sample_taken.issued()
    office = Office(app)
    path = f"/admin/a/{SAMPLE_CODE}/score"
    assert "现在还不能计分" in office.get(path).text
    sample_taken.take_all()
    page = office.get(path).text
    assert "还没有结账的期会一并结账：2026-01" in page
    assert office.post(path, mark=mark_in(page)).status_code == 303
    assert sample_taken.current().stage is Stage.SCORED
    assert office.post(path, mark=mark_in(page)).status_code == 303


@pytest.mark.parametrize("part", [SeatPart.COMMITTEE, SeatPart.READER])
def test_others_find_no_such_page(app: Flask, part: SeatPart) -> None:
    examining()
    member = seated(app, part, "某人")
    assert member.get(SCORE).status_code == 404
    assert member.post(SCORE, mark="").status_code == 404
    assert numbers_of_records() == []


def test_a_record_is_opened_and_its_papers_are_kept(app: Flask) -> None:
    signed()
    came_since()
    score("收到更正函")
    office = Office(app)
    old = office.get(f"{BASE}/records/1").text
    assert "这是以前的计分结果" in old
    assert "76.18" in old
    assert "收到更正函" in office.get(f"{BASE}/records/2").text
    for paper in ("proposal", "summary", "score-sheets"):
        for kind, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF")):
            answer = office.client.get(f"{BASE}/records/1/{paper}.{kind}")
            assert answer.data.startswith(begins), (paper, kind)
            assert answer.headers["Content-Disposition"].startswith("attachment")
    csv = office.client.get(f"{BASE}/records/1/summary.csv").data.decode("utf-8-sig")
    assert "76.18" in csv
    for path in ("records/3", "records/3/summary.pdf", "records/1/summary.exe", "records/1/mending.pdf"):
        assert office.get(f"{BASE}/{path}").status_code == 404, path


def test_papers_ask_for_their_seats(app: Flask) -> None:
    signed()
    committee = seated(app, SeatPart.COMMITTEE, "委员")
    assert committee.client.get(f"{BASE}/records/1/proposal.pdf").status_code == 200
    scrutineer = Office(app, "监票人丙", "scrutineer")
    assert scrutineer.client.get(f"{BASE}/records/1/summary.pdf").status_code == 200
    assert scrutineer.client.get(f"{BASE}/records/1/proposal.pdf").status_code == 404
    reporter = seated(app, SeatPart.REPORTER, "填报人", ("t1",))
    assert reporter.get(f"{BASE}/records/1").status_code == 404
    assert YEAR in reporter.get("/admin/a").text
