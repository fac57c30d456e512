"""A second tap at the place of the first, on the screen that came meanwhile, does nothing."""

import time

import pytest
from playwright.sync_api import expect

from tests.builders import a_team_and, example, open_campaign

from .voting import COLLEGE, PUBLIC, READY, SIZES, TOWN, cast, kept, on, scan, stored, tick, to_review

pytestmark = pytest.mark.slow

STILL = 0.65
"""Seconds in which a page that changed takes no tap, and a little less."""
GAP = 200
"""Milliseconds between the taps of somebody who is used to a mouse."""


@pytest.fixture
def page(open_page):
    return open_page(hurried=False)


COUNTED = """{
  const [wait, now] = [window.setTimeout, performance.now.bind(performance)];
  performance.now = () => document.readyState === "complete" ? now() : 200;
  window.pauses = [];
  window.setTimeout = (act, time) => {
    if (/still/.test(act)) pauses.push(time);
    return wait(act, time);
  };
}"""
"""Notes for how long a page takes no taps, with 200 ms for whatever loads."""


def tap_twice(page, selector):
    """Tap, and once more at the same place, whatever is there by then.

    Where the machine was so busy that the second tap may have come when taps are taken again, nothing is
    learnt from what became of it.
    """
    place = page.locator(selector)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    began = time.monotonic()
    page.mouse.click(*middle)
    page.wait_for_timeout(GAP)
    page.mouse.click(*middle)
    if time.monotonic() - began > STILL:
        pytest.skip("the machine was too busy for two taps within the time that takes none")


def apart(one, other):
    """Tell whether two boxes do not lie over each other."""
    return one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def settled(page, selector):
    """Return where something is once taps are taken again."""
    page.wait_for_selector(READY + selector)
    return page.locator(selector).bounding_box()


def test_two_taps_skip_no_page_and_cast_nothing(app, server, page):
    scan(page, server, open_campaign(app, TOWN)["B"][0], start=False)
    tap_twice(page, f"{READY}.row .primary")
    assert page.text_content(".count") == "1 / 9"
    for place in range(2, 10):
        tap_twice(page, f"{READY}.row .primary")
        assert page.text_content(".count") == f"{place} / 9"
    assert page.text_content(".row .primary") == "核对"
    tap_twice(page, f"{READY}.row .primary")
    assert page.is_visible("#review h1")
    page.click(f"{READY}.edit >> nth=0")
    assert page.text_content(".row .primary") == "返回核对"
    tap_twice(page, f"{READY}.row .primary")
    assert page.is_visible("#review h1")
    page.click(f"{READY}.bare")
    assert page.text_content(".row .primary") == "核对并提交"
    tap_twice(page, f"{READY}.row .primary")
    assert page.is_visible("#review h1")
    assert stored(app) == 0


@pytest.mark.parametrize("size", SIZES)
def test_submit_is_never_where_the_button_before_it_was(app, server, open_page, size):
    """Not even for somebody who taps the same place for as long as there is something."""
    definition = a_team_and(1)
    definition["sections"] = [dict(part, criteria=part["criteria"][:1]) for part in definition["sections"]]
    codes = open_campaign(app, definition)["A"]
    for text, code in zip(("", "36px"), codes, strict=False):
        page = open_page(SIZES[size])
        scan(page, server, code)
        page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        while page.text_content(".row .primary") != "核对":
            on(page)
        page.wait_for_selector(f"{READY}.row .primary")
        # Where bars would take too much of a small screen, it stands below the fold.
        page.locator(".row .primary").scroll_into_view_if_needed()
        box = settled(page, ".row .primary")
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.click(*middle)
        expect(page.locator("#review h1")).to_be_visible()
        assert apart(page.locator("#cast").bounding_box(), box)
        # Where bars would take too much of the screen, the one below does not stay in view.
        if page.locator(".dock:not(.loose)").count():
            page.locator("#cast").scroll_into_view_if_needed()
            assert apart(page.locator("#cast").bounding_box(), box)
        for _ in range(3):
            page.mouse.click(*middle)
    assert stored(app) == 0


def test_blanks_are_named_and_agreed_to_before_they_are_cast(app, server, page):
    scan(page, server, open_campaign(app, TOWN)["B"][0])
    tick(page, "c1.de", "basic")
    page.click(f"{READY}.bare")
    on(page)
    assert "有 47 处未填：镇领导班子 6 处、干部甲 5 处、" in page.inner_text("#ask")
    assert "共 8 个" in page.inner_text("#ask")
    tap_twice(page, f"{READY}#cast")
    assert page.inner_text('[id="sure.fault"]') == "请先勾选"
    assert not page.is_checked("#sure")
    assert stored(app) == 0
    cast(page)
    page.wait_for_selector("#receipt")
    assert stored(app) == 1


