"""Names that are not on a list to tick, on a phone: counted with the ticks, told at the review."""

from typing import Any

import pytest

from tests.browser.axe import violations
from tests.browser.test_voter_ticked_lists import nomination, press
from tests.builders import open_campaign

from .voting import SIZES, on, scan, stored, submit, to_review

pytestmark = pytest.mark.slow

FIRST, SECOND = '[name="list.write_in.1"]', '[name="list.write_in.2"]'


@pytest.fixture
def codes(app: Any) -> list[str]:
    data = nomination()
    data["sections"][0]["write_in"] = 2
    return open_campaign(app, data)["A"]


def test_names_are_counted_with_the_ticks_and_told_at_the_review(
    app: Any, server: Any, open_page: Any, codes: Any
) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    press(page, "p2")
    on(page)
    limit = page.locator(".written .limit")
    assert limit.inner_text() == "已推荐 1 人，还可推荐 1 人"
    page.fill(FIRST, "张三 县工业和信息化局党组成员、副局长")
    fits = "document.activeElement.scrollHeight <= document.activeElement.clientHeight"
    assert page.evaluate(fits), "a field grows with its name"
    page.fill(FIRST, "张三 县审计局局长")
    assert limit.inner_text() == "已推荐 2 人，还可推荐 0 人"
    page.fill(SECOND, "李四")
    assert "多推荐了 1 人" in limit.inner_text()
    assert "候选2、张三 县审计局局长、李四" in limit.inner_text()
    assert violations(page) == []
    to_review(page)
    assert "最多推荐 2 人，您勾的和写的共 3 人。请去掉其中 1 人：" in page.inner_text("#review .alert")
    assert "李四 另荐他人" in page.inner_text("#review .alert")
    # Of two names the sentence stands once, and once at the list.
    assert page.locator("#review .answers .fault").count() == 2
    page.click('#review [href="#list.write_in.2"]')
    assert page.evaluate("document.activeElement.name") == "list.write_in.2"
    page.fill(SECOND, "")
    on(page)
    assert "张三 县审计局局长" in page.inner_text("#review")
    assert not page.is_visible("#sure")
    submit(page)
    assert stored(app) == 1


def test_who_names_somebody_and_ticks_nobody_is_not_asked(server: Any, open_page: Any, codes: Any) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    on(page)
    page.fill(FIRST, "张三")
    to_review(page)
    assert not page.is_visible("#sure")


def test_a_name_on_the_list_is_refused_at_its_field(
    app: Any, server: Any, open_page: Any, codes: Any
) -> None:
    page = open_page(SIZES["small"])
    scan(page, server, codes[0])
    on(page)
    page.fill(FIRST, "候选 3")
    to_review(page)
    page.click("#cast")
    page.wait_for_selector("#review .alert")
    assert "“候选 3”在名单上，请在名单上打勾" in page.inner_text("#review .alert")
    assert stored(app) == 0


def test_without_script(app: Any, server: Any, open_page: Any, codes: Any) -> None:
    page = open_page(SIZES["phone"], script=False)
    page.goto(f"{server}/v")
    page.fill("[name=code]", codes[0])
    page.click("main button")
    page.fill(FIRST, "张三\n县审计局局长")
    page.fill(SECOND, "张三 县审计局局长")
    page.click(".dock button")
    assert "像是同一人" in page.inner_text(".alert")
    page.fill(SECOND, "")
    page.click(".dock button")
    assert "张三 县审计局局长" in page.inner_text("main")
    page.click("#cast")
    page.wait_for_selector("#receipt")
    assert stored(app) == 1
