"""Letters on pages: drafted, edited, sent, read by their unit alone, acknowledged, handed out as files."""

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.assessment.seats import SeatPart
from survey.domain.assessment.telling.open_ends import NotesEnd
from survey.services.assessment.telling import closing_year
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.read_back import name_in, words_in
from tests.office import Office
from tests.services.assessment.scored_year import YEAR, signed
from tests.services.assessment.telling.told_year import LETTER, decided, send, set_task

from .told_pages import HERE, HOSTILE, SHOWN, seated

LETTERS = f"{HERE}/letters"


def written(office: Office, unit: str = "t1", act: str = "send", **texts: Any) -> int:
    office.get(f"{LETTERS}/{unit}/edit")
    seen = re.search(r'name="seen" value="(\d+)"', office.page.text)
    said = LETTER | {"tells": ["rank", "band"], "act": act, "seen": seen[1] if seen else "0"} | texts
    return office.post(f"{LETTERS}/{unit}/edit", **said).status_code


def test_a_letter_is_the_units_once_it_is_sent(app: Flask) -> None:
    decided()
    office, unit = Office(app), seated(app, SeatPart.REPORTER, "t1")
    page = office.get(f"{LETTERS}/t1/edit").text
    assert "按已有的结果拟的草稿" in page
    assert written(office, act="save") == 303
    assert unit.get(f"{LETTERS}/t1").status_code == 404
    assert LETTER["good"] not in unit.get(LETTERS).text
    assert written(office) == 303
    page = unit.get(f"{LETTERS}/t1").text
    for said in (LETTER["good"], LETTER["mend"], "第 1 位", "良好", "2027 年 3 月 31 日", "签收"):
        assert said in page, said
    assert "92.88" not in page


def test_the_unit_acknowledges_and_nobody_else(app: Flask) -> None:
    decided()
    sent = send("t1")
    unit, other = seated(app, SeatPart.APPROVER, "t1"), seated(app, SeatPart.REPORTER, "t2")
    receipt = f"{LETTERS}/t1/receipt"
    other.get("/admin/a")
    assert other.post(receipt, letter=sent.number).status_code == 404
    office = Office(app)
    office.get(f"{LETTERS}/t1/edit")
    assert office.post(receipt, letter=sent.number).status_code == 404
    unit.get(f"{LETTERS}/t1")
    assert unit.post(receipt, letter="x").status_code == 409
    assert [unit.post(receipt, letter=sent.number).status_code for _ in range(2)] == [303, 303]
    assert "approver的人t1 于" in unit.get(f"{LETTERS}/t1").text
    assert "已签收" in Office(app).get(LETTERS).text


def test_a_letter_sent_meanwhile_is_read_first(app: Flask) -> None:
    decided()
    sent = send("t1")
    unit = seated(app, SeatPart.REPORTER, "t1")
    unit.get(f"{LETTERS}/t1")
    send("t1", sent.number, good="新的一份")
    answer = unit.post(f"{LETTERS}/t1/receipt", letter=sent.number)
    assert answer.status_code == 409
    assert "新的一份" in answer.text


@pytest.mark.parametrize("part", [SeatPart.REPORTER, SeatPart.GROUP, SeatPart.COMMITTEE, SeatPart.READER])
def test_a_letter_of_another_unit_is_none(app: Flask, part: SeatPart) -> None:
    decided()
    send("t1")
    unit = seated(app, part, *(["t2"] if part in (SeatPart.REPORTER, SeatPart.GROUP) else []))
    for path in ("t1", "t1/edit", "t1/letter.pdf", "t1/letter.docx", "none"):
        assert unit.get(f"{LETTERS}/{path}").status_code == 404, path
    assert unit.get(f"{HERE}/letters.pdf").status_code == 404
    assert unit.post(f"{LETTERS}/t1/edit", **LETTER, act="send").status_code == 404
    assert unit.post(f"{LETTERS}/t2/edit", **LETTER, act="send").status_code == 404


def test_files_carry_the_text(app: Flask) -> None:
    decided()
    send("t1", good="一号的成绩")
    send("t2", good="二号的成绩")
    unit = seated(app, SeatPart.REPORTER, "t1")
    for kind in ("docx", "pdf"):
        answer = unit.client.get(f"{LETTERS}/t1/letter.{kind}")
        said = words_in(kind, answer.data)
        assert "一号的成绩" in said
        assert "二号" not in said
        assert name_in(answer).endswith(f"t1镇 反馈意见书.{kind}")
    assert unit.get(f"{LETTERS}/t1/letter.xlsx").status_code == 404
    both = words_in("pdf", Office(app).client.get(f"{HERE}/letters.pdf").data)
    assert "一号的成绩" in both
    assert "二号的成绩" in both


def test_two_who_write_at_once_lose_nothing(app: Flask) -> None:
    decided()
    office = Office(app)
    office.get(f"{LETTERS}/t1/edit")
    send("t1", good="同事写的")
    answer = office.post(f"{LETTERS}/t1/edit", **LETTER | {"good": "我写的"}, act="send", seen="0")
    assert answer.status_code == 409
    assert "同事写的" in answer.text
    assert "我写的" in answer.text
    assert written(office, good="两人的") == 303
    assert "两人的" in office.get(f"{LETTERS}/t1").text


def test_faults_keep_what_was_typed(app: Flask) -> None:
    decided()
    office = Office(app)
    assert written(office, good="", mend_by="明天", mend=HOSTILE) == 422
    page = office.page.text
    for said in ("请填写。", "不是日期", SHOWN, 'value="rank" checked'):
        assert said in page, said
    assert HOSTILE not in page
    assert written(office, mend=HOSTILE) == 303
    page = office.get(f"{LETTERS}/t1").text
    assert SHOWN in page
    assert HOSTILE not in page


def test_nothing_is_written_before_all_is_decided(app: Flask) -> None:
    signed()
    office = Office(app)
    assert office.get(f"{LETTERS}/t1/edit").status_code == 303
    assert office.post(f"{LETTERS}/t1/edit", **LETTER, act="send", seen="0").status_code == 409
    assert office.get(f"{HERE}/letters.pdf").status_code == 404


def test_the_overview_leads_there(app: Flask) -> None:
    decided()
    unit = seated(app, SeatPart.REPORTER, "t1")
    page = Office(app).get(HERE).text
    for path in ("/publish", "/letters", "/archive"):
        assert f'href="{HERE}{path}"' in page, path
    assert "等您签收" not in unit.get(HERE).text
    send("t1")
    assert f'href="{HERE}/letters/t1">有反馈意见书等您签收' in unit.get(HERE).text


def test_a_closed_year_asks_for_what_goes_on_and_for_nothing_else(app: Flask) -> None:
    decided()
    send("t1")
    set_task()
    office, unit = Office(app), seated(app, SeatPart.REPORTER, "t1")
    assert "没有发反馈意见书" in office.get(HERE).text
    with transaction(write=True) as session:
        closing_year.close_assessment(session, YEAR, NotesEnd.NONE, BY)
    assert "没有发反馈意见书" not in office.get(HERE).text
    for asked in ("有反馈意见书等您签收", "项整改要办"):
        assert asked in unit.get(HERE).text, asked
    for path in (f"{LETTERS}/t1", f"{HERE}/tasks/t1/1"):
        assert 'method="post"' in main_of(unit.get(path)), path
    for path in (LETTERS, f"{HERE}/tasks?unit=t1"):
        assert 'method="post"' not in main_of(office.get(path)), path


def main_of(answer: TestResponse) -> str:
    return answer.text.partition("<main")[2].partition("</main")[0]
