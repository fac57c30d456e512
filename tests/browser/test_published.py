"""Published results in Chromium: a phone, a desk and paper; axe clean, nothing too wide, bars drawn."""

import re
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Page

from survey.domain.publication.edition import everything
from tests.browser.axe import DESK, PHONE, RULES, SMALL, looks, violations
from tests.builders import example
from tests.published import certified, link_of, own, publish

pytestmark = pytest.mark.slow

A4 = (842, 595)
"""Width and height in points, landscape."""


@pytest.fixture
def addresses(app: Flask) -> tuple[str, str]:
    """The pages for all and for one person, of a campaign that leaves something out."""
    data = example("town-annual")
    data["results"]["rank"] = True
    definition = certified(data, {"A": 4, "B": 38, "C": 90})
    publish("town-annual")
    choice = replace(everything(definition), sections=("cadre-form",))
    edition = publish("town-annual", choice=choice, personal=own(rank=True, band=True), note="更正了职务")
    return "/r/town-annual", link_of("town-annual", "c1", edition)


def test_readers_pages_are_accessible_and_fit(
    server: str, addresses: tuple[str, str], open_page: Callable[..., Page]
) -> None:
    page = open_page(DESK)
    for address in (*addresses, f"{addresses[0]}?lang=en"):
        page.goto(server + address)
        for width, found in looks(page, ((DESK, "light"), (PHONE, "dark"), (SMALL, "light"))):
            assert found == [], (address, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert page.evaluate(_TOO_SMALL) == [], address
            bars = "[...document.querySelectorAll('svg.bar')].filter(one => one.checkVisibility())"
            heights = page.evaluate(f"{bars}.map(one => one.clientHeight)")
            # Of one person all may be withheld but the numbers over all groups, which a phone folds.
            assert heights or (width < 700 and address == addresses[1])
            assert set(heights) <= {20}
        assert page.context.cookies() == []


_TOO_SMALL = """[...document.querySelectorAll('body *')]
    .filter(item => item.checkVisibility() && item.innerText && !item.matches('.seal'))
    .filter(item => parseFloat(getComputedStyle(item).fontSize) < 14).map(item => item.outerHTML)"""


@pytest.fixture
def town(app: Flask) -> tuple[str, str]:
    """All of a campaign with a team and seven persons, and the page of one of them."""
    certified(example("town-annual"), {"A": 12, "B": 38, "C": 90})
    edition = publish("town-annual", personal=own(rank=True, band=True))
    return "/r/town-annual", link_of("town-annual", "c1", edition)


MOST = {PHONE: 8000, SMALL: 9000}
"""How long a page may be before anything is unfolded, by the size of the phone."""


def test_on_a_phone_each_row_keeps_its_names_and_no_digit_is_cut(
    server: str, town: tuple[str, str], open_page: Callable[..., Page]
) -> None:
    page = open_page()
    for address in town:
        page.goto(server + address)
        for size, most in MOST.items():
            page.set_viewport_size({"width": size[0], "height": size[1]})
            assert page.evaluate("document.documentElement.scrollHeight") <= most, (address, size)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = "[...document.querySelectorAll('.wide')].filter(one => one.checkVisibility())"
        for width, found in looks(page, tuple((size, "light") for size in MOST)):
            assert found == [], (address, width)
            assert page.evaluate(wide) == []
            assert page.evaluate(_FAR_RIGHT) == [], (address, width)
            for text in ("200%", "100%"):
                page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, text)
                assert page.evaluate(_CUT) == [], (address, width, text)


# Tables are gone through to their far right: what a row is of stays at the left, and the item over it.
_FAR_RIGHT = """[...document.querySelectorAll('.scroll')].filter(one => one.checkVisibility())
.flatMap(box => {
    const table = box.querySelector('table');
    const cue = box.previousElementSibling.matches('.aside');
    if (table.scrollWidth > box.clientWidth + 1 && !cue) return ['no cue'];
    box.scrollLeft = 9999;
    const at = box.getBoundingClientRect();
    const names = 'tbody tr:not(.part) > th, .part span, thead th:first-child';
    return [...table.querySelectorAll(names)].filter(name => {
        const is = name.getBoundingClientRect();
        return is.left < at.left - 1 || is.right > at.right + 1 || !name.innerText;
    }).map(name => name.outerHTML);
})"""

_CUT = """[...document.querySelectorAll('td, th, dd, dt, .mark, .name')].filter(one => one.checkVisibility())
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML)"""


def test_on_a_phone_score_and_band_come_first(
    server: str, town: tuple[str, str], open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.goto(server + town[0])
    block = page.locator(".cards > li", has_text="干部甲").first
    assert re.match(r"干部甲 党委书记\s+[\d.]+ (优秀|称职) 第 \d\s", block.inner_text())
    block.locator("summary").click()
    table = block.locator("table")
    assert table.locator("thead th").all_inner_texts()[:2] == ["范围", "得分"]
    assert table.locator("tbody tr:not(.part) th").first.inner_text() == "加权"
    # Folded parts are looked at by themselves: the page of one person has all kinds of them.
    page.goto(server + town[1])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(page, RULES) == []


def test_readers_pages_print_on_a4(
    server: str, addresses: tuple[str, str], open_page: Callable[..., Page]
) -> None:
    page = open_page((1280, 800))
    for address in addresses:
        page.goto(server + address)
        page.emulate_media(media="print")
        assert page.evaluate(_CUT_OFF) == [], "what no page has room for"
        printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
        assert {tuple(round(side) for side in sheet.get_size()) for sheet in printed} == {A4}
        texts = ["".join(sheet.get_textpage().get_text_range().split()) for sheet in printed]
        with_rows = [text for text in texts if "合计（不加权）" in text]
        assert len(with_rows) > 1
        assert all("等次分布" in text for text in with_rows), "heads are repeated"
        assert "下载数据" not in "".join(texts)
        page.emulate_media(media="screen")


# 12 mm on either side of a sheet, at 96 pixels an inch.
_CUT_OFF = """(() => {
    document.body.style.width = `${(297 - 24) / 25.4 * 96}px`
    return [...document.querySelectorAll('table')]
        .filter(item => item.getBoundingClientRect().right > document.body.getBoundingClientRect().right + 1)
        .map(item => item.parentElement.getAttribute('aria-label'))
})()"""
