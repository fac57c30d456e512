"""A unit reports on a phone: fifteen numbers within three minutes, with a thumb, with and without script."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.reports.submitted_report import ReportSubject
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import assessments, seating
from survey.services.assessment.reports import due_reports
from survey.storage.database import transaction
from tests.browser.test_office_pages import looked_at
from tests.builders import BY
from tests.services.assessment.reports.reported import proved, submit
from tests.services.assessment.sample_taken import rows
from tests.signing_in import an_account, cookie_of
from tests.storage.assessment.stored_assessment import a_year
from tests.web.admin.assessment.seated import BASE, PAGE

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]
CODE, PERIOD = "monthly", "2026-05"
NUMBERS = 15
REPORT = f"/admin/a/{CODE}/reports/{PERIOD}/unit/t1"
TAP, KEY, LOOK = 1.5, 0.6, 3.0
"""Seconds, and long ones: to find and hit something, to press one key, to read a number off a list."""
LIMIT = 180


class Thumb:
    """Somebody at a phone; every tap and every key is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = self.keys = 0

    def tap(self, selector: str) -> None:
        """Tap something."""
        self.taps += 1
        self.page.locator(selector).click()

    def press(self, selector: str) -> None:
        """Tap what leads to another page."""
        with self.page.expect_navigation():
            self.tap(selector)

    def type(self, field: str, text: str) -> None:
        """Tap a field and type into it."""
        self.tap(f'[name="{field}"]')
        self.page.keyboard.type(text)
        self.keys += len(text)

    def seconds(self, numbers: int) -> float:
        """Return how long it takes somebody who is in no hurry."""
        return self.taps * TAP + self.keys * KEY + numbers * LOOK


def a_month_of(numbers: int) -> None:
    """Issue a year in which each unit reports so many numbers a month, and seat a reporter."""
    keys = [f"i{place}" for place in range(1, numbers + 1)]
    score = [{"points": 10, "method": "complete"}]
    indicators: list[dict[str, Any]] = [
        {"key": key, "label": f"第 {place} 项指标完成额", "measure": "万元", "score": score}
        for place, key in enumerate(keys, 1)
    ]
    targets = rows("unit,indicator,target", *(f"t1,{key},1200" for key in keys))
    with transaction(write=True) as session:
        assessments.load(session, a_year(CODE, indicators=indicators), targets, BY, "甲局")
        assessments.issue(session, CODE, BY)
    an_account("member", "甲局", "填报员")
    with transaction(write=True) as session:
        seating.give(session, CODE, SeatAsked("填报员", SeatPart.REPORTER, ("t1",)), BY)


def as_reporter(app: Flask, page: Page) -> Page:
    page.context.add_cookies([cookie_of(app, an_account("member", "甲局", "填报员"))])
    return page


@pytest.mark.parametrize("script", [True, False])
def test_fifteen_numbers_in_three_minutes(app: Flask, server: str, open_page: OpenPage, script: bool) -> None:
    a_month_of(NUMBERS)
    page = as_reporter(app, open_page((390, 844), script=script))
    thumb = Thumb(page)
    page.goto(f"{server}/admin/a/{CODE}")
    thumb.tap(".page-menu summary")
    thumb.press(".page-menu a:has-text('填报')")
    thumb.press(f"main a[href='{REPORT}']")
    for place in range(1, NUMBERS + 1):
        thumb.type(f"value.t1/i{place}", f"{490 + place}.5")
    thumb.press("button[value=submit]")
    expect(page.locator("main .notice").first).to_contain_text(f"上报了 {NUMBERS} 项")
    assert thumb.taps == NUMBERS + 4
    assert thumb.seconds(NUMBERS) < LIMIT
    with transaction() as session:
        assert due_reports.due_report(session, CODE, PERIOD, ReportSubject("t1")).open_numbers == []


def test_enter_saves_and_hands_nothing_in(app: Flask, server: str, open_page: OpenPage) -> None:
    a_month_of(2)
    page = as_reporter(app, open_page(script=False))
    page.goto(server + REPORT)
    page.fill('[name="value.t1/i1"]', "500")
    with page.expect_navigation():
        page.press('[name="value.t1/i1"]', "Enter")
    expect(page.locator("main .notice").first).to_contain_text("已保存，还没有上报")
    assert page.input_value('[name="value.t1/i1"]') == "500"


def test_fields_are_large_enough_for_a_thumb_at_320_and_at_200_percent(
    app: Flask, server: str, open_page: OpenPage
) -> None:
    a_month_of(3)
    for width, zoom in ((320, 100), (390, 200)):
        page = as_reporter(app, open_page((width, 640)))
        page.goto(server + REPORT)
        page.evaluate(f"document.documentElement.style.fontSize = '{zoom}%'")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        for field in page.locator(".card .number input").all():
            box = field.bounding_box()
            assert box is not None
            assert box["height"] >= 48
            assert box["width"] >= 120


def test_the_pages_are_clean_when_there_is_most_on_them(app: Flask, server: str, open_page: OpenPage) -> None:
    proved()
    an_account("member", "甲局", "填报员")
    with transaction(write=True) as session:
        seating.give(session, "qingyuan-2026", SeatAsked("填报员", SeatPart.REPORTER, ("t3",)), BY)
    page = as_reporter(app, open_page((1280, 800)))
    page.goto(server + PAGE)
    page.fill('[name="value.t3/output"]', "十二")
    page.fill('[name="value.t3/retail"]', "9999")
    with page.expect_navigation():
        page.click("button[value=submit]")
    assert looked_at(page) == []
    page.goto(f"{server}{BASE}/reports")
    assert looked_at(page) == []
    submit()
    page.goto(server + PAGE)
    assert looked_at(page) == []
    office = open_page((1280, 800))
    office.context.add_cookies([cookie_of(app, an_account("organiser", "甲局", "考核办"))])
    for path in ("queue", "reminders?period=2026-05"):
        office.goto(f"{server}{BASE}/{path}")
        assert looked_at(office) == []
