"""Passkeys as pages have them: adding, logging in, signing, removing, and what is kept from whom."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from survey.config import Settings
from survey.domain.definition.campaign import State
from survey.services.accounts import accounts, passkeys, second_factor
from survey.services.accounts.accounts import Account
from survey.services.accounts.login_throttle import FREE
from survey.services.accounts.passkeys import Site
from survey.services.audit.audit import By
from survey.storage.accounts import passkey_rows
from survey.storage.accounts.passkey_rows import Passkey
from survey.storage.database import transaction
from tests.authenticator import HOST, ORIGIN, Authenticator
from tests.builders import BY
from tests.conftest import settings_on
from tests.signing_in import PASSWORD, an_account, number_of, sign_in, signed_in
from tests.web.admin.count.test_counting import counted, found

from .test_login import OTHER, is_in, link_of, log_in, post, with_password

SITE = Site(HOST, ORIGIN)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Serve at an address that has passkeys."""
    return settings_on("sqlite", tmp_path, None, MINPING_BASE_URL=ORIGIN)


def give(account: Account, key: Authenticator) -> list[str]:
    """Give an account a passkey."""
    by = By(account.name, datetime.now(UTC))
    with transaction(write=True) as session:
        options = passkeys.begin(session, SITE, account, "here", by.at)
        challenge = passkeys.passkey_challenges.take(session, account, "here", passkeys.REGISTERING, by.at)
        signed = passkeys.Signed(SITE, challenge, key.make(options))
        return second_factor.add_passkey(session, account, signed, "手机", by)


def holder(role: str = "organiser", name: str = "张三") -> tuple[Account, Authenticator]:
    """Return an account with a password, and its passkey."""
    account, key = with_password(role, name), Authenticator()
    give(account, key)
    return an_account(role, name=name), key


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', page.text)
    assert found, (page.status_code, page.text)
    return found[1]


def ask(client: FlaskClient, page: str) -> TestResponse:
    """Ask as the script of a page does."""
    shown = client.get(page)
    wanted = re.search(r'data-passkey="([^"]+)"', shown.text)
    assert wanted, shown.text
    return client.post(wanted[1], data={"csrf_token": token_of(shown)})


def answer(client: FlaskClient, page: str, key: Authenticator, **fields: str) -> TestResponse:
    """Have a passkey sign what a page asks for, and send its form."""
    options = ask(client, page).get_json()
    return post(client, page, passkey=key.sign(options), **fields)


def halfway(app: Flask, name: str = "张三") -> FlaskClient:
    client = app.test_client()
    assert log_in(client, name).location == "/admin/login/second"
    return client


# Logging in


def test_logging_in_with_a_passkey(app: Flask) -> None:
    _, key = holder("owner")
    client = halfway(app)
    assert not is_in(client)
    assert answer(client, "/admin/login/second", key).location == "/admin/"
    assert is_in(client)
    with transaction() as session:
        acts = session.execute(text("SELECT act FROM audit ORDER BY number DESC")).scalars().all()
    assert acts[0] == "login"


def test_one_is_led_on_to_where_one_wanted(app: Flask, client: FlaskClient) -> None:
    _, key = holder()
    page = "/admin/login?next=/admin/log"
    first = client.post(
        page, data={"csrf_token": token_of(client.get(page)), "name": "张三", "password": PASSWORD}
    )
    assert first.location == "/admin/login/second?next=/admin/log"
    assert answer(client, first.location, key).location == "/admin/log"


def test_a_recovery_code_or_number_does_instead(app: Flask) -> None:
    account = with_password("owner")
    codes = give(account, Authenticator())
    assert codes == []  # it has an authenticator app, and codes of its own
    assert log_in(app.test_client(), totp=number_of(account)).status_code == 303
    other = with_password(name="李四")
    codes = give(other, Authenticator())
    client = halfway(app, "李四")
    page = client.get("/admin/login/second").text
    assert "恢复码" in page
    assert "6 位数字" not in page
    assert post(client, "/admin/login/second", totp="").status_code == 422
    assert post(client, "/admin/login/second", totp="000000").status_code == 403
    assert post(client, "/admin/login/second", totp=codes[0]).status_code == 303
    assert is_in(client)


