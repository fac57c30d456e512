"""Scoring, signing and deciding in a browser: narrow, with large text, and without script."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.test_office_pages import looked_at
from tests.services.assessment.scored_year import YEAR, came_since, decide, examining, score, signed
from tests.signing_in import an_account, cookie_of

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]
BASE = f"/admin/a/{YEAR}"


def entered(app: Flask, page: Page, role: str, name: str) -> Page:
    page.context.add_cookies([cookie_of(app, an_account(role, "", name))])
    return page


def wrong_on(page: Page, address: str) -> list[object]:
    """List what is wrong with a page as it is and on a narrow phone, in two sizes of text."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    found: list[object] = list(looked_at(page))
    page.set_viewport_size({"width": 320, "height": 800})
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"scrolls sideways at 320 px, text {size}")
    return found


def test_pages_are_clean_narrow_and_large(app: Flask, server: str, open_page: OpenPage) -> None:
    examining()
    score()
    page = entered(app, open_page((1280, 800)), "scrutineer", "签字的人")
    assert wrong_on(page, f"{server}{BASE}/sign") == []
    assert page.get_by_role("heading", name="计分结果签字").is_visible()
    page = entered(app, page, "owner", "王芳")
    came_since()
    ways = ("score", "records", "records/1", "proposal", "decide")
    assert {way: found for way in ways if (found := wrong_on(page, f"{server}{BASE}/{way}"))} == {}


def test_a_meeting_is_recorded_without_script(app: Flask, server: str, open_page: OpenPage) -> None:
    signed()
    decide("t1", "fair", reason="复议")
    page = entered(app, open_page((390, 844), script=False), "owner", "王芳")
    page.goto(f"{server}{BASE}")
    page.get_by_role("link", name="报委员会定等次，记录会议决定").click()
    page.get_by_label("会议名称").fill("县委常委会")
    page.get_by_label("会议纪要文号").fill("〔2027〕3号")
    page.get_by_label("会议日期").fill("2027-02-03")
    page.get_by_role("button", name="核对").click()
    assert "现在什么都还没有记录" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="确认，记录在案").click()
    assert page.get_by_role("status").inner_text() == "2 个单位的等次已记录在案。"
    assert "县委常委会（〔2027〕3号）" in page.locator("main").inner_text()
