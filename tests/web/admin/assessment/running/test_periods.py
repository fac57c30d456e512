"""The periods of a year: their states, closing one as it was shown, and the papers of each."""

import json
import re
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.services.assessment import closing
from survey.storage.database import transaction
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import (
    accept,
    current,
    everything,
    issued,
    loaded,
    take_all,
    take_values,
    values,
)
from tests.web.admin.assessment.seated_year import CODE, EVERYBODY, PERIODS, browser_of, seated_year

AT = f"/admin/a/{SAMPLE_CODE}/periods"


@pytest.fixture
def office(app: Flask) -> Office:
    issued()
    return Office(app, "考核办", "organiser", "甲局")


def seen(page: str) -> str:
    [found] = re.findall(r'name="seen" value="([^"]+)"', page)
    return str(found)


def closed() -> list[tuple[str, int]]:
    with transaction() as session:
        return [(one.period, one.bulletin) for one in closing.closed_periods(session, current()).values()]


def close(office: Office, period: str, **more: str) -> str:
    office.get(f"{AT}/{period}/close")
    answer = office.post(f"{AT}/{period}/close", follow=True, seen=seen(office.page.text), **more)
    return str(answer.text)


def test_a_draft_has_no_periods_to_close(app: Flask) -> None:
    loaded()
    office = Office(app, "考核办", "organiser", "甲局")
    assert "下达以后才有各期" in office.get(AT).text
    assert "/close" not in office.page.text
    assert office.get(f"{AT}/2026-01/close").status_code == 303
    assert office.get(f"{AT}/2026-01/bulletin.xlsx").status_code == 409


def test_an_issued_year_closes_nothing_before_its_first_number(office: Office) -> None:
    assert "收到第一个数以后就可以结账" in office.get(AT).text
    said = office.get(f"{AT}/2026-01/close")
    assert said.status_code == 303
    assert "现在不能结账" in office.get(AT).text


def test_a_close_names_what_it_goes_without_and_is_confirmed(office: Office) -> None:
    accept("2026-01,t1,output,3")
    page = office.get(AT).text
    assert "还有" in page
    assert "没有审核通过" in page
    asked = office.get(f"{AT}/2026-01/close").text
    named = re.findall(r"缺 (\d+) 个", asked)
    assert len(named) == 1
    assert int(named[0]) > 5
    assert "东岭镇：" in asked
    assert closed() == []
    assert "2026-01 已结账，通报第 1 期" in close(office, "2026-01")
    assert closed() == [("2026-01", 1)]
    page = office.get(AT).text
    assert "通报第 1 期 · 考核办 于" in page
    assert "2026-02，通报第 2 期" in page


def test_a_close_is_refused_where_something_else_is_missing_by_now(office: Office) -> None:
    accept("2026-01,t1,output,3")
    before = seen(office.get(f"{AT}/2026-01/close").text)
    accept("2026-01,t2,output,4")
    answer = office.post(f"{AT}/2026-01/close", seen=before)
    assert answer.status_code == 409
    assert "刚才缺的数有了变化" in answer.text
    assert closed() == []
    for wrong in ("", "x", "sha256:" + "0" * 64, "<script>" * 500):
        assert office.post(f"{AT}/2026-01/close", seen=wrong).status_code == 409
    assert closed() == []
    assert office.post(f"{AT}/2026-01/close", seen=seen(answer.text)).status_code == 303
    assert closed() == [("2026-01", 1)]


def test_a_number_that_was_handed_in_meanwhile_is_seen_first(office: Office) -> None:
    accept("2026-01,t1,output,3")
    before = seen(office.get(f"{AT}/2026-01/close").text)
    take_values(values("2026-01,t2,output,4"), accept=False)
    assert office.post(f"{AT}/2026-01/close", seen=before).status_code == 409
    assert "另有 1 个数报上来了" in office.page.text
    assert closed() == []


def test_a_close_sent_twice_is_done_once(office: Office) -> None:
    accept("2026-01,t1,output,3")
    told = seen(office.get(f"{AT}/2026-01/close").text)
    office.post(f"{AT}/2026-01/close", seen=told)
    now = {table: found for table, found in everything().items() if table != "sessions"}
    said = office.post(f"{AT}/2026-01/close", follow=True, seen=told)
    assert "已经结账：通报第 1 期，考核办 于" in said.text
    assert {table: found for table, found in everything().items() if table != "sessions"} == now
    assert office.get(f"{AT}/2026-01/close").status_code == 303


