"""Files reach the pages that take them, through the real server; nothing else may be sent as much."""

from http.client import HTTPConnection

import pytest
from flask import Flask

from survey.config import Settings
from survey.web.server.receiving import MAX_ACCEPTED
from tests.serving import served
from tests.signing_in import an_account, cookie_of

pytestmark = pytest.mark.slow

BODY = b"x" * (MAX_ACCEPTED + 1000)


def status(port: int, path: str, cookie: str = "") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    try:
        connection.request("POST", path, BODY, headers)
        return connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        return 413  # hung up on before all was sent
    finally:
        connection.close()


def visited(app: Flask) -> str:
    """Return the cookie of somebody who only looked at the login page."""
    client = app.test_client()
    client.get("/admin/login")
    found = client.get_cookie("minping_admin", path="/admin")
    assert found is not None
    return found.value


def test_only_pages_that_take_files_take_large_bodies(app: Flask, settings: Settings) -> None:
    found = cookie_of(app, an_account())
    cookie = f"{found['name']}={found['value']}"
    with served(settings) as server:
        assert status(server.port, "/v/ballot") == 413
        # A stranger's is not even waited for, nor that of somebody with a cookie that no login is noted in.
        assert status(server.port, "/admin/new") == 413
        assert status(server.port, "/admin/new", cookie[:-4]) == 413
        assert status(server.port, "/admin/new", f"minping_admin={visited(app)}") == 413
        # No token is in it: refused for that, not for its size.
        assert status(server.port, "/admin/new", cookie) == 400
        assert status(server.port, "/admin/c/x/setup/basics", cookie) == 413
