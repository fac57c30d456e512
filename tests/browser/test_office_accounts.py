"""The first way in, as somebody goes it, and every page on accounts looked at by axe."""

from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import text

from survey.services.accounts import accounts
from survey.services.audit.audit import By
from survey.storage.database import transaction
from tests.browser.axe import DAY_AND_NIGHT, RULES, looks, violations
from tests.signing_in import PASSWORD, an_account, cookie_of

pytestmark = pytest.mark.slow

PAGES = (
    "/admin/login",
    "/admin/me",
    "/admin/me/password",
    "/admin/me/second-factor",
    "/admin/me/recovery-codes",
    "/admin/people",
    "/admin/people/1",
    "/admin/people/2",
)
SIZES = {"desk": (1280, 800), "phone": (390, 844)}


def faults(page):
    seen = violations(page, RULES)
    found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in seen]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(("scrolls sideways", []))
    return found


def small_targets(page):
    """List what is to be pressed and is under 44 px high; links within a sentence are read, not aimed at."""
    return page.evaluate(
        """() => [...document.querySelectorAll('main button, main .button, main td a, main th a,'
            + ' main summary, main label.tick, main input:not([type=hidden], [type=radio], [hidden])')]
          .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"""
    )


def look(page, *more):
    """See a page on a desk by day and on a phone by night, or in more looks, without a fault."""
    for width, found in looks(page, (*DAY_AND_NIGHT, *more)):
        assert found == [], (page.url, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        # A box is pressed by its label, which is measured too.
        assert [one for one in small_targets(page) if "checkbox" not in one] == [], (page.url, width)


def test_axe_finds_nothing(app, server, open_page):
    owner = an_account("owner", "县委组织部", "王主任")
    an_account("organiser", "县委组织部", "考核组张三")
    page = open_page(SIZES["desk"])
    page.context.add_cookies([cookie_of(app, owner)])
    cookie_of(app, owner)  # another session to list
    for path in PAGES:
        page.goto(server + path)
        look(page)
    page.goto(f"{server}/admin/me/password")
    for field, typed in (("present", "x"), ("password", PASSWORD), ("again", "x")):
        page.fill(f"#{field}", typed)
    page.click("main button")
    page.wait_for_selector("#faults")
    assert page.evaluate("document.activeElement.id") == "faults"
    look(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_first_way_in_of_an_owner(app, server, open_page, press, script):
    with transaction(write=True) as session:
        made = accounts.create(session, "王主任", "owner", None, By("test", datetime.now(UTC)))
    page = open_page(SIZES["desk"], script=script)
    page.goto(f"{server}/admin/link/{made.link_secret}")
    press(page, "main button:not([data-copy])")
    assert page.url.endswith("/admin/me/password")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    press(page, "main button:not([data-copy])")
    assert page.url.endswith("/admin/me/second-factor")
    if script:
        assert faults(page) == []
    page.click("summary")
    secret = page.inner_text("details code").replace(" ", "")
    page.fill("#number", pyotp.TOTP(secret).at(datetime.now(UTC)))
    press(page, "main button:not([data-copy])")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    if script:
        assert faults(page) == []
    press(page, "main .primary")
    assert page.url.endswith("/admin/")
    press(page, "header form[action$=logout] button")
    page.fill("#name", "王主任")
    page.fill("#password", PASSWORD)
    page.fill("#totp", codes[0])
    press(page, "main button:not([data-copy])")
    assert page.url.endswith("/admin/")
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM recovery_codes")).scalar() == 9


@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "plain-http"])
def test_copying_a_login_link(app, server, open_page, press, clipboard):
    page = open_page(SIZES["desk"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if not clipboard:
        page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })")
    page.context.add_cookies([cookie_of(app, an_account("owner", "", "王主任"))])
    person = an_account("organiser", "", "张三")
    page.goto(f"{server}/admin/people/{person.id}")
    press(page, "form[action$='/link'] button")
    link = page.input_value("#link")
    page.click("text=复制链接")
    page.wait_for_selector("text=已复制")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<textarea id=pasted>')")
    page.focus("#pasted")
    page.keyboard.press("Control+V")
    assert page.input_value("#pasted") == link


def test_without_script_nothing_is_offered_that_cannot_copy(app, server, open_page, press):
    page = open_page(SIZES["desk"], script=False)
    page.context.add_cookies([cookie_of(app, an_account("owner", "", "王主任"))])
    page.goto(f"{server}/admin/people/{an_account('organiser', '', '张三').id}")
    press(page, "form[action$='/link'] button")
    assert page.is_visible("#link")
    assert not page.is_visible("text=复制链接")
