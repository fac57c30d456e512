"""Logging in, one's own account and the accounts of others, as pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from survey.services.accounts import accounts, sessions
from survey.services.accounts.accounts import Account
from survey.services.accounts.login_throttle import FREE
from survey.storage.database import transaction
from tests.builders import BY
from tests.signing_in import PASSWORD, an_account, sign_in

OTHER = "velvet-quartz-72-竹林"


def with_password(role: str = "organiser", name: str = "张三") -> Account:
    account = an_account(role, name=name)
    with transaction(write=True) as session:
        accounts.set_password(session, account, PASSWORD, BY)
    return account


def post(client: FlaskClient, path: str, on: str = "", **fields: str) -> TestResponse:
    """Post a form with the token of the page that it is on."""
    shown = client.get(on or path)
    token = re.search(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', shown.text)
    assert token, (shown.status_code, shown.text)
    return client.post(path, data={"csrf_token": token[1], **fields})


def log_in(client: FlaskClient, name: str = "张三", password: str = PASSWORD, totp: str = "") -> TestResponse:
    return post(client, "/admin/login", name=name, password=password, totp=totp)


def is_in(client: FlaskClient) -> bool:
    return client.get("/admin/me").status_code == 200


def link_of(account: Account, hours: float = 0) -> str:
    """Make a login link that has been about for so many hours."""
    by = accounts.By(BY.actor, datetime.now(UTC) - timedelta(hours=hours))
    with transaction(write=True) as session:
        return f"/admin/link/{accounts.make_link(session, account, by)}"


# Logging in


def test_logging_in_and_out(each_app: Flask) -> None:
    with_password()
    client = each_app.test_client()
    answer = log_in(client)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert is_in(client)
    answer = post(client, "/admin/logout", "/admin/me")
    assert answer.location == "/admin/login"
    assert not is_in(client)


def test_the_cookies_of_a_login(app: Flask, client: FlaskClient) -> None:
    with_password()
    cookies = log_in(client).headers.getlist("Set-Cookie")
    login = next(cookie for cookie in cookies if cookie.startswith("minping_admin="))
    device = next(cookie for cookie in cookies if cookie.startswith("minping-device-"))
    for cookie in (login, device):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert "Path=/admin;" in f"{login};"
    assert "Expires" not in login
    assert "Path=/admin/login;" in f"{device};"
    assert len(cookies) == 2


def test_cookies_are_secure_where_the_site_is(app: Flask, client: FlaskClient) -> None:
    with_password()
    app.config["SESSION_COOKIE_SECURE"] = True
    page = client.get("/admin/login", base_url="https://localhost")
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page.text)
    assert token
    answer = client.post(
        "/admin/login",
        base_url="https://localhost",
        data={"csrf_token": token[1], "name": "张三", "password": PASSWORD},
        headers={"Referer": "https://localhost/admin/login"},
    )
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("; Secure" in cookie for cookie in cookies)


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/admin/me", "/admin/me"),
        ("/admin/me?x=1", "/admin/me?x=1"),
        ("https://elsewhere.example/", "/admin/"),
        ("//elsewhere.example/admin/", "/admin/"),
        ("/admin/\\elsewhere", "/admin/"),
        ("/v", "/admin/"),
        ("", "/admin/"),
    ],
)
def test_after_logging_in_one_is_where_one_wanted(client: FlaskClient, wanted: str, led: str) -> None:
    with_password()
    client.get("/admin/login")
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', client.get("/admin/login").text)
    assert token
    answer = client.post(
        "/admin/login",
        query_string={"next": wanted},
        data={"csrf_token": token[1], "name": "张三", "password": PASSWORD},
    )
    assert answer.location == led


def test_wrong_password_unknown_and_disabled_read_the_same(app: Flask, client: FlaskClient) -> None:
    with_password()
    gone = with_password(name="李四")
    with transaction(write=True) as session:
        session.execute(text("UPDATE accounts SET disabled = true WHERE id = :id"), {"id": gone.id})
    answers = [
        log_in(client, name, password).text
        for name, password in (("张三", OTHER), ("王五", PASSWORD), ("李四", PASSWORD))
    ]
    assert len({re.sub(r'value="[^"]*"|（.*?）', "", answer) for answer in answers}) == 1
    assert "不正确" in answers[0]
    assert not is_in(client)


def test_what_was_typed_is_kept_but_not_the_password(app: Flask, client: FlaskClient) -> None:
    with_password()
    page = log_in(client, "张三", OTHER).text
    assert 'value="张三"' in page
    assert OTHER not in page


# Session fixation


def test_a_session_is_made_anew_at_every_login(app: Flask, client: FlaskClient) -> None:
    with_password()
    client.get("/admin/login")
    planted = client.get_cookie("minping_admin", path="/admin")
    assert planted
    seen = set()
    for _ in range(3):
        log_in(client)
        with client.session_transaction("/admin/") as cookie:
            seen.add(cookie["_user_id"])
        former = client.get_cookie("minping_admin", path="/admin")
    assert len(seen) == 3
    assert former
    thief = app.test_client()
    thief.set_cookie("minping_admin", planted.value, path="/admin")
    assert not is_in(thief)


def test_what_was_planted_in_the_cookie_does_not_go_on(app: Flask, client: FlaskClient) -> None:
    with_password()
    attacker = an_account("viewer", name="李四")
    sign_in(client, attacker)
    with client.session_transaction("/admin/") as cookie:
        planted = cookie["_user_id"]
        cookie["planted"] = "x"
    token = client.get("/admin/me").text.split('name="csrf_token" value="')[1].split('"')[0]
    log_in(client)
    with client.session_transaction("/admin/") as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != planted
    assert "张三" in client.get("/admin/me").text
    assert client.post("/admin/logout", data={"csrf_token": token}).status_code == 400
    with transaction() as session:
        assert sessions.find(session, planted, datetime.now(UTC)) is None


def test_the_language_goes_on(app: Flask, client: FlaskClient) -> None:
    with_password()
    post(client, "/admin/language", "/admin/login", language="en", page="/admin/login")
    log_in(client)
    with client.session_transaction("/admin/") as cookie:
        assert cookie["language"] == "en"


# Links


def test_a_link_leads_to_a_password_and_works_once(each_app: Flask) -> None:
    with transaction(write=True) as session:
        account = accounts.create(session, "张三", "organiser", None, BY).account
    path = link_of(account)
    client, other = each_app.test_client(), each_app.test_client()
    assert post(client, path).status_code == 303
    assert client.get("/admin/").location == "/admin/me/password"
    saved = post(client, "/admin/me/password", password=PASSWORD, again=PASSWORD)
    assert saved.location == "/admin/"
    assert client.get("/admin/").status_code == 200
    for answer in (other.get(path), client.get(path)):
        assert answer.status_code == 403
        assert "已经用过" in answer.text
    token = re.search(r'value="([^"]+)"', other.get("/admin/login").text)
    assert token
    assert other.post(path, data={"csrf_token": token[1]}).status_code == 403
    assert not is_in(other)
    assert log_in(other).status_code == 303


@pytest.mark.parametrize(("hours", "status"), [(23.9, 200), (24.1, 403), (999, 403)])
def test_a_link_expires(client: FlaskClient, hours: float, status: int) -> None:
    assert client.get(link_of(an_account(), hours)).status_code == status


# Guessing


def test_unknown_names_wait_alike(client: FlaskClient) -> None:
    answers = [log_in(client, "王五", OTHER).status_code for _ in range(FREE + 1)]
    assert answers == [403] * FREE + [429]


def test_a_login_link_helps_at_once(app: Flask, client: FlaskClient) -> None:
    account = with_password()
    for n in range(FREE + 1):
        log_in(app.test_client(), password=f"{OTHER} {n}")
    assert log_in(client).status_code == 429
    post(client, link_of(account))
    assert is_in(client)
    post(client, "/admin/logout", "/admin/me")
    assert log_in(client).status_code == 303


def test_no_address_is_stored(app: Flask) -> None:
    with_password()
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    log_in(client, password=OTHER)
    log_in(client)
    with transaction() as session:
        for table in ("login_failures", "login_sessions", "audit", "accounts"):
            assert "203.0.113" not in repr(session.execute(text(f"SELECT * FROM {table}")).all())
