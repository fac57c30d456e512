"""Once paper ballots are collected, voters are answered as after the close, byte for byte."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import cast, close, collect, example, running_campaign
from tests.web.voter.test_pages import JSON, stored

PATHS = ("/v/ballot", "/v/review", "/v/cast")
BALLOT = {"c1.de": "excellent"}


@pytest.fixture
def codes(app: Flask) -> list[str]:
    return running_campaign(app, example("town-annual") | {"paper": {}}, 4).codes["A"]


def answers(client: FlaskClient, codes: list[str]) -> list[Any]:
    found = []
    for code in codes:
        for path in PATHS:
            for headers in ({}, JSON):
                answer = client.post(path, data={"code": code, **BALLOT}, headers=headers)
                found.append((path, answer.status_code, answer.data, [*answer.headers]))
    return [
        (path, status, body, [one for one in headers if one[0] != "Date"])
        for path, status, body, headers in found
    ]


def test_a_voter_cannot_tell_collecting_from_the_close(
    app: Flask, client: FlaskClient, codes: list[str]
) -> None:
    client.post("/v/ballot", data={"code": codes[0]})
    cast(app, codes[3], BALLOT)
    before = stored(app)
    collect(app, "town-annual")
    collecting = answers(client, [codes[0], codes[3]])
    assert {status for _, status, *_ in collecting[:6]} == {403}
    assert {status for _, status, *_ in collecting[6:]} == {409}
    refused = client.post("/v/cast", data={"code": codes[0], **BALLOT}, headers=JSON)
    assert refused.json["error"] == "closed"
    close(app, "town-annual")
    assert answers(client, [codes[0], codes[3]]) == collecting
    assert stored(app) == before == 1


def test_an_open_form_is_refused_when_it_is_sent(app: Flask, client: FlaskClient, codes: list[str]) -> None:
    assert client.post("/v/ballot", data={"code": codes[1]}).status_code == 200
    assert client.post("/v/cast", data={"code": codes[0], **BALLOT}).status_code == 201
    collect(app, "town-annual")
    assert client.post("/v/cast", data={"code": codes[1], **BALLOT}).status_code == 403
    assert stored(app) == 1