def test_earlier_periods_are_closed_with_a_later_one_and_named(office: Office) -> None:
    accept("2026-01,t1,output,3", "2026-03,t1,output,9")
    page = office.get(f"{AT}/2026-03/close").text
    assert "2026-01、2026-02、2026-03" in page
    assert "通报第 3 期" in page
    said = close(office, "2026-03")
    assert "2026-01 到 2026-03 共 3 期已结账，通报第 1 到 3 期" in said
    assert closed() == [("2026-01", 1), ("2026-02", 2), ("2026-03", 3)]


def test_a_correction_is_told_until_the_next_close_and_then_by_its_bulletin(office: Office) -> None:
    accept("2026-01,t1,output,3")
    close(office, "2026-01")
    accept("2026-01,t1,output,5")
    page = office.get(AT).text
    assert "有 1 个数在结账以后变了，写进下一期通报" in page
    assert "：原 3，更正为 5" in page
    close(office, "2026-02")
    page = office.get(AT).text
    assert "结账以后的更正" not in page
    assert "这一期通报更正了以前的 1 个数" in page


def test_the_last_close_warns_and_begins_the_examination(office: Office) -> None:
    accept("2026-12,t1,output,30")
    with pytest.MonkeyPatch.context() as patched:
        at_the_end(patched)
        page = office.get(f"{AT}/2026-12/close").text
        assert "这是最后一期" in page
        assert "不能再作目标调整" in page
        close(office, "2026-12")
        assert current().stage is Stage.EXAMINING
        assert "各期都已结账" in office.get(AT).text
        accept("2026-12,t1,output,31")
        assert "不再出通报" in office.get(AT).text


def at_the_end(patched: pytest.MonkeyPatch) -> None:
    """Have the pages take the day for one after the year."""
    for name in ("running.periods.now", "current_actor.now"):
        room = "assessment." if name.startswith("running") else ""
        patched.setattr(f"survey.web.admin.{room}{name}", late)


def late() -> datetime:
    return datetime(2027, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize("period", ["2025-12", "2026-13", "nothing", "2026-Q1", "%00", "x" * 300])
def test_what_is_no_period_is_not_found(office: Office, period: str) -> None:
    accept("2026-01,t1,output,3")
    for path in ("close", "bulletin.xlsx"):
        assert office.get(f"{AT}/{period}/{path}").status_code == 404
    assert office.post(f"{AT}/{period}/close", seen="x").status_code == 404


def test_a_period_that_has_not_begun_is_not_closed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    accept("2026-01,t1,output,3")
    monkeypatch.setattr(
        "survey.web.admin.assessment.running.periods.now", lambda: datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert office.get(f"{AT}/2026-04/close").status_code == 404
    page = office.get(AT).text
    assert "还没有开始的期：2026-04、2026-05" in page
    assert "/2026-04/" not in page
    assert "/2026-03/close" in page


@pytest.mark.parametrize("paper", ["bulletin", "warnings", "verification"])
@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf", "csv"])
def test_papers_of_open_and_closed_periods_are_handed_out(office: Office, paper: str, kind: str) -> None:
    take_all()
    close(office, "2026-01")
    for period in ("2026-01", "2026-02"):
        answer = office.client.get(f"{AT}/{period}/{paper}.{kind}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert f"{SAMPLE_CODE}-{period}-{paper}.{kind}" in answer.headers["Content-Disposition"]
        assert len(answer.data) > 100


def test_the_bulletin_says_what_the_command_says(office: Office) -> None:
    take_all()
    close(office, "2026-05")
    book = openpyxl.load_workbook(BytesIO(office.client.get(f"{AT}/2026-05/bulletin.xlsx").data))
    text = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "第 5 期" in text
    standing = json.loads(office.client.get(f"{AT}/2026-05/bulletin.json").data)
    assert standing["assessment"] == SAMPLE_CODE
    assert standing["standing"]["period"] == "2026-05"


@pytest.mark.parametrize(
    "name", ["warnings.json", "bulletin.exe", "summary.xlsx", "nothing.pdf", "bulletin.toml"]
)
def test_other_files_are_not_there(office: Office, name: str) -> None:
    take_all()
    assert office.get(f"{AT}/2026-05/{name}").status_code == 404


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ("office", "organiser", "owner")])
def test_only_the_office_closes_and_prints(app: Flask, who: str) -> None:
    seated_year()
    browser = browser_of(app, who)
    for path in ("", f"/{PERIODS[1]}/close", f"/{PERIODS[0]}/bulletin.xlsx", f"/{PERIODS[0]}/bulletin.json"):
        assert browser.get(f"/admin/a/{CODE}/periods{path}").status_code == 404
