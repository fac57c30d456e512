"""Lists of many: how far a hand has to go, the quota in view, the review, bars that stay low."""

from typing import Any

import pytest

from tests.browser.axe import SMALL, looks
from tests.builders import a_definition, open_campaign

from .voting import COLLEGE, TOWN, chosen, on, scan, stored, submit, tick, to_review

pytestmark = pytest.mark.slow

PHONE = (390, 844)

# Where what may be pinned stands: top and bottom, as far as they are in view.
BARS = """(y) => {
  scrollTo(0, y);
  const bars = [...document.querySelectorAll(".top, .dock, .limits")];
  return bars.filter((bar) => !bar.parentNode.closest(".top")).map((bar) => {
    const box = bar.getBoundingClientRect();
    return [box.top, Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  });
}"""
FRAME = "() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"

# Answer every row of the page: the grade at this place of the scale.
# Who has that grade already keeps it: pressed once more, it is let go.
ANSWER = """(place) => document.querySelectorAll(".card:not([hidden]) .tiles").forEach((row) => {
  const input = row.querySelectorAll("input")[place];
  if (!input.checked) input.click();
})"""


@pytest.fixture
def college(app):
    return open_campaign(app, COLLEGE)["leaders"]


def reviewed() -> dict[str, Any]:
    """Return one form of thirteen with reasons, reports, long labels and two quotas."""
    grades = [
        {"key": "a", "label": "好", "points": 3},
        {"key": "b", "label": "基本认同,仍有不足", "points": 2},
        {"key": "c", "label": "不认同", "points": 1, "reason": "required"},
    ]
    people = [
        {"key": f"c{n}", "section": "form", "name": f"干部{n % 12}", "post": f"第{n}科科长"}
        for n in range(13)
    ]
    people[0]["statement"] = "一年来的工作。" * 60
    limits = [
        {"section": "form", "criterion": "overall", "grade": grade, "at_most": most}
        for grade, most in (("a", 2), ("b", 5))
    ]
    return a_definition(
        groups=["A"],
        criteria=["overall"],
        scales=[{"key": "cadre", "grades": grades}],
        ratees=(),
        quotas=limits,
    ) | {"ratees": people}


def test_146_persons_in_a_few_screens(app, server, open_page, college):
    page = open_page(PHONE)
    scan(page, server, college[0])
    heights, turns = 0, 0
    while not page.is_visible("#review"):
        heights += page.evaluate("document.documentElement.scrollHeight")
        turns += 1
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        # All grades of a person stand in one row, large enough for a finger.
        boxes = [box.bounding_box() for box in page.locator(".card:visible").first.locator(".cell").all()]
        assert len({round(box["y"]) for box in boxes}) == 1
        assert min(min(box["width"], box["height"]) for box in boxes) >= 44
        page.evaluate(ANSWER, turns % 3 + 1)
        on(page)
    assert turns <= 10
    assert heights <= 30 * PHONE[1]
    # The review of all is short, and so is the jump list.
    assert page.locator("#review .names .edit").count() == 146
    assert page.evaluate("document.documentElement.scrollHeight") <= 6 * PHONE[1]
    page.click(".bare")
    assert page.locator("#jump .jump").count() == 146
    assert page.evaluate("document.documentElement.scrollHeight") <= 5 * PHONE[1]
    on(page)
    submit(page)
    assert stored(app) == 1


def test_the_quota_is_counted_in_one_place_and_names_who_exceeds_it(server, open_page, college):
    page = open_page(PHONE)
    scan(page, server, college[0])
    assert page.locator(".limit:visible").inner_text() == "优秀还可评 14 人"
    page.evaluate("scrollTo(0, 900)")
    page.click('input[name="h10.overall"][value="excellent"]')
    assert page.locator(".limit:visible").inner_text() == "优秀还可评 13 人"
    assert page.locator(".limit:visible").bounding_box()["y"] >= 0
    page.evaluate(ANSWER, 0)
    assert "优秀超出 4 人" in page.inner_text(".limits")
    assert "正处01、正处02" in page.inner_text(".limits")
    on(page)
    page.evaluate(ANSWER, 1)
    assert "优秀超出 4 人" in page.inner_text(".limits")
    page.click(".limits summary")
    assert page.locator(".limits a:visible").all_inner_texts() == [f"正处{n:02}" for n in range(1, 19)]
    page.click(".limits a >> nth=16")
    assert page.evaluate("document.activeElement.name") == "h17.overall"
    for number in (14, 15, 16, 17):
        tick(page, f"h{number}.overall", "-")
    assert page.locator(".limit:visible").inner_text() == "优秀还可评 0 人"
    # The second form has no quota: nothing of the first one's is left in view.
    for _ in range(4):
        on(page)
    assert page.locator(".limits:visible").count() == 0


def test_the_review_groups_by_grade_and_leads_back_to_the_row(server, open_page, college):
    page = open_page(PHONE)
    scan(page, server, college[0])
    tick(page, "h02.overall", "excellent")
    tick(page, "h01.overall", "competent")
    tick(page, "h30.overall", "-")
    to_review(page)
    part = page.locator("#review .answers").first
    assert [one.replace("\xa0", " ") for one in part.locator("h3").all_inner_texts()] == [
        "未填 68",
        "优秀 1",
        "称职 1",
        "不了解 1",
    ]
    assert part.locator("ul").nth(1).inner_text() == "正处02"
    page.click('#review [aria-label="修改：正处30"]')
    assert page.evaluate("document.activeElement.name") == "h30.overall"
    page.keyboard.press("ArrowLeft")
    assert chosen(page, "h30.overall") == "incompetent"
    page.click("text=返回核对")
    assert part.locator("ul").nth(3).inner_text() == "正处30"
    page.click(".bare")
    page.click("#jump .due >> nth=0")
    assert page.is_visible('[id="h03.overall"]')


