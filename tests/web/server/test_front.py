"""The front: the usual way never reaches Flask, whatever is not usual does, and nothing is lost between.

That both answer alike is compared at every request of the voters' tests (``tests/web/voter/both_ways.py``).
"""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from survey.services.voting import casting
from survey.web import health
from survey.web.server.front import _Front
from tests.builders import EXAMPLES, running_campaign
from tests.web.voter.test_pages import JSON, stored

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


class Watch:
    """Counts what reaches Flask."""

    def __init__(self, app: Flask) -> None:
        self.front: _Front = app.wsgi_app  # type: ignore[assignment]
        self.flask = self.front._flask
        self.front._flask = self  # type: ignore[assignment]
        self.reached = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.reached += 1
        return self.flask(environ, start_response)


@pytest.fixture
def codes(app: Flask) -> list[str]:
    return running_campaign(app, EXAMPLES / "town-annual.toml", number=6).codes["A"]


@pytest.fixture
def watch(app: Flask) -> Watch:
    return Watch(app)


def journey(client: FlaskClient, code: str, headers: dict[str, str] = GZIP) -> list[Any]:
    ballot = {"code": code, "c1.de": "excellent"}
    return [
        client.get("/v", headers=headers),
        client.post("/v/ballot", data={"code": code}, headers=headers),
        client.post("/v/cast", data=ballot, headers=headers),
    ]


def test_the_second_journey_does_without_flask(
    app: Flask, client: FlaskClient, codes: list[str], watch: Watch
) -> None:
    first = journey(client, codes[0])
    assert watch.reached == 3
    second = journey(client, codes[1])
    assert watch.reached == 3
    assert stored(app) == 2
    for one, other in zip(first, second, strict=True):
        assert (one.status, [*one.headers.keys()]) == (other.status, [*other.headers.keys()])


@pytest.mark.parametrize(
    "headers", [{}, JSON, {"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "br;q=1, gzip;q=0.5"}]
)
def test_each_kind_of_client_is_learned_by_itself(
    client: FlaskClient, codes: list[str], watch: Watch, headers: dict[str, str]
) -> None:
    journey(client, codes[0])
    for code in codes[1:3]:
        last = journey(client, code, headers)[-1]
        assert last.is_json == (headers == JSON)
        assert ("Content-Encoding" in last.headers) == ("0.5" in str(headers))


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("HEAD", "/v", {}),
        ("GET", "/v?lang=en&more", {}),
        ("GET", "/v?lang=xx", {}),
        ("GET", "/v", {"headers": {"If-None-Match": '"x"'}}),
        ("GET", "/v", {"headers": {"Range": "bytes=0-1"}}),
        ("GET", "/v", {"headers": {"Host": "a b"}}),
        ("GET", "//v", {}),
        ("POST", "/v", {}),
        ("POST", "/v/cast", {"content_type": "multipart/form-data"}),
        ("POST", "/v/cast", {"content_type": "text/plain"}),
        ("POST", "/v/cast", {"headers": {"Transfer-Encoding": "chunked"}}),
        ("POST", "/v/ballot", {"more": {"c1.de": "excellent"}}),
        ("POST", "/v/cast", {"more": {"c1.de": "nonsense"}}),
        ("POST", "/v/ballot", {"headers": JSON}),
    ],
)
def test_whatever_is_not_usual_goes_on_to_flask(
    app: Flask, client: FlaskClient, codes: list[str], watch: Watch, method: str, path: str, more: Any
) -> None:
    journey(client, codes[0])
    reached = watch.reached
    fields = {"code": codes[1], **more.pop("more", {})}
    client.open(path, method=method, data=fields if method == "POST" else None, **more)
    assert watch.reached == reached + 1
    assert stored(app) == 1 or path == "/v/cast"


def test_the_entry_is_given_at_once_as_it_was_given_before(client: FlaskClient, watch: Watch) -> None:
    def environ(path: str = "/v", method: str = "GET", **headers: str) -> dict[str, Any]:
        return EnvironBuilder(path, method=method, headers=GZIP | headers).get_environ()

    assert watch.front.at_once(environ()) is None
    before = client.get("/v", headers=GZIP)
    answered = watch.front.at_once(environ())
    assert answered is not None
    status, headers, body = answered
    assert (status, body) == (before.status, before.data)
    assert [one for one in headers if one[0] != "Date"] == [one for one in before.headers if one[0] != "Date"]
    for other in (
        environ("/v?lang=en"),
        environ("/v/ballot"),
        environ(method="POST"),
        environ(method="HEAD"),
        environ(**{"If-None-Match": before.headers["ETag"]}),
        environ(**{"Accept-Encoding": "identity"}),
    ):
        assert watch.front.at_once(other) is None
    assert watch.reached == 1


def test_a_refusal_is_flasks_and_spends_nothing(
    app: Flask, client: FlaskClient, codes: list[str], watch: Watch
) -> None:
    journey(client, codes[0])
    reached = watch.reached
    spent = client.post("/v/cast", data={"code": codes[0]})
    unknown = client.post("/v/ballot", data={"code": "0000-0000-0000-0000"})
    assert (spent.status_code, unknown.status_code) == (409, 404)
    assert watch.reached == reached + 2
    assert stored(app) == 1


def test_what_fails_after_the_ballot_was_written_is_not_tried_again(
    app: Flask, client: FlaskClient, codes: list[str], watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey(client, codes[0])
    app.config["PROPAGATE_EXCEPTIONS"] = False
    tries: list[object] = []

    def fail(*given: object) -> None:
        tries.append(given)
        raise RuntimeError

    monkeypatch.setattr(casting, "cast", fail)
    assert client.post("/v/cast", data={"code": codes[1]}).status_code == 500
    assert len(tries) == 1
    assert stored(app) == 1


def test_a_body_that_breaks_off_is_handed_on_as_it_came(
    client: FlaskClient, codes: list[str], watch: Watch
) -> None:
    journey(client, codes[0])
    environ = {"CONTENT_LENGTH": "400", "wsgi.input": BytesIO(f"code={codes[1]}".encode())}
    kind = "application/x-www-form-urlencoded"
    answer = client.open("/v/cast", method="POST", content_type=kind, environ_overrides=environ)
    assert answer.status_code == 400


def test_no_head_with_a_cookie_is_kept(client: FlaskClient, codes: list[str], watch: Watch) -> None:
    flask = watch.flask

    def setting(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return flask(
            environ, lambda status, headers: start_response(status, [*headers, ("Set-Cookie", "a=b")])
        )

    watch.flask = setting
    for code in codes[:2]:
        journey(client, code)
    assert watch.reached == 6


def test_every_answer_is_counted_once(app: Flask, client: FlaskClient, watch: Watch) -> None:
    labels = {"endpoint": "voter", "status": "any", "process": health.label()}

    def counted() -> float | None:
        found: float | None = app.extensions["minping_metrics"].get_sample_value(
            "minping_requests_total", labels
        )
        return found

    for _ in range(health.ROUNDED_TO - 1):
        client.get("/v")
    assert (counted(), watch.reached) == (0, 1)
    client.get("/v")
    assert (counted(), watch.reached) == (health.ROUNDED_TO, 1)


def test_nothing_of_a_voter_is_kept(client: FlaskClient, codes: list[str], watch: Watch) -> None:
    for code in codes[:2]:
        journey(client, code)
    kept = repr([*watch.front._heads._values.items()])
    assert len(watch.front._heads) == 3
    assert not re.search("|".join(codes), kept)
    assert "excellent" not in kept
