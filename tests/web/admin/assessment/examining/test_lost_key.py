"""The key that is lost for good: stated by the office alone, with its reason, where the file is missing."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.secrecy.assessment_key import assessment_key_path, destroy_assessment_key
from survey.web.context import settings
from tests.web.admin.assessment.examining.talks_held import TALKS, UNIT, on_record, read, talking, written
from tests.web.admin.assessment.seated_year import CODE, browser_of

PAGE = f"/admin/a/{CODE}/lost-key"


@pytest.fixture
def sealed(app: Flask) -> Flask:
    talking(app)
    written(app)
    return app


def stated(app: Flask, reason: str = "硬盘坏了", who: str = "organiser") -> TestResponse:
    return browser_of(app, who).post(PAGE, data={"reason": reason})


def test_nothing_is_stated_of_a_key_that_is_there(sealed: Flask) -> None:
    page = browser_of(sealed, "organiser").get(PAGE).text
    assert "不用声明" in page
    assert "<textarea" not in page
    assert stated(sealed).status_code == 409
    assert assessment_key_path(settings().keys, CODE).exists()
    assert on_record(YearRecordKind.KEY_LOST) == []


def test_the_office_states_it_once_and_the_group_goes_on(sealed: Flask) -> None:
    destroy_assessment_key(settings().keys, CODE)
    office = browser_of(sealed, "organiser")
    assert "lost-key" in office.get(TALKS).text
    assert "lost-key" not in browser_of(sealed, "group").get(TALKS).text
    assert "请填写" in stated(sealed, " ").text
    assert stated(sealed).status_code == 303
    assert stated(sealed).status_code == 409
    page = office.get(PAGE).text
    assert "1 份谈话记录、1 份没有启封的评分表无法读取" in page
    assert "硬盘坏了" in page
    assert "声明钥匙已丢失，此前密封的无法读取" in browser_of(sealed, "group").get(UNIT).text
    assert written(sealed, "新的一份", after=1).status_code == 303
    assert read(sealed, number=1).status_code == 303  # back to the list: nothing opens
    assert "新的一份" in read(sealed, number=2).text


@pytest.mark.parametrize("who", ["group", "reporter", "leader of a unit", "committee", "reader"])
def test_nobody_else_states_it(sealed: Flask, who: str) -> None:
    destroy_assessment_key(settings().keys, CODE)
    assert stated(sealed, who=who).status_code == 404
    assert on_record(YearRecordKind.KEY_LOST) == []
