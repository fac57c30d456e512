"""Entries in the browser: by hand, by file, taken back with a reason; who reads them and who does not."""

import io
from typing import Any

import pytest
from flask import Flask

from survey.domain.assessment.facts import PointEntry
from survey.services.assessment import assessments, taking
from survey.services.assessment.running import year_entries
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE, SAMPLE_CODE, sample
from tests.services.assessment.sample_taken import everything, issued, loaded
from tests.web.admin.assessment.seated_year import CODE, EVERYBODY, browser_of, seated_year

AT = f"/admin/a/{SAMPLE_CODE}/entries"
BONUS = {
    "unit": "t1",
    "item": "award",
    "points": "1",
    "reason": "全市先进",
    "evidence": "市委〔2026〕41号",
    "approver": "领导小组",
    "decided_on": "2026-12-20",
}
VETO = {
    "unit": "t2",
    "band": "poor",
    "grounds": "安全事故",
    "evidence": "县安委〔2026〕3号",
    "committee": "县委常委会",
    "decided_on": "2026-12-21",
}
VALUE = {"unit": "t1", "component": "targets", "value": "88.5", "document": "县考〔2026〕9号"}


@pytest.fixture
def office(app: Flask) -> Office:
    issued()
    VETO["band"] = current_bands()[-1]
    return Office(app, "考核办", "organiser", "甲局")


def current_bands() -> list[str]:
    with transaction() as session:
        return [one.key for one in assessments.current(session, SAMPLE_CODE).definition.composite.bands]


def enter(office: Office, kind: str, fields: dict[str, str], **other: str) -> Any:
    office.get(f"{AT}/{kind}")
    return office.post(f"{AT}/{kind}", **(fields | other))


def acts() -> list[year_entries.ToldAct]:
    with transaction() as session:
        return list(year_entries.year_entries(session, SAMPLE_CODE).acts)


def kept() -> dict[str, Any]:
    return {table: found for table, found in everything().items() if table != "sessions"}


def read(office: Office, content: bytes | str, name: str = "entries.toml") -> Any:
    office.get(AT)
    data = content.encode() if isinstance(content, str) else content
    return office.post(f"{AT}/file", follow=True, file=(io.BytesIO(data), name))


def test_a_bonus_by_hand(office: Office) -> None:
    page = office.get(f"{AT}/points").text
    assert "受市级以上表彰（每次最多加 1 分，本项合计最多 2 分）" in page
    assert "重点工作发生重大问题（每次最多减 3 分，本项合计最多 5 分）" in page
    assert enter(office, "points", BONUS).status_code == 303
    [one] = acts()
    assert isinstance(one.act, PointEntry)
    assert (one.act.points, one.by) == (1, "考核办")
    page = office.get(AT).text
    for said in ("城关镇 +1", "全市先进", "市委〔2026〕41号", "领导小组", "2026-12-20", "计 1"):
        assert said in page


def test_a_veto_and_a_value_by_hand(office: Office) -> None:
    assert enter(office, "veto", VETO).status_code == 303
    assert enter(office, "value", VALUE).status_code == 303
    page = office.get(AT).text
    for said in ("安全事故", "县委常委会", "88.5", "县考〔2026〕9号"):
        assert said in page
    # The part has another source: that is told, and the value is taken all the same.
    assert "只在这一部分没有结果时才用" in page
    assert len(acts()) == 2


@pytest.mark.parametrize(("kind", "fields"), [("points", BONUS), ("veto", VETO), ("value", VALUE)])
def test_what_is_sent_twice_is_entered_once(office: Office, kind: str, fields: dict[str, str]) -> None:
    enter(office, kind, fields)
    before = kept()
    office.get(f"{AT}/{kind}")
    said = office.post(f"{AT}/{kind}", follow=True, **fields)
    assert "这一条早已在案，没有再记" in said.text
    assert kept() == before