def test_the_password_alone_does_not_let_in(app: Flask) -> None:
    holder()
    client = halfway(app)
    for path in ("/admin/", "/admin/me", "/admin/me/passkeys/new", "/admin/log"):
        assert client.get(path).location.startswith("/admin/login")


def test_nothing_tells_of_passkeys_before_the_password_is_right(app: Flask) -> None:
    holder()
    with_password(name="李四")
    answers = {
        re.sub(r'value="[^"]*"', "", log_in(app.test_client(), name, OTHER).text)
        for name in ("张三", "李四", "王五")
    }
    assert len(answers) == 1
    stranger = app.test_client()
    assert stranger.get("/admin/login/second").location == "/admin/login"
    token = token_of(stranger.get("/admin/login"))
    refused = stranger.post("/admin/login/second/passkey", data={"csrf_token": token})
    assert (refused.status_code, refused.data) == (403, b"")
    assert ask(halfway(app), "/admin/login/second").get_json()["allowCredentials"]


def test_a_half_login_ends_by_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    holder()
    client = halfway(app)
    assert client.get("/admin/login/second").status_code == 200
    late = datetime.now(UTC) + passkeys.passkey_challenges.LIFE
    monkeypatch.setattr("survey.web.admin.accounts.half_login.now", lambda: late)
    assert client.get("/admin/login/second").location == "/admin/login"


@pytest.mark.parametrize("act", ["password", "disabled"])
def test_a_half_login_is_void_once_the_account_has_changed(app: Flask, act: str) -> None:
    account, key = holder()
    client = halfway(app)
    signed = key.sign(ask(client, "/admin/login/second").get_json())
    shown = client.get("/admin/login/second")
    with transaction(write=True) as session:
        if act == "password":
            accounts.set_password(session, account, OTHER, BY)
        else:
            session.execute(text("UPDATE accounts SET disabled = true"))
    data = {"csrf_token": token_of(shown), "passkey": signed}
    assert client.post("/admin/login/second", data=data).location == "/admin/login"
    assert not is_in(client)


def test_a_seen_answer_lets_nobody_else_in(app: Flask) -> None:
    _, key = holder()
    client, thief = halfway(app), halfway(app)
    signed = key.sign(ask(client, "/admin/login/second").get_json())
    ask(thief, "/admin/login/second")
    assert post(thief, "/admin/login/second", passkey=signed).status_code == 403
    assert post(client, "/admin/login/second", passkey=signed).status_code == 303
    again = halfway(app)
    assert post(again, "/admin/login/second", passkey=signed).status_code == 403
    assert not is_in(thief)
    assert not is_in(again)


def test_wrong_answers_are_counted_like_wrong_numbers(app: Flask) -> None:
    _, key = holder()
    client = halfway(app)
    wrong = Authenticator(credential=key.credential)
    said = [answer(client, "/admin/login/second", wrong).status_code for _ in range(FREE)]
    assert said == [403] * (FREE - 1) + [429]
    assert answer(client, "/admin/login/second", key).status_code == 429
    assert log_in(app.test_client()).status_code == 429


def test_passwords_that_are_right_buy_no_guesses(app: Flask) -> None:
    """Beginning anew between two guesses forgets none of them, on a device that is known either."""
    _, key = holder()
    client = halfway(app)
    assert answer(client, "/admin/login/second", key).status_code == 303  # the device is known now
    post(client, "/admin/logout", "/admin/me")
    said = []
    for _ in range(FREE):
        said.append(log_in(client).status_code)
        if said[-1] == 303:
            said.append(post(client, "/admin/login/second", totp="000000").status_code)
    assert said.count(403) < FREE
    assert 429 in said


