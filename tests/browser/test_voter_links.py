"""Codes that come with what messengers and people put around them: in the address, and pasted."""

import pytest

from tests.builders import open_campaign
from tests.variants import CODES, KIOSKS, LINK

from .voting import SIZES, TOWN

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