@pytest.mark.parametrize(
    ("kind", "field", "typed", "said"),
    [
        ("points", "unit", "", "请选择单位"),
        ("points", "unit", "zz", ""),
        ("points", "item", "zz", ""),
        ("points", "points", "", "没有填"),
        ("points", "points", "很多", "不是数字"),
        ("points", "points", "1e999", "不是数字"),
        ("points", "points", "0", "超出了这一项的范围"),
        ("points", "points", "-1", "超出了这一项的范围"),
        ("points", "points", "1.01", "超出了这一项的范围"),
        ("points", "reason", " ", "没有填"),
        ("points", "reason", "长" * 2001, "最多 2000 个字"),
        ("points", "evidence", "", "没有填"),
        ("points", "approver", "", "没有填"),
        ("points", "decided_on", "", "没有填"),
        ("points", "decided_on", "昨天", "不是日期"),
        ("points", "decided_on", "1999-12-31", "日期不对"),
        ("points", "decided_on", "2030-01-01", "日期不对"),
        ("points", "decided_on", "9" * 3000, ""),
        ("veto", "band", "", "请选择等次"),
        ("veto", "grounds", "", "没有填"),
        ("veto", "committee", "", "没有填"),
        ("value", "value", "-3", ""),
        ("value", "value", "八十", "不是数字"),
        ("value", "document", "", "没有填"),
        ("value", "component", "", "请选择组成部分"),
    ],
)
def test_each_fault_of_a_form(office: Office, kind: str, field: str, typed: str, said: str) -> None:
    fields = {"points": BONUS, "veto": VETO, "value": VALUE}[kind] | {"approver": "领导小组"}
    answer = enter(office, kind, fields, **{field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert acts() == []
    # What was typed beside it is still there.
    other = "document" if kind == "value" else "evidence"
    if field != other:
        assert fields[other] in answer.text


def test_hostile_text_is_shown_as_text(office: Office) -> None:
    hostile = "<script>alert(1)</script>\x00\x1b[31m“；--"
    assert enter(office, "points", BONUS, reason=hostile, approver="<b>").status_code == 303
    page = office.get(AT).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;[31m" in page


def test_a_second_veto_of_a_unit_is_refused(office: Office) -> None:
    enter(office, "veto", VETO)
    answer = enter(office, "veto", VETO, grounds="另一件")
    assert answer.status_code == 422
    assert "已经有一条在用" in answer.text
    assert "另一件" in answer.text
    assert len(acts()) == 1


def test_what_is_above_an_item_s_cap_is_said_in_words(office: Office) -> None:
    for reason in ("一", "二", "三"):
        enter(office, "points", BONUS, reason=reason)
    assert "受市级以上表彰：1 ＋ 1 ＋ 1，本项最多 2，计 2" in office.get(AT).text
    assert "每个单位：加分合计最多 3 分，减分合计最多 5 分" in office.page.text


def test_taking_back_wants_a_reason_and_keeps_both(office: Office) -> None:
    enter(office, "points", BONUS)
    number = acts()[0].number
    page = office.get(f"{AT}/{number}/take-back").text
    assert "城关镇 受市级以上表彰 +1" in page
    for nothing in ("", "  \n ", "\x00"):
        answer = office.post(f"{AT}/{number}/take-back", reason=nothing)
        assert answer.status_code == 422
        assert "请写明撤回的原因" in answer.text
    assert acts()[0].taken_back is None
    assert office.post(f"{AT}/{number}/take-back", reason="文件搞错了").status_code == 303
    gone = acts()[0].taken_back
    assert gone is not None
    assert (gone.by, gone.reason) == ("考核办", "文件搞错了")
    page = office.get(AT).text
    assert "已撤回" in page
    assert "文件搞错了" in page
    assert "全市先进" in page
    assert "计 1" not in page
    before = kept()
    assert "没有再动" in office.post(f"{AT}/{number}/take-back", follow=True, reason="再来").text
    assert kept() == before
    assert "已经撤回了" in office.get(f"{AT}/{number}/take-back").text


def test_what_was_taken_back_does_not_come_again_unsaid(office: Office) -> None:
    enter(office, "points", BONUS)
    office.get(AT)
    office.post(f"{AT}/{acts()[0].number}/take-back", reason="错了")
    answer = enter(office, "points", BONUS)
    assert answer.status_code == 422
    assert "已经撤回过" in answer.text
    assert enter(office, "points", BONUS, reason="重新认定").status_code == 303


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "x", "-1", "%20"])
def test_what_is_no_entry_is_not_found(office: Office, number: str) -> None:
    enter(office, "points", BONUS)
    assert office.get(f"{AT}/{number}/take-back").status_code == 404
    assert office.post(f"{AT}/{number}/take-back", reason="x").status_code == 404


def test_the_number_of_a_taking_back_is_no_entry(office: Office) -> None:
    enter(office, "points", BONUS)
    office.post(f"{AT}/1/take-back", reason="错了")
    assert office.get(f"{AT}/2/take-back").status_code == 404


def test_the_sample_s_file_is_read_once(office: Office) -> None:
    content = (SAMPLE / "entries.toml").read_bytes()
    said = read(office, content)
    number = len(acts())
    assert f"记下 {number} 条；0 条早已在案" in said.text
    before = kept()
    assert f"记下 0 条；{number} 条早已在案" in read(office, content).text
    assert kept() == before


def test_rows_are_read_under_chinese_heads(office: Office) -> None:
    head = "单位,加减分项,分值,事由,佐证材料,批准人,决定日期"
    said = read(office, f"{head}\nt1,award,1,先进,文件,小组,2026-12-20\n", "加减分.csv")
    assert "记下 1 条" in said.text
    said = read(
        office, f"{head}\nt1,award,7,先进,文件,小组,2026-12-20\nt1,nothing,1,先进,,小组,很久\n", "加减分.csv"
    )
    assert said.status_code == 422
    for words in ("超出了这一项的范围", "本次考核里没有“nothing”", "没有填", "不是日期"):
        assert words in said.text
    assert "一条也没有记" in said.text
    assert len(acts()) == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "文件是空的"),
        (b"", "a.toml", "文件里没有加减分"),
        (b"x = [", "a.toml", "无法读取"),
        (b"\xff\xfe", "a.toml", "无法读取"),
        (b"[[values]]\nperiod = '2026-01'\n", "a.toml", "这不是加减分的文件"),
        (b"period,unit,indicator,value\n2026-01,t1,output,3\n", "a.csv", "这不是加减分的文件"),
        ("单位,加减分项,分值\nt1,award,1\nt1,,1\n".encode(), "a.csv", "看不出是哪一种"),
        (b"not a workbook", "a.xlsx", ""),
        (b"PK\x03\x04", "a.xlsx", ""),
        (b"[[entries]]\nunit = '<script>alert(1)</script>'\n", "<script>.toml", "&lt;script&gt;alert(1)"),
    ],
)
def test_files_that_are_refused_whole(office: Office, content: bytes, name: str, said: str) -> None:
    before = kept()
    answer = read(office, content, name)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>alert" not in answer.text
    assert kept() == before


