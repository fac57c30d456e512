"""Somebody from an office, logged in on the organisers' pages."""

import re
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.signing_in import signed_in

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Desk:
    """A client that is logged in; its forms carry the token of the page that they stand on."""

    def __init__(self, app: Flask, role: str, unit: str = "", name: str = "") -> None:
        self.client: FlaskClient = signed_in(app, role, unit, name)

    def get(self, path: str, **more: Any) -> TestResponse:
        # The tests' application context outlives a request, and with it what belongs to one client only.
        g.pop("csrf_token", None)
        return self.client.get(path, **more)

    def post(self, path: str, fields: dict[str, Any] | None = None, page: str | None = None) -> TestResponse:
        """Send a form as it stands on a page, the one of its own address where none is given."""
        token = _TOKEN.search(self.get(page or path).text)
        assert token, f"no form on {page or path}"
        return self.client.post(path, data={"csrf_token": token[1], **(fields or {})})
