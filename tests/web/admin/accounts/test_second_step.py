"""The second step of a login."""

from flask import Flask
from flask.testing import FlaskClient

from survey.services.accounts.login_throttle import FREE
from tests.signing_in import an_account, number_of
from tests.web.admin.accounts.test_login import is_in, link_of, log_in, post, with_password


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


def test_logging_in_with_the_second_factor(app: Flask) -> None:
    account = with_password("owner")
    number = number_of(account)
    client, thief = app.test_client(), app.test_client()
    assert log_in(client).status_code == 403
    assert log_in(client, totp=number).status_code == 303
    assert log_in(thief, totp=number).status_code == 403
    assert not is_in(thief)
