"""From the scanned slip to the receipt in a real browser, with and without script."""

import re

import pytest
from sqlalchemy import func, select

from survey.storage.database import transaction
from survey.storage.tables import BallotRow
from tests.builders import EXAMPLES, open_campaign

pytestmark = pytest.mark.slow

RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
SIZES = {"phone": (390, 844), "small": (320, 568), "desk": (1280, 800)}
ANSWERS = {
    "town-annual": {"team.overall": "good", "c1.de": "excellent", "c7.lian": "-"},
    "one-report-two-reviews": {"work.overall": "good", "p1.approval": "basic", "q.problems": "merit"},
    "college-term": {"h01.overall": "excellent", "d75.overall": "basic"},
    "public-satisfaction": {"education.quality": "very", "health.conduct": "no", "q.age": "60+"},
}


def stored(app):
    with app.app_context(), transaction() as session:
        return session.scalar(select(func.count()).select_from(BallotRow))


def enter(page, press, server, sample, codes):
    """Go from the slip or the poster to the ballot."""
    held = [code for codes_of_group in codes.values() for code in codes_of_group]
    if sample == "public-satisfaction":
        page.goto(f"{server}/o/{sample}")
        press(page, ".primary")
        press(page, ".primary")
        return
    page.goto(f"{server}/v#{held[-1]}")
    if page.url.endswith(held[-1]):
        page.fill("#code", held[-1].lower().replace("-", " "))
        press(page, ".primary")
    page.wait_for_url("**/v/ballot")


def tick(page, name, value):
    page.check(f'input[name="{name}"][value="{value}"]')


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("sample", ANSWERS)
def test_whole_way(app, server, open_page, press, sample, size, script):
    codes = open_campaign(app, EXAMPLES / f"{sample}.toml")
    page = open_page(SIZES[size], script)
    enter(page, press, server, sample, codes)
    for name, value in ANSWERS[sample].items():
        tick(page, name, value)
    press(page, ".primary")
    assert page.text_content("h1") == "请核对您的填写"
    press(page, ".primary")
    receipt = page.text_content("#receipt")
    assert RECEIPT.fullmatch(receipt)
    assert page.context.cookies() == [] or sample == "public-satisfaction"
    assert stored(app) == 1


def test_scanned_code_leaves_the_address(app, server, open_page):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["A"][0]
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/v#{code}")
    page.wait_for_url("**/v/ballot")
    assert not any(code in address for address in asked)
    assert code not in page.url


def test_nothing_is_asked_of_anybody_else(app, server, open_page):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["A"][0]
    page = open_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{server}/v#{code}")
    page.wait_for_url("**/v/ballot")
    assert all(address.startswith((server, "data:")) for address in asked)
    assert said == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_exceeded_quota_is_mended(app, server, open_page, press, script):
    codes = open_campaign(app, EXAMPLES / "town-annual.toml")
    page = open_page(script=script)
    enter(page, press, server, "town-annual", {"B": codes["B"]})
    page.fill('[name="team-form.comment"]', "第一行\n第二行")
    for number in range(1, 5):
        tick(page, f"c{number}.overall", "excellent")
    press(page, ".primary")
    assert page.text_content("h2") == "还没有提交，有 1 处要改"
    assert page.title().startswith("还没有提交")
    if script:
        assert page.evaluate("document.activeElement.id") == "faults"
    page.click("a.to >> nth=3")
    assert page.url.endswith("#c4.overall")
    assert page.locator('[id="c4.overall"]').bounding_box()["y"] < 844
    tick(page, "c4.overall", "competent")
    press(page, ".primary")
    assert page.text_content("h1") == "请核对您的填写"
    assert "第一行\n第二行" in page.inner_text("main")
    assert stored(app) == 0
    press(page, ".primary")
    assert RECEIPT.fullmatch(page.text_content("#receipt"))


def test_review_leads_back_to_the_person(app, server, open_page, press):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["C"][0]
    page = open_page(script=False)
    enter(page, press, server, "town-annual", {"C": [code]})
    tick(page, "c5.neng", "basic")
    press(page, ".primary")
    press(page, '[aria-label="修改：干部戊"]')
    assert page.url.endswith("/v/ballot#r-c5")
    assert 0 <= page.locator("#r-c5").bounding_box()["y"] < 400
    assert page.is_checked('input[name="c5.neng"][value="basic"]')


def test_spent_code_is_told(app, server, open_page, press):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["C"][0]
    page = open_page()
    enter(page, press, server, "town-annual", {"C": [code]})
    press(page, ".primary")
    press(page, ".primary")
    page.goto(f"{server}/v#{code}")
    page.wait_for_url("**/v/ballot")
    assert page.text_content("h1") == "这个投票码已经投过票"
