"""Persons opened one after the other, as requests go: what is told, refused, and carried without script."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from tests.builders import a_definition, close, count, open_campaign, running_campaign
from tests.by_turns import by_turns, go_on, hand_in, take
from tests.office import Office
from tests.web.voter.test_pages import JSON, stored

TOLD = "/v/turn/small"


@pytest.fixture
def codes(app: Flask) -> list[str]:
    return open_campaign(app, by_turns(3))["A"]


def test_what_is_told_is_the_same_for_all_and_sets_nothing(app: Flask, client: Any, codes: list[str]) -> None:
    before = client.get(TOLD)
    assert before.json == {"revision": 0, "handing_in": False, "turns": {}}
    assert "Set-Cookie" not in before.headers
    assert before.headers["Cache-Control"] == "no-store"
    go_on(app, 2)
    assert client.get(TOLD).json == {
        "revision": 2,
        "handing_in": False,
        "turns": {"p0": "ended", "p1": "open"},
    }
    client.post("/v/ballot", data={"code": codes[0]})
    assert client.get(TOLD).data == app.test_client().get(TOLD).data
    assert client.post(TOLD).status_code == 405
    assert client.get("/v/turn/none").status_code == 404
    close(app, "small")
    assert client.get(TOLD, headers=JSON).json["error"] == "closed"


def test_other_campaigns_tell_nothing(app: Flask, client: Any) -> None:
    code = open_campaign(app, a_definition())["A"][0]
    assert client.get(TOLD).status_code == 404
    page = client.post("/v/ballot", data={"code": code}).text
    assert "data-turn" not in page
    assert "turns.js" not in page


@pytest.mark.parametrize("path", ["/v/review", "/v/cast"])
def test_too_early_is_refused_and_loses_nothing(app: Flask, client: Any, codes: list[str], path: str) -> None:
    go_on(app, 3)
    fields = {"code": codes[0], "p0.de": "poor", "p2.neng": "excellent"}
    told = client.post(path, data=fields, headers=JSON)
    assert (told.status_code, told.json["error"]) == (403, "not-all-open")
    page = client.post(path, data=fields)
    assert page.status_code == 403
    assert "还不能提交" in page.text
    assert _filled(page.text) == {"p0.de": "poor", "p2.neng": "excellent"}
    assert stored(app) == 0


def test_somebody_never_opened_is_refused_by_name(app: Flask, client: Any, codes: list[str]) -> None:
    take(app, lambda standing: standing.pass_over("p1"), "pass-over")
    go_on(app, 2)
    hand_in(app)
    fields = {"code": codes[0], "p0.de": "poor", "p1.de": "poor"}
    told = client.post("/v/cast", data=fields, headers=JSON)
    assert (told.status_code, told.json["error"]) == (422, "invalid-ballot")
    assert told.json["fields"] == {"p1.de": "李红梅没有开放测评，这一项须空着"}
    page = client.post("/v/cast", data=fields).text
    assert 'aria-describedby="p1.de.fault"' in page
    assert _filled(page) == {"p0.de": "poor"}, "without script a tick cannot be taken back"
    assert client.post("/v/cast", data={"code": codes[0], **_filled(page)}).status_code == 201


def test_without_script_a_button_asks_again_and_carries_all(
    app: Flask, client: Any, codes: list[str]
) -> None:
    page = client.post("/v/ballot", data={"code": codes[0]}).text
    assert page.count("<fieldset") == page.count(" disabled>") == 6
    assert 'formaction="/v/ballot#now"' in page
    go_on(app)
    page = client.post("/v/ballot", data={"code": codes[0]}).text
    assert '<a href="#r-p0">' in page
    assert page.count(" disabled>") == 4
    go_on(app)
    page = client.post("/v/ballot", data={"code": codes[0], "p0.de": "poor", "p0.neng": "-"}).text
    assert _filled(page) == {"p0.de": "poor", "p0.neng": "-"}
    assert "测评已结束</p>" in page
    go_on(app)
    hand_in(app)
    page = client.post("/v/ballot", data={"code": codes[0], **_filled(page)}).text
    assert "未评" in page
    assert 'formaction="/v/ballot#now"' not in page
    assert client.post("/v/review", data={"code": codes[0], **_filled(page)}).status_code == 200
    assert client.post("/v/cast", data={"code": codes[0], **_filled(page)}).status_code == 201
    assert stored(app) == 1


def test_a_quota_that_is_exceeded_can_be_mended_after_the_turns(
    app: Flask, client: Any, codes: list[str]
) -> None:
    go_on(app, 3)
    hand_in(app)
    fields = {"code": codes[0], "p0.de": "excellent", "p1.de": "excellent", "p2.de": "poor"}
    page = client.post("/v/cast", data=fields).text
    closed = set(re.findall(r'<fieldset id="([^"]+)" disabled>', page))
    assert closed == {"p2.de"}


def test_who_has_nothing_filled_in_can_rate_all_that_were_opened(
    app: Flask, client: Any, codes: list[str]
) -> None:
    """A device lost its answers, somebody came late, a restore lost the ballot: nobody is opened any more."""
    take(app, lambda standing: standing.pass_over("p1"), "pass-over")
    go_on(app, 2)
    hand_in(app)
    page = client.post("/v/ballot", data={"code": codes[0]}).text
    assert set(re.findall(r'<fieldset id="([^"]+)" disabled>', page)) == {"p1.de", "p1.neng"}
    assert page.count("还可以补评</p>") == 2
    fields = {"code": codes[0], "p0.de": "poor", "p0.neng": "poor", "p2.de": "poor"}
    page = client.post("/v/ballot", data=fields).text
    closed = {"p0.de", "p0.neng", "p1.de", "p1.neng", "p2.de"}
    assert set(re.findall(r'<fieldset id="([^"]+)" disabled>', page)) == closed
    assert "差 1 项" in page
    assert client.post("/v/cast", data=fields).status_code == 201


def test_each_person_has_a_card_however_many_there_are(app: Flask, client: Any) -> None:
    data = by_turns(20, quotas=[])
    data["sections"][0]["criteria"] = [{"key": "de", "label": "总体"}]
    code = open_campaign(app, data)["A"][0]
    page = client.post("/v/ballot", data={"code": code}).text
    assert page.count('<section class="card"') == 20
    assert 'class="many' not in page


def test_the_outline_for_programs_has_the_turns(app: Flask, client: Any, codes: list[str]) -> None:
    go_on(app)
    outline = client.post("/v/ballot", data={"code": codes[0]}, headers=JSON).json
    assert outline["turns"] == {"p0": "open", "p1": "waiting", "p2": "waiting"}


def test_nobody_sees_a_result_before_the_close(app: Flask, client: Any) -> None:
    """Whatever is asked for says the same, whether the ballots say one thing or its opposite."""

    def seen(grade: str, code: str) -> list[str]:
        campaign = by_turns(3)["campaign"] | {"code": code}
        codes = running_campaign(app, by_turns(3, campaign=campaign), 6).codes["A"]
        go_on(app, 3, code=code)
        hand_in(app, code)
        for one in codes[:5]:
            fields = {"code": one, "p0.neng": grade, "p1.neng": grade}
            assert client.post("/v/cast", data=fields).status_code == 201
        office = Office(app)
        pages = (
            "",
            "/turns",
            "/turns/news",
            "/turnout",
            "/screen",
            "/screen/turnout",
            "/results",
            "/protocol",
        )
        bodies = [office.get(f"/admin/c/{code}{page}").text for page in pages]
        bodies.append(json.dumps(client.get(f"/v/turn/{code}").json))
        bodies.append(client.post("/v/ballot", data={"code": codes[5]}).text)
        return [_settled(body.replace(code, "CODE"), codes) for body in bodies]

    assert seen("excellent", "campaign-one") == seen("poor", "campaign-two")


def test_the_count_is_that_of_the_ballots(app: Flask, client: Any, codes: list[str]) -> None:
    go_on(app, 3)
    hand_in(app)
    for one in codes[:5]:
        assert client.post("/v/cast", data={"code": one, "p2.neng": "excellent"}).status_code == 201
    close(app, "small")
    counted = count(app, "small").count
    assert counted.cells["p2", "neng"].pooled.grades == (5, 0, 0)
    assert counted.accounting.total.valid == 5


def _filled(page: str) -> dict[str, str]:
    """Return what a browser without script would send of the page's answers."""
    found = dict(re.findall(r'<input type="hidden" class="carried" name="([^"]+)" value="([^"]*)">', page))
    for fieldset in re.findall(r"<fieldset(?! [^>]*disabled).*?</fieldset>", page, re.DOTALL):
        found |= dict(re.findall(r'name="([^"]+)" value="([^"]*)" checked', fieldset))
    return found


def _settled(body: str, codes: list[str]) -> str:
    """Return a page without what differs by chance: codes, receipts, tokens, digests, clocks."""
    for one in codes:
        body = body.replace(one, "TOKEN")
    chance = r"[0-9A-Z]{4}(-[0-9A-Z]{4})+|value=\"[^\"]{20,}\"|\d\d:\d\d(:\d\d)?|[0-9a-f]{12,}|nonce-\S+"
    return re.sub(chance, "…", body)
