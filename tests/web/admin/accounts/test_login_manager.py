"""Who is logged in, and until when."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.signing_in import an_account, signed_in
from tests.web.admin.accounts.test_login import is_in, log_in, post, with_password


def test_a_stranger_is_led_back(client: FlaskClient) -> None:
    assert client.get("/admin/me/password?x=1").location == "/admin/login?next=/admin/me/password?x%3D1"
    assert client.get("/admin/me").location == "/admin/login?next=/admin/me"


def test_a_cookie_kept_from_before_logging_out_is_worth_nothing(app: Flask, client: FlaskClient) -> None:
    with_password()
    log_in(client)
    kept = client.get_cookie("minping_admin", path="/admin")
    assert kept
    post(client, "/admin/logout", "/admin/me")
    client.set_cookie("minping_admin", kept.value, path="/admin")
    assert not is_in(client)


def test_idle_too_long(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(app)
    start = datetime.now(UTC)
    minute = timedelta(minutes=1)
    for after, inside in ((29, True), (58, True), (89, False)):
        monkeypatch.setattr(
            "survey.web.admin.accounts.login_manager.now", lambda after=after: start + after * minute
        )
        assert is_in(client) == inside, after


def test_a_disabled_account_is_thrown_out_at_once(each_app: Flask) -> None:
    owner, victim = signed_in(each_app, "owner"), signed_in(each_app, "organiser")
    assert is_in(victim)
    page = f"/admin/people/{an_account('organiser').id}"
    post(owner, f"{page}/disable", page)
    assert not is_in(victim)