def test_who_logs_in_rightly_never_waits(app: Flask) -> None:
    _, key = holder()
    for _ in range(FREE + 2):
        assert answer(halfway(app), "/admin/login/second", key).status_code == 303
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM login_failures")).scalar() == 0


def test_a_copy_of_a_passkey_is_refused_and_noted(app: Flask) -> None:
    account, key = with_password(), Authenticator(counter=5)
    give(account, key)
    assert answer(halfway(app), "/admin/login/second", key).status_code == 303
    key.counter = 5
    assert answer(halfway(app), "/admin/login/second", key).status_code == 403
    with transaction() as session:
        acts = session.execute(text("SELECT act FROM audit ORDER BY number")).scalars().all()
    assert acts[-1] == "passkey-cloned"
    assert "可能被复制" in sign_in(app.test_client(), an_account("owner")).get("/admin/log").text


def test_a_link_stands_in_for_the_password_only(app: Flask) -> None:
    account, key = holder()
    path = link_of(account)
    client = app.test_client()
    assert post(client, path).status_code == 403
    assert not is_in(client)
    other = link_of(account)
    signed = key.sign(ask(app.test_client(), other).get_json())
    assert post(client, path, passkey=signed).status_code == 403
    assert answer(client, path, key).status_code == 303
    assert is_in(client)


# Adding and removing


