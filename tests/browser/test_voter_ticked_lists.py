"""民主推荐 on a phone: a list with one box each, what is left counted live, an empty list a ballot too."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.browser.axe import looks
from tests.builders import open_campaign

from .voting import SIZES, on, scan, stored, submit, to_review

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[1] / "data" / "nomination.toml"
POSTS = ("县发展和改革局党组书记、局长", "柳河镇党委书记", "县教育局局长", "", "县财政局局长", "青山乡乡长")


def nomination(**more: Any) -> dict[str, Any]:
    """Return the campaign without its questions, with posts."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    del data["questions"]
    for ratee, post in zip(data["ratees"], POSTS, strict=True):
        ratee["post"] = post
    return data | more


def boxes(page: Any) -> list[str]:
    """List whose box is ticked, by the names of the fields."""
    return page.evaluate("[...document.querySelectorAll('.ticks input:checked')].map((one) => one.name)")


def press(page: Any, key: str) -> None:
    """Press a row where its name stands: far from the box."""
    legend = page.locator(f'[id="{key}.vote"] legend')
    legend.scroll_into_view_if_needed()
    box = legend.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2)


@pytest.fixture
def codes(app: Any) -> list[str]:
    return open_campaign(app, nomination())["A"]


def test_a_row_is_pressed_anywhere_and_counted_at_once(server: Any, open_page: Any, codes: Any) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    limit = page.locator(".limit:visible")
    assert limit.inner_text() == "已勾 0 人，还可勾 2 人"
    press(page, "p2")
    press(page, "p5")
    assert boxes(page) == ["p2.vote", "p5.vote"]
    assert limit.inner_text() == "已勾 2 人，还可勾 0 人"
    press(page, "p6")
    assert "多勾了 1 人" in limit.inner_text()
    assert "候选2、候选5、候选6" in page.inner_text(".limits")
    press(page, "p2")
    assert limit.inner_text() == "已勾 2 人，还可勾 0 人"
    page.focus('input[name="p5.vote"]')
    page.keyboard.press("Space")
    assert boxes(page) == ["p6.vote"]


def test_the_review_names_who_is_ticked_and_says_what_the_others_are(
    app: Any, server: Any, open_page: Any, codes: Any
) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    press(page, "p2")
    press(page, "p4")
    to_review(page)
    text = page.inner_text("#review")
    assert "未填" not in text
    assert "没有勾的 4 人，计为“不推荐”" in text
    assert page.locator("#review .names .edit").all_inner_texts() == ["候选2", "候选4"]
    page.click('#review [aria-label="修改：候选4"]')
    assert page.evaluate("document.activeElement.name") == "p4.vote"
    page.keyboard.press("Space")
    on(page)
    assert page.locator("#review .names .edit").all_inner_texts() == ["候选2"]
    assert not page.is_visible("#sure")
    submit(page)
    assert stored(app) == 1


def test_three_are_refused_before_they_are_sent(server: Any, open_page: Any, codes: Any) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    for key in ("p1", "p2", "p3"):
        press(page, key)
    to_review(page)
    assert "最多勾 2 人，您勾了 3 人。请去掉其中 1 人：" in page.inner_text("#review .alert")
    page.click("#cast")
    assert page.is_visible("#review .alert")


def test_an_empty_list_is_asked_about_once_and_is_a_ballot(
    app: Any, server: Any, open_page: Any, codes: Any
) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    to_review(page)
    assert "一个人也没有勾" in page.inner_text("#review")
    assert "废票" not in page.inner_text("#review")
    assert page.locator("#ask p").all_inner_texts() == ["推荐名单：一个人也没有勾"]
    assert page.is_visible("#sure")
    submit(page)
    assert stored(app) == 1


def test_an_empty_list_is_asked_about_beside_another_with_ticks(
    app: Any, server: Any, open_page: Any
) -> None:
    data = nomination()
    data["sections"].append(data["sections"][0] | {"key": "other", "title": "另一名单"})
    data["ratees"].append({"key": "o1", "section": "other", "name": "候选7"})
    data["quotas"].append(data["quotas"][0] | {"section": "other"})
    page = open_page(SIZES["phone"])
    scan(page, server, open_campaign(app, data)["A"][0])
    press(page, "p2")
    to_review(page)
    assert page.locator("#ask p").all_inner_texts() == ["另一名单：一个人也没有勾"]
    submit(page)
    assert stored(app) == 1


@pytest.mark.parametrize("size", ["phone", "small"])
def test_without_script_the_quota_is_checked_at_the_review(
    app: Any, server: Any, open_page: Any, codes: Any, size: str
) -> None:
    page = open_page(SIZES[size], script=False)
    page.goto(f"{server}/v")
    page.fill("[name=code]", codes[0])
    page.click("main button")
    assert page.locator(".limit").inner_text() == "最多勾 2 人"
    for key in ("p1", "p2", "p3"):
        press(page, key)
    page.click(".dock button")
    assert "最多勾 2 人，您勾了 3 人。请去掉其中 1 人：" in page.inner_text(".alert")
    assert boxes(page) == ["p1.vote", "p2.vote", "p3.vote"]
    press(page, "p1")
    page.click(".dock button")
    text = page.inner_text("main")
    assert "没有勾的 4 人，计为“不推荐”" in text
    assert "未填" not in text
    page.click("#cast")
    assert page.is_visible("#receipt")
    assert stored(app) == 1


def test_it_fits_and_has_no_fault_for_readers(server: Any, open_page: Any, codes: Any) -> None:
    in_all = tuple((size, scheme) for size in SIZES.values() for scheme in ("light", "dark"))
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0], start=False)
    page.click("#large")
    on(page)
    for key in ("p1", "p2", "p3"):
        press(page, key)
    for width, found in looks(page, in_all):
        assert found == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        rows = [one.bounding_box() for one in page.locator(".ticks .card").all()]
        assert min(row["height"] for row in rows) >= 44
    to_review(page)
    for width, found in looks(page, in_all):
        assert found == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_draft_keeps_the_ticks(server: Any, open_page: Any, codes: Any) -> None:
    page = open_page(SIZES["phone"])
    scan(page, server, codes[0])
    press(page, "p2")
    page.reload()
    assert boxes(page) == ["p2.vote"]
    assert page.locator(".limit:visible").inner_text() == "已勾 1 人，还可勾 1 人"


def test_a_list_beside_forms_of_grades(server: Any, open_page: Any, app: Any) -> None:
    """Only the grades can be blank; a ballot with a list is never wholly so."""
    data = nomination()
    data["scales"].append(
        {
            "key": "four",
            "grades": [
                {"key": "good", "label": "好", "points": 100},
                {"key": "bad", "label": "差", "points": 0},
            ],
        }
    )
    data["sections"].insert(
        0,
        {"key": "team", "title": "班子测评表", "scale": "four", "criteria": [{"key": "k", "label": "总体"}]},
    )
    data["ratees"].insert(0, {"key": "t1", "section": "team", "name": "县委班子"})
    page = open_page(SIZES["phone"])
    scan(page, server, open_campaign(app, data)["A"][0])
    page.wait_for_selector('[id="t1.k"]:visible')
    on(page)
    press(page, "p1")
    to_review(page)
    text = page.inner_text("#review")
    assert "有 1 处未填" in text
    assert "废票" not in text
