"""Every refusal: its status, its key, its sentence, and which comes first."""

import pytest
from sqlalchemy import func, select

from survey.services.campaigns import campaigns
from survey.services.voting import tokens
from survey.storage.database import transaction
from survey.storage.tables import BallotRow
from survey.web.context import vault
from tests.builders import BY, EXAMPLES, open_campaign

TOWN = (EXAMPLES / "town-annual.toml").read_text()
REVIEWS = (EXAMPLES / "one-report-two-reviews.toml").read_text()

JSON = {"Accept": "text/html;q=0.5, application/json"}
PATHS = ("/v/ballot", "/v/review", "/v/cast")


def with_times(text, **times):
    lines = "".join(f"{name} = {value}\n" for name, value in times.items())
    return text.replace('time_zone = "Asia/Shanghai"\n', 'time_zone = "Asia/Shanghai"\n' + lines)


def act(app, service, *arguments):
    with app.test_request_context(), transaction(write=True) as session:
        if service is tokens.void:
            arguments = (vault(), *arguments)
        service(session, *arguments, BY)


def refused(client, status, key, data, *, paths=PATHS):
    """Check a refusal as JSON and as HTML on every path; return the last of both."""
    for path in paths:
        json = client.post(path, data=data, headers=JSON)
        page = client.post(path, data=data)
        assert (json.status_code, page.status_code) == (status, status), path
        assert json.json["error"] == key
        assert set(json.json) == {"error", "message", "fields"}
        assert page.mimetype == "text/html"
        assert json.json["message"].split("。")[0] in page.text
    return json.json, page.text


def stored(app):
    with app.app_context(), transaction() as session:
        return session.scalar(select(func.count()).select_from(BallotRow))


def test_unknown_code(app, client):
    codes = open_campaign(app, TOWN)["A"]
    other = open_campaign(app, TOWN.replace("town-annual", "town-next"))["A"]
    assert codes != other
    _, page = refused(client, 404, "unknown-code", {"code": "0000-0000-0000-0000"})
    assert "没有这个投票码" in page
    assert "请问会场工作人员" in page


@pytest.mark.parametrize("typed", ["7K3M-9QXT-2FVB-D8HN", "x", "啊", "<script>", "\x00", "A" * 100_000])
def test_mistyped_code(client, typed):
    _, page = refused(client, 404, "unknown-code", {"code": typed})
    assert "投票码没有填对" in page
    assert "<script>" not in page
    assert len(page) < 10_000


@pytest.mark.parametrize("data", [{}, {"code": ""}, {"code": "  "}, {"c1.de": "excellent"}])
def test_missing_code(client, data):
    _, page = refused(client, 404, "unknown-code", data)
    assert "请填写投票码" in page


