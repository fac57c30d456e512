"""Codes that come with what messengers and people put around them: in the address, and pasted."""

import re

import pytest

from tests.builders import open_campaign
from tests.variants import CODES, KIOSKS, LINK

from .voting import PUBLIC, SIZES, TOWN, on, submit

pytestmark = pytest.mark.slow


@pytest.fixture
def page(open_page):
    return open_page(SIZES["phone"])


@pytest.fixture
def codes(app):
    return [code for group in open_campaign(app, TOWN).values() for code in group]


def test_a_code_is_found_in_every_fragment(page, server, codes):
    for name, written in CODES.items():
        if not (link := written(codes[0])).startswith(LINK):
            continue
        page.goto("about:blank")
        page.goto(f"{server}/v#{link.removeprefix(LINK)}")
        page.wait_for_url("**/v/ballot", wait_until="load")
        assert page.locator(f'input[name="code"][value="{codes[0]}"]').count(), name


def test_a_code_is_found_in_whatever_is_pasted(page, server, codes):
    for name, written in CODES.items():
        page.goto(f"{server}/v")
        page.fill("#code", written(codes[0]))
        page.click("#entry .primary")
        page.wait_for_url("**/v/ballot", wait_until="load")
        assert page.locator(f'input[name="code"][value="{codes[0]}"]').count(), name


def test_a_pasted_link_with_a_wrong_code_is_not_sent(page, server, codes):
    wrong = codes[0][:-1] + ("0" if codes[0][-1] != "0" else "1")
    page.goto(f"{server}/v")
    page.fill("#code", f"{LINK}{wrong}?from=timeline")
    page.click("#entry .primary")
    assert page.is_visible("#code-fault")
    assert page.url == f"{server}/v"


def test_a_shared_tablet_is_one_however_its_link_came(page, server, codes):
    for fragment in KIOSKS:
        page.goto("about:blank")
        page.goto(f"{server}/v{fragment}")
        assert page.locator("html.kiosk").count(), fragment
        assert page.input_value("#code") == "", fragment
        page.goto(f"{server}/receipt")
        page.goto(f"{server}/v")
        assert not page.locator("html.kiosk").count()
        with page.expect_navigation():
            page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        page.wait_for_selector("html.kiosk")
    page.fill("#code", codes[0])
    page.click("#entry .primary")
    page.wait_for_url("**/v/ballot#kiosk")


def test_an_open_survey_is_one_tap_from_its_first_question(app, server, page):
    open_campaign(app, PUBLIC)
    page.goto(f"{server}/o/public-satisfaction?from=groupmessage&isappinstalled=0#wechat_redirect")
    page.click(".primary")
    page.wait_for_url("**/v/ballot#/1/go", wait_until="load")
    assert page.text_content(".count") == "1 / 5"
    page.go_back()
    assert page.url.startswith(f"{server}/o/public-satisfaction"), "no page of codes lies between"
    page.click(".primary")
    page.wait_for_url("**/v/ballot#/1/go", wait_until="load")
    wrong = re.compile("票|会场工作人员")
    shown = lambda: page.inner_text("body")  # noqa: E731
    seen = [shown()]
    page.click(".prev")
    seen.append(shown())
    for _ in range(6):
        on(page)
        seen.append(shown())
    assert page.is_visible("#review h1")
    submit(page)
    seen.append(shown())
    page.reload()
    page.wait_for_selector("#receipt")
    seen.append(page.inner_text("main"))
    assert [found[0] for text in seen if (found := wrong.search(text))] == []


def test_the_bare_name_of_the_server_leads_to_the_entry(page, server, codes):
    page.goto(f"{server}/")
    assert page.url == f"{server}/v"
    page.goto("about:blank")
    page.goto(f"{server}/#{codes[0]}?from=timeline")
    page.wait_for_url("**/v/ballot", wait_until="load")
