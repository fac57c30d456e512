"""Reading a report that came as a file: on tap, in the card, with every answer kept."""

import pytest
from playwright.sync_api import expect

from tests.builders import a_definition
from tests.statement_files import TEXTS, running

from .voting import SIZES, chosen, on, scan, submit, tick, to_review

pytestmark = pytest.mark.slow


@pytest.fixture
def codes(app):
    return running(app, a_definition(groups=["A"])).codes["A"]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_text_stands_in_the_card_once_it_was_asked_for(server, open_page, codes, size):
    page = open_page(size)
    asked = []
    page.on("request", lambda sent: asked.append(sent) if sent.url.endswith("/v/statement") else None)
    scan(page, server, codes[0])
    tick(page, "c1.de", "poor")
    assert asked == []
    page.click("#r-c1 summary")
    expect(page.locator("#r-c1 details p").first).to_have_text(TEXTS["c1"])
    page.click("#r-c1 summary")
    page.click("#r-c1 summary")
    assert [sent.post_data for sent in asked] == [f"code={codes[0]}&statement=0000"]
    assert "cookie" not in asked[0].all_headers()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_popup():
        page.click("#r-c1 >> text=看原件")
    assert chosen(page, "c1.de") == "poor"
    to_review(page)
    assert submit(page)


def test_what_cannot_be_fetched_can_be_asked_for_again(server, open_page, codes):
    page = open_page()
    scan(page, server, codes[0])
    on(page)
    page.route("**/v/statement", lambda route: route.abort())
    page.click("#r-c2 summary")
    expect(page.locator("#r-c2 [role=status]")).to_contain_text("没有取到")
    page.unroute("**/v/statement")
    page.click("#r-c2 >> text=读文字")
    expect(page.locator("#r-c2 details p").first).to_have_text(TEXTS["c2"])


def test_without_script_it_is_a_page_of_its_own(server, open_page, codes):
    page = open_page(script=False)
    page.goto(f"{server}/v")
    page.fill("#code", codes[0])
    page.click("#entry .primary")
    page.click("#r-c1 summary")
    with page.expect_popup() as opened:
        page.click("#r-c1 >> text=读文字")
    expect(opened.value.locator(".text")).to_have_text(TEXTS["c1"])
    assert codes[0] not in opened.value.url


def test_on_a_shared_tablet_no_page_stays_open(server, open_page, codes):
    page = open_page()
    page.goto(f"{server}/v#kiosk")
    page.fill("#code", codes[0])
    page.click("#entry .primary")
    page.wait_for_url("**/v/ballot#kiosk")
    on(page)
    page.click("#r-c1 summary")
    expect(page.locator("#r-c1 details p").first).to_have_text(TEXTS["c1"])
    assert page.locator("text=看原件").count() == 0
