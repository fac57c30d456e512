"""A scorer's own sheet: saved as typed, handed in once, nothing typed lost."""

import re
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import assessments
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.office import Office
from tests.services.assessment.examining.scored_sheets import (
    CODE,
    HEADS,
    ORDER,
    SCORERS,
    give_back,
    hand_in,
    lose_key,
    named,
    open_sheet,
    points,
    progress,
    seat,
    sheets_year,
    typed,
)

BASE = f"/admin/a/{CODE}"
SHEET = f"{BASE}/mine/sheets/{HEADS}"


@pytest.fixture
def keys(app: Flask, settings: Settings) -> Path:
    del app
    sheets_year()
    named()
    return settings.keys


def scorer(app: Flask, name: str = "书记") -> Office:
    return Office(app, name, "member", "甲局")


def fields(page: str) -> dict[str, str]:
    """Return what stands in the fields of a sheet."""
    return dict(re.findall(r'name="(t\d\.\w+)" value="([^"]*)"', page))


def test_a_sheet_is_saved_then_handed_in(app: Flask, keys: Path) -> None:
    del keys
    browser = scorer(app)
    page = browser.get(SHEET).text
    assert set(fields(page)) == set(typed())
    assert "0–60 分" in page
    saved = browser.post(SHEET, follow=True, act="save", **{"t1.w": "43.5", "t1.z": "好"})
    assert "已保存，还没有交" in saved.text
    assert fields(saved.text) == dict.fromkeys(typed(), "") | {"t1.w": "43.5", "t1.z": "好"}
    assert "已保存，还没有交" in browser.get(f"{BASE}/mine").text
    browser.get(SHEET)
    done = browser.post(SHEET, follow=True, act="submit", **typed("43.5"))
    assert "已交并密封" in done.text
    page = browser.get(SHEET).text
    assert fields(page) == {}
    assert "<b>43.5</b>" in page
    assert [one.scorer.name for one in progress().handed_in] == ["书记"]


def test_faults_stand_at_their_fields_and_all_that_was_typed_is_kept(app: Flask, keys: Path) -> None:
    del keys
    browser = scorer(app)
    browser.get(SHEET)
    sent = typed("50", "30") | {"t1.w": "61", "t2.z": "<script>alert(1)</script>", "t3.w": ""}
    answer = browser.post(SHEET, act="submit", **sent)
    assert answer.status_code == 422
    page = answer.text
    assert "请先改正 3 处" in page
    for said in ("填 0 到 60 的数。", "请只写数字，例如 8.5。", "请填写。"):
        assert said in page
    assert page.count('aria-invalid="true"') == 3
    assert "<script>alert" not in page
    assert fields(page)["t1.w"] == "61"
    again = fields(browser.get(SHEET).text)
    assert (again["t1.w"], again["t2.w"], again["t2.z"][:4]) == ("61", "50", "&lt;")
    assert progress().handed_in == []


def test_handed_in_twice_it_is_in_once_and_cannot_be_changed(app: Flask, keys: Path) -> None:
    del keys
    browser = scorer(app)
    browser.get(SHEET)
    for said in ("已交并密封", "已经交过了"):
        assert said in browser.post(SHEET, follow=True, act="submit", **typed()).text
    for act in ("save", "submit"):
        answer = browser.post(SHEET, act=act, **typed("1"))
        assert answer.status_code == 409
        assert "已经交了，不能再改" in answer.text


def test_the_last_one_is_told_that_all_are_opened(app: Flask, keys: Path) -> None:
    for name in SCORERS[:2]:
        hand_in(keys, name)
    browser = scorer(app, SCORERS[2])
    browser.get(SHEET)
    assert "全部评分表已经启封" in browser.post(SHEET, follow=True, act="submit", **typed()).text
    assert len(points()) == 18
    assert "<b>50</b>" in browser.get(SHEET).text


