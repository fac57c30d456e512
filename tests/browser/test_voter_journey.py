"""From the scanned slip to the receipt in a real browser, with and without script."""

import re

import pytest

from tests.builders import open_campaign

from .voting import COLLEGE, ENGLISH, PUBLIC, REVIEWS, SIZES, TOWN, on, scan, stored, submit, tick, to_review

pytestmark = pytest.mark.slow

RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
ANSWERS = {
    "town-annual": (TOWN, {"team.overall": "good", "c1.de": "excellent", "c7.lian": "-"}),
    "one-report-two-reviews": (
        REVIEWS,
        {"work.overall": "good", "p1.approval": "basic", "q.problems": "merit"},
    ),
    "college-term": (COLLEGE, {"h01.overall": "excellent", "d75.overall": "basic"}),
    "public-satisfaction": (PUBLIC, {"education.quality": "very", "health.conduct": "no", "q.age": "60+"}),
}


def enter(page, press, server, sample, codes, language="", script=False):
    """Go from the slip or the poster to the ballot."""
    held = [code for codes_of_group in codes.values() for code in codes_of_group]
    if sample == "public-satisfaction":
        page.goto(f"{server}/o/{sample}{language}")
        if script:
            page.click(".primary")
            page.wait_for_url("**/v/ballot**", wait_until="load")
        else:
            press(page, ".primary")
            press(page, ".primary")
        return
    page.goto(f"{server}/v{language}#{held[-1]}")
    if page.url.endswith(held[-1]):
        page.fill("#code", held[-1].lower().replace("-", " "))
        press(page, ".primary")
    page.wait_for_url("**/v/ballot*", wait_until="load")


# Every size with the sample that meetings use most, the others at one size each. Each sample and each size
# goes in both languages, and with and without script, and so does each language.
JOURNEYS = [
    ("town-annual", "phone", "zh", True),
    ("town-annual", "phone", "en", False),
    ("town-annual", "small", "en", True),
    ("town-annual", "small", "zh", False),
    ("town-annual", "desk", "zh", True),
    ("town-annual", "desk", "en", False),
    ("one-report-two-reviews", "phone", "zh", True),
    ("one-report-two-reviews", "phone", "en", False),
    ("college-term", "small", "en", True),
    ("college-term", "small", "zh", False),
    ("public-satisfaction", "phone", "en", True),
    ("public-satisfaction", "phone", "zh", False),
]
LANGUAGES = {"zh": ("", "请核对您的填写"), "en": (ENGLISH, "Please review your answers")}


@pytest.mark.parametrize(("sample", "size", "spoken", "script"), JOURNEYS)
def test_whole_way(app, server, open_page, press, sample, size, spoken, script):
    language, title = LANGUAGES[spoken]
    path, answers = ANSWERS[sample]
    codes = open_campaign(app, path)
    page = open_page(SIZES[size], script)
    enter(page, press, server, sample, codes, language, script)
    if script:
        if sample != "public-satisfaction":
            on(page)
        for name, value in answers.items():
            tick(page, name, value)
        to_review(page)
    else:
        for name, value in answers.items():
            page.check(f'input[name="{name}"][value="{value}"]')
        press(page, ".primary")
    assert page.text_content("#review h1" if script else "h1") == title
    assert RECEIPT.fullmatch(submit(page))
    assert page.context.cookies() == [] or sample == "public-satisfaction"
    assert stored(app) == 1


def test_scanned_code_leaves_the_address(app, server, open_page):
    code = open_campaign(app, TOWN)["A"][0]
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    scan(page, server, code)
    assert not any(code in address for address in asked)
    assert code not in page.url


def test_code_scanned_while_the_entry_is_open(app, server, open_page):
    code = open_campaign(app, TOWN)["A"][0]
    page = open_page()
    page.goto(f"{server}/v")
    page.evaluate(f"location.hash = '{code}'")
    page.wait_for_url("**/v/ballot")
    assert page.is_visible("#intro")


