"""Published results in Chromium: a phone, a desk and paper; axe clean, nothing too wide, bars drawn."""

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Page

from survey.domain.publication.edition import everything
from tests.browser.axe import violations
from tests.browser.test_office_results import RULES
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


@pytest.mark.parametrize(
    ("size", "scheme"), [((320, 568), "light"), ((390, 844), "dark"), ((1280, 800), "light")]
)
def test_readers_pages_are_accessible_and_fit(
    server: str,
    addresses: tuple[str, str],
    open_page: Callable[..., Page],
    size: tuple[int, int],
    scheme: str,
) -> None:
    page = open_page(size, script=True, scheme=scheme)
    for address in (*addresses, f"{addresses[0]}?lang=en"):
        page.goto(server + address)
        found = violations(page, RULES)
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address
        assert page.evaluate(_TOO_SMALL) == [], address
        heights = page.evaluate("[...document.querySelectorAll('svg.bar')].map(one => one.clientHeight)")
        assert heights
        assert set(heights) == {20}
        assert page.context.cookies() == []


_TOO_SMALL = """[...document.querySelectorAll('body *')]
    .filter(item => item.checkVisibility() && item.innerText && !item.matches('.seal'))
    .filter(item => parseFloat(getComputedStyle(item).fontSize) < 14).map(item => item.outerHTML)"""


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
