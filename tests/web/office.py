"""Logging in to the organisers' pages in tests, each person with a browser of their own."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from survey.services import accounts
from survey.services.audit import By
from survey.storage.database import transaction
from survey.storage.tables import AccountRow

PASSWORD = "四月的河 lantern-93 orchard"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_account(name: str, role: str, *, totp: bool = False, unit: str = "") -> None:
    """Make an account with the password of all tests, with a second factor or without."""
    with transaction(write=True) as session:
        made = accounts.create(session, name, role, PASSWORD, By("test", datetime.now(UTC)))
        values = {"unit": unit} | ({"totp_secret": SECRET} if totp else {})
        session.execute(update(AccountRow).where(AccountRow.id == made.account.id).values(**values))


def totp(steps: int = 0) -> str:
    """Return the number that the second factor shows, now or some steps from now."""
    return pyotp.TOTP(SECRET).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def browser(app: Flask, name: str, role: str, *, second: bool = False, unit: str = "") -> FlaskClient:
    """Return a browser in which a new account is logged in."""
    app.config["WTF_CSRF_ENABLED"] = False
    make_account(name, role, totp=second, unit=unit)
    client = app.test_client()
    data = {"name": name, "password": PASSWORD, "totp": totp() if second else ""}
    assert client.post("/admin/login", data=data).status_code == 303
    return client


def hidden(page: str, name: str = "carried") -> str:
    """Return the value of a page's first hidden field of a name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]
