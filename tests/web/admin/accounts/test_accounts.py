"""Logging in, one's own account and the accounts of others, as pages."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from survey.services.accounts import accounts, passwords, second_factor, sessions
from survey.services.accounts.accounts import Account
from survey.services.accounts.login_throttle import FREE
from survey.storage.database import transaction
from tests.builders import BY
from tests.signing_in import PASSWORD, an_account, number_of, sign_in, signed_in

OTHER = "velvet-quartz-72-竹林"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be quick: as slow as passwords must be, tests need not be."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    passwords._nobody.cache_clear()


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


def test_a_stranger_is_led_back(client: FlaskClient) -> None:
    assert client.get("/admin/me/password?x=1").location == "/admin/login?next=/admin/me/password?x%3D1"
    assert client.get("/admin/me").location == "/admin/login?next=/admin/me"


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


def test_a_cookie_kept_from_before_logging_out_is_worth_nothing(app: Flask, client: FlaskClient) -> None:
    with_password()
    log_in(client)
    kept = client.get_cookie("minping_admin", path="/admin")
    assert kept
    post(client, "/admin/logout", "/admin/me")
    client.set_cookie("minping_admin", kept.value, path="/admin")
    assert not is_in(client)


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


def test_a_link_asks_for_the_second_factor(app: Flask, client: FlaskClient) -> None:
    account = an_account("owner")
    path = link_of(account)
    for typed in ("", "000000"):
        answer = post(client, path, totp=typed)
        assert answer.status_code == 403
        assert "链接仍然有效" in answer.text
    assert post(client, path, totp=number_of(account)).status_code == 303
    assert is_in(client)


def test_the_second_factor_of_a_link_cannot_be_guessed(app: Flask, client: FlaskClient) -> None:
    path = link_of(an_account("owner"))
    answers = [post(client, path, totp="000000").status_code for _ in range(FREE + 2)]
    assert answers == [403] * FREE + [429] * 2


# Guessing


def test_guessing_is_stopped_and_a_known_device_is_not(each_app: Flask) -> None:
    with_password()
    desk, attacker = each_app.test_client(), each_app.test_client()
    log_in(desk)
    post(desk, "/admin/logout", "/admin/me")
    answers = [log_in(attacker, password=f"{OTHER} {n}") for n in range(FREE + 3)]
    assert [answer.status_code for answer in answers] == [403] * FREE + [429] * 3
    assert "分钟后再试" in answers[-1].text
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 30
    assert log_in(attacker).status_code == 429
    assert log_in(each_app.test_client()).status_code == 429
    assert log_in(desk).status_code == 303
    assert log_in(each_app.test_client()).status_code == 429


def test_a_device_is_known_for_its_own_account_only(app: Flask) -> None:
    with_password()
    with_password(name="李四")
    attacker = app.test_client()
    log_in(attacker, "李四")
    post(attacker, "/admin/logout", "/admin/me")
    for n in range(FREE):
        log_in(app.test_client(), password=f"{OTHER} {n}")
    assert log_in(attacker).status_code == 429
    (known,) = (cookie for cookie in attacker._cookies.values() if cookie.key.startswith("minping-device-"))
    for mine in app.test_client(), attacker:
        log_in(mine, "李四")
    theirs = known.key
    thief = app.test_client()
    with_password(name="王五")
    log_in(thief, "王五")
    (own,) = (cookie for cookie in thief._cookies.values() if cookie.key.startswith("minping-device-"))
    thief.set_cookie(theirs, own.value, path="/admin/login")
    for n in range(FREE):
        log_in(app.test_client(), "李四", f"{OTHER} {n}")
    assert log_in(thief, "李四").status_code == 429


def test_unknown_names_wait_alike(client: FlaskClient) -> None:
    answers = [log_in(client, "王五", OTHER).status_code for _ in range(FREE + 1)]
    assert answers == [403] * FREE + [429]


def test_an_attack_on_one_leaves_the_office_alone(app: Flask) -> None:
    with_password()
    with_password(name="李四")
    for n in range(FREE + 1):
        log_in(app.test_client(), password=f"{OTHER} {n}")
    assert log_in(app.test_client(), "李四").status_code == 303


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


# The second factor


def test_logging_in_with_the_second_factor(app: Flask) -> None:
    account = with_password("owner")
    number = number_of(account)
    client, thief = app.test_client(), app.test_client()
    assert log_in(client).status_code == 403
    assert log_in(client, totp=number).status_code == 303
    assert log_in(thief, totp=number).status_code == 403
    assert not is_in(thief)


def test_an_owner_is_led_to_a_second_factor(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        account = accounts.create(session, "张三", "owner", PASSWORD, BY).account
    log_in(client)
    assert client.get("/admin/").location == "/admin/me/second-factor"
    page = client.get("/admin/me/second-factor").text
    secret = re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0])
    assert "<svg" in page
    wrong = post(client, "/admin/me/second-factor", number="000000")
    assert wrong.status_code == 422
    assert secret in re.sub(r"\s", "", wrong.text)
    number = pyotp.TOTP(secret).at(datetime.now(UTC))
    shown = post(client, "/admin/me/second-factor", number=number)
    codes = re.findall(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", shown.text)
    assert len(set(codes)) == 10
    assert client.get("/admin/").status_code == 200
    assert post(client, "/admin/me/second-factor", number=number, present=codes[0]).status_code == 422
    assert not any(code in client.get("/admin/me/second-factor").text for code in codes)
    other = app.test_client()
    assert log_in(other, totp=number).status_code == 403
    assert log_in(other, totp=codes[1]).status_code == 303
    assert log_in(app.test_client(), totp=codes[1]).status_code == 403
    with transaction() as session:
        assert second_factor.recovery_codes_left(session, account) == 9


def test_a_failed_change_uses_no_recovery_code_up(app: Flask) -> None:
    client = signed_in(app, "owner")
    account = an_account("owner")
    with transaction(write=True) as session:
        codes = second_factor.renew_recovery_codes(session, account, BY)
    assert post(client, "/admin/me/second-factor", number="000000", present=codes[0]).status_code == 422
    with transaction() as session:
        assert second_factor.recovery_codes_left(session, account) == 10


def test_another_authenticator_wants_the_present_one(app: Flask) -> None:
    client = signed_in(app, "owner")
    page = client.get("/admin/me/second-factor").text
    secret = re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0])
    number = pyotp.TOTP(secret).at(datetime.now(UTC))
    for present in ("", "000000", number):
        answer = post(client, "/admin/me/second-factor", number=number, present=present)
        assert answer.status_code == 422
    present = number_of(an_account("owner"))
    assert post(client, "/admin/me/second-factor", number=number, present=present).status_code == 200
    assert an_account("owner").totp_secret == secret


def test_new_recovery_codes_want_a_number(app: Flask) -> None:
    client = signed_in(app, "owner")
    assert post(client, "/admin/me/recovery-codes", totp="000000").status_code == 422
    number = number_of(an_account("owner"))
    assert post(client, "/admin/me/recovery-codes", totp=number).status_code == 200
    assert post(client, "/admin/me/recovery-codes", totp=number).status_code == 422


def test_numbers_cannot_be_guessed_in_a_stolen_session(app: Flask) -> None:
    client = signed_in(app, "owner")
    answers = [post(client, "/admin/me/recovery-codes", totp="000000").status_code for _ in range(FREE + 2)]
    assert answers == [422] * FREE + [429] * 2


def test_without_a_second_factor_there_are_no_recovery_codes(app: Flask) -> None:
    answer = signed_in(app, "viewer").get("/admin/me/recovery-codes")
    assert answer.location == "/admin/me/second-factor"


# One's own account


def test_a_new_password_ends_the_other_sessions(app: Flask, client: FlaskClient) -> None:
    with_password()
    other = app.test_client()
    for one in (client, other):
        log_in(one)
    fields = {"password": OTHER, "again": OTHER}
    assert post(client, "/admin/me/password", **fields).status_code == 422
    assert post(client, "/admin/me/password", present=OTHER, **fields).status_code == 422
    assert is_in(other)
    assert post(client, "/admin/me/password", present=PASSWORD, **fields).status_code == 303
    assert is_in(client)
    assert not is_in(other)
    assert log_in(other).status_code == 403
    assert log_in(other, password=OTHER).status_code == 303


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        ("short", "short", "12 至 200"),
        (OTHER, PASSWORD, "不一致"),
        ("password1234", "password1234", "太常见"),
        ("", "", "请填写"),
    ],
    ids=["short", "differ", "common", "empty"],
)
def test_a_bad_new_password(app: Flask, client: FlaskClient, one: str, two: str, said: str) -> None:
    with_password()
    log_in(client)
    answer = post(client, "/admin/me/password", present=PASSWORD, password=one, again=two)
    assert answer.status_code == 422
    assert said in answer.text


def test_ending_one_session_and_all(app: Flask) -> None:
    account = an_account()
    here, there, third = (sign_in(app.test_client(), account) for _ in range(3))
    other = signed_in(app, "viewer")
    page = here.get("/admin/me").text
    keys = re.findall(r'action="(/admin/me/sessions/[0-9a-f]{64})"', page)
    assert len(keys) == 2
    post(other, keys[0], "/admin/me")
    assert is_in(there)
    assert is_in(third)
    post(here, keys[0], "/admin/me")
    assert [is_in(here), is_in(there) + is_in(third)] == [True, 1]
    answer = post(here, "/admin/me/sessions", "/admin/me")
    assert answer.location == "/admin/login"
    assert not any(is_in(client) for client in (here, there, third))
    assert is_in(other)


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


# The accounts of others


def test_an_owner_makes_an_account(app: Flask) -> None:
    client = signed_in(app, "owner")
    answer = post(client, "/admin/people", name=" 李四 ", unit="考核组", role="scrutineer")
    link = re.search(r"/admin/link/[\w-]{40,}", answer.text)
    assert link
    assert link[0] not in client.get("/admin/people").text
    assert "考核组" in client.get("/admin/people").text
    new = app.test_client()
    post(new, link[0])
    post(new, "/admin/me/password", password=PASSWORD, again=PASSWORD)
    page = new.get("/admin/me").text
    assert "李四" in page
    assert "计票人" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "role": "viewer"},
        {"name": "owner", "role": "viewer"},
        {"name": "名" * 81, "role": "viewer"},
        {"name": "李四", "role": "king"},
        {"name": "李四"},
        {"name": "李\x01四", "role": "viewer"},
    ],
    ids=["no-name", "taken", "long", "no-such-role", "no-role", "unprintable"],
)
def test_an_account_that_cannot_be_made(app: Flask, fields: dict[str, str]) -> None:
    client = signed_in(app, "owner")
    answer = post(client, "/admin/people", unit="考核组", **fields)
    assert answer.status_code == 422
    assert 'value="考核组"' in answer.text
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM accounts")).scalar() == 1


def test_an_owner_helps_and_keeps_out(app: Flask) -> None:
    owner, account = signed_in(app, "owner"), with_password()
    page = f"/admin/people/{account.id}"
    answer = post(owner, f"{page}/link", page)
    link = re.search(r"/admin/link/[\w-]{40,}", answer.text)
    assert link
    client = app.test_client()
    assert log_in(client).status_code == 403
    post(owner, f"{page}/disable", page)
    assert post(app.test_client(), "/admin/login", name="张三", password=PASSWORD).status_code == 403
    assert client.get(link[0]).status_code == 403
    assert "已停用" in owner.get(page).text
    post(owner, f"{page}/enable", page)
    assert "已停用" not in owner.get(page).text


def test_an_owner_resets_a_second_factor(app: Flask) -> None:
    owner, other = signed_in(app, "owner", name="甲"), an_account("owner", name="乙")
    page = f"/admin/people/{other.id}"
    theirs = sign_in(app.test_client(), other)
    post(owner, f"{page}/second-factor", page)
    assert not is_in(theirs)
    assert an_account("owner", name="乙").totp_secret is None


def test_an_owner_does_not_get_round_the_checks_on_the_own_account(app: Flask) -> None:
    account = an_account("owner")
    page = f"/admin/people/{account.id}"
    for act in ("link", "second-factor"):
        assert post(signed_in(app, "owner"), f"{page}/{act}", "/admin/me").status_code == 409
    answer = post(signed_in(app, "owner"), f"{page}/disable", "/admin/me")
    assert answer.status_code == 303
    assert not an_account("owner").disabled


def test_no_such_person(app: Flask) -> None:
    client = signed_in(app, "owner")
    assert client.get("/admin/people/9999").status_code == 404
    for act in ("disable", "enable", "link", "second-factor"):
        assert post(client, f"/admin/people/9999/{act}", "/admin/me").status_code == 404
