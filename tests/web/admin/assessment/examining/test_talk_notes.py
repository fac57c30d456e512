"""Talk notes: sealed, read on record by whoever may, and by nobody else."""

import json
import re
from html import unescape

import pytest
from flask import Flask

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.secrecy.assessment_key import assessment_key_path, destroy_assessment_key
from survey.services.assessment.assessments import logged_as
from survey.services.audit import audit
from survey.storage.database import transaction
from survey.web.context import settings
from tests.office import Office
from tests.services.assessment.sample_taken import everything
from tests.web.admin.accounts.test_login import with_password
from tests.web.admin.assessment.seated_year import CODE, EVERYBODY, SEATS, browser_of
from tests.web.admin.test_ended_session import hidden, idle, log_in

from .talks_held import NOTES, SAID, UNIT, at_stage, named, on_record, read, seat_gone, talking, written

READ, SEALED = YearRecordKind.NOTES_READ, YearRecordKind.TALK_NOTES


@pytest.fixture
def year(app: Flask) -> Flask:
    talking(app)
    return app


def test_notes_are_sealed_and_read_on_record(year: Flask) -> None:
    saved = written(year)
    assert saved.status_code == 303
    assert saved.location.endswith(UNIT)
    [record] = on_record(SEALED)
    assert record.about == "t1/1"
    assert set(record.content) == {"sealed"}
    assert SAID not in str(everything())
    shown = read(year)
    assert shown.status_code == 200
    assert SAID in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    [reading] = on_record(READ)
    assert (reading.about, reading.content["reader"]) == ("t1/1", SEATS["group"].account)
    assert reading.content["version"] == 1


def test_a_reading_that_is_not_on_record_shows_nothing(year: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey.services.assessment.examining import year_records

    written(year)

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("the log takes nothing")

    year.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as patched:
        patched.setattr(year_records.audit, "record", broken)
        shown = read(year)
    assert shown.status_code == 500
    assert SAID not in shown.text
    assert on_record(READ) == []


def test_reading_twice_is_on_record_twice_and_the_group_sees_both(year: Flask) -> None:
    written(year)
    read(year)
    read(year)
    assert len(on_record(READ)) == 2
    page = browser_of(year, "group").get(UNIT).text
    assert page.count("查阅清单") == 1
    assert page.count(SEATS["group"].account) >= 3


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "group"])
def test_nobody_else_reads_or_writes(year: Flask, who: str) -> None:
    written(year)
    before = on_record(*YearRecordKind)
    browser = browser_of(year, who)
    for path in (f"{NOTES}/1/read", NOTES, f"{NOTES}/1/correct"):
        answer = browser.post(path, data={"notes": "别人写的", "after": "0", "version": "1"})
        assert answer.status_code == 404, path
        assert SAID not in answer.text
    assert browser.get(NOTES).status_code == 404
    assert on_record(*YearRecordKind) == before


def test_the_group_of_one_unit_reads_nothing_of_another(year: Flask) -> None:
    browser = browser_of(year, "group")
    elsewhere = NOTES.replace("t1", "t2")
    for path in (elsewhere, f"{elsewhere}/1/read", f"{elsewhere}/1/correct"):
        assert browser.post(path, data={"notes": "x"}).status_code == 404
    assert browser.get(NOTES.replace("t1", "t9")).status_code == 404
    assert on_record(SEALED) == []


def test_the_named_reader_reads_and_the_group_sees_it(year: Flask) -> None:
    written(year)
    assert browser_of(year, "reader").get(UNIT).status_code == 404
    named()
    assert SAID in read(year, "reader").text
    page = browser_of(year, "group").get(UNIT).text
    assert SEATS["reader"].account in page
    assert "考核办指定的一人" in page
    # Reading is all that a reader may do.
    assert browser_of(year, "reader").post(f"{NOTES}/1/correct", data={"notes": "x"}).status_code == 404
    assert "更正这一份" not in read(year, "reader").text


def test_reading_ends_at_once_with_the_seat_or_the_name(year: Flask) -> None:
    written(year)
    named()
    reader, group = browser_of(year, "reader"), browser_of(year, "group")
    assert reader.post(f"{NOTES}/1/read").status_code == 200
    named("")
    assert reader.post(f"{NOTES}/1/read").status_code == 404
    named()
    seat_gone("reader")
    assert reader.post(f"{NOTES}/1/read").status_code == 404
    assert group.post(f"{NOTES}/1/read").status_code == 200
    seat_gone("group")
    assert group.post(f"{NOTES}/1/read").status_code == 404
    assert len(on_record(READ)) == 2


def test_the_same_notes_sent_twice_are_there_once(year: Flask) -> None:
    written(year)
    written(year)
    assert len(on_record(SEALED)) == 1
    written(year, "第二次谈话。", after=0)
    written(year, SAID, after=2)
    assert [one.about for one in on_record(SEALED)] == ["t1/1", "t1/2", "t1/3"]


def test_a_correction_is_a_further_version_and_the_last_one_is_read(year: Flask) -> None:
    written(year)
    browser = browser_of(year, "group")
    for _ in range(2):
        answer = browser.post(f"{NOTES}/1/correct", data={"notes": "改过的话。", "version": "1"})
        assert answer.status_code == 303
    assert [one.about for one in on_record(SEALED)] == ["t1/1", "t1/1"]
    shown = read(year).text
    assert "改过的话。" in shown
    assert SAID not in shown
    assert on_record(READ)[-1].content["version"] == 2


