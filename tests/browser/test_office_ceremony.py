"""The ceremonies in Chromium: what is on show, what going back shows, and a large photograph brought back."""

import io
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Error, Page, expect

from survey.documents.layout.qr import png
from survey.domain.definition.campaign import State
from survey.secrecy.custody import combine
from survey.secrecy.share_digits import groups_of
from survey.secrecy.share_input import read_share
from survey.services.campaigns import campaigns
from survey.services.custody import ceremonies
from survey.services.custody.carried_share import share_text
from survey.storage.database import transaction
from survey.web.context import settings
from tests.browser.axe import RULES, violations
from tests.builders import BY, a_definition, cast, close, issue
from tests.signing_in import an_account, cookie_of

pytestmark = pytest.mark.slow
NEXT = "main form button.primary"


def state() -> State:
    with transaction() as session:
        return campaigns.find_campaign(session, "small").state


def check(page: Page) -> None:
    """No fault that axe finds, no sideways scrolling on a narrow screen, no button that is hard to hit."""
    found = violations(page, RULES)
    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    low = "[...document.querySelectorAll('main button')].filter(b => b.getBoundingClientRect().height < 44)"
    assert page.evaluate(f"{low}.length") == 0
    page.set_viewport_size({"width": 1280, "height": 800})


def hand_out(page: Page, name: str) -> str:
    """Give one share out; return its words."""
    check(page)
    page.fill("#name", name)
    page.click(NEXT)
    page.wait_for_load_state()
    words = [item.strip() for item in page.locator(".words li").all_inner_texts()]
    assert len(words) == 33
    check(page)
    page.click("text=我已保存好")
    check(page)
    assert words[20] not in page.locator("main").inner_text().split()
    for field in page.locator("input[name=word]").all():
        place = int(re.sub(r"\D", "", field.get_attribute("id") or ""))
        field.fill(words[place - 1].upper())
    page.click(NEXT)
    return " ".join(words)


def large_photo(words: str, folder: Path) -> Path:
    """Return a photograph of a QR code as phones make them: some megabytes of grain."""
    grain = random.Random(7).randbytes(2400 * 1800)
    photo = Image.frombytes("L", (2400, 1800), grain).point(lambda level: 150 + level // 4)
    photo.paste(Image.open(io.BytesIO(png(words, module=10))).convert("L"), (500, 400))
    path = folder / "IMG_2041.jpg"
    photo.save(path, quality=95)
    assert path.stat().st_size > 1 << 20
    return path


def before_arming(app: Flask, server: str, page: Page) -> None:
    """Open the page on which a small campaign is armed, logged in as an organiser."""
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    page.context.add_cookies([cookie_of(app, an_account("organiser"))])
    page.goto(f"{server}/admin/c/small/arm")


def test_shares_go_out_and_come_back(
    app: Flask, server: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page((1280, 800))
    before_arming(app, server, page)
    check(page)
    page.check("input[value=scrutineers]")
    page.fill("#typed", "small")
    page.click(NEXT)
    given = [hand_out(page, holder) for holder in ("张三", "李四", "王五")]
    assert state() is State.ARMED
    check(page)
    # The browser kept nothing that it could show again without asking.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    page.wait_for_url("chrome-error://chromewebdata/")
    codes = issue(app, "small", {"A": 6})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    for code in codes["A"]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    page.goto(f"{server}/admin/c/small/count")
    check(page)
    page.click("text=开始交入份额")
    check(page)
    page.set_input_files("#file", large_photo(given[2], tmp_path))
    expect(page.locator(NEXT)).to_be_enabled()
    assert page.locator("#file").evaluate("input => input.files[0].name") == "share.jpg"
    page.click(NEXT)
    assert "第 3 份 · 王五" in page.locator(".brought").inner_text()
    page.fill("#words", given[0])
    page.click(NEXT)
    check(page)
    page.click(NEXT)
    check(page)
    assert state() is State.COUNTED
    for path in ("sign", "shred", "protocol"):
        page.goto(f"{server}/admin/c/small/{path}")
        check(page)


def test_a_sheet_is_read_back_the_page_is_left_and_digits_are_checked_as_they_are_typed(
    app: Flask,
    server: str,
    open_page: Callable[..., Page],
    press: Callable[[Page, str], None],
    tmp_path: Path,
) -> None:
    page = open_page((1280, 800))
    before_arming(app, server, page)
    page.check("input[value=scrutineers]")
    page.fill("#typed", "small")
    press(page, NEXT)
    page.fill("#name", "张三")
    press(page, NEXT)
    with page.expect_download() as waiting:
        page.click("text=下载信封单（PDF）")
    waiting.value.save_as(tmp_path / "sheet.pdf")
    words = read_share(share_text((tmp_path / "sheet.pdf").read_bytes())).words
    groups = list(groups_of(words.split()))
    press(page, "text=我已保存好")
    page.click("main details.panel summary")
    said = page.locator("#groups")
    wrong = groups[4][:3] + str((int(groups[4][3]) + 1) % 10) + groups[4][4:]
    for typed, told in (
        (groups[:3], "已输入 3 组，共 20 组。"),
        ([*groups[:3], groups[3][:4]], "已输入 3 组，共 20 组。"),
        ([*groups[:4], wrong], "已输入 5 组，共 20 组。 第 5 组有误，请对照原件改正。"),
        ([*groups[:4], groups[4][:5], *groups[5:]], "已输入 19 组，共 20 组。 第 5 组有误，请对照原件改正。"),
        (words.split(), ""),
    ):
        page.fill("#words", " ".join(typed))
        expect(said).to_have_text(told)
    for whole in ("".join(groups), "\n".join(f"{n}. {one}" for n, one in enumerate(groups, 1))):
        page.fill("#words", whole)
        expect(said).to_have_text("已输入 20 组，共 20 组。")
    check(page)
    press(page, "text=用整份确认")
    assert "请第 2 位" in page.locator("h1").inner_text()
    # Left by mistake: what was confirmed is still good, and nothing readable was kept.
    page.goto(f"{server}/admin/c/small")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "carried" in kept
    assert not any(one in kept for one in groups[5:])
    page.goto(f"{server}/admin/c/small/arm")
    check(page)
    press(page, "text=接着交付")
    assert "请第 2 位" in page.locator("h1").inner_text()
    given = [hand_out(page, holder) for holder in ("李四", "王五")]
    assert state() is State.ARMED
    assert combine([words, given[0]]) == combine([words, given[1]])
    assert page.evaluate("localStorage.length") == 0, "what is over is forgotten"


def test_a_ceremony_that_was_broken_off_is_not_offered_again(
    app: Flask, server: str, open_page: Callable[..., Page], press: Callable[[Page, str], None]
) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    page = open_page((1280, 800))
    page.context.add_cookies([cookie_of(app, an_account("organiser"))])

    def begun() -> None:
        page.goto(f"{server}/admin/c/small/arm")
        page.check("input[value=scrutineers]")
        page.fill("#typed", "small")
        press(page, NEXT)
        assert page.evaluate("localStorage.length") == 1

    begun()
    page.click("details.stop summary")
    press(page, "details.stop button")
    assert page.evaluate("localStorage.length") == 0
    # Ended elsewhere: the page that is refused forgets it.
    begun()
    ceremonies.end(settings().instance, ceremonies.ARM, "small")
    page.goto(f"{server}/admin/c/small/arm")
    press(page, "text=接着交付")
    assert "已失效" in page.locator("h1").inner_text()
    assert page.evaluate("localStorage.length") == 0
    page.goto(f"{server}/admin/c/small/arm")
    assert page.locator("text=接着交付").count() == 0
