"""New codes of open campaigns: how fast one address may ask, and what is kept of it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.services.voting import tokens
from survey.storage.database import transaction
from survey.web.context import vault
from survey.web.voter.open_entry import throttle as module
from survey.web.voter.open_entry.devices import COOKIE
from survey.web.voter.open_entry.throttle import A_SECOND, AT_ONCE, Throttle
from tests.builders import BY, EXAMPLES, open_campaign

PATH = "/o/public-satisfaction"
JSON = {"Accept": "application/json"}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_app(app: Flask, clock: Clock) -> Flask:
    open_campaign(app, EXAMPLES / "public-satisfaction.toml")
    app.extensions["minping_throttle"] = Throttle(clock)
    return app


def ask(app: Flask, address: str, **headers: str) -> int:
    answer = app.test_client().post(PATH, headers=JSON | headers, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code


def exhaust(app: Flask, address: str) -> None:
    throttle = app.extensions["minping_throttle"]
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
        while not throttle.take(module._address()):
            pass


def test_an_address_has_its_share_and_no_more(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert [throttle.take("a") for _ in range(AT_ONCE)] == [0] * AT_ONCE
    late = throttle.take("a")
    assert 0 < late <= 1 / A_SECOND + 1e-6
    assert throttle.take("a") == late  # a refusal costs nothing
    clock.now += late
    assert throttle.take("a") == 0
    assert throttle.take("a") > 0
    assert throttle.take("b") == 0


def test_ten_a_second_are_never_refused(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(36_000):
        clock.now += 0.1
        assert throttle.take("a") == 0


def test_a_script_gets_the_steady_rate(clock: Clock) -> None:
    throttle, got = Throttle(clock), 0
    for _ in range(60_000):
        clock.now += 0.001
        got += not throttle.take("a")
    assert AT_ONCE + 60 * A_SECOND - 1 <= got <= AT_ONCE + 60 * A_SECOND + 1


def test_addresses_are_kept_hashed_and_for_seconds(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(AT_ONCE):
        throttle.take("203.0.113.77")
    kept = repr(vars(throttle))
    assert "203" not in re.sub(r"\\x..", "", kept)
    assert len(throttle._busy_until) == 1
    clock.now += AT_ONCE / A_SECOND + 1
    throttle.take("198.51.100.1")
    assert len(throttle._busy_until) == 1
    other = Throttle(clock)
    other.take("198.51.100.1")
    assert throttle._busy_until.keys() != other._busy_until.keys()


def test_any_request_lets_go_of_what_has_run_out(open_app: Flask, clock: Clock) -> None:
    throttle = open_app.extensions["minping_throttle"]
    assert ask(open_app, "203.0.113.7") == 200
    assert len(throttle._busy_until) == 1
    clock.now += 1.5
    assert open_app.test_client().get("/healthz").status_code == 200
    assert throttle._busy_until == {}


def test_memory_is_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_KEPT", 100)
    throttle = Throttle(clock)
    for number in range(1000):
        throttle.take(str(number))
    assert len(throttle._busy_until) == 100


def test_refusal_says_when_to_come_back(open_app: Flask, clock: Clock) -> None:
    exhaust(open_app, "203.0.113.7")
    client = open_app.test_client()
    for headers in (JSON, {}):
        answer = client.post(PATH, headers=headers, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "1"
        assert "Set-Cookie" not in answer.headers
    assert f'<form method="post" action="{PATH}">' in answer.text
    assert "过几秒钟再试" in answer.text
    answer = client.post(PATH, headers=JSON, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert answer.json["error"] == "too-busy"
    assert ask(open_app, "203.0.113.8") == 200
    clock.now += 1
    assert ask(open_app, "203.0.113.7") == 200


def test_known_codes_are_never_throttled(open_app: Flask) -> None:
    device = open_app.test_client()
    code = device.post(PATH, headers=JSON).json["code"]
    exhaust(open_app, "127.0.0.1")
    assert ask(open_app, "127.0.0.1") == 429
    for _ in range(5):
        assert device.post(PATH, headers=JSON).json["code"] == code
        assert device.post("/v/ballot", data={"code": code}).status_code == 200
    assert device.post("/v/cast", data={"code": code}).status_code == 201
    assert device.post(PATH, headers=JSON).status_code == 409
    assert device.get(PATH).status_code == 200


def test_a_cookie_that_yields_new_codes_is_throttled(open_app: Flask, client: FlaskClient) -> None:
    code = client.post(PATH, headers=JSON).json["code"]
    cookie = client.get_cookie(COOKIE, path=PATH).value
    with transaction(write=True) as session:
        tokens.void(session, vault(), "public-satisfaction", [code], BY)
    exhaust(open_app, "127.0.0.1")
    thief = open_app.test_client()
    thief.set_cookie(COOKIE, cookie, path=PATH)
    assert thief.post(PATH, headers=JSON).status_code == 429


@pytest.mark.parametrize(
    ("peer", "forwarded", "same"),
    [
        ("2001:db8:0:1::1", None, "2001:db8:0:1:ffff::9"),  # one subscriber's network
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),  # a proxy on this machine
        ("::1", "spoofed, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # a header that no proxy of ours wrote
    ],
)
def test_what_counts_as_one_address(open_app: Flask, peer: str, forwarded: str | None, same: str) -> None:
    exhaust(open_app, same)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert ask(open_app, peer, **headers) == 429


def test_voters_behind_one_proxy_are_told_apart(open_app: Flask) -> None:
    exhaust(open_app, "203.0.113.7")
    assert ask(open_app, "127.0.0.1", **{"X-Forwarded-For": "203.0.113.8"}) == 200
    assert ask(open_app, "2001:db8:0:2::1") == 200


def test_what_is_refused_anyway_costs_nothing(open_app: Flask, client: FlaskClient) -> None:
    throttle = open_app.extensions["minping_throttle"]
    client.post("/o/none")
    client.get(PATH)
    assert throttle._busy_until == {}
