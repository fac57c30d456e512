"""English in a real browser: the switch, and what can go wrong on the way to the box."""

import pytest

from survey.secrecy.token import new_token
from tests.builders import close, open_campaign

from .conftest import HURRIED
from .voting import ENGLISH, TOWN, cast, chosen, kept, on, scan, stored, submit, tick, to_review

pytestmark = pytest.mark.slow


@pytest.fixture
def town(app):
    return open_campaign(app, TOWN)


@pytest.fixture
def page(open_page):
    return open_page()


def test_the_switch_keeps_what_was_filled_in(app, server, page, press, town):
    scan(page, server, town["B"][0])
    tick(page, "c1.de", "basic")
    assert not page.is_visible("#language")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data))
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector("#language")
    with page.expect_navigation():
        page.click("#language")
    assert page.url.endswith("/v/ballot?lang=en")
    assert sent == [f"code={town['B'][0]}"]
    assert page.get_attribute("html", "lang") == "en"
    page.click("#draft .primary")
    assert chosen(page, "c1.de") == "basic"
    to_review(page)
    submit(page)
    assert "Your ballot was received" in page.inner_text("h1")
    assert stored(app) == 1
    assert kept(page) == 0


def test_the_switch_waits_where_nothing_can_be_kept(server, page, town):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    )
    scan(page, server, town["B"][0], start=False)
    assert page.is_visible("#language")
    on(page)
    tick(page, "c1.de", "basic")
    page.evaluate("location.hash = '#/'")
    page.wait_for_selector("#intro:not([hidden])")
    assert not page.is_visible("#language")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_every_page_before_the_box_has_the_switch(server, open_page, press, town, script):
    page = open_page(script=script)

    def there_and_back(shown):
        for words in shown:
            press(page, "#language")
            assert words in page.inner_text("h1")

    page.goto(f"{server}/v")
    there_and_back(["Evaluation", "民主测评"])
    unknown = new_token()
    page.fill("#code", unknown)
    press(page, "main .primary")
    there_and_back(["Evaluation", "民主测评"])
    assert page.input_value("#code") == unknown
    page.goto(f"{server}/receipt")
    page.fill("#receipt-code", "0000-1111-2222")
    press(page, "main .primary")
    there_and_back(["Look up a receipt", "查询回执码"])
    assert page.input_value("#receipt-code") == "0000-1111-2222"
    if script:
        return
    page.goto(f"{server}/v")
    page.fill("#code", town["B"][1])
    press(page, ".primary")
    page.check('input[name="c1.de"][value="basic"]')
    there_and_back(["2026年度", "2026年度"])
    assert page.is_checked('input[name="c1.de"][value="basic"]')
    press(page, ".dock .primary")
    there_and_back(["Please review your answers", "请核对您的填写"])
    submit(page)
    page.goto(f"{server}/v")
    page.fill("#code", town["B"][1])
    press(page, ".primary")
    there_and_back(["This code has been used", "这个投票码已经投过票"])


def test_reload_on_every_place(server, page, town):
    scan(page, server, town["B"][0], language=ENGLISH)
    tick(page, "c1.de", "basic")
    page.reload()
    assert chosen(page, "c1.de") == "basic"
    assert page.is_visible('[id="c1.de"]')
    page.click(".bare")
    page.reload()
    assert page.text_content("#jump h1") == "List"
    on(page)
    page.reload()
    assert page.text_content("#review h1") == "Please review your answers"


def test_network_is_cut_and_restored(app, server, page, town):
    scan(page, server, town["B"][0], language=ENGLISH)
    tick(page, "c1.de", "basic")
    to_review(page)
    page.context.set_offline(True)
    cast(page)
    page.wait_for_selector("text=Not submitted")
    assert page.text_content("#cast") == "Try again"
    page.context.set_offline(False)
    submit(page)
    assert stored(app) == 1


def test_two_tabs_and_the_close(app, server, page, town):
    scan(page, server, town["B"][0], language=ENGLISH)
    other = page.context.new_page()
    scan(other, server, town["B"][0], language=ENGLISH)
    late = page.context.new_page()
    scan(late, server, town["B"][1], language=ENGLISH)
    for one in (page, other, late):
        to_review(one)
    submit(page)
    cast(other)
    other.wait_for_selector("h1:has-text('This code has been used')")
    close(app, "town-annual")
    cast(late)
    late.wait_for_selector("h1:has-text('Voting has ended')")
    assert "Please ask the staff" in late.inner_text("main p")
    assert late.get_attribute("a.link", "href") == "/v?lang=en"
    assert stored(app) == 1


def test_a_mistyped_code_is_proofread_in_english(server, page):
    page.goto(f"{server}/v{ENGLISH}")
    for typed, told in (("", "Please type"), ("7K3M", "here are 4"), ("票" * 16, "only digits and letters")):
        page.fill("#code", typed)
        page.click("main .primary")
        assert told in page.text_content("#code-fault")


def test_tablet_returns_to_chinese(app, server, page, town):
    page.clock.install()
    page.add_init_script(HURRIED)
    page.goto(f"{server}/v#kiosk")
    with page.expect_navigation():
        page.click("#language")
    assert page.url.endswith("/v?lang=en#kiosk")
    page.fill("#code", town["B"][0])
    page.click("main .primary")
    page.wait_for_url("**/v/ballot?lang=en#kiosk")
    on(page)
    to_review(page)
    submit(page)
    page.clock.fast_forward(21_000)
    page.wait_for_url("**/v#kiosk")
    page.wait_for_selector("text=进入测评")
    assert stored(app) == 1
