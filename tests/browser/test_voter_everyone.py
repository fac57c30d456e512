"""For everyone: axe, keyboard only, spoken names, large type, old engines."""

import re

import pytest

from tests.browser.axe import RULES, violations
from tests.builders import open_campaign

from .voting import ENGLISH, REVIEWS, SIZES, TOWN, scan, states, stored, submit, tick, to_review

pytestmark = pytest.mark.slow


@pytest.fixture
def page(open_page):
    return open_page()


# The town's ballot with two lines a person: axe looks at every node there is, shown or not.
LINES = ("ability", "results", "integrity", "conduct", "neng", "qin", "ji", "lian")
SHORT = "\n".join(
    line
    for line in TOWN.read_text().splitlines()
    if not line.strip().startswith(tuple(f'{{ key = "{key}"' for key in LINES))
)


def found(page):
    seen = violations(page, RULES)
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in seen]


@pytest.mark.parametrize(
    ("scheme", "size", "large", "language"),
    [("light", "phone", False, ""), ("dark", "small", True, ""), ("light", "desk", False, ENGLISH)],
)
def test_axe_finds_nothing(app, server, open_page, scheme, size, large, language):
    page = open_page(SIZES[size], scheme=scheme)
    if large:
        page.goto(f"{server}/v")
        page.click("#large")
    for state in states(page, server, app, open_campaign(app, SHORT)["B"], language):
        assert found(page) == [], state


def test_axe_finds_nothing_on_questions_reasons_and_lookup(app, server, page):
    scan(page, server, open_campaign(app, REVIEWS)["A"][0])
    tick(page, "p1.approval", "against")
    assert found(page) == []
    tick(page, "q.problems", "plan")
    assert found(page) == []
    to_review(page)
    assert found(page) == []
    page.goto(f"{server}/receipt")
    page.fill("#receipt-code", "0000-1111-2222")
    page.click(".primary")
    assert found(page) == []


def without_script(route):
    answer = route.fetch()
    page = re.sub(r"<script.*?</script>|</?noscript>", "", answer.text(), flags=re.DOTALL)
    route.fulfill(response=answer, body=page)


def test_axe_finds_nothing_without_script(app, server, open_page):
    # axe itself is script: the pages are built plain by taking theirs away.
    page = open_page()
    page.route(re.compile(r"/v(/\w+)?$"), without_script)
    page.goto(f"{server}/v")
    assert found(page) == []
    page.fill("#code", open_campaign(app, SHORT)["B"][0])
    page.click(".primary")
    assert found(page) == []
    for number in range(1, 5):
        page.check(f'input[name="c{number}.overall"][value="excellent"]')
    page.click(".primary")
    assert found(page) == []
    page.check('input[name="c1.overall"][value="-"]')
    page.click(".primary")
    assert found(page) == []
    submit(page)
    assert found(page) == []


def reach(page, selector, key="Tab"):
    """Press a key until the focus is there."""
    for _ in range(80):
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            box = page.evaluate(
                "(({ top, bottom }) => [top, bottom])(document.activeElement.getBoundingClientRect())"
            )
            assert box[0] < 844
            assert box[1] > 0
            return
        page.keyboard.press(key)
    raise AssertionError(selector)


def test_keyboard_only_from_code_to_receipt(app, server, page):
    code = open_campaign(app, TOWN)["A"][0]
    page.goto(f"{server}/v")
    reach(page, "#code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#intro")
    reach(page, ".row .primary")
    page.keyboard.press("Enter")
    reach(page, '[name="team.politics"]')
    page.keyboard.press("Space")
    assert page.is_checked('[name="team.politics"][value="good"]')
    page.keyboard.press("ArrowRight")
    assert page.is_checked('[name="team.politics"][value="fair"]')
    reach(page, ".row .primary")
    page.keyboard.press("Enter")
    reach(page, "textarea")
    page.keyboard.type("意见")
    reach(page, ".bare", "Shift+Tab")
    page.keyboard.press("Enter")
    reach(page, ".row .primary")
    page.keyboard.press("Enter")
    assert page.is_visible("#review h1")
    reach(page, '[aria-label="修改：镇领导班子"]')
    page.keyboard.press("Enter")
    assert page.text_content(".count") == "1 / 8"
    reach(page, ".row .primary")
    page.keyboard.press("Space")
    reach(page, "#sure")
    page.keyboard.press("Space")
    reach(page, "#cast")
    page.keyboard.press("Enter")
    page.wait_for_selector("#receipt")
    assert stored(app) == 1