def test_no_file_is_asked_for(office: Office) -> None:
    office.get(AT)
    assert "请选择文件" in office.post(f"{AT}/file").text


def test_a_draft_takes_nothing(app: Flask) -> None:
    loaded()
    office = Office(app, "考核办", "organiser", "甲局")
    assert "现在不能记" in office.get(AT).text
    for path in ("points", "veto", "value"):
        assert office.get(f"{AT}/{path}").status_code == 303
        assert office.post(f"{AT}/{path}", **BONUS).status_code == 303
    assert "现在不能记" in read(office, (SAMPLE / "entries.toml").read_bytes()).text
    assert acts() == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads_entries_and_who_enters_them(app: Flask, who: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    seated_year()
    browser = browser_of(app, who)
    at = f"/admin/a/{CODE}/entries"
    enters = who in ("office", "organiser", "owner")
    reads = enters or who in ("committee", "scrutineer")
    page = browser.get(at)
    assert page.status_code == (200 if reads else 404)
    assert ("记一笔加减分" in page.text) is enters
    for path in ("points", "veto", "value"):
        assert browser.get(f"{at}/{path}").status_code == (200 if enters else 404)
        assert browser.post(f"{at}/{path}", data=BONUS).status_code == (422 if enters else 404)
    assert browser.post(f"{at}/file").status_code == (422 if enters else 404)
    assert browser.post(f"{at}/1/take-back", data={"reason": "x"}).status_code == 404


def test_a_committee_reads_without_forms(app: Flask) -> None:
    issued()
    with transaction(write=True) as session:
        taking.take_acts(session, SAMPLE_CODE, sample("entries.toml"), BY)
    browser = Office(app, "监票", "scrutineer", "甲局")
    page = browser.get(AT)
    assert page.status_code == 200
    assert "全市乡村振兴先进集体" in page.text
    assert "<form" not in page.text.partition("<main")[2].partition("</main")[0]
    assert "take-back" not in page.text
