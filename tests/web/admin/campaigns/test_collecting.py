"""The pages of a campaign while its paper ballots are collected."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from survey.domain.definition.campaign import State
from survey.secrecy.paper_key import paper_key_path
from survey.services.campaigns import campaigns
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import now, settings
from tests.builders import collect, running_campaign
from tests.office import Office
from tests.services.paper.urn import a_paper_definition, a_sheet, collecting_campaign, find, keep
from tests.web.admin.campaigns.test_campaign import PAGE

CLOSE = f"{PAGE}/close"


def key_file() -> Path:
    return paper_key_path(settings().keys, "small")


def test_collecting_is_a_stage_and_the_next_step_before_it(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 6)
    office = Office(app)
    page = office.get(PAGE).text
    assert "<b>收票</b>" in page
    assert f'href="{PAGE}/paper/collect"' in page
    assert "手机投票就结束，不能恢复" in page
    answer = office.post(CLOSE, typed="small")
    assert answer.status_code == 409
    assert "请先开始收票" in answer.text
    collect(app, "small")
    page = office.get(PAGE).text
    assert "手机投票已结束" in page
    assert f'href="{PAGE}/paper"' in page
    assert "收票中" in office.get("/admin/").text


def test_an_urn_without_sheets_needs_no_scan(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 6)
    collect(app, "small")
    office = Office(app)
    assert "不扫描就结束" in office.get(PAGE).text
    assert "票箱已打乱" in office.post(CLOSE, follow=True, typed="small").text


def test_what_waits_is_said_and_holds_the_close_up(app: Flask) -> None:
    running, key = collecting_campaign(app)
    keep(key, [a_sheet(key, find(), running.codes["A"][0], said="?")])
    office = Office(app)
    page = office.get(PAGE).text
    assert "有 1 张纸票等待两人认定" in page
    assert CLOSE not in page
    answer = office.post(CLOSE, typed="small")
    assert answer.status_code == 409
    assert "1 张纸票等待两人认定，0 张缺页" in answer.text
    assert find().state is State.OPEN


def test_a_lost_key_is_said_with_what_to_do(app: Flask) -> None:
    running, key = collecting_campaign(app)
    keep(key, [a_sheet(key, find(), running.codes["A"][0])])
    key_file().unlink()
    office = Office(app)
    office.get(PAGE)
    answer = office.post(CLOSE, typed="small")
    assert answer.status_code == 409
    assert "把另存的那一份放回原处" in answer.text


def test_the_screen_says_that_paper_is_collected_and_asks_nobody_to_vote(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 6)
    office = Office(app)
    before = office.get(f"{PAGE}/screen").text
    assert "投票中" in before
    assert "<svg" in before
    collect(app, "small")
    screen = office.get(f"{PAGE}/screen").text
    assert "收票中" in screen
    assert "<svg" not in screen
    assert "hx-get" in screen
    for path in ("turnout", "screen/turnout"):
        assert office.get(f"{PAGE}/{path}?state=open").headers["HX-Refresh"] == "true"
        assert "HX-Refresh" not in office.get(f"{PAGE}/{path}?state=collecting").headers


@pytest.mark.parametrize("collecting", [False, True])
def test_the_planned_end_is_said_to_begin_collecting(app: Flask, collecting: bool) -> None:
    data = a_paper_definition()
    data["campaign"]["closes_at"] = now() + timedelta(hours=1)
    running_campaign(app, data, 6)
    if collecting:
        collect(app, "small")
    page = Office(app).get(PAGE).text
    assert ("手机投票自动结束，开始收票" in page) is not collecting
    assert ("延长投票时间" in page) is not collecting


def test_reopened_after_a_restore_it_still_collects(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 6)
    collect(app, "small")
    with transaction(write=True) as session:
        campaign_rows.set_held(session, campaigns.find_campaign(session, "small"), held=True)
    office = Office(app)
    assert "恢复投票" in office.get(PAGE).text
    office.post(f"{PAGE}/open", follow=True)
    assert (find().held, find().stage) == (False, "collecting")


def test_no_slip_is_made_and_no_code_voided_while_collecting(app: Flask) -> None:
    running = running_campaign(app, a_paper_definition(), 6)
    office = Office(app)
    assert "开始制作</button>" in office.get(f"{PAGE}/codes").text
    collect(app, "small")
    page = office.get(f"{PAGE}/codes").text
    assert "不能再制作或作废投票码" in page
    assert "开始制作</button>" not in page
    assert "同时补发" not in page
    assert "作废这些投票码" not in page
    assert office.post(f"{PAGE}/codes/void", codes=running.codes["A"][0]).status_code == 409
