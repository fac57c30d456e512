"""Results in Chromium: axe clean in light and dark, nothing too wide, bars drawn as their shares."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.axe import ALL_LOOKS, DESK, looks
from tests.builders import example
from tests.counted import counted
from tests.signing_in import an_account, cookie_of

pytestmark = pytest.mark.slow

PAGES = (
    "town-annual/results",
    "town-annual/results/s/cadre-form?criterion=ji&over=pooled&sort=-score",
    "town-annual/results/p/c6",
    "public-satisfaction/results",
    "public-satisfaction/results/p/education",
)


@pytest.fixture
def office(app: Flask, server: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens pages of two campaigns, one of which leaves something out."""
    counted(example("town-annual"), {"A": 5, "B": 38, "C": 90}, seed=3)
    counted(example("public-satisfaction"), {"public": 40})
    cookie = cookie_of(app, an_account("viewer"))

    def open_one(size: tuple[int, int]) -> Page:
        page = open_page(size)
        page.context.add_cookies([cookie])
        return page

    return open_one


def test_results_are_accessible_and_fit(server: str, office: Callable[..., Page]) -> None:
    page = office(DESK)
    for path in PAGES:
        page.goto(f"{server}/admin/c/{path}")
        for width, found in looks(page, ALL_LOOKS):
            assert found == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.evaluate(_TOO_SMALL) == [], path


_TOO_SMALL = """[...document.querySelectorAll('main *')]
    .filter(item => item.checkVisibility() && item.innerText && !item.matches('.arrow'))
    .filter(item => parseFloat(getComputedStyle(item).fontSize) < 14).map(item => item.outerHTML)"""


def test_bars_are_drawn_to_their_shares(server: str, office: Callable[..., Page]) -> None:
    page = office(DESK)
    page.goto(f"{server}/admin/c/town-annual/results/s/cadre-form?over=pooled")
    rows = page.evaluate("""[...document.querySelectorAll('tbody tr')].map(row => ({
        shares: [...row.querySelectorAll('td.share')].map(cell => parseFloat(cell.innerText)),
        bar: row.querySelector('.bar').getBoundingClientRect().width,
        widths: [...row.querySelectorAll('.bar rect:not(:last-child)')].map(box => box.getBBox().width)}))""")
    assert len(rows) == 7
    for row in rows:
        assert row["bar"] >= 100
        shown = [width / row["bar"] * 100 for width in row["widths"]]
        assert shown == pytest.approx([share for share in row["shares"] if share], abs=0.1)
    filled = page.evaluate(
        "[...document.querySelectorAll('.bar rect')].every(box => getComputedStyle(box).fill !== 'none' "
        "|| box.getAttribute('fill') === 'none')"
    )
    assert filled
