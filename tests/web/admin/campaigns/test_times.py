"""Beginning and end by the clock on the pages: counted down, and moved to later."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign
from survey.services.campaigns import campaigns, starting
from survey.services.campaigns.starting import Way
from survey.storage.database import transaction
from survey.web.context import now
from tests.builders import BY, a_definition, armed_campaign, issue
from tests.office import Office
from tests.web.admin.campaigns.test_campaign import PAGE, ZONE

HOUR = timedelta(hours=1)
JSON = {"Accept": "application/json"}


def timed(**more: Any) -> dict[str, Any]:
    return a_definition(campaign={"code": "small", "title": "小型测评", "organiser": "考核组", **more})


def found() -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, "small")


def field(when: datetime) -> str:
    return f"{when.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def test_the_page_counts_down_and_says_what_is_missing(app: Flask) -> None:
    armed_campaign(app, timed(opens_at=now() + 2 * HOUR + timedelta(seconds=30)))
    office = Office(app)
    page = office.get(PAGE).text
    assert "离自动开始还有 <b>2 小时 0 分</b>" in page
    assert "没有投票码不会自动开始" in page
    assert "自动开始，此前投票人不能进入" in page
    assert "离自动开始还有" in office.get(f"{PAGE}/turnout?state=armed").text
    assert "离投票开始还有" in office.get(f"{PAGE}/screen").text
    issue(app, "small", {"A": 2})
    assert "没有投票码不会自动开始" not in office.get(PAGE).text


def test_a_page_left_open_is_fetched_anew_once_it_opened(app: Flask) -> None:
    begins = now()
    armed_campaign(app, timed(opens_at=begins))
    office = Office(app)
    assert "一补齐，就立即自动开始" in office.get(PAGE).text
    part = f"{PAGE}/turnout?state=armed"
    assert "HX-Refresh" not in office.get(part).headers
    issue(app, "small", {"A": 2})
    starting.open_due(Way("http://127.0.0.1", allow_http=False), begins)
    assert office.get(part).headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in office.get(f"{PAGE}/turnout?state=open").headers
    assert "离自动开始还有" not in office.get(PAGE).text


def test_the_beginning_is_moved_to_later_and_voters_are_told(app: Flask) -> None:
    begins = (now() + HOUR).replace(second=0, microsecond=0)
    armed_campaign(app, timed(opens_at=begins))
    code = issue(app, "small", {"A": 2})["A"][0]
    office = Office(app, "李明", "organiser")
    assert "推迟开始时间" in office.get(PAGE).text
    page = office.post(f"{PAGE}/postpone", follow=True, start=field(begins + HOUR))
    assert "投票推迟到" in page.text
    assert "已推迟" in page.text
    assert found().opens_at == begins + HOUR
    said = app.test_client().post("/v/ballot", data={"code": code}, headers=JSON).get_json()
    assert f"{(begins + HOUR).astimezone(ZONE):%H:%M} 开始" in said["message"]
    assert "把投票开始时间从" in office.get("/admin/log?campaign=small").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写日期和时间"),
        ("2020-01-01T08:00", "必须晚于现在"),
        ("2090-01-01T08:00", "必须早于结束时间"),
        ("2079-01-01T08:00", "只能往后推"),
    ],
)
def test_a_wrong_beginning_is_shown_again_with_its_fault(app: Flask, typed: str, said: str) -> None:
    begins, ends = (datetime(year, 1, 1, tzinfo=ZONE) for year in (2080, 2085))
    armed_campaign(app, timed(opens_at=begins, closes_at=ends))
    office = Office(app)
    office.get(PAGE)
    page = office.post(f"{PAGE}/postpone", start=typed)
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{typed or field(begins)}"' in page.text
    assert found().postponed_to is None


def test_what_begins_by_hand_or_began_is_not_postponed(app: Flask) -> None:
    armed_campaign(app, timed())
    office = Office(app)
    assert "推迟开始时间" not in office.get(PAGE).text
    page = office.post(f"{PAGE}/postpone", start="2090-01-01T08:00")
    assert (page.status_code, "由人工开始，不用推迟" in page.text) == (409, True)
    issue(app, "small", {"A": 2})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    assert office.post(f"{PAGE}/postpone", start="2090-01-01T08:00").status_code == 409


def test_an_end_can_be_moved_before_voting_begins(app: Flask) -> None:
    ends = (now() + HOUR).replace(second=0, microsecond=0)
    armed_campaign(app, timed(closes_at=ends))
    office = Office(app)
    assert "延长投票时间" in office.get(PAGE).text
    assert office.post(f"{PAGE}/extend", until=field(ends + HOUR)).status_code == 303
    assert found().closes_at == ends + HOUR
