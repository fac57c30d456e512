"""How many answers are waited for, one after the other, from the scan to the ballot."""

from urllib.parse import urlsplit

import pytest

from tests.builders import a_team_and, open_campaign

pytestmark = pytest.mark.slow


def asked_for(page):
    """Note what a page asks its server for."""
    found = []
    page.on("request", lambda one: found.append((one.method, urlsplit(one.url).path)))
    return found


@pytest.mark.parametrize("language", ["", "?lang=en"], ids=["zh", "en"])
def test_a_scanned_slip_is_two_requests_from_its_ballot(app, server, open_page, language):
    page = open_page()
    found = asked_for(page)
    page.goto(f"{server}/v{language}#{open_campaign(app, a_team_and(2))['A'][0]}")
    page.click(".row .primary")
    page.wait_for_selector("fieldset")
    assert found == [("GET", "/v"), ("POST", "/v/ballot")]
    assert page.url.partition("#")[0] == f"{server}/v/ballot{language}"


def test_whoever_waits_in_vain_finds_the_page(app, server, open_page):
    code = open_campaign(app, a_team_and(2))["A"][0]
    page = open_page()
    page.clock.install()
    page.route("**/v/ballot", lambda route: route.fulfill(status=204))
    with page.expect_response("**/v/ballot"):
        page.goto(f"{server}/v#{code}", wait_until="commit")
    page.wait_for_url(f"{server}/v", wait_until="commit")
    assert page.is_visible("#opening")
    page.clock.fast_forward(10_000)
    page.wait_for_selector("#code")
    assert page.input_value("#code") == ""
    assert not page.is_visible("#opening")


def test_the_entry_is_there_when_its_style_does_not_come(server, open_page):
    page = open_page()
    page.route("**/static/voter/*", lambda route: route.abort())
    page.goto(f"{server}/v")
    page.wait_for_selector("#code")
    assert not page.is_visible("#opening")
