"""The end of voting by phone on its page, and the sheets counted by hand."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.services.campaigns.campaigns import find_campaign
from survey.services.paper.status import status
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import armed_campaign, close, running_campaign
from tests.web.admin.campaigns.test_codes import browser, token

from .voted_on_paper import PAGE, collecting, on_paper

COLLECT = f"{PAGE}/collect"


def is_collecting() -> bool:
    with transaction() as session:
        return find_campaign(session, "small").is_collecting


def urn() -> int | None:
    with transaction() as session:
        return status(session, find_campaign(session, "small"), settings().keys).urn


def confirm(client: FlaskClient, typed: str) -> int:
    data = token(client.get("/admin/me").text) | {"confirm": typed}
    return client.post(COLLECT, data=data).status_code


def count(client: FlaskClient, typed: str) -> int:
    data = token(client.get("/admin/me").text) | {"counted": typed}
    return client.post(f"{PAGE}/counted", data=data).status_code


def test_voting_by_phone_ends_once_the_code_is_typed(app: Flask) -> None:
    running_campaign(app, on_paper())
    client = browser(app, "王组织")
    assert f'href="{COLLECT}"' in client.get(PAGE).text
    page = client.get(COLLECT).text
    assert "手机投票立即停止" in page
    assert "还没有人用手机投票" in page
    for wrong in ("", "smal", "small2", "SMALL"):
        assert confirm(client, wrong) == 422
        assert not is_collecting()
    assert confirm(client, " small ") == 303
    assert is_collecting()
    assert "校验值" in client.get(PAGE).text
    # Sent twice.
    assert confirm(client, "small") == 409
    assert "已经停止" in client.get(COLLECT).text


def test_not_before_voting_and_not_after(app: Flask) -> None:
    armed_campaign(app, on_paper())
    client = browser(app, "王组织")
    assert "不在进行中" in client.get(COLLECT).text
    assert confirm(client, "small") == 409


def test_what_a_restore_holds_begins_to_collect(app: Flask) -> None:
    running_campaign(app, on_paper())
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "small"), held=True)
    client = browser(app, "王组织")
    assert f'href="{COLLECT}"' in client.get("/admin/c/small").text
    page = client.get(PAGE).text
    assert "等系统管理员决定" in page
    assert f'href="{COLLECT}"' in page
    assert confirm(client, "small") == 303
    assert is_collecting()
    assert f'href="{COLLECT}"' not in client.get("/admin/c/small").text
    assert count(client, "3") == 409
    assert "票箱里一共几张" not in client.get(PAGE).text


def test_an_empty_urn_needs_no_scan(app: Flask) -> None:
    collecting(app)
    client = browser(app, "王组织")
    assert count(client, "0") == 303
    assert "没有待认定的票" in client.get(PAGE).text


def test_while_phones_vote_nobody_counts(app: Flask) -> None:
    running_campaign(app, on_paper())
    assert count(browser(app, "王组织"), "3") == 409
    assert urn() is None


def test_a_closed_one_stays_closed(app: Flask) -> None:
    collecting(app)
    close(app, "small")
    assert confirm(browser(app, "王组织"), "small") == 409


def test_sheets_counted_by_hand(app: Flask) -> None:
    collecting(app)
    client = browser(app, "王组织")
    assert "开箱，清点" in client.get(PAGE).text
    assert count(client, " 12 ") == 303
    assert urn() == 12
    page = client.get(PAGE).text
    assert "已登记 12 张" in page
    assert 'value="12"' in page
    assert "扫描，上传" in page
    assert count(client, "0") == 303
    assert urn() == 0


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "十二", "１２", "1e3", "1000001", "9" * 5000, "x"])
def test_what_is_no_number_changes_nothing(app: Flask, typed: str) -> None:
    collecting(app)
    client = browser(app, "王组织")
    assert count(client, typed) == 422
    assert urn() is None


def test_before_voting_nobody_counts(app: Flask) -> None:
    armed_campaign(app, on_paper())
    assert count(browser(app, "王组织"), "3") == 409