def test_given_back_the_reason_stands_on_the_page(app: Flask, keys: Path) -> None:
    hand_in(keys, "书记")
    give_back("书记", "漏了<b>一项</b>")
    browser = scorer(app)
    assert "请改好再交" in browser.get(f"{BASE}/mine").text
    page = browser.get(SHEET).text
    assert "漏了&lt;b&gt;一项&lt;/b&gt;" in page
    assert fields(page)["t1.w"] == "50"
    assert "已交并密封" in browser.post(SHEET, follow=True, act="submit", **typed()).text


def test_too_late_after_an_early_opening(app: Flask, keys: Path) -> None:
    for name in SCORERS[:2]:
        hand_in(keys, name)
    open_sheet(keys, "年前要定")
    browser = scorer(app, SCORERS[2])
    assert "已经提前启封，不能再交" in browser.get(SHEET).text
    assert browser.post(SHEET, act="submit", **typed()).status_code == 409


def test_places_are_asked_for_once_each(app: Flask, keys: Path) -> None:
    del keys
    named("书记", sheet=ORDER)
    browser = scorer(app)
    path = f"{BASE}/mine/sheets/{ORDER}"
    assert "名次，1–3" in browser.get(path).text
    answer = browser.post(path, act="submit", **{"t1.p": "1", "t2.p": "1", "t3.p": "4"})
    assert answer.status_code == 422
    assert "每个名次只用一次" in answer.text
    assert "填 1 到 3 的整数" in answer.text


def test_without_the_key_a_plain_sentence_and_what_was_typed(app: Flask, keys: Path) -> None:
    hand_in(keys, "县长")
    held = lose_key(keys)
    browser = scorer(app)
    browser.get(SHEET)
    for act in ("save", "submit"):
        answer = browser.post(SHEET, act=act, **typed("44.5"))
        assert answer.status_code == 409
        assert "钥匙不在服务器上" in answer.text
        assert fields(answer.text)["t1.w"] == "44.5"
    assert "钥匙不在服务器上" in scorer(app, "县长").get(SHEET).text
    (keys / f"{CODE}.assessment-key").write_bytes(held)
    assert "已交并密封" in browser.post(SHEET, follow=True, act="submit", **typed("44.5")).text


def test_another_stage_is_said_plainly(app: Flask, keys: Path) -> None:
    del keys
    browser = scorer(app)
    browser.get(SHEET)
    with transaction(write=True) as session:
        assessment_rows.set_stage(session, assessments.current(session, CODE), Stage.DECIDED)
    answer = browser.post(SHEET, act="submit", **typed())
    assert answer.status_code == 409
    assert "已经到了下一阶段" in answer.text
    page = browser.get(SHEET).text
    assert "已经到了下一阶段" in page
    assert fields(page) == {}
    assert "看“领导评分”" in browser.get(f"{BASE}/mine").text


def test_the_own_unit_is_not_on_the_page(app: Flask, keys: Path) -> None:
    del keys
    seat("书记", SeatPart.REPORTER, "t2")
    page = scorer(app).get(SHEET).text
    assert set(fields(page)) == set(typed("", "", "t1", "t3"))
    assert "您所在的单位不评" in page


def test_whoever_does_not_score_finds_no_sheet(app: Flask, keys: Path) -> None:
    del keys
    seat("镇长", SeatPart.LEADER, "t1")
    browser = scorer(app, "镇长")
    assert browser.get(SHEET).status_code == 404
    assert browser.post(SHEET, act="submit", **typed()).status_code == 404
    assert browser.get(f"{BASE}/mine/sheets/none").status_code == 404
    assert "评分表" not in browser.get(f"{BASE}/mine").text.partition("<main")[2].partition("</nav>")[2]
    assert scorer(app, "填报的人").get(SHEET).status_code == 404


def test_what_is_very_long_is_cut_and_breaks_nothing(app: Flask, keys: Path) -> None:
    del keys
    browser = scorer(app)
    browser.get(SHEET)
    answer = browser.post(SHEET, act="submit", **typed("9" * 5000))
    assert answer.status_code == 422
    assert "填 0 到 60 的数" in answer.text or "请只写数字" in answer.text
