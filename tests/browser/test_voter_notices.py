"""What is told on the way: ticks that cannot stand together, grades all alike, what is still empty."""

import pytest

from tests.builders import a_definition, open_campaign

from .voting import REVIEWS, TOWN, chosen, on, scan, submit, tick, to_review

pytestmark = pytest.mark.slow
PROBLEMS = '[name="q.problems"]:checked'
LINES = ("politics", "ability", "results", "integrity", "conduct", "overall")


@pytest.fixture
def page(open_page):
    return open_page()


def values(page):
    return [one.get_attribute("value") for one in page.locator(PROBLEMS).all()]


def test_a_tick_too_many_is_refused_where_it_was_tapped(app, server, page):
    scan(page, server, open_campaign(app, REVIEWS)["A"][0])
    for option in ("plan", "merit", "open", "exchange"):
        tick(page, "q.problems", option)
    assert values(page) == ["plan", "merit", "open"]
    assert page.inner_text("label:has([value=exchange]) + .told") == "最多选 3 项。要换一项，请先取消一项。"
    tick(page, "q.problems", "none")
    assert page.locator(".told").count() == 1
    tick(page, "q.problems", "plan")
    assert page.locator(".told").count() == 0


def test_an_option_alone_takes_the_place_of_others_until_pressed_again(app, server, page):
    text = REVIEWS.read_text().replace('label = "没有明显问题" }', 'label = "没有明显问题", alone = true }')
    scan(page, server, open_campaign(app, text)["A"][0])
    for option in ("plan", "merit", "open", "none"):
        tick(page, "q.problems", option)
    assert values(page) == ["none"]
    told = page.inner_text("label:has([value=none]) + .told")
    assert "已取消：干部队伍建设缺乏长远规划、论资排辈,重资历轻实绩、公开透明程度不够。" in told
    tick(page, "q.problems", "none")
    assert values(page) == ["plan", "merit", "open"]
    assert page.locator(".told").count() == 0
    tick(page, "q.problems", "none")
    tick(page, "q.problems", "merit")
    assert values(page) == ["merit"]
    assert "已取消：没有明显问题。" in page.inner_text("label:has([value=merit]) + .told")
    to_review(page)
    submit(page)


def test_half_of_a_ballot_all_alike_is_told_once_and_as_long_as_it_holds(app, server, page):
    rules = {"spoiled_if": ["all-same", "all-top"]}
    code = open_campaign(app, a_definition(ratees=("c1", "c2", "c3", "c4"), rules=rules))["A"][0]
    scan(page, server, code)
    tick(page, "c1.de", "-")
    for name in ("c1.neng", "c2.de", "c2.neng"):
        tick(page, name, "competent")
    assert page.locator(".told").count() == 0
    tick(page, "c3.de", "competent")
    assert page.inner_text('[id="c3.de"] .told').startswith("到现在为止，您评的等次全部相同。")
    assert page.text_content(".count") == "3 / 4"
    tick(page, "c3.neng", "poor")
    assert page.locator(".told").count() == 0
    page.click('[name="c3.neng"][value=competent]')
    assert page.locator(".told").count() == 0


def test_a_page_says_at_its_button_what_is_empty_and_lets_go_on(app, server, page):
    text = TOWN.read_text().replace('blank = "allow"', 'blank = "require"')
    scan(page, server, open_campaign(app, text)["A"][0])
    assert page.inner_text(".dock p") == "本页还有 6 项未填"
    for line in LINES[1:]:
        tick(page, f"team.{line}", "good")
    assert page.inner_text(".dock p") == "本页还有 1 项未填"
    tick(page, "team.politics", "-")
    assert not page.is_visible(".dock p")
    on(page)
    assert not page.is_visible(".dock p")
    on(page)
    on(page)
    assert page.text_content(".count") == "4 / 8"


def test_blanks_are_links_and_lead_from_one_to_the_next(app, server, page):
    scan(page, server, open_campaign(app, REVIEWS)["A"][0])
    assert not page.is_visible("text=下一处未填")
    tick(page, "work.overall", "good")
    tick(page, "p1.approval", "against")
    to_review(page)
    gaps = page.locator("#review dd.blank a")
    assert [gap.get_attribute("href") for gap in gaps.all()] == [
        "#work.supervision",
        "#work.correction",
        "#p1.approval.reason",
        "#p2.approval",
    ]
    gaps.nth(1).click()
    assert page.evaluate("document.activeElement.name") == "work.correction"
    page.click("text=返回核对")
    reached = []
    for _ in range(5):
        page.click("text=下一处未填")
        reached.append(page.evaluate("document.activeElement.name"))
    every = ["work.supervision", "work.correction", "p1.approval.reason", "p2.approval"]
    assert reached == [*every, "work.supervision"]
    tick(page, "work.supervision", "good")
    page.click("text=下一处未填")
    tick(page, "work.correction", "good")
    page.click("text=下一处未填")
    page.fill('[name="p1.approval.reason"]', "任职时间不足")
    page.click("text=下一处未填")
    assert not page.is_visible("text=下一处未填")
    tick(page, "p2.approval", "approve")
    page.click("text=返回核对")
    assert "评价都已填写" in page.inner_text("#review")
    assert not page.is_visible("text=下一处未填")


def test_the_jump_list_can_show_what_is_empty_alone(app, server, page):
    scan(page, server, open_campaign(app, REVIEWS)["A"][0])
    tick(page, "p1.approval", "approve")
    page.click("text=目录")
    assert page.locator(".jump:visible").count() == 5
    page.click("text=只看未填")
    assert page.get_attribute("#jump .tool", "aria-pressed") == "true"
    assert [row.split()[0] for row in page.locator(".jump:visible").all_inner_texts()] == [
        "干部选拔任用工作",
        "干部壬",
    ]
    page.click("text=下一处未填")
    assert page.evaluate("document.activeElement.name") == "work.overall"
    assert chosen(page, "p1.approval") == "approve"
