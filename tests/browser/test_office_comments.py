"""Moderating texts and reading the log in a real browser: by keyboard alone, in light and dark, with axe."""

import pytest
from playwright.sync_api import Page, expect

from survey.domain.count.kept_texts import WrittenText
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import comments
from survey.storage import count_rows
from survey.storage.database import transaction
from tests.browser.axe import DESK, looks
from tests.builders import BY, a_definition, close, count, running_campaign
from tests.signing_in import an_account, cookie_of

pytestmark = pytest.mark.slow

HERE = "/admin/c/small/comments"


@pytest.fixture
def office(app, server, open_page):
    """Return a function that opens a page as an owner."""
    running_campaign(app, a_definition(), 2)
    close(app, "small")
    count(app, "small")
    words = ["第一条", "第二条\n两行", "第三条"]
    with transaction(write=True) as session:
        texts = [WrittenText("comment", "section:form", word) for word in words]
        texts += [WrittenText("reason", "ratee:c1", "理由")]
        count_rows.add_texts(session, find_campaign(session, "small"), texts)
    cookie = cookie_of(app, an_account("owner"))

    def open_one(path: str, **more) -> Page:
        page = open_page(**more)
        page.context.add_cookies([cookie])
        page.goto(server + path)
        return page

    return open_one


def released() -> list[str | None]:
    with transaction() as session:
        return [text.shown for text in comments.released(session, "small")]


def test_by_keyboard_alone(office, press) -> None:
    page = office(HERE, size=(1280, 800))
    boxes = page.locator("input[name=text]")
    third = page.locator(".words").nth(2).inner_text()
    boxes.first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(boxes.nth(2)).to_be_focused()
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已处理 1 条")
    assert released() == [third]


def test_enter_on_a_box_without_script_decides_nothing(office) -> None:
    page = office(HERE, script=False)
    page.locator("input[name=text]").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("没有选中")
    assert released() == []


def test_the_log_is_checked_when_the_page_is_there(office) -> None:
    page = office("/admin/log", size=(1280, 800))
    expect(page.locator(".check-now")).to_contain_text("日志完整")


def test_axe_finds_nothing(office) -> None:
    with transaction(write=True) as session:
        (first, *_) = comments.queue(session, "small", comments.Moderation.WAITING).texts
        comments.redact(session, "small", first.key, "略", BY)
    one = f"{HERE}/{first.key}"
    for path in (
        HERE,
        f"{HERE}?status=redacted",
        f"{HERE}?status=withheld",
        one,
        "/admin/log",
        "/admin/log/check",
    ):
        page = office(path, size=DESK)
        page.wait_for_load_state("networkidle")
        for width, found in looks(page):
            assert found == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
