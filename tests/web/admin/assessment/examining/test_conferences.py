"""Pages of conferences: the office's form, the list, the record to print."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.services.assessment.examining import conferences
from tests.services.assessment.examining.year_at_end import CONFERENCE, at_end, hold, read, stage_is, year

from .desks import BASE, committee, group, organiser, reporter

LIST = f"{BASE}/conferences"
FORM = {**CONFERENCE, "classes": "town", "campaigns": "small", "seen": "0"}


def known() -> dict[str, conferences.Conference]:
    return read(lambda session: conferences.conferences(session, year()))


def test_recorded_by_the_form_once(app: Flask) -> None:
    at_end()
    office = organiser(app)
    assert f"{LIST}/1/edit" in office.get(LIST).text
    page = office.get(f"{LIST}/1/edit").text
    assert "民主测评（small）" in page
    for _ in range(2):
        assert office.post(f"{LIST}/1/edit", **FORM).status_code == 303
    assert list(known()) == ["1"]
    listed = office.get(LIST).text
    assert all(said in listed for said in ("2026-12-25", "一号会议室", "120", "118", "乡镇"))
    record = office.get(f"{LIST}/1").text
    assert all(said in record for said in ("纪要〔2026〕9号", "民主测评", "118 人", "记录人"))


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(app: Flask) -> None:
    at_end()
    office = organiser(app)
    office.get(f"{LIST}/1/edit")
    typed = FORM | {"present": "121", "place": "<script>alert(1)</script>", "classes": "", "units": "t3"}
    answer = office.post(f"{LIST}/1/edit", **typed)
    assert answer.status_code == 422
    assert "实到人数不能多于应到人数" in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert 'value="121"' in answer.text
    box = re.search(r'<input[^>]*value="t3"[^>]*>', answer.text)
    assert box
    assert " checked" in box[0]
    assert known() == {}


def test_two_at_once_and_the_second_keeps_what_was_typed(app: Flask) -> None:
    at_end()
    office = organiser(app)
    office.get(f"{LIST}/1/edit")
    hold()
    answer = office.post(f"{LIST}/1/edit", **FORM | {"place": "二号会议室"})
    assert answer.status_code == 409
    assert "刚才有人记过或改过这次大会" in answer.text
    assert "二号会议室" in answer.text
    assert f'action="{LIST}/2/edit"' in answer.text
    assert office.post(f"{LIST}/2/edit", **FORM | {"place": "二号会议室"}).status_code == 303
    assert [one.place for one in known().values()] == ["一号会议室", "二号会议室"]


def test_corrected_and_declared_void(app: Flask) -> None:
    at_end()
    first = hold()
    office = organiser(app)
    office.get(f"{LIST}/1/edit")
    seen = str(first.record.number)
    assert office.post(f"{LIST}/1/edit", **FORM | {"present": "119", "seen": seen}).status_code == 303
    stale = office.post(f"{LIST}/1/edit", **FORM | {"present": "117", "seen": seen})
    assert (stale.status_code, known()["1"].present) == (409, 119)
    empty = office.post(f"{LIST}/1/void", void="", seen=known()["1"].record.number)
    assert empty.status_code == 422
    old = office.post(f"{LIST}/1/void", follow=True, void="记错了", seen=seen)
    assert "没有作废" in old.text
    office.post(f"{LIST}/1/void", void="记错了", seen=known()["1"].record.number)
    assert known()["1"].void == "记错了"
    assert "这条记录已作废" in office.get(f"{LIST}/1").text


def test_others_read_those_of_their_units_and_write_none(app: Flask) -> None:
    at_end()
    hold(chosen={"units": ["t2"]})
    hold("2", place="三号会议室", chosen={"units": ["t1"]})
    for desk in (reporter(app), group(app)):
        listed = desk.get(LIST).text
        assert "三号会议室" in listed
        assert "一号会议室" not in listed
        assert "记录一次大会" not in listed
        assert desk.get(f"{LIST}/2").status_code == 200
        assert desk.get(f"{LIST}/1").status_code == 404
        assert desk.get(f"{LIST}/3/edit").status_code == 404
        assert desk.post(f"{LIST}/3/edit", **FORM).status_code == 404
        assert desk.post(f"{LIST}/2/void", void="x", seen="2").status_code == 404
    assert "一号会议室" in committee(app).get(LIST).text
    assert len(known()) == 2


@pytest.mark.parametrize("number", ["2", "0", "x", "９", "1" * 400])
def test_a_conference_that_is_not_there(app: Flask, number: str) -> None:
    at_end()
    office = organiser(app)
    for path in (f"{LIST}/{number}", f"{LIST}/{number}/edit"):
        assert office.get(path).status_code == 404
    assert office.post(f"{LIST}/{number}/void", void="x", seen="0").status_code == 404


def test_not_once_the_year_is_decided(app: Flask) -> None:
    at_end()
    office = organiser(app)
    office.get(f"{LIST}/1/edit")
    stage_is(Stage.DECIDED)
    answer = office.post(f"{LIST}/1/edit", **FORM)
    assert answer.status_code == 409
    assert "现在这个阶段不能写了" in answer.text
    assert "一号会议室" in answer.text
    assert known() == {}
    page = office.get(f"{LIST}/1/edit").text
    assert "现在这个阶段不能写" in page
    assert 'name="place"' not in page
    assert "/edit" not in office.get(LIST).text