def test_voided_code_says_so(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    act(app, tokens.void, "town-annual", [code])
    _, page = refused(client, 404, "unknown-code", {"code": code})
    assert "已经作废" in page


def test_not_open_tells_the_time_in_the_campaigns_zone(app, client):
    text = with_times(TOWN, opens_at="2999-12-31T20:30:00Z")
    code = open_campaign(app, text)["A"][0]
    _, page = refused(client, 403, "not-open", {"code": code, "nonsense": "1"})
    assert "3000 年 1 月 1 日 04:30" in page


def test_voided_comes_before_not_open(app, client):
    code = open_campaign(app, with_times(TOWN, opens_at="2999-12-31T20:30:00Z"))["A"][0]
    act(app, tokens.void, "town-annual", [code])
    refused(client, 404, "unknown-code", {"code": code})


def test_spent_code_says_that_a_ballot_was_received(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    assert client.post("/v/cast", data={"code": code}).status_code == 201
    _, page = refused(client, 409, "already-cast", {"code": code, "nonsense": "1"})
    assert "用它投的一张票已经收到" in page
    assert stored(app) == 1


def test_closed_and_spent_before_closed(app, client):
    spent, fresh = open_campaign(app, TOWN)["A"][:2]
    assert client.post("/v/cast", data={"code": spent}).status_code == 201
    act(app, campaigns.close, "town-annual")
    _, page = refused(client, 403, "closed", {"code": fresh, "nonsense": "1"})
    assert "投票已经结束" in page
    refused(client, 409, "already-cast", {"code": spent})
    assert stored(app) == 1


def test_closed_by_the_clock(app, client):
    code = open_campaign(app, with_times(TOWN, closes_at="2001-01-01T00:00:00+08:00"))["A"][0]
    refused(client, 403, "closed", {"code": code})


def test_invalid_ballot_names_each_field_and_keeps_the_answers(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    data = {
        "code": code,
        "c1.de": ["excellent", "basic"],
        "c1.neng": "wonderful",
        "c2.de": "competent",
        "c7.de": "competent",
        "team-form.comment": "好" * 501,
        "receipt": "0000",
    }
    json, page = refused(client, 422, "invalid-ballot", data, paths=PATHS[1:])
    assert set(json["fields"]) == {"c1.de", "c1.neng", "c7.de", "team-form.comment", "receipt"}
    assert json["fields"]["team-form.comment"] == "最多 500 字，现在有 501 字"
    assert "<title>还没有提交" in page
    assert '<a class="to" href="#c1.neng">' in page
    assert '<p class="fault" id="c1.neng.fault">没有这个选项，请重选</p>' in page
    assert 'name="c2.de" value="competent" checked>' in page
    assert "好" * 501 in page
    assert stored(app) == 0


def test_repeated_code_is_a_fault_of_the_ballot(app, client):
    first, second = open_campaign(app, TOWN)["A"][:2]
    json, _ = refused(client, 422, "invalid-ballot", {"code": [first, second]}, paths=PATHS[1:])
    assert list(json["fields"]) == ["code"]
    refused(client, 422, "invalid-ballot", {"code": [first, first]}, paths=PATHS[1:])
    refused(client, 404, "unknown-code", {"code": ["", first]})
    assert stored(app) == 0


def test_exceeded_quota_names_the_persons(app, client):
    code = open_campaign(app, TOWN)["B"][0]
    data = {"code": code, **{f"c{number}.overall": "excellent" for number in (1, 2, 4, 5)}}
    json, page = refused(client, 422, "invalid-ballot", data, paths=PATHS[1:])
    assert set(json["fields"]) == {f"c{number}.overall" for number in (1, 2, 4, 5)}
    assert "干部甲、干部乙、干部丁、干部戊" in json["fields"]["c1.overall"]
    assert "还没有提交，有 1 处要改" in page
    assert "总体评价“优秀”最多评 3 人，您评了 4 人。请改其中 1 人：" in page
    assert page.count('<a class="to"') == 4
    assert client.post("/v/review", data={**data, "c5.overall": "basic"}).status_code == 200


def test_missing_reason_is_named(app, client):
    code = open_campaign(app, REVIEWS)["A"][0]
    data = {"code": code, "p1.approval": "against", "p1.approval.reason": " \n "}
    json, page = refused(client, 422, "invalid-ballot", data, paths=PATHS[1:])
    assert json["fields"] == {"p1.approval.reason": "选“不认同”须写明理由"}
    assert 'href="#p1.approval.reason"' in page


def test_reasons_under_other_grades_are_dropped(app, client):
    code = open_campaign(app, REVIEWS)["A"][0]
    data = {"code": code, "p1.approval": "approve", "p1.approval.reason": "长" * 300}
    assert client.post("/v/cast", data=data).status_code == 201


def test_too_many_or_repeated_options(app, client):
    code = open_campaign(app, REVIEWS)["A"][0]
    many = {"code": code, "q.problems": ["plan", "merit", "process", "open"]}
    json, page = refused(client, 422, "invalid-ballot", many, paths=PATHS[1:])
    assert json["fields"] == {"q.problems": "最多选 3 项，您选了 4 项"}
    assert page.count(" checked>") == 4
    refused(client, 422, "invalid-ballot", {"code": code, "q.problems": ["plan", "plan"]}, paths=PATHS[1:])


def test_required_lines(app, client):
    code = open_campaign(app, TOWN.replace('blank = "allow"', 'blank = "require"'))["A"][0]
    json, page = refused(client, 422, "invalid-ballot", {"code": code}, paths=PATHS[1:])
    assert len(json["fields"]) == 42
    assert "有 42 处要改" in page


def test_too_large_comes_first(app, client):
    code = open_campaign(app, TOWN)["A"][0]
    assert client.post("/v/cast", data={"code": code}).status_code == 201
    refused(client, 413, "too-large", {"code": code, "pad": "x" * 256 * 1024})
    refused(client, 413, "too-large", {"code": "nobody", "pad": "x" * 256 * 1024})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v/ballot", 405),
        ("GET", "/v/cast", 405),
        ("DELETE", "/v/review", 405),
        ("POST", "/v", 405),
        ("PUT", "/o/town-annual", 405),
        ("GET", "/v/", 404),
        ("GET", "/v/ballot/", 404),
        ("GET", "/o", 404),
        ("GET", "/o/a/b", 404),
        ("GET", "/o/", 404),
    ],
)
def test_astray(client, method, path, status):
    page = client.open(path, method=method)
    assert page.status_code == status
    assert 'href="/v"' in page.text
    assert client.open(path, method=method, headers=JSON).json["message"] in (
        "没有这一页。请扫票条上的二维码，或输入投票码进入。",
        "这一页不能直接打开。请扫票条上的二维码，或输入投票码进入。",
    )
