"""One's own account: password, second factor, recovery codes, sessions."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.services.accounts import accounts, second_factor
from survey.services.accounts.login_throttle import FREE
from survey.storage.database import transaction
from tests.builders import BY
from tests.signing_in import PASSWORD, an_account, number_of, sign_in, signed_in
from tests.web.admin.accounts.test_login import OTHER, is_in, log_in, post, with_password


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
