"""From the code to the receipt, as a browser without script goes."""

import re

from sqlalchemy import func, select

from survey.storage.database import transaction
from survey.storage.tables import BallotRow
from tests.builders import EXAMPLES, open_campaign

TOWN = (EXAMPLES / "town-annual.toml").read_text()
REVIEWS = (EXAMPLES / "one-report-two-reviews.toml").read_text()
COLLEGE = (EXAMPLES / "college-term.toml").read_text()

JSON = {"Accept": "application/json"}
RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}")


def stored(app):
    with app.app_context(), transaction() as session:
        return session.scalar(select(func.count()).select_from(BallotRow))


def hidden(page):
    """Return the hidden inputs of a page, in order."""
    return re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)


def checked(page):
    return set(re.findall(r'name="([^"]+)" value="([^"]+)" checked>', page))


def test_assets_are_root_relative_and_there(client):
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/v").text):
        assert "?v=" in address
        with client.get(address) as answer:
            assert answer.status_code == 200


def test_ballot_asks_every_line_of_the_group(app, client):
    codes = open_campaign(app, TOWN)
    page = client.post("/v/ballot", data={"code": codes["B"][0]}).text
    assert page.count("<fieldset") == 8 * 6
    for key in ("excellent", "competent", "basic", "incompetent", "-"):
        assert f'<input type="radio" name="c7.overall" value="{key}">' in page
    assert '<textarea name="team-form.comment"' in page
    assert "c7.overall" not in client.post("/v/ballot", data={"code": codes["A"][0]}).text


def test_ballot_carries_its_code_and_a_fresh_receipt(app, client):
    codes = open_campaign(app, TOWN)["C"]
    pages = [client.post("/v/ballot", data={"code": f" {code.lower()} "}).text for code in codes[:3]]
    fields = [dict(hidden(page)) for page in pages]
    assert [field["code"] for field in fields] == codes[:3]
    assert all(RECEIPT.fullmatch(field["receipt"]) for field in fields)
    assert len({field["receipt"] for field in fields}) == 3


def test_text_of_a_definition_is_escaped(app, client):
    text = TOWN.replace('name = "干部甲"', "name = '<b>甲</b>'").replace(
        'title = "2026', "title = '\"><i>2026"
    )
    text = text.replace('民主测评"\norganiser', "民主测评'\norganiser")
    page = client.post("/v/ballot", data={"code": open_campaign(app, text)["A"][0]}).text
    assert "<b>甲</b>" not in page
    assert "<i>2026" not in page


def test_large_ballot_is_lean(app, client):
    code = open_campaign(app, COLLEGE)["leaders"][0]
    page = client.post("/v/ballot", data={"code": code}).data
    assert page.count(b"<fieldset") == 146
    assert len(re.sub(rb"<(style|script)>.*?</\1>", b"", page, flags=re.S)) < 140_000


def test_ballot_is_prefilled_and_ignores_what_is_wrong(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    page = client.post(
        "/v/ballot",
        data={
            "code": [code, "AAAA"],
            "receipt": "0000-1111-2222",
            "c1.de": "excellent",
            "c1.neng": ["basic", "competent"],
            "c2.de": "wonderful",
            "team-form.comment": "\n<好>\n第二行",
            "nonsense": "1",
        },
    )
    assert page.status_code == 200
    assert checked(page.text) == {("c1.de", "excellent")}
    assert dict(hidden(page.text))["receipt"] == "0000-1111-2222"
    assert ">\n\n&lt;好&gt;\n第二行</textarea>" in page.text


def test_an_option_that_excludes_the_others_is_told_and_held_to(app, client):
    text = REVIEWS.replace('label = "没有明显问题" }', 'label = "没有明显问题", alone = true }')
    data = {"code": open_campaign(app, text)["A"][0], "q.problems": ["plan", "none"]}
    assert (
        "最多选 3 项；“没有明显问题”只能单独选" in client.post("/v/ballot", data={"code": data["code"]}).text
    )
    answer = client.post("/v/cast", data=data)
    assert answer.status_code == 422
    assert '<p class="fault" id="q.problems.fault">选了“没有明显问题”，就不能再选别的</p>' in answer.text
    refused = client.post("/v/cast", data=data, headers={"Accept": "application/json"})
    assert refused.json["error"] == "invalid-ballot"
    assert refused.json["fields"] == {"q.problems": "选了“没有明显问题”，就不能再选别的"}
    assert client.post("/v/cast", data=data | {"q.problems": "none"}).status_code == 201


def test_review_shows_all_answers_and_counts_blanks(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    data = {"code": code, "c1.de": "excellent", "c1.neng": "-", "team-form.comment": "第一行\n第二行"}
    answer = client.post("/v/review", data=data)
    assert answer.status_code == 200
    assert ">有 40 处未填</b>" in answer.text
    assert "可以留空" in answer.text
    assert "第一行\n第二行" in answer.text
    assert "废票" not in answer.text
    fields = dict(hidden(answer.text))
    assert RECEIPT.fullmatch(fields.pop("receipt"))
    assert fields == data
    assert 'formaction="/v/ballot#r-c1"' in answer.text
    assert 'formaction="/v/ballot#c1.qin" aria-label="勤 未填">未填</button>' in answer.text
    assert 'formaction="/v/ballot#c1.de"' not in answer.text
    assert stored(app) == 0


def test_review_warns_of_a_spoiled_ballot(app, client):
    code = open_campaign(app, COLLEGE)["panel"][0]
    same = {f"d{number:02}.overall": "competent" for number in range(1, 4)}
    assert "是一张废票" in client.post("/v/review", data={"code": code, **same}).text
    assert "是一张废票" in client.post("/v/review", data={"code": code}).text
    assert client.post("/v/review", data={"code": code}, headers=JSON).json == {"blank": 146, "spoiled": True}
    mixed = {**same, "d04.overall": "basic"}
    assert "是一张废票" not in client.post("/v/review", data={"code": code, **mixed}).text


def test_review_shows_questions_and_reasons(app, client):
    code = open_campaign(app, REVIEWS)["B"][0]
    data = {
        "code": code,
        "p1.approval": "against",
        "p1.approval.reason": "任职时间不足",
        "p2.approval": "approve",
        "p2.approval.reason": "这一句不该留下",
        "q.problems": ["merit", "open"],
        "q.advice": "多听意见",
    }
    page = client.post("/v/review", data=data).text
    shown = page[page.index("<h1>") :]
    for text in ("任职时间不足", "论资排辈", "公开透明程度不够", "多听意见"):
        assert text in shown
    assert "这一句不该留下" not in shown
    assert [value for name, value in hidden(page) if name == "q.problems"] == ["merit", "open"]
