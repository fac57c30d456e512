"""Three languages in a real browser: the script of a ballot knows every switch."""

import pytest

from tests.builders import open_campaign
from tests.made_up_language import settings, translations

from .voting import TOWN, chosen, scan, tick

__all__ = ["settings", "translations"]

pytestmark = pytest.mark.slow

SWITCHES = ("#language", "#language-eo")


@pytest.mark.parametrize(("switch", "key"), [("#language", "en"), ("#language-eo", "eo")])
def test_every_switch_keeps_what_was_filled_in(app, server, open_page, switch, key):
    code = open_campaign(app, TOWN)["B"][0]
    page = open_page()
    scan(page, server, code)
    tick(page, "c1.de", "basic")
    assert not any(page.is_visible(one) for one in SWITCHES)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data))
    page.evaluate("location.hash = '#/'")
    for one in SWITCHES:
        page.wait_for_selector(one)
    with page.expect_navigation():
        page.click(switch)
    assert page.url.endswith(f"/v/ballot?lang={key}")
    assert sent == [f"code={code}"]
    assert page.get_attribute("html", "lang") == key
    page.click("#draft .primary")
    assert chosen(page, "c1.de") == "basic"


def test_a_tablet_keeps_its_mode_in_every_language(app, server, open_page):
    page = open_page()
    page.goto(f"{server}/v#kiosk")
    with page.expect_navigation():
        page.click("#language-eo")
    assert page.url.endswith("/v?lang=eo#kiosk")
    page.fill("#code", open_campaign(app, TOWN)["B"][0])
    page.click("main .primary")
    page.wait_for_url("**/v/ballot?lang=eo#kiosk")
    page.click("#language")
    page.wait_for_url("**/v/ballot#kiosk")


@pytest.mark.parametrize("size", [(320, 568), (390, 844)])
def test_all_switches_fit_a_narrow_phone(server, open_page, size):
    page = open_page(size)
    page.goto(f"{server}/v")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert all(page.is_visible(one) for one in SWITCHES)