def test_names_as_a_screen_reader_says_them(app, server, page):
    code = open_campaign(app, TOWN)["B"][0]
    page.goto(f"{server}/v")
    assert page.get_by_role("textbox", name="投票码").count() == 1
    scan(page, server, code)
    while not page.is_visible("#r-c1"):
        page.get_by_role("button", name="下一").click()
    assert page.get_by_role("heading", name="干部甲 党委书记").count() == 1
    for line in ("德", "能", "勤", "绩", "廉"):
        group = page.get_by_role("group", name=line, exact=True)
        assert group.get_by_role("radio").count() == 5
        assert group.get_by_role("radio", name="优秀", exact=True).count() == 1
    assert page.get_by_role("group", name="总体评价 优秀还可评 3 人").count() == 1
    assert page.get_by_role("progressbar", name="填写进度").count() == 1
    assert page.title().startswith("3/9 干部甲")
    page.get_by_role("radio", name="优秀").last.click()
    assert page.get_by_role("status").inner_text() == "优秀还可评 2 人"
    page.get_by_role("button", name="目录").click()
    assert page.get_by_role("button", name="干部甲 党委书记 差 5 项").count() == 1
    page.get_by_role("button", name="核对并提交").click()
    assert page.get_by_role("button", name="修改：干部甲").count() == 1


def test_large_type_stays_at_its_corner(app, server, page):
    code = open_campaign(app, TOWN)["B"][0]
    page.goto(f"{server}/v")
    assert page.get_attribute("#large", "aria-pressed") == "false"
    page.click("#large")
    corners = set()

    def look(page):
        assert page.get_attribute("#large", "aria-pressed") == "true"
        assert (
            page.evaluate("getComputedStyle(document.querySelector('main p, main h1, main h2')).fontSize")
            != ""
        )
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
        box = page.locator("#large").bounding_box()
        corners.add(round(box["x"] + box["width"]))
        assert box["y"] < 16

    look(page)
    scan(page, server, code)
    look(page)
    to_review(page)
    look(page)
    submit(page)
    look(page)
    assert page.evaluate("localStorage.length") == 0
    with page.context.expect_page() as opened:
        page.click("text=查询回执码")
    opened.value.wait_for_url("**/receipt#*")
    look(opened.value)
    assert len(corners) == 1


# What Chrome 78 and iOS 12 do not have, taken away; their engines cannot be run here.
NEWER = """
for (const [owner, names] of [
  [Array.prototype, ["at", "findLast", "flat", "flatMap", "toSorted"]],
  [String.prototype, ["at", "replaceAll", "matchAll", "trimEnd", "trimStart"]],
  [Object, ["fromEntries", "hasOwn", "groupBy"]],
  [Promise, ["allSettled", "any"]],
  [Element.prototype, ["replaceChildren", "ariaLabel", "checkVisibility"]],
  [window, ["structuredClone", "queueMicrotask", "ResizeObserver", "globalThis", "BigInt"]],
  [Crypto.prototype, ["subtle", "randomUUID"]],
  [Navigator.prototype, ["clipboard", "serviceWorker"]],
]) names.forEach((name) => delete owner[name]);
"""


def test_whole_way_with_newer_features_masked(app, server, page):
    page.add_init_script(NEWER)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for state in states(page, server, app, open_campaign(app, TOWN)["B"]):
        assert wrong == [], state
        if state == "receipt":
            page.click("text=复制回执码")
    assert stored(app) == 1
