"""An assessment's set-up in a browser: somebody new sets the sample up; pages narrow, dark and large.

The measure: from logging in to issued at most 30 pages and clicks by the workbook; on pages a small one, of
two classes, four units and three indicators, in at most 18 pages and 20 clicks. ``MINPING_SHOTS`` names a
folder for pictures.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from openpyxl.workbook import Workbook
from playwright.sync_api import Page, expect

from survey.services.assessment import setting_up
from survey.storage.database import transaction
from tests.browser.test_newcomer import Newcomer
from tests.browser.test_office_pages import looked_at
from tests.builders import BY
from tests.documents.assessment.setup.setup_files import changed, put, sample_workbook
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import issued, take_all
from tests.signing_in import an_account, cookie_of

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]
SHOTS = os.environ.get("MINPING_SHOTS", "")
MOST = 30
MOST_PAGES, MOST_CLICKS = 18, 20
YEAR, NEXT = f"/admin/a/{SAMPLE_CODE}", "qingyuan-2027"
SIZES = {"desk": (1280, 800), "phone": (320, 800)}


def entered(app: Flask, page: Page) -> Page:
    page.context.add_cookies([cookie_of(app, an_account("organiser", "甲局", "李干事"))])
    return page


def spoiled(book: Workbook) -> None:
    put(book, "单位", 4, "考核类别", "城镇")
    put(book, "指标", 6, "分值", "八分")
    put(book, "目标", 9, "年度目标", "若干")


@pytest.mark.parametrize("size", SIZES)
def test_somebody_new_sets_the_sample_up(
    app: Flask, server: str, open_page: OpenPage, tmp_path: Path, size: str
) -> None:
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(sample_workbook())
    bad.write_bytes(changed(spoiled))
    newcomer = Newcomer(entered(app, open_page(SIZES[size], script=False)), server)
    page = newcomer.page
    newcomer.begin()
    newcomer.on("nav a:has-text('年度考核')")
    newcomer.on("main a.primary")
    assert newcomer.fetch("main a:has-text('下载模板')").read_bytes().startswith(b"PK")
    newcomer.bring(bad)
    newcomer.on("main form button.primary")
    expect(page.get_by_role("alert")).to_contain_text("单位!C4")
    newcomer.bring(good)
    newcomer.on("main form button.primary")
    expect(page.locator("main")).to_contain_text("每个单位要填多少个数")
    newcomer.type("#typed", SAMPLE_CODE)
    newcomer.on("form.confirm button")
    expect(page.get_by_role("status")).to_contain_text("已下达")
    assert newcomer.fetch("main a:has-text('DOCX')").stat().st_size > 1000
    said = f"{len(newcomer.pages)} pages, {newcomer.clicks} clicks, {newcomer.typed} fields"
    print(said)
    assert len(newcomer.pages) + newcomer.clicks + newcomer.typed <= MOST, said


@pytest.mark.parametrize("size", SIZES)
def test_somebody_new_sets_a_small_one_up_on_pages(
    app: Flask, server: str, open_page: OpenPage, size: str
) -> None:
    newcomer = Newcomer(entered(app, open_page(SIZES[size], script=False)), server)
    page = newcomer.page
    newcomer.begin()
    newcomer.on("nav a:has-text('年度考核')")
    newcomer.on("main a.primary")
    newcomer.on("main a:has-text('直接填写')")
    newcomer.type("#title", "青河县2026年度考核")
    newcomer.type("#office", "青河县考核办")
    newcomer.type("#code", "qinghe 2026")
    newcomer.type("#units", "乡镇：\n城关镇\n河口镇\n部门：\n民政局\n财政局")
    newcomer.type("#indicators", "产值，亿元，12，乡镇\n办结率，%，8\n信访，人次，5")
    newcomer.on("main form button.primary")
    expect(page.locator("#code-error")).to_be_visible()
    newcomer.type("#code", "qinghe-2026")
    newcomer.on("main form button.primary")
    newcomer.on("main a:has-text('信访')")
    page.get_by_label("数值好坏").select_option(label="越低越好")
    page.get_by_label("计分办法").select_option(label="每次扣分")
    newcomer.clicks += 2
    newcomer.type("[name='score.0.per']", "0.5")
    newcomer.on("main form button.primary")
    newcomer.on("main a:has-text('下一步')")
    newcomer.on("main a:has-text('产值')")
    targets = {"产值": ("41.3", "39"), "办结率": ("95", "96%", "97", "98"), "信访": ("4", "4", "2", "2")}
    for name, numbers in targets.items():
        expect(page.locator("main h2")).to_contain_text(name)
        for number, field in zip(numbers, page.get_by_label("年度目标").all(), strict=True):
            field.fill(number)
            newcomer.typed += 1
        newcomer.on("#part p.acts button.primary")
    newcomer.on("main nav a:has-text('等次')")
    for place, (label, least) in enumerate((("优秀", "90"), ("良好", "0"))):
        if place:
            newcomer.on("button:has-text('添加')")
        newcomer.type(f"[name='{place}.label']", label)
        newcomer.type(f"[name='{place}.at_least']", least)
    newcomer.on("#part p.acts button.primary")
    expect(page.locator("main")).to_contain_text("每个单位要填多少个数")
    newcomer.type("#typed", "qinghe-2026")
    newcomer.on("form.confirm button")
    expect(page.get_by_role("status")).to_contain_text("已下达")
    said = f"{len(newcomer.pages)} pages, {newcomer.clicks} clicks, {newcomer.typed} fields"
    print(said)
    assert len(newcomer.pages) <= MOST_PAGES, said
    assert newcomer.clicks <= MOST_CLICKS, said


def test_pages_are_clean_narrow_and_large(
    app: Flask, server: str, open_page: OpenPage, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(changed(spoiled))
    issued()
    take_all()
    with transaction(write=True) as session:
        setting_up.copy_year(session, SAMPLE_CODE, NEXT, "清源县2027年度目标责任考核", BY)
    page, wrong = entered(app, open_page(SIZES["desk"])), {}
    for place, path in enumerate(
        ("/admin/new-assessment", f"{YEAR}/setup", f"{YEAR}/next-year", f"/admin/a/{NEXT}/setup", "faults")
    ):
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{server}{path}" if path != "faults" else f"{server}/admin/new-assessment")
        if path == "faults":
            page.set_input_files("#file", bad)
            page.click("main form button.primary")
            expect(page.get_by_role("alert")).to_be_visible()
        picture(page, f"{place}-desk")
        found: list[object] = list(looked_at(page))
        page.set_viewport_size({"width": 320, "height": 800})
        picture(page, f"{place}-narrow")
        for size in ("100%", "200%"):
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"scrolls sideways at 320 px, text {size}")
        picture(page, f"{place}-large")
        wrong[path] = found
    assert {path: found for path, found in wrong.items() if found} == {}


def picture(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/setup-{name}.png", full_page=True)
