"""Somebody from an office, logged in on the organisers' pages."""

import re
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from survey.services import accounts
from survey.services.audit import By
from survey.storage.account_rows import add_account
from survey.storage.database import transaction
from survey.storage.tables import AccountRow
from tests.builders import BY

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Office:
    """A client that is logged in; its forms carry the token of the page that they stand on."""

    def __init__(self, app: Flask, role: str, unit: str = "", name: str = "") -> None:
        self.client: FlaskClient = app.test_client()
        self.name = name or f"{role}-{unit}"
        with transaction(write=True) as session:
            hashed = accounts.hash_password("四月的河 lantern-93", self.name)
            account = add_account(session, self.name, role, hashed, BY.at)
            session.execute(update(AccountRow).where(AccountRow.id == account.id).values(unit=unit))
            secret = accounts.make_link(session, account, By("test", datetime.now(UTC)))
        entered = self.post(f"/admin/link/{secret}")
        assert entered.status_code == 303, entered.status_code

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, fields: dict[str, Any] | None = None, page: str | None = None) -> TestResponse:
        """Send a form as it stands on a page, the one of its own address where none is given."""
        token = _TOKEN.search(self.client.get(page or path).text)
        assert token, f"no form on {page or path}"
        return self.client.post(path, data={"csrf_token": token[1], **(fields or {})})
