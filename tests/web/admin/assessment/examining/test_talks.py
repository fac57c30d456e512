"""Numbers of persons talked with, in clear; who reads notes; and what each seat is shown of it."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.web.admin.assessment.seated_year import EVERYBODY, SEATS, browser_of

from .talks_held import SAID, TALKS, UNIT, at_stage, on_record, read, seat_gone, talking, written

TALK, READER = YearRecordKind.TALK, YearRecordKind.NOTES_READER
COUNTED = {"leaders": "5", "heads": "8", "other": "老干部", "others": "3", "seen": "0"}


@pytest.fixture
def year(app: Flask) -> Flask:
    talking(app)
    return app


def counted(app: Flask, **typed: str) -> TestResponse:
    return browser_of(app, "group").post(UNIT, data=COUNTED | typed)


def reader_named(app: Flask, account: object) -> TestResponse:
    return browser_of(app, "organiser").post(f"{TALKS}/reader", data={"account": str(account)})


def id_of(who: str) -> int:
    with transaction() as session:
        account = account_rows.find_account(session, SEATS[who].account)
    assert account is not None
    return account.id


def test_numbers_are_kept_in_clear_without_names(year: Flask) -> None:
    assert counted(year).status_code == 303
    [record] = on_record(TALK)
    assert record.about == "t1"
    assert record.content == {"persons": {"heads": 8, "leaders": 5}, "other": "老干部", "others": 3}
    page = browser_of(year, "group").get(UNIT).text
    for said in ("老干部", "<dd>16</dd>", "不写姓名", "不足三人"):
        assert said in page
    office = browser_of(year, "organiser")
    assert "老干部" in office.get(UNIT).text
    assert ">16<" in office.get(TALKS).text


def test_sent_twice_it_is_on_record_once(year: Flask) -> None:
    counted(year)
    assert counted(year).status_code == 303
    assert len(on_record(TALK)) == 1


def test_what_another_one_recorded_meanwhile_is_told(year: Flask) -> None:
    counted(year)
    answer = counted(year, leaders="6")
    assert answer.status_code == 409
    assert "记了别的人数" in answer.text
    assert 'name="leaders" value="6"' in answer.text
    [first] = on_record(TALK)
    assert counted(year, leaders="6", seen=str(first.number)).status_code == 303
    assert on_record(TALK)[-1].content["persons"]["leaders"] == 6


def test_faults_are_told_at_their_fields_and_nothing_is_lost(year: Flask) -> None:
    answer = counted(year, leaders="五", other="", heads="<i>")
    assert answer.status_code == 422
    assert answer.text.count("请填整数") == 4
    assert "请写明其他人员是哪一类" in answer.text
    assert 'value="五"' in answer.text
    assert "<i>" not in answer.text.partition("<main")[2]
    assert on_record(TALK) == []


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "group"])
def test_only_the_group_counts(year: Flask, who: str) -> None:
    assert browser_of(year, who).post(UNIT, data=COUNTED).status_code == 404
    assert on_record(TALK) == []


def test_a_group_is_shown_its_own_units_alone(year: Flask) -> None:
    page = browser_of(year, "group").get(TALKS).text
    assert "/talks/t1" in page
    assert "/talks/t2" not in page
    assert browser_of(year, "group").get(UNIT.replace("t1", "t2")).status_code == 404
    assert "指定查阅人" not in page


def test_the_office_sees_how_many_notes_and_who_read_them_and_not_what_they_say(year: Flask) -> None:
    written(year)
    read(year)
    page = browser_of(year, "organiser").get(UNIT).text
    assert SEATS["group"].account in page
    assert "第 1 份" in page
    assert "查阅（留下记录）" not in page
    assert SAID not in page


def test_a_reader_sees_nothing_before_being_named_and_all_units_after(year: Flask) -> None:
    reader = browser_of(year, "reader")
    page = reader.get(TALKS)
    assert page.status_code == 200
    assert "/talks/t" not in page.text
    assert "没有指定您" in page.text
    assert reader_named(year, id_of("reader")).status_code == 303
    page = reader.get(TALKS)
    assert all(f"/talks/{unit}" in page.text for unit in ("t1", "t2", "t3"))
    assert on_record(READER)[-1].content == {"account": id_of("reader"), "name": SEATS["reader"].account}


def test_named_twice_is_on_record_once_and_nobody_can_be_named_again(year: Flask) -> None:
    for _ in range(2):
        reader_named(year, id_of("reader"))
    assert len(on_record(READER)) == 1
    reader_named(year, 0)
    assert on_record(READER)[-1].content["name"] == ""
    assert "没有指定您" in browser_of(year, "reader").get(TALKS).text


@pytest.mark.parametrize("account", ["-5", "999999", "x", "", "group", "1" * 30])
def test_only_an_account_with_a_reader_s_seat_is_named(year: Flask, account: str) -> None:
    chosen = id_of("group") if account == "group" else account
    assert reader_named(year, chosen).status_code == 422
    assert on_record(READER) == []


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ("organiser", "owner", "office")])
def test_only_the_office_names(year: Flask, who: str) -> None:
    answer = browser_of(year, who).post(f"{TALKS}/reader", data={"account": str(id_of("reader"))})
    assert answer.status_code == 404
    assert on_record(READER) == []


def test_a_named_reader_without_a_seat_is_shown_to_nobody_as_reader(year: Flask) -> None:
    reader_named(year, id_of("reader"))
    seat_gone("reader")
    page = browser_of(year, "group").get(UNIT).text
    assert "现在没有指定" in page
    assert browser_of(year, "reader").get(TALKS).status_code == 404


def test_a_closed_year_counts_and_names_nobody(year: Flask) -> None:
    at_stage(Stage.CLOSED)
    assert counted(year).status_code == 409
    assert reader_named(year, id_of("reader")).status_code in (409, 303)
    assert on_record(TALK, READER) == []
    assert browser_of(year, "group").get(UNIT).status_code == 200
