"""The proposal as a committee reads it, and its decisions put on record by the office."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatPart
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.scored_year import (
    account,
    came_since,
    decide,
    examining,
    score,
    sign,
    signed,
    stage,
)
from tests.services.assessment.test_sample_scored import scored

from .seated_record import BASE, bands, seated, year

DECIDE, PROPOSAL = f"{BASE}/decide", f"{BASE}/proposal"
MEETING = {
    "committee": "县委常委会",
    "minutes": "〔2027〕3号",
    "day": "2027-02-03",
    "reason": "同意建议",
    "band-t1": "good",
    "band-t2": "good",
    "band-t3": "fair",
}


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def check(office: Office, **typed: str) -> dict[str, str]:
    """Send the form once; return it as the page that asks for a confirmation would send it again."""
    page = office.get(DECIDE).text
    sent = {**MEETING, **typed, "seen": value(page, "seen"), "checked": value(page, "checked")}
    answer = office.post(DECIDE, **sent)
    return {**sent, "seen": value(answer.text, "seen"), "checked": value(answer.text, "checked")}


def test_the_form_is_preset_checked_and_recorded(app: Flask) -> None:
    signed()
    office = Office(app)
    page = office.get(DECIDE).text
    assert page.count("selected") == 3
    sent = check(office)
    assert office.page.status_code == 200
    assert "现在什么都还没有记录" in office.page.text
    assert bands() == []
    answer = office.post(DECIDE, follow=True, **sent)
    assert "3 个单位的等次已记录在案。" in answer.text
    assert "县委常委会（〔2027〕3号）" in answer.text
    said = "县委常委会（〔2027〕3号）", "同意建议"
    assert bands() == [("t1", "good", *said), ("t2", "good", *said), ("t3", "fair", *said)]
    assert stage() is Stage.DECIDED


def test_sent_twice_it_stands_once(app: Flask) -> None:
    signed()
    office = Office(app)
    sent = check(office)
    assert [office.post(DECIDE, **sent).status_code for _ in range(2)] == [303, 303]
    assert len(bands()) == 3


def test_what_was_changed_after_the_check_is_checked_again(app: Flask) -> None:
    signed()
    office = Office(app)
    sent = check(office)
    answer = office.post(DECIDE, **{**sent, "committee": "别的会"})
    assert answer.status_code == 200
    assert "现在什么都还没有记录" in answer.text
    assert bands() == []


def test_another_band_than_proposed_needs_its_reason(app: Flask) -> None:
    signed()
    office = Office(app)
    page = office.get(DECIDE).text
    answer = office.post(DECIDE, **MEETING | {"band-t3": "good", "seen": value(page, "seen")})
    assert answer.status_code == 422
    assert "与建议不同或并列待定的，请写明理由。" in answer.text
    assert 'value="县委常委会"' in answer.text
    sent = check(office, **{"band-t3": "good", "reason-t3": "复核<script>"})
    assert office.post(DECIDE, **sent).status_code == 303
    assert bands()[-1] == ("t3", "good", "县委常委会（〔2027〕3号）", "复核<script>")
    shown = office.get(PROPOSAL).text
    assert "与建议不同" in shown
    assert "复核&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("committee", " ", "会议名称：请填写。"),
        ("committee", "会" * 300, "会议名称：字数超过上限"),
        ("committee", "会\u202e议", "会议名称：含有看不见的字符"),
        ("minutes", "", "会议纪要文号：请填写。"),
        ("day", "2027-13-01", "会议日期：请选一个日期。"),
        ("day", "2019-01-01", "会议日期：这一天早于考核年度。"),
        ("day", "2999-01-01", "会议日期：日期太晚了。"),
        ("reason", "", "决定的理由：请填写。"),
        ("band-t1", "best", "t1镇：没有这个等次"),
        ("reason-t1", "理" * 20_000, "t1镇：字数超过上限"),
    ],
)
def test_faults_are_said_at_their_field_and_nothing_is_lost(
    app: Flask, field: str, typed: str, said: str
) -> None:
    signed()
    office = Office(app)
    page = office.get(DECIDE).text
    answer = office.post(DECIDE, **MEETING | {"seen": value(page, "seen"), field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="2027-02-03"' in answer.text or field == "day"
    assert bands() == []


def test_no_unit_at_all_is_a_fault(app: Flask) -> None:
    signed()
    office = Office(app)
    answer = office.post(DECIDE, **MEETING | {"band-t1": "", "band-t2": "", "band-t3": ""})
    assert answer.status_code == 422
    assert "一个单位也没有选等次。" in answer.text


def test_one_unit_is_decided_alone_and_a_later_decision_stands_beside(app: Flask) -> None:
    signed()
    office = Office(app)
    office.post(DECIDE, **check(office, **{"band-t2": "", "band-t3": ""}))
    assert stage() is Stage.SCORED
    page = office.get(DECIDE).text
    assert "已定“良好”" in page
    assert page.count("selected") == 2
    later = {"band-t1": "fair", "reason-t1": "复议", "band-t2": "", "band-t3": "", "minutes": "〔2027〕9号"}
    assert office.post(DECIDE, **check(office, **later)).status_code == 303
    shown = office.get(PROPOSAL).text
    assert "已被后来的决定替代" in shown
    assert "〔2027〕3号" in shown
    assert "〔2027〕9号" in shown
    assert [band for _, band, _, _ in bands()] == ["good", "fair"]


def test_two_who_decide_at_once_are_told_of_each_other(app: Flask) -> None:
    signed()
    one, other = Office(app), Office(app, "李明")
    sent, theirs = check(one), check(other, **{"band-t1": "fair", "reason-t1": "复议"})
    assert one.post(DECIDE, **sent).status_code == 303
    answer = other.post(DECIDE, **theirs)
    assert answer.status_code == 409
    assert "王芳 记录了：t1镇 → 良好" in answer.text
    assert "复议" in answer.text
    assert len(bands()) == 3


def test_what_came_since_is_said_and_nothing_decided(app: Flask) -> None:
    signed()
    office = Office(app)
    sent = check(office)
    came_since()
    answer = office.post(DECIDE, **sent)
    assert answer.status_code == 409
    assert "没有记录" in answer.text
    assert "t3镇：领导评价，— → 99" in answer.text
    assert "〔2027〕3号" in answer.text
    assert bands() == []
    score("收到更正函")
    sign(account("丙"), account("丁"))
    again = office.post(DECIDE, **sent)
    assert again.status_code == 409
    assert "现在以第 2 号计分结果为准" in again.text
    assert bands() == []


def test_an_unsigned_record_and_a_closed_year_are_not_decided_on(app: Flask) -> None:
    examining()
    office = Office(app)
    assert office.get(DECIDE).status_code == 409
    assert office.post(DECIDE, **MEETING).status_code == 409
    score()
    assert "还没有两人签字" in office.get(DECIDE).text
    assert office.post(DECIDE, **check(office)).status_code == 409
    sign(account("丙"), account("丁"))
    sent = check(office)
    with transaction(write=True) as session:
        assessment_rows.set_stage(session, year(), Stage.CLOSED)
    answer = office.post(DECIDE, **sent)
    assert answer.status_code == 409
    assert "考核已办结" in answer.text
    assert bands() == []


def test_the_committee_reads_and_does_not_record(app: Flask) -> None:
    signed()
    decide("t1")
    committee = seated(app, SeatPart.COMMITTEE, "委员")
    page = committee.get(PROPOSAL).text
    assert "县委常委会" in page
    assert "记录会议决定" not in page
    assert committee.get(DECIDE).status_code == 404
    assert committee.post(DECIDE, **MEETING).status_code == 404
    for part in (SeatPart.READER, SeatPart.LEADER):
        other = seated(app, part, f"某{part}", ("t1",) if part is SeatPart.LEADER else ())
        assert other.get(PROPOSAL).status_code == 404


def test_the_samples_proposal_says_all_that_a_committee_asks(app: Flask) -> None:
    scored(app)
    page = Office(app).get(f"/admin/a/{SAMPLE_CODE}/proposal").text
    for said in ("一票否决", "缺“", "未完成的约束性指标：", "下载", "即 "):
        assert said in page, said
    assert re.search(r"不超过本类 \d+ 个单位的 \d+%，即 \d+ 个；已用 \d+ 个", page)
    towns = Office(app).get(f"/admin/a/{SAMPLE_CODE}/proposal?class=town").text
    assert "/totals/b1" not in towns
