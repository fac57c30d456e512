"""From the code to the receipt, as requests go."""

import re

from survey.web.voter import views
from tests.builders import cast, close, count, open_campaign
from tests.web.voter.test_pages import JSON, RECEIPT, REVIEWS, TOWN, hidden, stored


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
        inline = re.sub(r"(?s)<(style|script)>.*?</\1>" if path == "/v/ballot" else "$^", "", answer.text)
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", inline)


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
