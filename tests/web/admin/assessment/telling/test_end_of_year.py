"""办结: what is open, what becomes of the talk notes, the close, and that a closed year takes nothing."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import AFTER_CLOSE
from survey.secrecy.assessment_key import assessment_key_path
from survey.services.assessment.assessments import logged_as
from survey.services.assessment.examining import sealing
from survey.services.audit import audit
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import declared_act
from survey.web.context import settings
from survey.web.jobs import each_minute
from tests.services.assessment.sample_taken import everything
from tests.web.admin.assessment.examining.talks_held import SAID, at_stage, on_record, read, talking, written
from tests.web.admin.assessment.seated_year import CODE, EVERYBODY, browser_of, seats_held, year
from tests.web.admin.assessment.test_routes_and_seats import FORM, one_of_each_unit, rules

END = f"/admin/a/{CODE}/end"
CLOSES = ("organiser", "owner", "office")


@pytest.fixture
def decided(app: Flask) -> Flask:
    talking(app)
    written(app)
    at_stage(Stage.DECIDED)
    return app


def closed(app: Flask, who: str = "organiser", **typed: str) -> TestResponse:
    return browser_of(app, who).post(END, data={"typed": CODE, "notes_end": "destroyed"} | typed)


def key() -> Path:
    return assessment_key_path(settings().keys, CODE)


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in audit.history(session, logged_as(CODE))]


def test_what_is_open_is_told_by_name_and_number(decided: Flask) -> None:
    page = browser_of(decided, "organiser").get(END)
    assert page.status_code == 200
    for said in (
        *("没有考核大会的记录", "有 3 个单位没有谈话人数", "有 3 个单位没有述职报告"),
        *("有 3 个单位没有发反馈意见", "单位t1、单位t2", "结果没有公布", "1 份谈话记录怎样处理"),
    ):
        assert said in page.text, said


def test_the_close_destroys_the_key_and_stands_on_record(decided: Flask) -> None:
    assert key().exists()
    answer = closed(decided)
    assert (answer.status_code, answer.location) == (303, END)
    assert year().stage is Stage.CLOSED
    assert not key().exists()
    [end] = on_record(YearRecordKind.NOTES_END)
    assert end.content == {"way": "destroyed", "notes": 1}
    [done] = on_record(YearRecordKind.YEAR_CLOSED)
    assert done.content["open"]["letters"] == [["t1"], ["t2"], ["t3"]]
    assert acts()[-1] == "assessment-end"
    page = browser_of(decided, "organiser").get(END).text
    assert "随钥匙一并销毁" in page
    assert "不在服务器上" in page
    shown = read(decided)
    assert shown.status_code == 409
    assert "考核已办结" in shown.text
    assert SAID not in shown.text


def test_notes_go_to_paper_only_once_they_were_copied(decided: Flask) -> None:
    answer = closed(decided, notes_end="paper")
    assert answer.status_code == 422
    assert "抄完再勾选" in answer.text
    assert 'value="paper" checked' in answer.text
    assert key().exists()
    assert closed(decided, notes_end="paper", copied="on").status_code == 303
    assert on_record(YearRecordKind.NOTES_END)[-1].content["way"] == "paper"
    assert not key().exists()


@pytest.mark.parametrize("way", ["", "none", "burnt"])
def test_with_notes_on_record_their_end_must_be_chosen(decided: Flask, way: str) -> None:
    answer = closed(decided, notes_end=way)
    assert answer.status_code == 422
    assert "请选定谈话记录怎样处理" in answer.text
    assert year().stage is Stage.DECIDED
    assert key().exists()


def test_without_notes_nothing_is_to_be_chosen(app: Flask) -> None:
    talking(app)
    at_stage(Stage.DECIDED)
    assert "怎样处理" not in browser_of(app, "organiser").get(END).text
    assert browser_of(app, "organiser").post(END, data={"typed": CODE}).status_code == 303
    assert on_record(YearRecordKind.NOTES_END)[-1].content == {"way": "none", "notes": 0}


@pytest.mark.parametrize("typed", ["", "QY", "qy2", "elsewhere", "<script>"])
def test_the_code_is_typed_first(decided: Flask, typed: str) -> None:
    before = everything()["year_records"]
    answer = closed(decided, typed=typed)
    assert answer.status_code == 422
    assert "与考核代号不一致" in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]
    assert (everything()["year_records"], year().stage, key().exists()) == (before, Stage.DECIDED, True)


@pytest.mark.parametrize("stage", [one for one in Stage if one not in (Stage.DECIDED, Stage.CLOSED)])
def test_it_is_closed_only_once_it_is_decided(decided: Flask, stage: Stage) -> None:
    at_stage(stage)
    assert "定了等次以后才能办结" in browser_of(decided, "organiser").get(END).text
    assert closed(decided).status_code == 409
    assert year().stage is stage
    assert key().exists()


def test_sent_twice_it_is_closed_once(decided: Flask) -> None:
    closed(decided)
    before = everything()["audit"]
    answer = closed(decided)
    assert answer.status_code == 409
    assert "已经办结" in answer.text
    assert everything()["audit"] == before


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in CLOSES])
def test_only_the_office_closes(decided: Flask, who: str) -> None:
    assert browser_of(decided, who).get(END).status_code == 404
    assert closed(decided, who).status_code == 404
    assert year().stage is Stage.DECIDED


def test_a_key_that_a_crash_left_goes_with_the_next_minute(
    decided: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashed(_keys: Path) -> None:
        raise PermissionError("not now")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "destroy_left_keys", crashed)
        answer = browser_of(decided, "organiser").post(
            END, data={"typed": CODE, "notes_end": "destroyed"}, follow_redirects=True
        )
    assert "暂时删不掉" in answer.text
    assert "还在服务器上" in answer.text
    assert (year().stage, key().exists()) == (Stage.CLOSED, True)
    each_minute(decided)
    assert not key().exists()


def test_no_key_of_a_year_that_is_not_closed_is_destroyed(decided: Flask) -> None:
    each_minute(decided)
    assert key().exists()


def test_a_closed_year_takes_nothing_of_anybody(decided: Flask) -> None:
    """All forms × all seats: 404 or 409 and nothing changed, but for the acts that go on after the close."""
    closed(decided)
    pages = {}
    for rule in rules(decided):
        if "POST" in (rule.methods or ()) and declared_act(decided, rule.endpoint) not in AFTER_CLOSE:
            for path, _ in one_of_each_unit(rule, CODE):
                pages[path] = declared_act(decided, rule.endpoint)
    # Whoever has no seat is refused by the act: test_routes_and_seats.py asks for all pages of an open year.
    one_an_act = {act: path for path, act in pages.items()}.values()
    for who in EVERYBODY:
        browser = browser_of(decided, who)
        before = rows()
        for path in pages if seats_held(who) or who == "member of nothing" else one_an_act:
            answer = browser.post(path, data=FORM | {"typed": CODE})
            assert answer.status_code in (404, 409), (who, path)
        assert rows() == before, who


def test_what_goes_on_after_the_close_changes_nothing_of_the_year(decided: Flask) -> None:
    closed(decided)
    before = {name: found for name, found in rows().items() if name not in _OTHERS}
    for who in CLOSES:
        browser = browser_of(decided, who)
        for rule in rules(decided):
            if "POST" in (rule.methods or ()) and declared_act(decided, rule.endpoint) in AFTER_CLOSE:
                for path, _ in one_of_each_unit(rule, CODE):
                    assert browser.post(path, data=FORM | {"typed": CODE}).status_code < 500, path
    assert {name: rows()[name] for name in before} == before


_OTHERS = {"audit", "accounts", "seats", "login_links"}
"""What giving seats and printing login slips changes."""


def rows() -> dict[str, list[str]]:
    """Return the rows of all tables but when sessions were seen last."""
    return {name: found for name, found in everything().items() if name != "login_sessions"}


def test_everything_stays_readable(decided: Flask) -> None:
    browser = browser_of(decided, "organiser")
    readable = {
        path
        for rule in rules(decided)
        if "GET" in (rule.methods or ())
        for path, _ in one_of_each_unit(rule, CODE)
        if browser.get(path).status_code == 200
    }
    closed(decided)
    for path in sorted(readable):
        # The page of a form that is taken no more leads back to what it was about.
        assert browser.get(path).status_code in (200, 303), path
