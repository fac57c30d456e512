"""The ballot card by card: progress, quotas, reasons, the jump list, the review, the way back."""

import pytest

from tests.builders import a_team_and, open_campaign

from .voting import (
    COLLEGE,
    REVIEWS,
    TOWN,
    chosen,
    kept,
    on,
    scan,
    stored,
    submit,
    tick,
    to_review,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def town(app):
    return open_campaign(app, TOWN)


@pytest.fixture
def page(open_page):
    return open_page()


def test_one_card_at_a_time(server, page, town):
    scan(page, server, town["B"][0], start=False)
    assert "答案只存在这部手机里" in page.inner_text("#intro")
    page.click("text=开始")
    seen = []
    for place in range(1, 10):
        assert page.locator(".card:visible").count() == 1
        assert page.text_content(".count") == f"{place} / 9"
        assert page.evaluate("document.querySelector('progress').value") == place
        assert page.evaluate("document.activeElement.tagName") == "H2"
        seen.append(page.locator(".card:visible h2").inner_text().split()[0])
        on(page)
    assert seen[:3] == ["镇领导班子", "意见和建议", "干部甲"]
    assert page.text_content("#review h1") == "请核对您的填写"
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_moves_on_only_when_told(server, page, town):
    scan(page, server, town["B"][0])
    for line in ("politics", "ability", "results", "integrity", "conduct", "overall"):
        tick(page, f"team.{line}", "good")
    page.wait_for_timeout(300)
    assert page.text_content(".count") == "1 / 9"


def test_quota_counts_down_and_names_who_exceeds_it(app, server, page, town):
    scan(page, server, town["B"][0])
    tick(page, "c1.overall", "competent")
    assert page.locator("#r-c1 .limit").inner_text() == "总体评价“优秀”还可评 3 人"
    assert "优秀还可评 3 人" in page.locator('[id="c1.overall"] legend').inner_text()
    for number, left in ((1, 2), (2, 1), (3, 0)):
        tick(page, f"c{number}.overall", "excellent")
        assert f"还可评 {left} 人" in page.locator(f"#r-c{number} .limit").inner_text()
    tick(page, "c4.overall", "excellent")
    said = page.locator("#r-c4 .limit").inner_text()
    assert "最多评 3 人，您评了 4 人：干部甲、干部乙、干部丙、干部丁。请改其中 1 人" in said
    assert "优秀超出 1 人" in page.locator('[id="c4.overall"] legend').inner_text()
    to_review(page)
    assert page.evaluate("document.activeElement.id") == "faults"
    assert page.text_content("#faults") == "还没有提交，有 1 处要改"
    assert page.locator("a.to").count() == 4
    page.click("#cast")
    assert page.text_content("#faults") == "还没有提交，有 1 处要改"
    assert stored(app) == 0
    page.click("a.to >> nth=3")
    assert page.text_content(".count") == "6 / 9"
    assert page.evaluate("document.activeElement.name") == "c4.overall"
    assert "超出 1 人，最多 3 人" in page.locator('[id="c4.overall.fault"]').inner_text()
    page.click('input[name="c4.overall"][value="basic"]')
    assert page.locator('[id="c4.overall.fault"]').count() == 0
    page.click("text=返回核对")
    assert page.locator("#faults").count() == 0
    submit(page)
    assert stored(app) == 1


def test_reasons_appear_where_they_are_needed(app, server, page):
    scan(page, server, open_campaign(app, REVIEWS)["A"][0])
    tick(page, "p1.approval", "approve")
    assert not page.is_visible('[name="p1.approval.reason"]')
    tick(page, "p1.approval", "against")
    assert page.is_visible('[name="p1.approval.reason"]')
    to_review(page)
    assert "选“不认同”须写明理由" in page.inner_text(".alert")
    page.click("a.to")
    assert page.evaluate("document.activeElement.name") == "p1.approval.reason"
    page.fill('[name="p1.approval.reason"]', "任职时间不足")
    assert "已写 6 字，还可写 194 字" in page.inner_text("#r-p1")
    page.click("text=返回核对")
    assert "任职时间不足" in page.inner_text("#review")
    page.click('[aria-label="修改：干部辛"]')
    tick(page, "p1.approval", "basic")
    assert not page.is_visible('[name="p1.approval.reason"]')
    page.click("text=返回核对")
    assert "任职时间不足" not in page.inner_text("#review")
    with page.expect_request("**/v/cast") as sent:
        submit(page)
    assert "reason" not in sent.value.post_data


def test_no_more_options_than_asked_for(app, server, page):
    scan(page, server, open_campaign(app, REVIEWS)["A"][0])
    for option in ("plan", "merit", "open", "exchange"):
        tick(page, "q.problems", option)
    assert page.locator('[name="q.problems"]:checked').count() == 3
    to_review(page)
    assert page.inner_text("#review").count("公开透明程度不够") == 1


def test_chosen_tile_is_let_go_but_not_by_a_double_tap(server, page, town):
    scan(page, server, town["B"][0])
    tick(page, "team.overall", "good")
    page.dblclick('input[name="team.ability"][value="fair"]')
    assert chosen(page, "team.ability") == "fair"
    page.wait_for_timeout(600)
    tick(page, "team.overall", "good")
    assert chosen(page, "team.overall") is None
    to_review(page)
    assert "有 47 处未填" in page.inner_text("#review")


def test_chosen_tile_is_let_go_by_keyboard(server, page, town):
    scan(page, server, town["B"][0])
    name = "team.politics"
    radio = f'input[name="{name}"]'
    page.clock.install()
    for key in ("Space", "Backspace", "Delete"):
        page.focus(radio)
        page.keyboard.press("Space")
        assert chosen(page, name) == "good"
        page.keyboard.press("Space")
        assert chosen(page, name) == "good", "the second half of a double press"
        page.keyboard.press("ArrowDown")
        assert chosen(page, name) == "fair"
        page.clock.fast_forward(600)
        page.keyboard.press(key)
        assert chosen(page, name) is None
    assert page.inner_text("#ballot > [role=status]") == "已取消选择"


def test_jump_list_says_what_is_done(server, page, town):
    scan(page, server, town["B"][0])
    for line in ("politics", "ability", "results", "integrity", "conduct", "overall"):
        tick(page, f"team.{line}", "good")
    tick(page, "c1.de", "-")
    page.click("text=目录")
    rows = page.locator(".jump").all_inner_texts()
    assert [row.split()[-1] for row in rows[:4]] == ["已填", "选填", "项", "未填"]
    assert "差 5 项" in rows[2]
    page.click(".jump >> nth=8")
    assert page.text_content(".count") == "9 / 9"
    page.go_back()
    assert page.is_visible("#jump h1")
    page.click("text=返回")
    assert page.text_content(".count") == "3 / 9"


def test_back_button_turns_a_page_back_and_loses_nothing(server, page, town):
    scan(page, server, town["B"][0])
    tick(page, "team.overall", "good")
    on(page)
    page.fill("textarea", "一句话")
    on(page)
    tick(page, "c1.de", "basic")
    page.go_back()
    assert page.text_content(".count") == "2 / 9"
    page.go_back()
    assert page.text_content(".count") == "1 / 9"
    assert chosen(page, "team.overall") == "good"
    page.go_forward()
    page.go_forward()
    assert page.text_content(".count") == "3 / 9"
    assert chosen(page, "c1.de") == "basic"
    to_review(page)
    assert "一句话" in page.inner_text("#review")


def test_review_shows_everything_and_leads_back(server, page, town):
    scan(page, server, town["B"][0])
    tick(page, "c1.de", "-")
    to_review(page)
    shown = page.inner_text("#review")
    assert "有 47 处未填，可以提交，未填的不计入" in shown
    assert "不了解" in shown
    assert page.locator("#review .edit").count() == 9
    page.click('[aria-label="修改：干部乙"]')
    assert page.text_content(".count") == "4 / 9"
    assert page.text_content(".row .primary") == "返回核对"
    page.go_back()
    assert page.is_visible("#review h1")


def test_spoiled_ballot_is_told(app, server, page):
    scan(page, server, open_campaign(app, COLLEGE)["panel"][0])
    to_review(page)
    assert "照这样提交，是一张废票" in page.inner_text("#review")
    page.go_back()
    page.go_back()
    for number in (1, 2, 3):
        tick(page, f"h0{number}.overall", "competent")
    to_review(page)
    assert "照这样提交，是一张废票" in page.inner_text("#review")
    page.click('[aria-label="修改：正处04"], .edit >> nth=3')
    tick(page, "h04.overall", "basic")
    page.click("text=返回核对")
    assert "废票" not in page.inner_text("#review")


def test_required_lines_are_asked_for(app, server, page):
    text = TOWN.read_text().replace('blank = "allow"', 'blank = "require"')
    scan(page, server, open_campaign(app, text)["B"][0])
    to_review(page)
    assert page.text_content("#faults") == "还没有提交，有 8 处要改"
    page.click("a.to >> nth=0")
    assert page.evaluate("document.activeElement.name") == "team.politics"


def test_required_questions_are_asked_for(app, server, page):
    question = '\n[[questions]]\nkey = "KEY"\nlabel = "KEY-asked"\nkind = "KIND"\nrequired = true\n'
    options = 'options = [{ key = "1", label = "one" }, { key = "2", label = "two" }]\n'
    asked = [("age", "choice", options), ("why", "text", "")]
    added = "".join(question.replace("KEY", key).replace("KIND", kind) + more for key, kind, more in asked)
    scan(page, server, open_campaign(app, TOWN.read_text() + added)["B"][0])
    to_review(page)
    assert page.text_content("#faults") == "还没有提交，有 2 处要改"
    assert "“age-asked”没有回答，这一题必须回答" in page.inner_text("#review")
    page.click("a.to >> nth=1")
    assert page.evaluate("document.activeElement.name") == "q.why"
    page.fill('[name="q.why"]', "because")
    page.click("text=返回核对")
    assert page.text_content("#faults") == "还没有提交，有 1 处要改"
    page.click("text=目录")
    assert "缺必答题" in page.inner_text(".jump >> nth=-1")
    page.click(".jump >> nth=-1")
    tick(page, "q.age", "2")
    to_review(page)
    assert page.locator("#faults").count() == 0
    submit(page)
    page.wait_for_selector("#receipt")


def test_one_tap_an_answer_and_fourteen(app, server, page):
    codes = open_campaign(app, a_team_and(10))
    scan(page, server, codes["A"][0], start=False)
    taps, answers = 0, 0

    def tap(selector):
        nonlocal taps
        taps += 1
        page.click(selector)

    tap(".row .primary")
    for ratee in ("team1", *(f"c{number}" for number in range(10))):
        if ratee == "c0":
            tap(".row .primary")
        for line in range(6):
            tap(f'input[name="{ratee}.k{line}"][value="competent"]')
            answers += 1
        tap(".row .primary")
    tap("#cast")
    page.wait_for_selector("#receipt")
    assert answers == 66
    assert taps <= answers + 14
    assert kept(page) == 0
