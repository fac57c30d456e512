"""Both kinds of campaign as somebody sets them up who never saw the pages: pages, clicks and typed fields.

The measure: from logging in to printed slips at most 25 clicks and 12 pages, accounts apart.
``MINPING_SHOTS`` names a folder for a picture of every page.
"""

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from survey.services.campaigns.campaigns import find_campaign
from survey.storage.database import transaction
from survey.web.jobs import Worker
from tests.office_roster import NAMES, office_roster
from tests.signing_in import an_account, cookie_of

pytestmark = pytest.mark.slow

MOST_PAGES, MOST_CLICKS = 12, 25
SHOTS = os.environ.get("MINPING_SHOTS", "")


class Newcomer:
    """Somebody at the office's pages; every page that comes, every click and every field is counted."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server
        self.pages: list[str] = []
        self.clicks = self.typed = 0
        page.on("framenavigated", lambda frame: frame == page.main_frame and self.pages.append(frame.url))

    def begin(self) -> None:
        self.page.goto(f"{self.server}/admin/")
        self.picture()

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()

    def on(self, selector: str) -> None:
        """Click what leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            self.click(selector)
        self.picture()

    def type(self, selector: str, text: str) -> None:
        self.typed += 1
        self.page.fill(selector, text)

    def bring(self, file: Path) -> None:
        self.typed += 1
        self.page.set_input_files("#file", file)

    def fetch(self, selector: str) -> Path:
        with self.page.expect_download() as waited:
            self.click(selector)
        return waited.value.path()

    def picture(self) -> None:
        if SHOTS:
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=f"{SHOTS}/{width}-{len(self.pages):02}.png", full_page=True)

    def within_measure(self) -> None:
        said = f"{len(self.pages)} pages, {self.clicks} clicks, {self.typed} fields"
        print(said)
        assert len(self.pages) <= MOST_PAGES, said
        assert self.clicks <= MOST_CLICKS, said


@pytest.fixture
def newcomer(request, app: Flask, server: str, chromium) -> Newcomer:
    width, height = request.param
    context: BrowserContext = chromium.new_context(viewport={"width": width, "height": height})
    context.add_cookies([cookie_of(app, an_account("organiser", "", "李干事"))])
    yield Newcomer(context.new_page(), server)
    context.close()


def campaign_of(code: str):
    with transaction() as session:
        return find_campaign(session, code)


@pytest.mark.parametrize("newcomer", [(1280, 800)], ids=["desk"], indirect=True)
def test_a_yearly_evaluation_from_an_offices_roster_to_printed_slips(app, newcomer, tmp_path):
    roster = tmp_path / "花名册.xlsx"
    roster.write_bytes(office_roster())
    newcomer.begin()
    newcomer.on("main a.primary")
    newcomer.on("text=领导班子和领导干部年度测评")
    newcomer.type("#organiser", "县委组织部")
    newcomer.type("#rated_unit", "清河县农业农村局")
    newcomer.type("#code", "nongye-2026")
    newcomer.on("main form button.primary")
    for place, number in enumerate((12, 40, 100)):
        newcomer.type(f"[name='groups.{place}.issue']", str(number))
    newcomer.on("#setup button.primary")
    newcomer.bring(roster)
    newcomer.on("button:has-text('查看名单')")
    newcomer.on("main form button.primary")
    newcomer.on("main form button.primary")
    expect(newcomer.page.locator(".checklist .done").first).to_contain_text("6 个测评对象")
    newcomer.on("main a.primary")
    newcomer.click("input[value=server]")
    newcomer.type("#typed", "nongye-2026")
    newcomer.on("main form button.primary")
    newcomer.on("text=下一步：发放投票码")
    with Worker(app).working():
        newcomer.on("text=开始制作")
        newcomer.page.wait_for_selector("button:has-text('下载票条')")
        newcomer.picture()
        assert newcomer.fetch("button:has-text('下载票条')").read_bytes().startswith(b"%PDF")
    newcomer.within_measure()
    definition = campaign_of("nongye-2026").definition
    assert [ratee.name for ratee in definition.ratees] == list(NAMES)
    assert (definition.rated_unit, [group.issue for group in definition.groups]) == (
        "清河县农业农村局",
        [12, 40, 100],
    )


@pytest.mark.parametrize("newcomer", [(390, 844)], ids=["phone"], indirect=True)
def test_an_open_survey_from_its_template_to_the_poster(app, newcomer):
    newcomer.begin()
    newcomer.on("main a.primary")
    newcomer.on("text=群众满意度")
    newcomer.type("#organiser", "县统计局")
    newcomer.type("#code", "manyi-2026")
    newcomer.on("main form button.primary")
    newcomer.on("#setup button.primary")
    newcomer.on("main a.primary")
    newcomer.click("input[value=server]")
    newcomer.type("#typed", "manyi-2026")
    newcomer.on("main form button.primary")
    newcomer.on("text=返回活动")
    assert newcomer.fetch("text=下载海报").read_bytes().startswith(b"%PDF")
    newcomer.on("button:has-text('开始投票')")
    newcomer.within_measure()
    assert campaign_of("manyi-2026").definition.ratees
