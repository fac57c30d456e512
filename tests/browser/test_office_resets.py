"""A second owner confirms a reset in the browser; the pages that show it, looked at by axe."""

import pytest

from survey.services.accounts import accounts
from survey.services.audit.audit import By
from survey.storage.database import transaction
from tests.browser.axe import SMALL
from tests.browser.test_office_accounts import faults, look
from tests.builders import BY
from tests.signing_in import PASSWORD, an_account, cookie_of
from tests.web.admin.count.test_counting import counted
from tests.web.people import browser, totp

pytestmark = pytest.mark.slow


@pytest.fixture
def second(app):
    """The second owner; the first has reset one signer of two."""
    counted(app)
    an_account("owner", name="王主任")
    for name in ("计票人甲", "监票人乙"):
        browser(app, name, "scrutineer", second=True)
    with transaction(write=True) as session:
        account = accounts.named(session, "计票人甲")
        accounts.replace_password(session, account, By("王主任", BY.at))
        accounts.reset_second_factor(session, account, By("王主任", BY.at))
    browser(app, "李主任", "owner", second=True)
    return an_account("owner", name="李主任")


def test_pages_before_a_confirmation(second, server, app, open_page):
    page = open_page()
    page.context.add_cookies([cookie_of(app, second)])
    person = an_account(name="计票人甲").id
    for path in (
        "/admin/c/small/resets",
        "/admin/c/small/sign",
        "/admin/accounts",
        f"/admin/people/{person}",
    ):
        page.goto(server + path)
        look(page, (SMALL, "light"))


def test_a_second_owner_confirms(second, server, app, open_page, press):
    page = open_page((390, 844))
    page.context.add_cookies([cookie_of(app, second)])
    page.goto(f"{server}/admin/c/small")
    press(page, "a:has-text('去查看')")
    assert "还没有人确认" in page.inner_text("main")
    page.check("input[name=account]")
    page.fill("#password", PASSWORD)
    page.fill("#totp", totp())
    press(page, "main form button.primary")
    assert "已确认" in page.inner_text("main")
    assert "经另一位系统管理员账号“李主任”确认属实" in page.inner_text("main")
    assert page.locator("input[name=account]").count() == 0
    assert faults(page) == []
