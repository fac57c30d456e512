"""A session that ends while somebody types: what was typed comes back, and there is a word before the end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import text

from survey.services.campaigns import drafts
from survey.storage.database import transaction
from tests.browser.axe import violations
from tests.builders import BY
from tests.domain.editing import full
from tests.signing_in import PASSWORD, cookie_of
from tests.web.admin.accounts.test_login import with_password

pytestmark = pytest.mark.slow

BASICS = "/admin/c/full-2026/setup/basics"
TYPED = "县委组织部考核办公室"


def seen(minutes: float) -> None:
    """Have every session been seen last so many minutes ago."""
    at = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(" ")
    with transaction(write=True) as session:
        session.execute(text("UPDATE login_sessions SET seen_at = :at"), {"at": at})


@pytest.fixture
def draft(app: Flask) -> dict[str, object]:
    """A draft, and the cookie of somebody who may change it."""
    with transaction(write=True) as session:
        drafts.create(session, full(), "", BY)
    cookie: dict[str, object] = cookie_of(app, with_password())
    return cookie


@pytest.mark.parametrize("script", [True, False])
def test_what_was_typed_comes_back_after_the_login(
    server: str, open_page: Callable[..., Page], draft: dict[str, object], script: bool
) -> None:
    page = open_page((390, 844), script=script)
    page.context.add_cookies([draft])
    page.goto(server + BASICS)
    page.fill("[name='campaign.organiser']", TYPED)
    seen(40)
    page.locator("#setup button[value='save']:not(.sr)").first.click()
    expect(page.locator("main")).to_contain_text("登录已经结束")
    if script:
        assert violations(page) == []
    page.fill("#name", "张三")
    page.fill("#password", PASSWORD)
    page.locator("main button").click()
    expect(page.locator("h1")).to_have_text("填写的内容还在")
    if script:
        assert violations(page) == []
    page.locator("main button").click()
    expect(page.locator("[name='campaign.organiser']")).to_have_value(TYPED)
    page.locator("#setup button[value='save']:not(.sr)").first.click()
    expect(page.locator(".notice.good, .notice.warn").first).to_contain_text("已保存")
    expect(page.locator("[name='campaign.organiser']")).to_have_value(TYPED)


def test_a_row_added_by_script_leads_to_the_login_too(
    server: str, open_page: Callable[..., Page], draft: dict[str, object]
) -> None:
    page = open_page((1280, 800))
    page.context.add_cookies([draft])
    page.goto(f"{server}/admin/c/full-2026/setup/groups")
    page.fill("[name='groups.0.label']", TYPED)
    seen(40)
    page.locator("button[value='add groups']").click()
    expect(page.locator("main")).to_contain_text("登录已经结束")
    page.fill("#name", "张三")
    page.fill("#password", PASSWORD)
    page.locator("main button").click()
    page.locator("main button").click()
    expect(page.locator("[name='groups.0.label']")).to_have_value(TYPED)


def test_a_word_before_the_end_and_typing_counts(
    server: str, open_page: Callable[..., Page], draft: dict[str, object]
) -> None:
    page = open_page((390, 844))
    page.context.add_cookies([draft])
    page.clock.install()
    page.goto(server + BASICS)
    soon = page.locator("#session [data-when='soon']")
    expect(soon).to_be_hidden()
    seen(28.5)
    page.clock.run_for(28.5 * 60 * 1000)
    expect(soon).to_be_visible()
    expect(soon).to_contain_text("再过 2 分钟就会自动退出")
    assert violations(page) == []
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        soon.locator("button").click()
    expect(soon).to_be_hidden()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("[name='campaign.organiser']").press_sequentially("甲乙")
    assert sent == []
    seen(6)
    page.clock.run_for(6 * 60 * 1000)
    with page.expect_response(lambda answer: answer.request.method == "POST") as heard:
        page.locator("[name='campaign.organiser']").press_sequentially("丙丁")
    assert heard.value.json()["seconds"] > 1700
    assert sent == ["POST"]
