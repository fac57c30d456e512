"""The campaign's page: what it shows in each state, what can be done on it, and by whom."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from survey.documents.export.formats import Audience, offered_to
from survey.domain.definition.campaign import State
from survey.services.audit import audit
from survey.services.campaigns import campaigns, drafts
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import now
from tests.builders import (
    BY,
    a_definition,
    armed_campaign,
    cast,
    close,
    count,
    issue,
    running_campaign,
)
from tests.documents.read_back import name_in
from tests.office import Office

PAGE = "/admin/c/small"
ZONE = ZoneInfo("Asia/Shanghai")


def named(code: str, **more: Any) -> dict[str, Any]:
    return a_definition(campaign={"code": code, "title": f"测评{code}", "organiser": "考核组", **more})


def state(code: str = "small") -> State:
    with transaction() as session:
        return campaigns.find_campaign(session, code).state


def acts(code: str = "small") -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in audit.history(session, code)]


def set_state(to: State, code: str = "small") -> None:
    with transaction(write=True) as session:
        campaign_rows.set_state(session, campaigns.find_campaign(session, code), to)


def counted(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 6)
    for codes in running.codes.values():
        for code in codes:
            cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    count(app, "small")


def stage_now(text: str) -> str:
    [found] = re.findall(r'<li class="now" aria-current="step"><b>([^<]+)</b>', text)
    return str(found)


@pytest.mark.parametrize(
    ("reached", "word", "title"),
    [
        (State.DRAFT, "准备", "冻结规则，生成票箱钥匙"),
        (State.ARMED, "就绪", "发放投票码"),
        (State.OPEN, "投票中", "结束投票"),
        (State.CLOSED, "已结束", "开箱计票"),
        (State.COUNTED, "已计票", "计票人、监票人签字"),
        (State.CERTIFIED, "已确认", "下载、公布结果"),
        (State.SHREDDING, "已确认", "销毁密封票和钥匙"),
        (State.SHREDDED, "已确认", "公布结果"),
    ],
)
def test_each_state_has_its_stage_and_its_next_step(
    app: Flask, reached: State, word: str, title: str
) -> None:
    if reached is State.DRAFT:
        with transaction(write=True) as session:
            campaigns.load(session, a_definition(), BY)
    elif reached is State.ARMED:
        armed_campaign(app, a_definition())
    elif reached is State.OPEN:
        running_campaign(app, a_definition(), 6)
    elif reached is State.CLOSED:
        running_campaign(app, a_definition(), 6)
        close(app, "small")
    else:
        counted(app)
        set_state(reached)
    text = Office(app).get(PAGE).text
    assert stage_now(text) == word
    assert f'<h2 id="next">{title}</h2>' in text


def test_opening_closing_and_what_the_log_says(app: Flask) -> None:
    armed_campaign(app, a_definition())
    issue(app, "small", {"A": 3, "B": 3})
    office = Office(app)
    assert "开始投票</button>" in office.get(PAGE).text
    page = office.post(f"{PAGE}/open", follow=True)
    assert "投票已开始。请把校验值" in page.text
    assert state() is State.OPEN
    page = office.post(f"{PAGE}/close", typed="smal")
    assert page.status_code == 422
    assert "与活动代号不一致" in page.text
    assert 'value="smal"' in page.text
    assert state() is State.OPEN
    page = office.post(f"{PAGE}/close", follow=True, typed=" small ")
    assert "票箱已打乱" in page.text
    assert acts()[-3:] == ["open", "close", "shake"]
    assert office.post(f"{PAGE}/close", typed="small").status_code == 303, "once more does what is left"
    assert "校验值" not in office.get(PAGE).text.replace("请把校验值", "", 1)
    assert office.post(f"{PAGE}/open").status_code == 409


def test_opening_needs_codes(app: Flask) -> None:
    armed_campaign(app, a_definition())
    office = Office(app)
    office.get(PAGE)
    assert office.post(f"{PAGE}/open").status_code == 409
    assert state() is State.ARMED


def test_only_an_owner_lets_voters_in_again_after_a_restore(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    with transaction(write=True) as session:
        campaign_rows.set_held(session, campaigns.find_campaign(session, "small"), held=True)
    organiser = Office(app, "李明", "organiser")
    assert "恢复投票</button>" not in organiser.get(PAGE).text
    assert organiser.post(f"{PAGE}/open").status_code == 403
    owner = Office(app)
    assert "恢复投票</button>" in owner.get(PAGE).text
    assert owner.post(f"{PAGE}/open").status_code == 303
    assert acts()[-1] == "reopen"


def test_extending_in_the_time_zone_of_the_campaign(app: Flask) -> None:
    end = (now() + timedelta(hours=2)).replace(microsecond=0, second=0)
    running_campaign(app, a_definition(campaign=_ending(end)), 2)
    office = Office(app)
    text = office.get(PAGE).text
    assert "北京时间（东八区）" in text
    here = end.astimezone(ZONE)
    assert f'value="{here:%Y-%m-%dT%H:%M}"' in text
    page = office.post(f"{PAGE}/extend", until=f"{here:%Y-%m-%dT%H:%M}")
    assert page.status_code == 422
    assert "必须晚于原来的结束时间" in page.text
    page = office.post(f"{PAGE}/extend", until="明天")
    assert page.status_code == 422
    assert 'value="明天"' in page.text
    later = here + timedelta(hours=1)
    page = office.post(f"{PAGE}/extend", follow=True, until=f"{later:%Y-%m-%dT%H:%M}")
    assert "已延长" in page.text
    with transaction() as session:
        assert campaigns.find_campaign(session, "small").extended_to == end + timedelta(hours=1)


def _ending(end: datetime) -> dict[str, Any]:
    return {"code": "small", "title": "小型测评", "organiser": "考核组", "closes_at": end}


def test_after_the_close_the_page_says_when_it_was_and_announces_no_end(app: Flask) -> None:
    end = now() + timedelta(hours=3)
    running_campaign(app, a_definition() | {"campaign": _ending(end)}, 2)
    office = Office(app)
    page = office.get(PAGE).text
    assert "自动结束" in page
    assert "已开始" in page
    close(app, "small")
    page = office.get(PAGE).text
    assert "自动结束" not in page
    assert "已结束" in page
    count(app, "small")
    assert "自动结束" not in office.get(PAGE).text


def test_voting_that_ends_by_hand_is_not_extended(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    office = Office(app)
    assert "延长投票时间" not in office.get(PAGE).text
    page = office.post(f"{PAGE}/extend", until="2099-01-01T00:00")
    assert page.status_code == 409
    assert "不用延长" in page.text


def test_persons_present(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    office = Office(app, "陈监", "scrutineer")
    office.get(PAGE)
    page = office.post(f"{PAGE}/present", **{"present.A": "12", "present.B": "两"})
    assert page.status_code == 422
    assert 'value="两"' in page.text
    assert 'value="12"' in page.text
    with transaction() as session:
        assert campaigns.present(session, campaigns.find_campaign(session, "small")) == {}
    assert office.post(f"{PAGE}/present", **{"present.A": "12"}).status_code == 303
    assert office.post(f"{PAGE}/present", **{"present.A": "12", "present.B": "0"}).status_code == 303
    assert acts().count("present") == 2, "a number that did not change is not noted again"


@pytest.mark.parametrize("kind", offered_to(Audience.OFFICE))
def test_tables_of_a_count_in_every_format(app: Flask, kind: str) -> None:
    counted(app)
    office = Office(app, role="viewer")
    assert f'href="{PAGE}/results.{kind}"' in office.get(PAGE).text
    answer = office.client.get(f"{PAGE}/results.{kind}")
    assert answer.status_code == 200
    assert name_in(answer) == f"小型测评 测评结果.{kind}"
    assert len(answer.data) > 100


def test_no_tables_before_the_count_or_in_unknown_formats(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    office = Office(app)
    assert office.client.get(f"{PAGE}/results.csv").status_code == 404
    close(app, "small")
    count(app, "small")
    assert office.client.get(f"{PAGE}/results.csv").status_code == 200
    assert office.client.get(f"{PAGE}/results.exe").status_code == 404


def test_a_campaign_of_another_unit_is_as_good_as_none(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, named("ours"), BY, "县委组织部")
        campaigns.load(session, named("theirs"), BY, "市委组织部")
        drafts.create(session, drafts.empty("their-draft"), "市委组织部", BY)
    office = Office(app, "李明", "organiser", unit="县委组织部")
    listed = office.get("/admin/").text
    assert "/admin/c/ours" in listed
    assert "their" not in listed
    assert office.get("/admin/c/ours").status_code == 200
    for path in ("", "/turnout", "/screen", "/screen/turnout", "/trial", "/results.csv"):
        assert office.client.get(f"/admin/c/theirs{path}").status_code == 404, path
    assert office.client.get("/admin/c/their-draft").status_code == 404
    for path in ("open", "extend", "close", "present", "publish", "trial", "erase"):
        fields = {"until": "2099-01-01T00:00", "typed": "theirs", "publication": "public"}
        assert office.post(f"/admin/c/theirs/{path}", **fields).status_code == 404, path
    owner = Office(app)
    assert "/admin/c/theirs" in owner.get("/admin/").text


def test_viewers_see_the_page_and_no_form(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    text = Office(app, "何看", "viewer").get(PAGE).text
    assert re.findall(r'action="([^"]+)"', text) == ["/admin/language", "/admin/logout"]
    assert "/admin/new" not in text


def test_a_missing_campaign_leaves_the_way_back(app: Flask) -> None:
    page = Office(app).get("/admin/c/none")
    assert page.status_code == 404
    assert 'class="nav"' in page.text
