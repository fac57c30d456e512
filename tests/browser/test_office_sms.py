"""The pages of a campaign by text message in the browser: on each size, and renewing themselves."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from survey.domain.sms.incoming import Unknown
from tests.browser.axe import violations
from tests.signing_in import an_account, cookie_of
from tests.sms_clients import BEGAN, an_sms_definition, listed_campaign, open_sms, queued, send_all
from tests.web.admin.sms.desk_channel import NamedProvider, attached

from .test_office_pages import OpenPage

pytestmark = pytest.mark.slow

WRONG = "手机号,窗口\n13800001111,办税窗口\n13800001111,办税窗口\n010-88887777,财神庙\n1.38E+10,办税窗口\n"
WAYS = ("/c/listed-sms/sms", "/c/listed-sms/sms/text?price=0.045", "/c/hotline/sms/sending", "/sms-channels")
RENEWED = "htmx.ajax('GET', location.href, {target: '#progress', select: '#progress', swap: 'outerHTML'})"
"""What the page does by itself every five seconds."""
HIDDEN_NUMBERS = """[...document.querySelectorAll('main td.number')]
    .filter(cell => cell.getBoundingClientRect().right > innerWidth).map(cell => cell.innerText)"""
SIZES = [((320, 568), "dark", 100), ((390, 844), "light", 200), ((1280, 800), "dark", 200)]


@pytest.fixture
def provider(app: Flask) -> NamedProvider:
    listed = an_sms_definition("listed-sms")
    listed["sms"] |= {"extension": "1", "text": "{title}:{ratee}的服务,{grades}。" + "请您如实评价" * 12}
    listed_campaign(app, 5, listed)
    open_sms(app, 30)
    queued("hotline", only=20)
    found = attached(app)
    found.answers = [Unknown("cut off")]
    return found


@pytest.mark.parametrize(("size", "scheme", "zoom"), SIZES)
def test_pages_fit_small_screens_and_large_text(
    app: Flask,
    server: str,
    open_page: OpenPage,
    provider: NamedProvider,
    size: tuple[int, int],
    scheme: str,
    zoom: int,
) -> None:
    send_all(provider)
    page = open_page(size, scheme=scheme)
    page.context.add_cookies([cookie_of(app, an_account("owner", "", "王主任"))])
    for way in WAYS:
        page.goto(f"{server}/admin{way}")
        if way == WAYS[0]:
            file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": WRONG.encode()}
            page.set_input_files("#file", files=[file])
            page.click("section[aria-labelledby=take] button.primary")
            expect(page.locator("main .notice").first).to_contain_text("有 4 处要改")
            assert "13800001111" not in page.content()
        page.evaluate(f"document.documentElement.style.fontSize = '{zoom}%'")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), way
        assert page.evaluate(HIDDEN_NUMBERS) == [], way
        assert violations(page, {"runOnly": {"type": "rule", "values": ["color-contrast", "label"]}}) == []


def test_the_progress_renews_itself_and_forms_stay_as_typed(
    app: Flask, server: str, open_page: OpenPage, provider: NamedProvider
) -> None:
    page = open_page()
    page.context.add_cookies([cookie_of(app, an_account("organiser", "", "王芳"))])
    page.goto(f"{server}/admin/c/hotline/sms/sending")
    expect(page.locator("#progress tr").first).to_contain_text("20")
    page.fill("#confirm-typed-invitation", "hot")
    send_all(provider, BEGAN)
    page.evaluate(
        "htmx.ajax('GET', location.href, {target: '#progress', select: '#progress', swap: 'outerHTML'})"
    )
    expect(page.locator("#progress tr").first).to_contain_text("0")
    expect(page.locator("#progress")).to_contain_text("1 条不确定")
    assert page.input_value("#confirm-typed-invitation") == "hot"
