"""From the code to the receipt, as a browser without script goes."""

import re

from sqlalchemy import func, select

from survey.domain.definition.campaign import Custody, Definition
from survey.storage.database import transaction
from survey.storage.tables import BallotRow
from survey.web.voter import views
from survey.web.voter.promises import promises
from tests.builders import EXAMPLES, cast, close, count, open_campaign

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


def test_entry_is_the_same_for_everyone_and_cacheable(app, client):
    first, second = client.get("/v"), app.test_client().get("/v", headers=JSON)
    assert first.data == second.data
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in first.headers
    assert client.get("/v", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert '<form method="post" action="/v/ballot"' in first.text


def test_pages_set_no_cookie_are_not_stored_and_forbid_inline_script(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    for path in ("/v/ballot", "/v/review", "/v/cast", "/v/cast", "/v/nowhere", "/receipt"):
        answer = client.post(path, data={"code": code})
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", answer.text)


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


def test_ballot_says_what_holds_for_its_campaign(app, client):
    page = client.post("/v/ballot", data={"code": open_campaign(app, TOWN)["A"][0]}).text
    for text in (
        "2026年度镇领导班子和领导干部民主测评",
        "县委组织部考核组",
        "A票(县级领导)",
        "请在认真听取述职的基础上",
        "投票期间密钥由系统管理员保管，计票确认后销毁",
        "不足 5 人作答的，不公布票数",
        "如全组选择相同，结果本身会显示各人的选择；文字意见的写法可能暴露身份",
        "先由审核人看过",
        "总体评价“优秀”最多评 <b>2</b> 人（本票 6 人）",
        "<summary>述职报告</summary>",
    ):
        assert text in page
    assert "没有加密" not in page


def test_what_becomes_of_texts_is_told_where_they_are_asked_for(app, client):
    few, shows = "能写的不足 5 人的文字，计票时不保留", "填写理由，会显示您选的是哪个等次"
    page = client.post("/v/ballot", data={"code": open_campaign(app, TOWN)["A"][0]}).text
    assert few in page
    assert shows not in page
    page = client.post("/v/ballot", data={"code": next(iter(open_campaign(app, REVIEWS).values()))[0]}).text
    assert few in page
    assert shows in page


def test_plain_http_beyond_loopback_is_told(app, client):
    codes = open_campaign(app, TOWN)["A"]
    for host, told in (("10.0.0.7:8000", True), ("localhost:8000", False), ("[::1]:8000", False)):
        page = client.post("/v/ballot", data={"code": codes[0]}, base_url=f"http://{host}").text
        assert ("没有加密" in page) is told
    page = client.post("/v/ballot", data={"code": codes[0]}, base_url="https://vote.example.org").text
    assert "没有加密" not in page


def test_shown_small_groups_are_told(app, client):
    text = TOWN.replace('small_groups = "withhold"', 'small_groups = "show"')
    page = client.post("/v/ballot", data={"code": open_campaign(app, text)["A"][0]}).text
    assert "人数少的票种也公布票数" in page
    assert "不足 5 人作答的，不公布票数" not in page.replace("合计不足 5 人作答的，不公布票数", "")


def test_custody_of_scrutineers_is_told(app, client):
    definition = _definition(app, open_campaign(app, TOWN)["A"][0])
    assert "须由监票人共同持钥开启" in "".join(promises(definition, Custody.SCRUTINEERS))


def _definition(app, code) -> Definition:
    with app.test_request_context(), transaction() as session:
        return views.casting.admit(session, views.vault(), code, views.now()).definition


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
    assert len(page) < 140_000


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


def test_whole_way_without_script(app, client):
    code = open_campaign(app, TOWN)["B"][0]
    ballot = dict(hidden(client.post("/v/ballot", data={"code": code}).text))
    review = client.post("/v/review", data={**ballot, "c1.de": "excellent"})
    done = client.post("/v/cast", data=dict(hidden(review.text)))
    assert done.status_code == 201
    assert f'<output id="receipt">{ballot["receipt"]}</output>' in done.text
    assert "回执只证明有一张票，请勿交给任何人" in done.text
    assert stored(app) == 1


def test_cast_makes_a_receipt_where_none_came(app, client):
    code = open_campaign(app, TOWN)["B"][0]
    answer = client.post("/v/cast", data={"code": code, "receipt": ""}, headers=JSON)
    assert answer.status_code == 201
    assert RECEIPT.fullmatch(answer.json["receipt"])
    assert list(answer.json) == ["receipt"]


def test_ballot_in_json_lists_its_fields(app, client):
    code = open_campaign(app, REVIEWS)["A"][0]
    answer = client.post("/v/ballot", data={"code": code}, headers=JSON).json
    assert answer["group"] == "A"
    assert answer["fields"]["p1.approval"] == ["approve", "basic", "against", "-"]
    assert answer["fields"]["p1.approval.reason"] == 200
    assert answer["fields"]["q.problems"][0] == "plan"


def test_receipt_is_looked_up_by_post_only(app, client, monkeypatch):
    asked = []

    def find(_session, typed):
        asked.append(typed)
        return {"0000-1111-2222": [("测评", 1)], "0000-1111-3333": [("测评", 2)]}.get(typed, [])

    monkeypatch.setattr(views.receipts, "find_receipt", find)
    assert client.get("/receipt?receipt=0000-1111-2222").status_code == 200
    assert asked == []
    assert "找到了" in client.post("/receipt", data={"receipt": "0000-1111-2222"}).text
    assert "2 张票是这个回执码" in client.post("/receipt", data={"receipt": "0000-1111-3333"}).text
    assert "没有找到" in client.post("/receipt", data={"receipt": "0000-1111-4444"}).text
    answer = client.post("/receipt", data={"receipt": "0000-1111-2222"}, headers=JSON)
    assert answer.json == {"found": [{"title": "测评", "times": 1}]}
    wrong = client.post("/receipt", data={"receipt": "<u>"})
    assert wrong.status_code == 422
    assert "回执码没有填对" in wrong.text


def test_receipt_before_any_count_is_not_found(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    receipt = client.post("/v/cast", data={"code": code}, headers=JSON).json["receipt"]
    page = client.post("/receipt", data={"receipt": receipt})
    assert page.status_code == 200
    assert "没有找到" in page.text
    assert "可能还没有计票" in page.text
    assert "2026年度" not in page.text  # which campaigns there are is not told
    for shown in (page.text, client.get("/receipt").text):
        assert "计票后可查" in shown
        assert "何时计票由主办单位决定" in shown
    assert client.post("/receipt", data={"receipt": receipt}, headers=JSON).json == {"found": []}
    assert client.post("/receipt", data={}).status_code == 422


def test_receipt_after_the_count_says_opened_and_nothing_more(app, client):
    codes = open_campaign(app, TOWN)["A"]
    twice, once = "0000-1111-2222", "0000-1111-3333"
    for code, receipt in zip(codes, (twice, twice, once), strict=False):
        cast(app, code, {"receipt": receipt, "c1.de": "excellent"})
    close(app, "town-annual")
    count(app, "town-annual")
    page = client.post("/receipt", data={"receipt": once.lower().replace("-", " ")}).text
    assert "这张票已收到，已开箱" in page
    assert "优秀" not in page
    assert "没有找到" not in page
    page = client.post("/receipt", data={"receipt": twice}).text
    assert "有 2 张票是这个回执码" in page
    assert "请告诉监票人" in page
    answer = client.post("/receipt", data={"receipt": twice}, headers=JSON).json
    assert [found["times"] for found in answer["found"]] == [2]
    assert "没有找到" in client.post("/receipt", data={"receipt": "0000-0000-0000"}).text
