"""Enter, or 前往 on a phone's keyboard, does what the page is for: on every form of a voter's pages."""

import pytest

from survey.secrecy.token import new_token
from tests.builders import open_campaign

from .voting import TOWN, scan, stored, to_review

pytestmark = pytest.mark.slow


def enter(page, selector):
    with page.expect_navigation():
        page.press(selector, "Enter")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_enter_sends_what_was_typed(app, server, open_page, script):
    page = open_page(script=script)
    page.goto(f"{server}/v")
    page.fill("#code", new_token())
    enter(page, "#code")
    assert "没有这个投票码" in page.inner_text("h2")
    page.fill("#code", open_campaign(app, TOWN)["B"][0])
    enter(page, "#code")
    assert page.url.endswith("/v/ballot")
    page.goto(f"{server}/receipt")
    for _ in range(2):
        page.fill("#receipt-code", "0000-1111-2222")
        enter(page, "#receipt-code")
        assert page.url.endswith("/receipt")
        assert "没有找到" in page.inner_text(".box")


def test_enter_on_an_answer_goes_on(app, server, open_page):
    page = open_page()
    scan(page, server, open_campaign(app, TOWN)["B"][0])
    page.press('input[name="team.overall"] >> nth=0', "Enter")
    assert page.text_content(".count") == "2 / 9"
    to_review(page)
    page.press("#sure", "Enter")
    assert page.is_visible('[id="sure.fault"]')
    page.check("#sure")
    page.press("#sure", "Enter")
    page.wait_for_selector("#receipt")


def test_enter_on_an_answer_goes_on_without_script(app, server, open_page):
    page = open_page(script=False)
    page.goto(f"{server}/v")
    page.fill("#code", open_campaign(app, TOWN)["B"][0])
    enter(page, "#code")
    enter(page, 'input[name="team.overall"] >> nth=0')
    assert page.url.endswith("/v/review")
    page.press("#sure", "Enter")
    assert page.url.endswith("/v/review")
    page.check("#sure")
    enter(page, "#sure")
    assert page.is_visible("#receipt")
    assert stored(app) == 1