def test_spoiled_ballot_is_agreed_to_and_a_good_one_not_asked_about(app, server, page):
    scan(page, server, open_campaign(app, COLLEGE)["panel"][0])
    page.evaluate(
        """document.querySelectorAll('input[value="competent"]').forEach((one) => (one.checked = true))"""
    )
    to_review(page)
    assert "照这样提交，是一张废票" in page.inner_text("#ask")
    page.click(f"{READY}#cast")
    assert page.is_visible('[id="sure.fault"]')
    page.click(f"{READY}.edit >> nth=0")
    page.wait_for_selector(READY)
    page.locator('input[value="basic"]:visible').first.check()
    on(page)
    page.wait_for_selector(f"{READY}#cast")
    assert page.locator("#ask").count() == 0
    page.click("#cast")
    page.wait_for_selector("#receipt")
    assert stored(app) == 1


def test_clearing_is_asked_at_another_place_and_taken_back(app, server, page):
    scan(page, server, open_campaign(app, a_team_and(0))["A"][0])
    tick(page, "team1.k0", "competent")
    tick(page, "team1.k3", "poor")
    page.click(f"{READY}.bare")
    place = settled(page, ".wipe")
    tap_twice(page, f"{READY}.wipe")
    assert kept(page) == 1
    assert apart(settled(page, "#jump .box button"), place)
    page.click("#jump .box button")
    assert kept(page) == 0
    assert page.locator("input:checked").count() == 0
    page.click(f"{READY}button:text('撤销')")
    assert page.locator("input:checked").count() == 2
    assert kept(page) == 1


def test_draft_that_was_cleared_comes_back(app, server, page):
    code = open_campaign(app, TOWN)["B"][0]
    scan(page, server, code)
    tick(page, "c1.de", "basic")
    scan(page, server, code, start=False)
    tap_twice(page, f"{READY}#draft .plain")
    assert kept(page) == 0
    page.click(f"{READY}button:text('撤销')")
    assert page.is_checked('input[name="c1.de"][value="basic"]')
    assert kept(page) == 1


def test_held_enter_goes_one_page_on(app, server, page):
    scan(page, server, open_campaign(app, TOWN)["B"][0], start=False)
    page.focus(f"{READY}.row .primary")
    page.keyboard.down("Enter")
    page.wait_for_selector(f"{READY}#r-team")
    page.focus(".row .primary")
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    assert page.text_content(".count") == "1 / 9"


@pytest.mark.parametrize("size", SIZES)
def test_without_script(app, server, open_page, size):
    """The page that comes takes no tap at first, its button is elsewhere, and blanks are agreed to."""
    code = open_campaign(app, a_team_and(0))["A"][0]
    page = open_page(SIZES[size], script=False, hurried=False)
    page.goto(f"{server}/v")
    page.fill("#code", code)
    page.click(".primary")
    page.wait_for_url("**/v/ballot")
    page.check('input[name="team1.k0"][value="competent"]')
    place = page.locator(".dock .primary").bounding_box()
    tap_twice(page, ".dock .primary")
    page.wait_for_selector("form#review")
    assert "有 5 处未填" in page.inner_text("#ask")
    page.locator("#cast").scroll_into_view_if_needed()
    assert apart(page.locator("#cast").bounding_box(), place)
    page.click("#cast")
    assert page.url.endswith("/v/review")
    assert stored(app) == 0
    page.click(".edit")
    page.wait_for_url("**/v/ballot#*")
    page.click(".dock .primary")
    cast(page)
    page.wait_for_selector("#receipt")
    assert stored(app) == 1


def test_two_taps_on_an_open_campaign_skip_no_page(app, server, page):
    open_campaign(app, PUBLIC)
    page.goto(f"{server}/o/{example('public-satisfaction')['campaign']['code']}")
    tap_twice(page, f"{READY}.primary")
    page.wait_for_url("**/v/ballot**", wait_until="load")
    page.wait_for_selector(f"{READY}.count")
    assert page.text_content(".count").startswith("1 / ")
    assert page.locator("input:checked").count() == 0


def test_while_a_page_loads_the_pause_counts_from_the_tap(app, server, page):
    """A second tap is ignored for as long as anywhere, and nobody waits twice for a slow network."""
    page.add_init_script(COUNTED)
    scan(page, server, open_campaign(app, TOWN)["A"][0], start=False)
    assert page.evaluate("pauses.pop()") == 500
    on(page)
    assert page.evaluate("pauses.pop()") == 700


def test_tablet_goes_on_only_when_told(app, server, page):
    page.goto(f"{server}/v#kiosk")
    page.fill("#code", open_campaign(app, a_team_and(0))["A"][0])
    page.click(f"{READY}.primary")
    page.wait_for_url("**/v/ballot#kiosk")
    on(page)
    page.click(f"{READY}.bare")
    on(page)
    page.wait_for_selector(f"{READY}#cast")
    page.check("#sure")
    place = page.locator("#cast").bounding_box()
    tap_twice(page, "#cast")
    page.wait_for_selector("#receipt")
    assert apart(settled(page, "main .primary"), place)
