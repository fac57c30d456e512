"""The clerk's way: from a template and an Excel roster to a campaign without fault, in a real browser."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from survey.documents.definition.form_library import library
from survey.services.campaigns import drafts
from survey.storage.database import transaction
from tests.browser.axe import violations
from tests.builders import BY
from tests.office_roster import FILE
from tests.signing_in import an_account, cookie_of
from tests.web.rosters import TEAM_AND_TWELVE, workbook

pytestmark = pytest.mark.slow

WIDE = (1280, 800)
CODE = "zhen-2026"


def clean(page: Page) -> None:
    found = violations(page)
    assert found == [], (page.url, json.dumps(found, ensure_ascii=False, indent=1)[:3000])


def onward(page: Page, title: str) -> None:
    """Save, and see that the next page is there and clean."""
    page.click("button:has-text('保存，下一步')")
    expect(page.locator("#setup h2").first).to_have_text(title)
    clean(page)


def test_a_clerk_sets_a_campaign_up(
    app: Flask, server: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page(WIDE)
    page.context.add_cookies([cookie_of(app, an_account(unit="县委组织部"))])
    page.goto(f"{server}/admin/new")
    clean(page)
    page.click("text=领导班子和领导干部年度测评")
    page.fill("#code", CODE)
    clean(page)
    page.click("button:has-text('开始准备')")
    expect(page.locator("#setup h2").first).to_have_text("票种与权重")
    clean(page)
    page.fill("[name='groups.0.weight']", "三成")
    page.click("button:has-text('保存，下一步')")
    expect(page.locator("[id='groups.0.weight.error']")).to_contain_text("请填数字")
    clean(page)
    page.fill("[name='groups.0.weight']", "30")
    onward(page, "等次与分值")
    onward(page, "测评表")
    # Without a reload: what was typed before stays, and the new line is ready to type in.
    page.fill("[name='sections.0.title']", "班子表")
    page.locator("button:has-text('＋ 添加项目')").first.click()
    expect(page.locator(":focus")).to_have_attribute("name", "sections.0.criteria.6.label")
    page.keyboard.type("团结协作")
    assert page.input_value("[name='sections.0.title']") == "班子表"
    page.fill("[name='sections.0.title']", "领导班子测评表")
    onward(page, "测评对象")
    bring_in(page, tmp_path)
    page.click("table a:has-text('填写') >> nth=1")
    page.check("input[value=pieces]")
    for number in range(4):
        page.fill(f"[name='piece.{number}']", f"事项{number + 1}")
    clean(page)
    page.click("button:has-text('保存') >> nth=-1")
    page.wait_for_url("**/setup/ratees?page=1*")
    for title in ("谁评谁", "名额限制", "问题", "计票规则"):
        onward(page, title)
    # What is not asked for need not be filled in, and is not in the way.
    for part in ("paper", "sms"):
        optional = page.locator(f"#{part}[data-optional]")
        expect(optional.locator("> .pair")).to_be_hidden()
        optional.locator("legend input").check()
        expect(optional.locator("> .pair")).to_be_visible()
        optional.locator("legend input").uncheck()
    page.click("button:has-text('保存，下一步')")
    expect(page.locator("h2").first).to_have_text("检查")
    expect(page.locator(".checklist .done")).to_contain_text("13 个测评对象")
    clean(page)
    page.goto(f"{server}/admin/c/{CODE}/setup/definition")
    clean(page)
    look_at_the_ballot(page, server)
    with transaction() as session:
        definition = drafts.require_whole(session, CODE).definition
    assert [line.label for line in definition.sections[0].criteria][-1] == "团结协作"
    assert "（3）事项3。\n二、需要改进的一项：事项4。" in definition.ratees[1].statement


def bring_in(page: Page, folder: Path) -> None:
    """Bring a roster in: first one with faults, then the right one."""
    file = folder / "名册.xlsx"
    page.click("text=从 Excel 名单导入")
    for rows, said in (((*TEAM_AND_TWELVE[:1], ("", "局长")), "没有导入"), (TEAM_AND_TWELVE, "还没有导入")):
        file.write_bytes(workbook(*rows))
        clean(page)
        page.set_input_files("#file", file)
        page.click("button:has-text('查看名单')")
        expect(page.locator(".notice").first).to_contain_text(said)
    clean(page)
    page.click("button:has-text('导入这 13 个')")
    # All is there now: the checks come next.
    expect(page.locator(".checklist .done").first).to_contain_text("13 个测评对象")
    page.goto(page.url.replace("/check", "/ratees"))
    expect(page.locator("tbody tr")).to_have_count(16)
    clean(page)


@pytest.mark.parametrize("size", [WIDE, (390, 844)], ids=["desktop", "phone"])
def test_an_office_roster_is_mapped_without_script(
    app: Flask, server: str, open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    template = next(one for one in library() if one.key == "annual").data
    with transaction(write=True) as session:
        drafts.create(session, drafts.copied(template, CODE), "县委组织部", BY)
    page = open_page(size, script=False)
    page.context.add_cookies([cookie_of(app, an_account(unit="县委组织部"))])
    page.goto(f"{server}/admin/c/{CODE}/setup/roster")
    page.set_input_files("#file", FILE)
    page.click("button:has-text('查看名单')")
    expect(page.get_by_label("*姓 名（班子填名称）")).to_have_value("姓名")
    expect(page.get_by_label("“干部”，5 行")).to_contain_text("领导干部测评表")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    # The Enter key in a field goes on to the list, not to the button of other heads.
    page.click("summary >> nth=-1")
    page.press("#head", "Enter")
    expect(page.locator(".notice").first).to_contain_text("还没有导入")
    page.click("button:has-text('改各列的对应')")
    page.get_by_label("类别", exact=True).select_option("")
    page.click("button.primary:has-text('查看名单')")
    expect(page.get_by_label("全部用哪张测评表")).to_be_visible()
    page.get_by_label("类别", exact=True).select_option("测评表")
    page.click("button.primary:has-text('查看名单')")
    page.click("button.primary:has-text('查看名单')")
    expect(page.locator("#lines li")).to_have_count(5)
    page.click("button:has-text('导入这 6 个')")
    expect(page.locator(".notice").first).to_contain_text("已导入 6 个测评对象")


def test_the_pages_of_a_roster_are_clean(app: Flask, server: str, open_page: Callable[..., Page]) -> None:
    template = next(one for one in library() if one.key == "annual").data
    with transaction(write=True) as session:
        drafts.create(session, drafts.copied(template, CODE), "县委组织部", BY)
    page = open_page((390, 844))
    page.context.add_cookies([cookie_of(app, an_account(unit="县委组织部"))])
    page.goto(f"{server}/admin/c/{CODE}/setup/roster")
    page.set_input_files("#file", FILE)
    page.click("button:has-text('查看名单')")
    expect(page.locator("table.asks")).to_be_visible()
    clean(page)
    page.locator("button.primary:has-text('查看名单')").click()
    expect(page.locator("#lines")).to_be_visible()
    clean(page)


def look_at_the_ballot(page: Page, server: str) -> None:
    """See the ballot in its frame: it can be filled in, and nothing of it leaves the page."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.goto(f"{server}/admin/c/{CODE}/preview")
    frame = page.frame_locator("iframe")
    frame.locator("button:has-text('开始')").click()
    frame.locator("label.cell:visible").first.click()
    expect(frame.locator("input:checked")).to_have_count(1)
    frame.locator(".primary:visible").first.click()
    clean_outside(page)
    assert asked == []


def clean_outside(page: Page) -> None:
    """Look at the page around the frame: the ballot has tests of its own."""
    found = violations(page, {"iframes": False})
    assert found == [], json.dumps(found, ensure_ascii=False, indent=1)[:3000]
