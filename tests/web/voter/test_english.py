"""English on voters' pages: chosen in the address, whole, and kept along the way."""

import re
from datetime import datetime
from html import unescape

import pytest

from survey.services.campaigns import campaigns
from survey.storage.database import transaction
from tests.builders import BY, EXAMPLES, a_definition, armed_campaign, close, issue, open_campaign

from .test_bytes import journey

HAN = re.compile(r"[\u3400-\u9fff]")
JSON = {"Accept": "application/json"}
SCALE = {
    "key": "scale",
    "grades": [
        {"key": "good", "label": "good", "points": 100},
        {"key": "fair", "label": "fair", "points": 80},
        {"key": "poor", "label": "poor", "points": 0, "reason": "required"},
    ],
    "abstain": {"label": "cannot say"},
}
SECTION = {
    "key": "form",
    "title": "Form",
    "scale": "scale",
    "criteria": [{"key": "de", "label": "conduct"}],
    "comment": True,
}
QUESTIONS = [
    {"key": "why", "label": "Why", "kind": "text"},
    {
        "key": "which",
        "label": "Which",
        "kind": "choices",
        "at_most": 1,
        "options": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}],
    },
]


def english(**more):
    """Return a definition without one Chinese character: what is Chinese on a page is then the page's."""
    ratees = [
        {"key": key, "section": "form", "name": name, "statement": "A year."}
        for key, name in (("c1", "Ann"), ("c2", "Bea"))
    ]
    data = a_definition() | {
        "groups": [{"key": "A", "label": "Staff", "weight": 1, "issue": 20}],
        "scales": [SCALE],
        "sections": [SECTION],
        "ratees": ratees,
        "questions": QUESTIONS,
        "quotas": [{"section": "form", "criterion": "de", "grade": "good", "at_most": 1}],
        "rules": {"spoiled_if": ["all-blank", "all-same", "all-top"], **more.pop("rules", {})},
        **more,
    }
    data["campaign"].update(title="Review", organiser="Office", instructions="Take your time.")
    return data


def ours(text: str) -> str:
    """Leave out the seal and the switch."""
    return unescape(text).replace("评", "").replace("中文", "")


def said(answer, status=200):
    assert answer.status_code == status, answer.text
    assert not HAN.search(ours(answer.text)), HAN.search(ours(answer.text))
    return answer.text


@pytest.mark.parametrize("blank", ["allow", "abstain", "require"])
@pytest.mark.parametrize("small", ["withhold", "merge", "show"])
def test_the_whole_way_is_english(app, client, blank, small):
    rules, results = {"blank": blank}, {"small_groups": small}
    code = open_campaign(app, english(rules=rules, results=results))["A"][0]
    entry = said(client.get("/v?lang=en"))
    assert '<html lang="en">' in entry
    assert 'action="/v/ballot?lang=en"' in entry
    page = said(client.post("/v/ballot?lang=en", data={"code": code}))
    assert 'action="/v/review?lang=en"' in page
    over = {"code": code, "c1.de": "good", "c2.de": "good"}
    said(client.post("/v/review?lang=en", data=over), 422)
    said(client.post("/v/review?lang=en", data={**over, "c2.de": "poor"}), 422)
    good = {**over, "c2.de": "poor", "c2.de.reason": "late"}
    review = said(client.post("/v/review?lang=en", data=good))
    assert 'action="/v/cast?lang=en"' in review
    if blank != "require":
        said(client.post("/v/review?lang=en", data={"code": code}))
    said(client.post("/v/cast?lang=en", data=good), 201)
    said(client.post("/v/ballot?lang=en", data={"code": code}), 409)
    said(client.get("/receipt?lang=en"))
    said(client.post("/receipt?lang=en", data={"receipt": "x"}), 422)
    said(client.post("/receipt?lang=en", data={"receipt": "0000-1111-2222"}))


@pytest.mark.parametrize("fields", [{"c1.de": ["good", "fair"]}, {"c9.de": "good"}, {"c1.de": "?"}])
@pytest.mark.parametrize("headers", [{}, JSON], ids=["html", "json"])
def test_faults_are_told_in_english(app, client, fields, headers):
    code = open_campaign(app, english())["A"][0]
    for more in (
        {},
        {"q.which": ["a", "b"]},
        {"form.comment": "x" * 501},
        {"q.why": "\x00"},
        {"receipt": "?"},
    ):
        data = {"code": code, **fields, **more}
        said(client.post("/v/cast?lang=en", data=data, headers=headers), 422)