def test_adding_one_takes_the_password(app: Flask) -> None:
    account = with_password()
    client, other = sign_in(app.test_client(), account), sign_in(app.test_client(), account)
    assert post(client, "/admin/me/passkeys/new", password=OTHER).status_code == 422
    shown = post(client, "/admin/me/passkeys/new", password=PASSWORD)
    options = json.loads(unescape(re.findall(r'data-make="([^"]+)"', shown.text)[0]))
    key = Authenticator()
    data = {"csrf_token": token_of(shown), "label": " 我的  <手机> ", "passkey": key.make(options)}
    codes = client.post("/admin/me/passkeys", data=data)
    assert len(re.findall(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", codes.text)) == 10
    assert "我的 &lt;手机&gt;" in client.get("/admin/me").text
    assert not is_in(other)
    assert client.post("/admin/me/passkeys", data=data).status_code == 422
    client = halfway(app)
    assert answer(client, "/admin/login/second", key).status_code == 303


def test_adding_another_takes_the_present_second_factor(app: Flask) -> None:
    account, key = holder()
    client = sign_in(app.test_client(), account)
    page = "/admin/me/passkeys/new"
    assert post(client, page, password=PASSWORD).status_code == 422
    assert post(client, page, password=PASSWORD, totp="000000").status_code == 422
    assert answer(client, page, key, password=OTHER).status_code == 422
    shown = answer(client, page, key, password=PASSWORD)
    options = json.loads(unescape(re.findall(r'data-make="([^"]+)"', shown.text)[0]))
    made = Authenticator().make(options)
    data = {"csrf_token": token_of(shown), "label": "", "passkey": made}
    assert client.post("/admin/me/passkeys", data=data).location == "/admin/me"
    assert an_account(name="张三").passkeys == 2


@pytest.mark.parametrize(
    ("wanted", "onwards"),
    [("/admin/c/small/sign", "/admin/c/small/sign"), ("//elsewhere.example", "/admin/")],
)
def test_a_first_one_leads_back_to_where_it_was_missing(app: Flask, wanted: str, onwards: str) -> None:
    account = with_password("scrutineer")
    client = sign_in(app.test_client(), account)
    offered = client.get(f"/admin/me/second-factor?next={wanted}").text
    page = unescape(re.findall(r'href="(/admin/me/passkeys/new[^"]*)"', offered)[0])
    shown = post(client, page, password=PASSWORD)
    options = json.loads(unescape(re.findall(r'data-make="([^"]+)"', shown.text)[0]))
    kept_at = unescape(re.findall(r'action="(/admin/me/passkeys[^"]*)"', shown.text)[0])
    data = {"csrf_token": token_of(shown), "label": "", "passkey": "nothing"}
    assert client.post(kept_at, data=data).status_code == 422
    shown = post(client, page, password=PASSWORD)
    options = json.loads(unescape(re.findall(r'data-make="([^"]+)"', shown.text)[0]))
    codes = client.post(kept_at, data=data | {"passkey": Authenticator().make(options)})
    assert re.findall(r'<a class="button primary" href="([^"]+)"', codes.text) == [onwards]


def test_without_proof_nothing_is_made(app: Flask) -> None:
    account, _ = holder()
    client = sign_in(app.test_client(), account)
    options = ask(client, "/admin/me/passkeys/new").get_json()
    made = Authenticator().make(options)
    assert post(client, "/admin/me/passkeys", "/admin/me", label="x", passkey=made).status_code == 422
    assert an_account(name="张三").passkeys == 1


def test_removing_one(app: Flask) -> None:
    account, key = holder()
    give(account, second := Authenticator())
    client, other = sign_in(app.test_client(), account), sign_in(app.test_client(), account)
    first, last = re.findall(r'href="(/admin/me/passkeys/[0-9a-f]{64}/remove)"', client.get("/admin/me").text)
    stranger = signed_in(app, "viewer")
    assert stranger.get(first).status_code == 404
    assert post(client, first, password=PASSWORD).status_code == 422
    assert answer(client, first, key, password=PASSWORD).location == "/admin/me"
    assert an_account(name="张三").passkeys == 1
    assert not is_in(other)
    page = client.get("/admin/me").text
    assert "唯一的，不能删除" in page
    assert last not in page
    answer(client, last, second, password=PASSWORD)
    assert "不能删除。请先" in client.get("/admin/me").text
    assert an_account(name="张三").passkeys == 1


@pytest.mark.parametrize(
    ("page", "fields"),
    [("/admin/me/recovery-codes", {}), ("/admin/me/second-factor", {"number": "000000"})],
)
def test_a_passkey_confirms_what_it_was_asked_for(app: Flask, page: str, fields: dict[str, str]) -> None:
    account, key = holder()
    client = sign_in(app.test_client(), account)
    elsewhere = ask(client, "/admin/me/passkeys/new").get_json()
    assert post(client, page, passkey=key.sign(elsewhere), **fields).status_code == 422
    sent = answer(client, page, key, **fields)
    assert sent.status_code == (422 if fields else 200)


def test_an_owner_may_begin_with_a_passkey(app: Flask, client: FlaskClient) -> None:
    with transaction(write=True) as session:
        accounts.create(session, "张三", "owner", PASSWORD, BY)
    log_in(client)
    assert client.get("/admin/").location == "/admin/me/second-factor"
    assert "/admin/me/passkeys/new" in client.get("/admin/me/second-factor").text
    shown = post(client, "/admin/me/passkeys/new", password=PASSWORD)
    options = json.loads(unescape(re.findall(r'data-make="([^"]+)"', shown.text)[0]))
    data = {"csrf_token": token_of(shown), "passkey": Authenticator().make(options)}
    assert client.post("/admin/me/passkeys", data=data).status_code == 200
    assert client.get("/admin/").status_code == 200


def test_an_owner_resets_anothers(app: Flask) -> None:
    account, _ = holder()
    theirs = sign_in(app.test_client(), account)
    owner = signed_in(app, "owner", name="甲")
    page = f"/admin/people/{account.id}"
    assert "1 个" in owner.get(page).text
    post(owner, f"{page}/second-factor", page)
    assert not is_in(theirs)
    assert an_account(name="张三").passkeys == 0
    assert log_in(app.test_client()).location == "/admin/"
    log = owner.get("/admin/log").text
    assert "删除通行密钥" in log


def test_where_there_are_none_nothing_is_offered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    account, _ = holder()
    monkeypatch.setattr("survey.web.admin.accounts.passkey_asking.site", lambda: None)
    monkeypatch.setattr("survey.web.admin.accounts.passkeys.site", lambda: None)
    client = sign_in(app.test_client(), account)
    assert client.get("/admin/me/passkeys/new").status_code == 404
    assert "手机" in client.get("/admin/me").text
    assert "data-passkey=" not in halfway(app).get("/admin/login/second").text


# Signing


def scrutineers(app: Flask) -> list[tuple[FlaskClient, Authenticator]]:
    counted(app)
    keys = [(holder("scrutineer", name)) for name in ("计票人甲", "监票人乙")]
    app.config["WTF_CSRF_ENABLED"] = False
    return [(sign_in(app.test_client(), account), key) for account, key in keys]


def sign(client: FlaskClient, part: str, signed: str, **changed: str) -> int:
    data = {"part": part, "password": PASSWORD, "passkey": signed} | changed
    return client.post("/admin/c/small/sign", data=data).status_code


def to_sign(client: FlaskClient, path: str = "/admin/c/small/sign/passkey") -> Any:
    return client.post(path).get_json()


def test_two_sign_with_passkeys(app: Flask) -> None:
    (one, first), (two, second) = scrutineers(app)
    assert "用通行密钥签字" in one.get("/admin/c/small/sign").text
    assert sign(one, "teller", first.sign(to_sign(one)), password=OTHER) == 403
    assert sign(one, "teller", first.sign(to_sign(one))) == 303
    assert sign(two, "scrutineer", second.sign(to_sign(two))) == 303
    assert found().state is State.CERTIFIED


def test_what_was_signed_for_anything_else_is_no_signature(app: Flask) -> None:
    (one, first), (two, _) = scrutineers(app)
    login = halfway_without_token(app, "计票人甲")
    for asking, path in (
        (login, "/admin/login/second/passkey"),
        *((one, f"/admin/me/passkey/{act}") for act in ("recovery-codes", "passkey-add", "second-factor")),
        (two, "/admin/c/small/sign/passkey"),
    ):
        for signing in (one, two):
            # Asked anew each time: a session has one challenge, which the attempt before has used up.
            assert sign(signing, "teller", first.sign(to_sign(asking, path))) == 403
    signed = first.sign(to_sign(one))
    assert login.post("/admin/login/second", data={"passkey": signed}).status_code == 403
    assert found().state is State.COUNTED
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM signatures")).scalar() == 0


def halfway_without_token(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    sent = client.post("/admin/login", data={"name": name, "password": PASSWORD})
    assert sent.location == "/admin/login/second"
    return client


def test_a_signature_stands_for_one_count(app: Flask) -> None:
    (one, first), _ = scrutineers(app)
    signed = first.sign(to_sign(one))
    with transaction(write=True) as session:
        session.execute(text("UPDATE counts SET digest = 'sha256:another'"))
    assert sign(one, "teller", signed) == 403


def test_a_signature_is_not_sent_twice(app: Flask) -> None:
    (one, first), _ = scrutineers(app)
    signed = first.sign(to_sign(one))
    assert sign(one, "teller", signed) == 303
    one.post("/admin/c/small/sign/withdraw")
    assert sign(one, "teller", signed) == 403
    assert sign(one, "teller", first.sign(to_sign(one))) == 303


def test_no_request_keeps_or_shows_a_key(app: Flask) -> None:
    account, _ = holder()
    with transaction() as session:
        (kept,) = passkey_rows.passkeys_of(session, account.id)
    assert isinstance(kept, Passkey)
    shown = repr(kept) + repr(account) + sign_in(app.test_client(), account).get("/admin/me").text
    for secret in (kept.credential, kept.key):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
