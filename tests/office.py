"""The organisers' pages as a test uses them: logged in, forms with their token."""

import re
from typing import Any

from flask import Flask, g, has_app_context
from werkzeug.test import TestResponse

from .signing_in import signed_in


class Office:
    """A browser in which somebody is logged in."""

    def __init__(self, app: Flask, name: str = "王芳", role: str = "owner", unit: str = "") -> None:
        self.client = signed_in(app, role, unit, name)
        self._token = ""
        self.get("/admin/")

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page; its token is used by the next form."""
        _forget()
        self.page = self.client.get(path, headers=headers)
        self._token = _token(self.page) or self._token
        return self.page

    def post(self, path: str, follow: bool = False, **fields: Any) -> TestResponse:
        """Send a form, with the token of the page seen last."""
        _forget()
        data = {"csrf_token": self._token, **fields}
        self.page = self.client.post(path, data=data, follow_redirects=follow)
        return self.page


def _forget() -> None:
    """Drop what requests keep for their own length: a test's context outlives them."""
    if has_app_context():
        for name in list(g):
            g.pop(name)


def _token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', page.text)
    found = found or re.search(r'id="csrf_token"[^>]*value="([^"]+)"', page.text)
    return found[1] if found else ""
