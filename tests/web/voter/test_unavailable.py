"""A database that cannot do its part: a plain answer, nothing stored, and the code still good."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from survey.storage import box_rows
from tests.builders import EXAMPLES, running_campaign

JSON = {"Accept": "application/json"}


def test_a_full_disk_is_told_and_the_code_stays_good(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = running_campaign(app, EXAMPLES / "town-annual.toml").codes["A"][0]
    ballot = {"code": code, "c1.de": "excellent"}

    def full(*_: object) -> None:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(box_rows, "put", full)
        answer = client.post("/v/cast", data=ballot, headers=JSON)
        assert (answer.status_code, answer.json["error"]) == (503, "unavailable")
    assert client.post("/v/cast", data=ballot).status_code == 201


def test_a_failure_says_so_in_plain_words(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = running_campaign(app, EXAMPLES / "town-annual.toml").codes["A"][0]
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(box_rows, "put", lambda *_: 1 / 0)
    answer = client.post("/v/cast", data={"code": code})
    assert answer.status_code == 500
    assert "系统出了故障" in answer.text
