"""The headers of every answer, whatever became of the request; cookies' flags; what is too large."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app
from survey.storage.database import db
from tests.conftest import settings_on
from tests.signing_in import PASSWORD, signed_in

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
REQUESTS = [
    ("GET", "/v", 200, {}),
    ("GET", "/static/css/voter.css", 200, {}),
    ("GET", "/static/voter/voter.css", 200, {}),
    ("GET", "/healthz", 200, {}),
    ("GET", "/admin", 308, {}),
    ("GET", "/admin/", 302, {}),
    ("POST", "/admin/login", 400, {}),
    ("GET", "/v", 400, {"environ_overrides": {"HTTP_HOST": "a" * 100}}),
    ("GET", "/metrics", 404, {}),
    ("GET", "/nothing", 404, {}),
    ("GET", "/r/none", 404, {"headers": {"Accept": "application/json"}}),
    ("POST", "/v/ballot", 404, {}),
    ("DELETE", "/v/cast", 405, {}),
    ("BREW", "/receipt", 405, {}),
    ("POST", "/v/cast", 413, {"data": b"x" * 300_000}),
    ("POST", "/receipt", 422, {}),
]


def require_headers(headers: dict[str, str], path: str) -> None:
    always = dict(ALWAYS)
    if path.startswith("/static/"):
        # A sandboxed frame is of no origin; what is the same for all may go there.
        always["Cross-Origin-Resource-Policy"] = "cross-origin"
    assert headers | always == headers
    policy = headers["Content-Security-Policy"]
    assert all(part in policy for part in POLICY), policy
    assert "unsafe" not in policy
    cached = path == "/v" or path.startswith("/static/")
    assert cached or headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


@pytest.mark.parametrize(("method", "path", "status", "more"), REQUESTS)
def test_headers_of_every_status(
    client: FlaskClient, method: str, path: str, status: int, more: dict[str, Any]
) -> None:
    with client.open(path, method=method, **more) as answer:
        assert answer.status_code == status
        require_headers(dict(answer.headers), path if status == 200 else "")
        assert "Strict-Transport-Security" not in answer.headers


def test_headers_of_a_failure(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "health.healthz", fail)
    answer = client.get("/healthz")
    assert answer.status_code == 500
    require_headers(dict(answer.headers), "/healthz")
    assert "ZeroDivision" not in answer.text


@pytest.fixture
def behind_https(tmp_path: Path) -> Iterator[Flask]:
    settings = settings_on("sqlite", tmp_path, None, MINPING_BASE_URL="https://minping.example.org")
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_https_is_kept_to_and_cookies_are_held_back(behind_https: Flask) -> None:
    for path in ("/v", "/admin/login", "/nothing"):
        answer = behind_https.test_client().get(path)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookies = behind_https.test_client().get("/admin/login").headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        flags = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/admin", "SameSite=Lax"} <= flags, cookie


def test_the_router_sends_nobody_to_another_host_or_scheme(behind_https: Flask) -> None:
    for path in ("/admin", "/v//ballot", "/admin//login"):
        answer = behind_https.test_client().get(path, headers={"Host": "evil.example"})
        assert answer.status_code in (308, 404, 405), path
        assert answer.headers.get("Location", "/").startswith("/")
        assert "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil.example", "/v", "javascript:x"]
)
def test_nobody_is_led_away_by_logging_in(app: Flask, next_: str) -> None:
    from survey.services.accounts import accounts
    from survey.storage.database import transaction
    from tests.builders import BY

    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(write=True) as session:
        accounts.create(session, "张三", "viewer", PASSWORD, BY)
    fields = {"name": "张三", "password": PASSWORD}
    answer = app.test_client().post("/admin/login", query_string={"next": next_}, data=fields)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    moved = signed_in(app, "viewer").post("/admin/language", data={"language": "en", "page": next_})
    assert moved.location == "/admin/"


@pytest.mark.parametrize(
    "path", ["/v/cast", "/v/ballot", "/o/x", "/receipt", "/admin/login", "/admin/language"]
)
def test_a_body_over_the_limit_is_not_read(client: FlaskClient, path: str) -> None:
    answer = client.post(
        path, data=b"a=" + b"x" * (256 * 1024), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/v/cast", "/receipt", "/admin/login"])
def test_more_parts_than_any_form_has_are_refused(client: FlaskClient, path: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    kind = "multipart/form-data; boundary=x"
    answer = client.post(path, data=part * 3_000 + b"--x--\r\n", content_type=kind)
    assert answer.status_code in (400, 404, 413, 422)
