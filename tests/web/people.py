"""Browsers of the people in an office, and what their pages carry."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient

from survey.services.accounts import accounts
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.signing_in import PASSWORD, an_account, sign_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def totp(steps: int = 0) -> str:
    """Return the number that the second factor shows, now or some steps from now."""
    return pyotp.TOTP(SECRET).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def browser(app: Flask, name: str, role: str, *, second: bool = False, unit: str = "") -> FlaskClient:
    """Return a browser in which a new account is logged in; ``second``: it has password and second factor."""
    app.config["WTF_CSRF_ENABLED"] = False
    if not second:
        return sign_in(app.test_client(), an_account(role, unit, name))
    with transaction(write=True) as session:
        made = accounts.create(session, name, role, PASSWORD, BY, unit).account
        account_rows.set_totp(session, made.id, SECRET, None)
        account = accounts.get_account(session, made.id)
    assert account is not None
    return sign_in(app.test_client(), account)


def hidden(page: str, name: str = "carried") -> str:
    """Return the value of a page's first hidden field of a name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]
