"""Accounts for tests, and browsers in which they are logged in."""

from datetime import UTC, datetime
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient

from survey.services.accounts import accounts, second_factor, sessions
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.builders import BY

PASSWORD = "四月的河 lantern-93 orchard"


def an_account(role: str = "organiser", unit: str = "", name: str = "") -> Account:
    """Return the account of a name, made where there is none, with all that its role must have set up.

    Its password cannot be typed: making a real one takes time that most tests do not need.
    """
    name = name or f"{role} {unit}".strip()
    with transaction(write=True) as session:
        account = account_rows.find_account(session, name)
        if account is None:
            account = accounts.create(session, name, role, None, BY, unit).account
            account_rows.drop_links(session, account.id)
            account_rows.set_password(session, account.id, "not to be typed")
            if role in second_factor.REQUIRED_OF:
                account_rows.set_totp(session, account.id, pyotp.random_base32(), None)
        found = accounts.get_account(session, account.id)
    assert found is not None
    return found


def sign_in(client: FlaskClient, account: Account) -> FlaskClient:
    """Log a client in, as a session that began just now."""
    with transaction(write=True) as session:
        secret = sessions.begin(session, account, "", datetime.now(UTC))
    with client.session_transaction("/admin/") as cookie:
        cookie.clear()
        cookie["_user_id"] = secret
    return client


def signed_in(app: Flask, role: str = "organiser", unit: str = "", name: str = "") -> FlaskClient:
    """Return a client in which an account of a role and unit is logged in."""
    return sign_in(app.test_client(), an_account(role, unit, name))


def cookie_of(app: Flask, account: Account) -> Any:
    """Return a cookie that logs a real browser on this machine in: for ``context.add_cookies([…])``."""
    client = sign_in(app.test_client(), account)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"], path="/admin")
    assert cookie is not None
    return {"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/admin"}


def number_of(account: Account, by: By | None = None) -> str:
    """Return the number that an account's authenticator shows, now or at a moment."""
    assert account.totp_secret is not None
    return pyotp.TOTP(account.totp_secret).at(by.at if by else datetime.now(UTC))