def pinned(page, script):
    """Return the share of the height that does not move with the page, in its middle."""
    high = page.evaluate("innerHeight")
    middle = (page.evaluate("document.documentElement.scrollHeight") - high) // 2
    if middle < 8:
        return 0
    page.evaluate(BARS, middle)
    if script:
        page.evaluate(FRAME)
    bars = zip(page.evaluate(BARS, middle - 4), page.evaluate(BARS, middle), strict=True)
    return sum(max(0, box[2] - box[1]) for before, box in bars if box[0] == before[0]) / high


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_bars_leave_three_quarters_of_the_height(app, server, open_page, press, college, script):
    page = open_page(PHONE, script=script)
    other = open_page(PHONE, script=script)
    town = open_campaign(app, TOWN)["B"][0]
    shown = [(page, college[0], "list"), (other, town, "card")]
    for at, code, _state in shown:
        if script:
            scan(at, server, code)
        else:
            at.goto(f"{server}/v")
            at.fill("#code", code)
            press(at, ".primary")

    def low(at, state):
        for size in (PHONE, (360, 640), (320, 568), (844, 390)):
            at.set_viewport_size({"width": size[0], "height": size[1]})
            for text in ("", "27px", "36px"):
                at.evaluate(f"document.documentElement.style.fontSize = '{text}'")
                share = pinned(at, script)
                assert share <= 0.25, (state, size, text, share)
        at.evaluate("document.documentElement.style.fontSize = ''")
        at.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})

    for at, _code, state in shown:
        low(at, state)
    if script:
        page.evaluate(ANSWER, 0)
        low(page, "over quota")
        page.click(".bare")
        low(page, "jump list")
    for at, _code, _state in shown:
        if script:
            on(at) if at.is_visible("#jump") else to_review(at)
        else:
            press(at, ".dock .primary")
        low(at, "review")


def test_the_quota_stays_in_view_where_the_bar_does_not(server, open_page, college):
    page = open_page((320, 568))
    scan(page, server, college[0])
    page.click("#large")
    page.evaluate("scrollTo(0, 600)")
    page.wait_for_function("document.querySelector('.bar').getBoundingClientRect().bottom <= 0")
    assert page.locator(".limit").bounding_box()["y"] >= 0
    assert page.locator(".limit").is_visible()


def clean(page):
    """Look at a page on the smallest phone, by day and by night."""
    for _, found in looks(page, ((SMALL, "light"), (SMALL, "dark"))):
        assert found == []


def test_axe_finds_nothing(app, server, open_page):
    page = open_page(SMALL)
    scan(page, server, open_campaign(app, reviewed())["A"][0])
    clean(page)
    page.evaluate(ANSWER, 0)
    tick(page, "c3.overall", "c")
    clean(page)
    page.click(".bare")
    clean(page)
    on(page)
    clean(page)


def test_reasons_and_reports_open_within_the_row(app, server, open_page):
    page = open_page((320, 568))
    scan(page, server, open_campaign(app, reviewed())["A"][0])
    assert page.locator(".card:visible").count() == 13
    page.click("#r-c0 summary >> text=述职报告")
    assert "一年来的工作" in page.inner_text("#r-c0 details p")
    assert not page.is_visible('[name="c1.overall.reason"]')
    tick(page, "c1.overall", "c")
    to_review(page)
    assert "缺理由" in page.inner_text("#review .names >> nth=-1")
    page.click("a.to")
    assert page.evaluate("document.activeElement.name") == "c1.overall.reason"
    page.fill('[name="c1.overall.reason"]', "任职时间不足")
    page.click("text=返回核对")
    # Two of one name are told apart by their posts.
    assert page.locator("#review .names >> nth=-1").inner_text() == "干部1 任职时间不足"
    assert page.locator('#review [aria-label="修改：干部0 第12科科长"]').count() == 1
    with page.expect_request("**/v/cast") as sent:
        submit(page)
    assert "c1.overall.reason" in sent.value.post_data


def test_a_list_without_script_is_whole(app, server, open_page, press):
    page = open_page(PHONE, script=False)
    page.goto(f"{server}/v")
    page.fill("#code", open_campaign(app, reviewed())["A"][0])
    press(page, ".primary")
    assert not page.is_visible('[name="c1.overall.reason"]')
    for number in range(3):
        page.check(f'input[name="c{number}.overall"][value="a"]')
    page.check('input[name="c4.overall"][value="c"]')
    page.click("#r-c4 .reason summary")
    page.fill('[name="c4.overall.reason"]', "任职时间不足")
    page.evaluate("document.getElementById('r-c6').scrollIntoView()")
    limits = page.locator(".limits")
    assert limits.bounding_box()["y"] == 0
    assert limits.inner_text().split() == ["好最多", "2", "人", "基本认同,仍有不足最多", "5", "人"]
    press(page, ".dock .primary")
    press(page, ".dock .primary")
    # Refused, named, and led to the rows.
    assert page.locator(".alert a").all_inner_texts() == [
        "干部0 第0科科长",
        "干部1 第1科科长",
        "干部2 第2科科长",
    ]
    assert page.input_value('[name="c4.overall.reason"]') == "任职时间不足"
    assert page.is_visible('[name="c4.overall.reason"]')
    page.check('input[name="c2.overall"][value="b"]')
    press(page, ".dock .primary")
    assert "任职时间不足" in page.inner_text("#review .names >> nth=-1")
    press(page, '#review [aria-label="修改：干部4"]')
    assert chosen(page, "c4.overall") == "c"
    press(page, ".dock .primary")
    submit(page)
    assert stored(app) == 1
