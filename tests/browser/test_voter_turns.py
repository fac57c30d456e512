"""述职 of twenty persons one after the other: phones, a tablet, a browser without script, and the lectern."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from survey.domain.ballot.turns import Turn, TurnStanding
from survey.storage import turn_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests.browser.axe import looks
from tests.builders import close, open_campaign
from tests.by_turns import by_turns, go_on, hand_in, take

from .test_office_pages import an_account, cookie_of
from .voting import READY, SIZES, cast, on, scan, stored, submit

pytestmark = pytest.mark.slow


@pytest.fixture
def codes(app: Any) -> list[str]:
    return open_campaign(app, by_turns(20))["A"]


def told(*pages: Page) -> None:
    """Let pages ask at once whose turn it is, as they do when they come into view again."""
    for page in pages:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def tick(page: Page, name: str, value: str) -> None:
    page.click(f'{READY}input[name="{name}"][value="{value}"]')


def enter(page: Page, address: str, code: str) -> None:
    page.goto(address)
    page.fill("#code", code)
    page.click(f"{READY}.primary")
    page.wait_for_selector("#intro")


def test_a_whole_list_on_phones_a_tablet_and_without_script(
    app: Any, server: str, open_page: Any, codes: list[str]
) -> None:
    phone, small, desk = (open_page(SIZES[size]) for size in ("phone", "small", "desk"))
    for page, code in zip((phone, small, desk), codes, strict=False):
        scan(page, server, code)
        assert "请稍候，还没有开始" in page.inner_text(".standing")
    tablet, bare = open_page((820, 1180)), open_page(SIZES["phone"], script=False)
    enter(tablet, f"{server}/v#kiosk", codes[3])
    on(tablet)
    enter(bare, f"{server}/v", codes[4])
    assert bare.is_disabled('input[name="p0.de"] >> nth=0')

    go_on(app)
    told(phone, small, desk, tablet)
    for page in (phone, small, desk, tablet):
        page.wait_for_selector('input[name="p0.de"]:visible')
        tick(page, "p0.de", "excellent")
    for page in (phone, tablet):
        tick(page, "p0.neng", "competent")
    bare.click("#now button")
    bare.check('input[name="p0.de"][value="poor"]', force=True)

    go_on(app)
    told(phone, small, desk, tablet)
    # Who is done is led on; who is not keeps the page, and is told whose turn it is.
    phone.wait_for_selector('input[name="p1.de"]:visible')
    tablet.wait_for_selector('input[name="p1.de"]:visible')
    expect(small.locator(".dock")).to_contain_text("轮到李红梅")
    assert "测评已结束，差 1 项" in small.inner_text("#r-p0 .turn")
    assert small.is_checked('input[name="p0.de"][value="excellent"]')
    assert small.is_disabled('input[name="p0.neng"] >> nth=0')
    small.click(f"{READY}>> text=轮到李红梅")
    small.wait_for_selector('input[name="p1.de"]:visible')
    assert "优秀”还可评 0 人" in small.inner_text("#r-p1 .limit")
    tick(small, "p1.de", "excellent")
    bare.click("#now button")
    assert bare.is_checked('input[name="p0.de"][value="poor"]')
    assert bare.is_disabled('input[name="p0.de"] >> nth=0')

    # Loaded anew in the middle, a phone has all that was filled in.
    phone.reload()
    phone.wait_for_selector('input[name="p1.de"]:visible')
    assert phone.is_checked('input[name="p0.neng"][value="competent"]')

    take(app, lambda standing: standing.pass_over("p2"), "pass-over")
    go_on(app, 17)
    hand_in(app)
    told(phone, small, desk, tablet)
    bare.click("#now button")
    bare.click(".dock .primary")
    bare.check("#sure", force=True)
    bare.click("#cast")
    bare.wait_for_selector("#receipt, output")
    for page in (phone, desk, tablet):
        page.click(f"{READY}.dock .plain:visible >> text=可以提交了")
        expect(page.locator("#jump")).to_contain_text("全部测评完，请核对并提交")
        on(page)
        assert submit(page)
    # An exceeded quota can be mended, although the turns are over.
    small.click(f"{READY}>> text=可以提交了")
    on(small)
    small.click(f"{READY}.alert .to >> text=李红梅")
    tick(small, "p1.de", "competent")
    on(small)
    assert submit(small)
    assert stored(app) == 5


def test_who_lost_all_rates_at_the_end_and_what_was_rated_stays(
    app: Any, server: str, open_page: Any, codes: list[str]
) -> None:
    early, late = open_page(SIZES["phone"]), open_page(SIZES["phone"])
    scan(early, server, codes[0])
    go_on(app)
    told(early)
    early.wait_for_selector('input[name="p0.de"]:visible')
    tick(early, "p0.de", "poor")
    for number in range(1, 20):
        take(app, lambda standing, key=f"p{number}": standing.pass_over(key), "pass-over")
    hand_in(app)
    told(early)
    expect(early.locator("#r-p0 .turn")).to_contain_text("差 1 项，还可以补评")
    assert early.is_disabled('input[name="p0.de"] >> nth=0')
    tick(early, "p0.neng", "poor")
    scan(late, server, codes[1])
    expect(late.locator("#jump")).to_contain_text("没有评的还可以补评")
    late.click(f"{READY}.jump:enabled >> nth=0")
    tick(late, "p0.de", "excellent")
    tick(late, "p0.de", "competent")
    # Loaded anew, what is blank is still open, and what was filled in stays.
    late.reload()
    late.wait_for_selector('input[name="p0.neng"]:visible')
    assert late.is_disabled('input[name="p0.de"] >> nth=0')
    tick(late, "p0.neng", "competent")
    for page in (early, late):
        page.click(f"{READY}.dock .plain:visible >> text=可以提交了")
        on(page)
        assert submit(page)
    assert stored(app) == 2


def test_a_tablet_waits_for_its_member_and_is_left_by_a_button(
    app: Any, server: str, open_page: Any, codes: list[str]
) -> None:
    page = open_page((820, 1180))
    page.clock.install()
    enter(page, f"{server}/v#kiosk", codes[0])
    page.clock.run_for(1000)
    on(page)
    page.clock.run_for(600_000)
    assert page.is_visible("#jump")
    assert not page.is_visible(".idle")
    assert "刷新或关闭本页，就都没有了" in page.inner_text("#jump")
    page.click(f"{READY}>> text=离开并清除")
    page.clock.run_for(1000)
    page.click(f"{READY}>> text=确定离开")
    page.wait_for_selector("#entry:visible, #opening", state="attached")
    assert page.evaluate("localStorage.length") == 0


def test_what_a_restore_changed_is_taken_and_what_cannot_stand_goes(
    app: Any, server: str, open_page: Any, codes: list[str]
) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    go_on(app, 2)
    told(page)
    page.wait_for_selector('input[name="p1.de"]:visible')
    for name in ("p1.de", "p1.neng"):
        tick(page, name, "poor")
    # In the backup somebody else was opened with as many acts.
    with app.app_context(), transaction(write=True) as session:
        turn_rows.set_standing(
            session, find_campaign(session, "small"), TurnStanding((("p0", Turn.OPEN),), revision=2)
        )
    told(page)
    page.wait_for_selector('input[name="p0.de"]:visible')
    tick(page, "p0.de", "poor")
    for number in range(1, 20):
        take(app, lambda standing, key=f"p{number}": standing.pass_over(key), "pass-over")
    hand_in(app)
    told(page)
    page.click(f"{READY}.dock .plain:visible >> text=可以提交了")
    on(page)
    cast(page)
    expect(page.locator("#review")).to_contain_text("李红梅没有开放测评，这一项须空着")
    assert not page.is_checked('input[name="p1.de"][value="poor"]')
    assert submit(page)
    assert stored(app) == 1


@pytest.mark.parametrize("ended", [False, True])
def test_a_tablet_left_after_the_list_is_wiped_as_any_other(
    app: Any, server: str, open_page: Any, codes: list[str], ended: bool
) -> None:
    page = open_page((820, 1180))
    page.clock.install()
    go_on(app)
    enter(page, f"{server}/v#kiosk", codes[0])
    page.clock.run_for(1000)
    on(page)
    page.wait_for_selector('input[name="p0.de"]:visible')
    tick(page, "p0.de", "poor")
    if ended:
        close(app, "small")
    else:
        for number in range(1, 20):
            take(app, lambda standing, key=f"p{number}": standing.pass_over(key), "pass-over")
        hand_in(app)
    with page.expect_response("**/v/turn/small"):
        page.clock.run_for(7000)
    for _ in range(14):
        if page.query_selector(".idle"):
            break
        page.clock.run_for(4000)
    assert page.query_selector(".idle"), "it is warned first"
    page.clock.run_for(20_000)
    page.wait_for_selector("#entry")
    assert not page.query_selector("input[name='p0.de']")


def test_nothing_is_asked_while_the_page_is_hidden_or_the_ballot_is_cast(
    app: Any, server: str, open_page: Any, codes: list[str]
) -> None:
    page = open_page()
    asked: list[dict[str, str]] = []
    page.on("request", lambda one: asked.append(one.headers) if "/v/turn/" in one.url else None)
    page.clock.install()
    scan(page, server, codes[0], start=False)
    page.clock.run_for(30_000)
    assert 4 <= len(asked) <= 10
    assert not any("cookie" in headers or "authorization" in headers for headers in asked)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    asked.clear()
    page.clock.run_for(60_000)
    assert asked == []


IN_ALL = tuple((SIZES[size], scheme) for size in ("small", "desk") for scheme in ("light", "dark"))


def reads_well(page: Any) -> None:
    for width, found in looks(page, IN_ALL):
        assert found == [], (page.url, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_the_pages_read_well(app: Any, server: str, open_page: Any, codes: list[str]) -> None:
    with app.app_context():
        cookie = cookie_of(app, an_account("owner", "县委组织部", "王主任"))
    go_on(app, 2)
    page = open_page(SIZES["small"])
    scan(page, server, codes[0])
    assert page.is_visible("#r-p1"), "whoever comes late is led to who is rated now"
    reads_well(page)
    page.click(f"{READY}.bare")
    page.wait_for_selector("#jump:visible")
    reads_well(page)
    page.click(f"{READY}.jump >> nth=0")
    page.wait_for_selector("#r-p0:visible")
    reads_well(page)
    page.goto(f"{server}/admin/login")
    page.context.add_cookies([cookie])
    page.goto(f"{server}/admin/c/small/turns")
    reads_well(page)
