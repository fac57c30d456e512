"""An organiser makes slips in the browser: progress, cancel, one download; with script and without."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from survey.domain.definition.campaign import State
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import working
from survey.storage.database import transaction
from survey.web.jobs import Worker
from tests.browser.axe import violations
from tests.builders import a_definition, armed_campaign, example, running_campaign
from tests.jobs import PASSWORD, an_account, codes_in, folder

pytestmark = pytest.mark.slow


@pytest.fixture
def at_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker beside the server, that tells of every page."""
    armed_campaign(app, example("town-annual"))
    an_account()
    monkeypatch.setattr(working, "REPORT_SECONDS", 0)
    with Worker(app).working():
        yield


def log_in(page: Page, server: str) -> None:
    page.goto(f"{server}/admin/login")
    page.fill("[name=name]", "王组织")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def _reload_until(page: Page, told: str) -> None:
    """Load the page anew until it says something: a server ends its work after the last byte is sent."""
    for _ in range(40):
        page.reload()
        if told in page.inner_text("main"):
            return
        page.wait_for_timeout(250)
    pytest.fail(f"the page never said {told}: {page.inner_text('main')}")


def clean(page: Page) -> None:
    found = violations(page)
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_slips_with_script(at_work: None, server: str, open_page: Callable[..., Page]) -> None:
    page = open_page((1280, 800))
    log_in(page, server)
    page.goto(f"{server}/admin/c/town-annual/codes")
    clean(page)
    page.check("[value=group]")
    page.select_option("[name=group]", "C")
    page.fill("[name=number]", "5000")
    page.click("text=开始制作")
    page.wait_for_selector("text=正在制作")
    first = page.get_attribute("progress", "value")
    page.wait_for_selector(f"progress:not([value='{first}'])")
    clean(page)
    page.click("text=取消制作")
    page.wait_for_selector("text=没有发出任何投票码")
    page.click("text=回到投票码")
    page.click("text=另要投票码清单（一般不需要）")
    page.check("[name=with_list]")
    page.click("text=开始制作")
    page.wait_for_selector("text=已做好，请下载", timeout=60_000)
    clean(page)
    with page.expect_download() as waited:
        page.click("text=下载票条和清单")
    assert len(codes_in(waited.value.path().read_bytes())) == 152
    page.wait_for_selector("text=服务器上的文件已删除")
    assert list(folder().iterdir()) == []


def test_slips_without_script_on_a_phone(
    at_work: None, server: str, open_page: Callable[..., Page], app: Flask
) -> None:
    page = open_page((390, 844), script=False, scheme="dark")
    log_in(page, server)
    page.goto(f"{server}/admin/c/town-annual/codes")
    page.click("text=开始制作")
    page.wait_for_selector("text=已做好，请下载", timeout=60_000)  # the page looks again by itself
    with page.expect_download() as waited:
        page.click("text=下载票条（PDF）")
    assert waited.value.path().read_bytes().startswith(b"%PDF")
    _reload_until(page, "服务器上的文件已删除")
    with transaction() as session:
        assert find_campaign(session, "town-annual").state is State.ARMED
    assert re.fullmatch(r".*票条152张\.pdf", waited.value.suggested_filename)


def test_a_second_person_agrees_to_late_codes(
    app: Flask, server: str, open_page: Callable[..., Page]
) -> None:
    """Codes for a group of two while voting runs; leftover slips are voided by what a scanner types."""
    data = a_definition(results={"minimum_cell": 5, "small_groups": "withhold"})
    running = running_campaign(app, data, 2)
    an_account()
    an_account("赵监票", "scrutineer")
    for size, scheme in (((320, 568), "dark"), ((390, 844), "light"), ((1280, 800), "light")):
        page = open_page(size, scheme=scheme)
        log_in(page, server)
        page.goto(f"{server}/admin/c/small/codes")
        clean(page)
        page.select_option("[name=group]", "A")
        page.fill("[name=number]", "4")
        with page.expect_navigation():
            page.click("text=开始制作")
        assert "须有第二人当场确认" in page.inner_text("main")
        clean(page)
    page.fill("#second_name", "赵监票")
    page.fill("#second_password", PASSWORD)
    with Worker(app).working():
        with page.expect_navigation():
            page.click("text=开始制作")
        page.wait_for_selector("text=已做好，请下载", timeout=60_000)
    page.goto(f"{server}/admin/c/small/codes")
    # What a scanner sends: the address in the QR code, and Enter.
    for code in running.codes["B"]:
        page.type("#codes", f"https://minping.example/v#{code}")
        page.press("#codes", "Enter")
    with page.expect_navigation():
        page.click("text=作废这些投票码")
    assert "已作废 2 个投票码" in page.inner_text("main")
    clean(page)
