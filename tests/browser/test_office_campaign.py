"""The campaign's page in Chromium: over its states, axe clean, and the turnout that refreshes itself."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from survey.services.audit.audit import By
from survey.services.campaigns import campaigns, procedure, trial
from survey.storage.database import transaction
from survey.web.context import settings
from tests.browser.axe import ALL_LOOKS, DESK, RULES, looks, violations
from tests.builders import (
    BY,
    EXAMPLES,
    a_definition,
    armed_campaign,
    cast,
    close,
    count,
    issue,
    running_campaign,
)
from tests.signing_in import an_account, cookie_of
from tests.sms_clients import an_sms_definition, open_sms

OpenPage = Callable[..., Page]
Press = Callable[[Page, str], None]


def named(code: str) -> dict[str, Any]:
    return a_definition(campaign={"code": code, "title": f"{code}民主测评", "organiser": "考核组"})


@pytest.fixture
def states(app: Flask) -> list[str]:
    """Campaigns in several states; the paths of their pages, and of those around them."""
    with transaction(write=True) as session:
        campaigns.load(session, named("drafted"), BY)
        tried = trial.begin(session, "drafted", BY).code
    armed_campaign(app, named("armed"))
    running_campaign(app, EXAMPLES / "town-annual.toml")
    running_campaign(app, named("closed"), 6)
    close(app, "closed")
    counted = running_campaign(app, named("counted"), 6)
    for codes in counted.codes.values():
        for code in codes:
            cast(app, code, {"c1.de": "excellent"})
    close(app, "counted")
    count(app, "counted")
    armed_campaign(app, an_sms_definition("listless"))
    open_sms(app, 30, an_sms_definition("texting"))
    open_sms(app, 30, an_sms_definition("waiting") | {"sms": {"channel": "other", "sender": "政务服务局"}})
    procedure.close("waiting", By("test", datetime.now(UTC)), settings().keys)
    by_sms = ("listless", "texting", "waiting")
    codes = ("drafted", tried, "armed", "town-annual", "closed", "counted", *by_sms)
    paths = [f"/admin/c/{code}" for code in codes]
    return ["/admin/", *paths, "/admin/c/drafted/trial", "/admin/c/town-annual/screen"]


def log_in(page: Page, app: Flask, role: str = "owner") -> None:
    page.context.add_cookies([cookie_of(app, an_account(role))])


def faults(page: Page) -> list[str]:
    found = violations(page, RULES)
    return [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_every_state_is_accessible_and_fits(
    app: Flask, server: str, states: list[str], open_page: OpenPage
) -> None:
    page = open_page(DESK)
    log_in(page, app)
    for path in states:
        page.goto(server + path)
        assert page.url == server + path
        for width, found in looks(page, ALL_LOOKS):
            assert found == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.evaluate(_TOO_LOW) == [], path


_TOO_LOW = """[...document.querySelectorAll('main button, main a.button, .rows a, input, .nav a')]
    .filter(item => item.checkVisibility() && !['radio', 'checkbox', 'hidden'].includes(item.type))
    .filter(item => item.getBoundingClientRect().height < 44).map(item => item.outerHTML)"""


def test_from_the_open_page_to_the_closed_one(
    app: Flask, server: str, open_page: OpenPage, press: Press
) -> None:
    running = running_campaign(app, EXAMPLES / "town-annual.toml")
    page = open_page(DESK)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    log_in(page, app)
    page.goto(f"{server}/admin/c/town-annual")
    total = page.locator("#turnout tfoot td").nth(2)
    expect(total).to_have_text("0")
    assert page.get_attribute("#turnout", "hx-trigger") == "every 5s"
    for code in running.codes["B"][:7]:
        cast(app, code, {})
    expect(total).to_have_text("5")
    page.click("text=登记实到人数")
    page.fill("#present-B", "39")
    press(page, 'form[action$="/present"] button')
    expect(page.get_by_role("status")).to_have_text("实到人数已登记。")
    page.fill("#confirm-typed", "town")
    press(page, 'form[action$="/close"] button')
    expect(page.locator("#confirm-typed")).to_be_focused()
    expect(page.locator("#confirm-typed-error")).to_be_visible()
    assert faults(page) == []
    page.fill("#confirm-typed", "town-annual")
    press(page, 'form[action$="/close"] button')
    expect(page.locator("li[aria-current=step] b")).to_have_text("已结束")
    expect(page.locator("#turnout tfoot td").nth(2)).to_have_text("7")
    assert re.search(r"校验值 [0-9A-Z-]{14}", page.get_by_role("status").inner_text())
    assert [text for text in heard if "422" not in text] == []


def test_the_screen_refreshes_itself_and_turns_over_at_the_close(
    app: Flask, server: str, open_page: OpenPage
) -> None:
    running = running_campaign(app, EXAMPLES / "town-annual.toml")
    page = open_page((1920, 1080))
    log_in(page, app, "viewer")
    page.goto(f"{server}/admin/c/town-annual/screen")
    number = page.locator(".returned b")
    expect(number).to_have_text("0")
    assert page.get_attribute("#live", "hx-trigger") == "every 5s"
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main *')].filter(item => [...item.childNodes]"
        ".some(node => node.nodeType === 3 && node.textContent.trim()))"
        ".map(item => parseFloat(getComputedStyle(item).fontSize)))"
    )
    assert smallest >= 36
    for code in running.codes["C"][:12]:
        cast(app, code, {})
    expect(number).to_have_text("10")
    close(app, "town-annual")
    expect(page.locator(".state")).to_contain_text("已结束")
    expect(number).to_have_text("12")


def test_the_second_press_of_a_double_click_opens_nothing(
    app: Flask, server: str, open_page: OpenPage, press: Press
) -> None:
    running = named("armed")
    armed_campaign(app, running)
    issue(app, "armed", {group["key"]: 1 for group in running["groups"]})
    page = open_page(DESK)
    log_in(page, app)
    page.goto(f"{server}/admin/c/armed")
    begin = page.locator("button:has-text('开始投票')")
    expect(begin).to_be_visible()
    box = begin.bounding_box()
    assert box
    page.reload(wait_until="commit")
    page.wait_for_selector("footer, main", state="attached")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(begin).to_be_visible()
    press(page, "button:has-text('开始投票')")
    expect(page.locator("button:has-text('结束投票')")).to_be_visible()