@pytest.mark.parametrize("headers", [{}, JSON], ids=["html", "json"])
def test_refusals_are_told_in_english(app, client, headers):
    codes = open_campaign(app, english())["A"]

    def refused(status, path="/v/ballot", **sent):
        return said(client.post(f"{path}?lang=en", headers=headers, **sent), status)

    refused(404, data={"code": ""})
    refused(404, data={"code": "7K3M"})
    refused(404, data={"code": "7K3M-9QXT-2FVB-D8HN"})
    refused(413, data={"code": codes[0], "form.comment": "x" * 300_000})
    refused(404, path="/v/other")
    refused(404, path="/o/none")
    said(client.get("/v/cast?lang=en", headers=headers), 405)
    close(app, "small")
    refused(403, data={"code": codes[0]})


def test_an_opening_time_is_told_in_english(app, client):
    data = english()
    data["campaign"]["opens_at"] = datetime.fromisoformat("2099-01-02T09:30:00+08:00")
    data["campaign"]["closes_at"] = datetime.fromisoformat("2099-01-03T09:30:00+08:00")
    code = open_campaign(app, data)["A"][0]
    answer = said(client.post("/v/ballot?lang=en", data={"code": code}), 403)
    assert "Voting begins on 2 January 2099, 09:30" in answer


def test_the_open_way_is_english(app, client):
    data = english(groups=[{"key": "A", "label": "Public", "weight": 1}])
    data["campaign"].update(entry="open", closes_at=datetime.fromisoformat("2099-01-03T09:30:00+08:00"))
    open_campaign(app, data)
    page = said(client.get("/o/small?lang=en"))
    assert 'action="/o/small?lang=en"' in page
    page = said(client.post("/o/small?lang=en"))
    code = re.search(r'name="code" value="([^"]+)"', page).group(1)
    page = said(client.post("/v/ballot?lang=en", data={"code": code}))
    assert "3 January 2099" in page


@pytest.mark.parametrize("name", ["voter.js", "ballot.js"])
def test_scripts_are_english(app, client, name):
    english = name.replace(".js", ".en.js")
    answer = client.get(f"/static/voter/{english}")
    assert answer.status_code == 200
    assert not HAN.search(answer.text)
    assert len(re.findall(rf'"[^"]*{HAN.pattern}[^"]*"', client.get(f"/static/voter/{name}").text)) > 10


def test_a_page_can_be_switched_with_all_that_was_filled_in(app, client):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["B"][0]
    data = {"code": code, "c1.de": "excellent"}
    page = client.post("/v/ballot", data=data).text
    assert 'form="ballot" formaction="/v/ballot?lang=en"' in page
    page = client.post("/v/ballot?lang=en", data=data).text
    assert 'form="ballot" formaction="/v/ballot"' in page
    assert re.search(r'name="c1.de" value="excellent" checked', page)
    assert '<h2 lang="zh-CN">干部甲' in page
    assert ' lang="zh-CN"' not in client.post("/v/ballot", data=data).text.replace(
        '<html lang="zh-CN">', ""
    ).replace('lang="zh-CN">中文', "")


def test_no_language_but_the_address_counts_and_nothing_is_set(client):
    plain = client.get("/v").data
    for headers in ({"Accept-Language": "en"}, {"Cookie": "lang=en"}):
        answer = client.get("/v", headers=headers)
        assert answer.data == plain
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "Accept-Language" not in answer.headers.get("Vary", "")
    for other in ("fr", "EN", "en'><script>", "zh"):
        assert client.get("/v", query_string={"lang": other}).data == plain
    answer = client.get("/v?lang=en")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")


def test_journey_in_english_is_small(app, client):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["B"][0]
    assert sum(map(len, journey(client, code, "?lang=en"))) <= 25_000


def test_campaigns_that_wait_are_told_in_english(app, client):
    armed_campaign(app, english())
    code = issue(app, "small", {"A": 3})["A"][0]
    said(client.post("/v/ballot?lang=en", data={"code": code}), 403)
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    said(client.post("/v/ballot?lang=en", data={"code": code}))