def test_typed_code_is_grouped_and_proofread(app, server, open_page):
    code = open_campaign(app, TOWN)["A"][0]
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/v")
    page.locator("#code").press_sequentially(code.replace("-", "").lower())
    assert page.input_value("#code") == code
    before = len(asked)
    for typed, told in (
        ("", "请填写"),
        (code[:-1], "现在有 15 位"),
        (code[:-1] + ("0" if code[-1] != "0" else "1"), "没有填对"),
        ("票" * 16, "只有数字和英文字母"),
    ):
        page.fill("#code", typed)
        page.click(".primary")
        assert told in page.text_content("#code-fault")
        assert page.evaluate("document.activeElement.id") == "code"
    assert len(asked) == before
    page.fill("#code", code.lower().replace("-", " \u3000").replace("0", "o").replace("1", "l"))
    page.click(".primary")
    page.wait_for_url("**/v/ballot")


def test_nothing_is_asked_of_anybody_else(app, server, open_page):
    code = open_campaign(app, TOWN)["A"][0]
    page = open_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    scan(page, server, code)
    assert all(address.startswith((server, "data:", "about:")) for address in asked)
    assert said == []


def test_exceeded_quota_is_mended_without_script(app, server, open_page, press):
    codes = open_campaign(app, TOWN)
    page = open_page(script=False)
    enter(page, press, server, "town-annual", {"B": codes["B"]})
    page.fill('[name="team-form.comment"]', "第一行\n第二行")
    for number in range(1, 5):
        page.check(f'input[name="c{number}.overall"][value="excellent"]')
    press(page, ".primary")
    assert page.text_content("h2") == "还没有提交，有 1 处要改"
    assert page.title().startswith("还没有提交")
    page.click("a.to >> nth=3")
    assert page.url.endswith("#c4.overall")
    assert page.locator('[id="c4.overall"]').bounding_box()["y"] < 844
    page.check('input[name="c4.overall"][value="competent"]')
    press(page, ".primary")
    assert page.text_content("h1") == "请核对您的填写"
    assert "第一行\n第二行" in page.inner_text("main")
    assert stored(app) == 0
    assert RECEIPT.fullmatch(submit(page))


def test_review_leads_back_to_the_person(app, server, open_page, press):
    code = open_campaign(app, TOWN)["C"][0]
    page = open_page(script=False)
    enter(page, press, server, "town-annual", {"C": [code]})
    page.check('input[name="c5.neng"][value="basic"]')
    press(page, ".primary")
    press(page, '[aria-label="修改：干部戊"]')
    assert page.url.endswith("/v/ballot#r-c5")
    assert 0 <= page.locator("#r-c5").bounding_box()["y"] < 400
    assert page.is_checked('input[name="c5.neng"][value="basic"]')


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_spent_code_is_told(app, server, open_page, press, script):
    code = open_campaign(app, TOWN)["C"][0]
    page = open_page(script=False)
    enter(page, press, server, "town-annual", {"C": [code]})
    press(page, ".primary")
    submit(page)
    page = open_page(script=script)
    enter(page, press, server, "town-annual", {"C": [code]})
    assert page.text_content("h1") == "这个投票码已经投过票"


def test_reload_on_every_page_without_script(app, server, open_page, press):
    code = open_campaign(app, TOWN)["C"][0]
    page = open_page(script=False)
    for path in ("/v", "/receipt"):
        page.goto(f"{server}{path}")
        page.reload()
        assert page.is_visible("h1")
    enter(page, press, server, "town-annual", {"C": [code]})
    page.reload()
    assert page.is_visible("text=怎样为您保密")
    press(page, ".primary")
    page.reload()
    assert page.text_content("h1") == "请核对您的填写"
    submit(page)
    page.reload()
    assert page.text_content("h1") == "这个投票码已经投过票"
    assert stored(app) == 1