def test_of_two_who_correct_at_once_the_second_is_told_and_loses_nothing(year: Flask) -> None:
    written(year)
    browser = browser_of(year, "group")
    browser.post(f"{NOTES}/1/correct", data={"notes": "先改的。", "version": "1"})
    second = browser.post(f"{NOTES}/1/correct", data={"notes": "后改的。", "version": "1"})
    assert second.status_code == 409
    assert "后改的。" in second.text
    assert "先改的。" not in second.text
    assert "第 2 稿" in second.text
    assert 'name="version" value="2"' in second.text
    assert len(on_record(SEALED)) == 2


@pytest.mark.parametrize(
    ("said", "told"), [("", "请写谈话记录"), (" \n\x00 ", "请写谈话记录"), ("长" * 20_001, "最多 20000 字")]
)
def test_what_cannot_be_kept_is_told_and_stays_on_the_page(year: Flask, said: str, told: str) -> None:
    answer = written(year, said)
    assert answer.status_code == 422
    assert told in answer.text
    assert said.strip(" \n\x00") in answer.text
    assert on_record(SEALED) == []


def test_hostile_text_is_shown_as_it_was_typed(year: Flask) -> None:
    written(year, "<script>alert(1)</script>\n\t&amp; 末行\x1b[2J")
    shown = read(year).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "\x1b" not in shown


def test_the_form_never_shows_what_is_on_record(year: Flask) -> None:
    written(year)
    browser = browser_of(year, "group")
    for path in (NOTES, f"{NOTES}/1/correct", UNIT):
        page = browser.get(path)
        assert page.status_code == 200
        assert SAID not in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert "管服务器的人" in page.text
    assert "请不要写任何人的姓名" in browser.get(NOTES).text
    assert on_record(READ) == []


@pytest.mark.parametrize("number", ["0", "2", "99999999", "x"])
def test_notes_that_are_not_there(year: Flask, number: str) -> None:
    written(year)
    browser = browser_of(year, "group")
    assert browser.post(f"{NOTES}/{number}/read").status_code == 404
    assert browser.post(f"{NOTES}/{number}/correct", data={"notes": "x"}).status_code == 404
    assert on_record(READ) == []


def test_a_lost_key_is_told_and_no_other_one_is_made(year: Flask) -> None:
    written(year)
    path = assessment_key_path(settings().keys, CODE)
    kept = path.read_bytes()
    destroy_assessment_key(settings().keys, CODE)
    answer = written(year, "第二次谈话。", after=1)
    assert answer.status_code == 409
    assert "第二次谈话。" in answer.text
    assert "钥匙不在服务器上" in answer.text
    shown = read(year)
    assert shown.status_code == 303
    assert shown.location.endswith(UNIT)
    assert not path.exists()
    assert on_record(READ) == []
    for who in ("group", "organiser"):
        assert "现在打不开，也不能再写" in browser_of(year, who).get(UNIT).text
    path.write_bytes(kept)
    assert "现在打不开" not in browser_of(year, "group").get(UNIT).text
    assert SAID in read(year).text


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CLOSED])
def test_a_draft_and_a_closed_year_take_no_notes(year: Flask, stage: Stage) -> None:
    written(year)
    at_stage(stage)
    before = on_record(*YearRecordKind)
    assert written(year, "晚了", after=1).status_code == 409
    assert browser_of(year, "group").post(f"{NOTES}/1/correct", data={"notes": "x"}).status_code == 409
    assert on_record(*YearRecordKind) == before
    for path in (NOTES, f"{NOTES}/1/correct"):
        page = browser_of(year, "group").get(path)
        assert page.status_code == 200
        assert "<textarea" not in page.text
    assert "查阅（留下记录）" not in browser_of(year, "group").get(UNIT).text


def test_the_log_knows_of_notes_and_readings_and_not_what_they_say(year: Flask) -> None:
    written(year)
    read(year)
    with transaction() as session:
        known = [facts for _, facts in audit.history(session, logged_as(CODE))]
    said = json.dumps(known, ensure_ascii=False)
    assert "talk-notes" in said
    assert "notes-read" in said
    assert SAID not in said


def test_what_was_typed_when_the_session_ended_comes_back_to_the_same_account_alone(year: Flask) -> None:
    """The login page carries it encrypted for the account; the database does not have it."""
    year.config["WTF_CSRF_ENABLED"] = True
    with_password("member", SEATS["group"].account)
    desk = Office(year, SEATS["group"].account, "member")
    desk.get(NOTES)
    idle()
    page = desk.post(NOTES, notes=SAID, after="0")
    assert page.status_code == 403
    assert SAID not in page.text
    assert SAID not in str(everything())
    shown = log_in(desk, page, SEATS["group"].account)
    assert SAID not in shown.text
    action = re.search(r'<form method="post" action="(/admin/a/[^"]*)"', shown.text)
    assert action, shown.text
    tokens = re.findall(r'name="csrf_token" value="([^"]+)"', shown.text)
    again = desk.client.post(
        unescape(action[1]), data={"csrf_token": tokens[-1], "kept": hidden(shown, "kept")}
    )
    assert again.status_code == 200
    assert SAID in again.text
    assert on_record(SEALED) == []
