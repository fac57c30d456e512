"""Only the offices' pages have a session."""

import pytest
from flask import Flask, session
from werkzeug.test import TestResponse

from survey.web.office_session import OfficeSession


def visit(path: str, *, write: bool) -> TestResponse:
    app = Flask("sessions")
    app.secret_key = "x"
    app.session_interface = OfficeSession()

    @app.get("/<path:_path>")
    def page(_path: str) -> str:
        if write:
            session["a"] = "b"
        return "read"

    return app.test_client().get(path)


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/c/small"])
def test_the_office_has_one(path: str) -> None:
    assert "Set-Cookie" in visit(path, write=True).headers
    assert "Set-Cookie" not in visit(path, write=False).headers


@pytest.mark.parametrize("path", ["/v", "/v/admin", "/administrators", "/admin2/x", "/r/small"])
def test_elsewhere_writing_to_one_is_an_error(path: str) -> None:
    assert visit(path, write=True).status_code == 500
    assert visit(path, write=False).status_code == 200
