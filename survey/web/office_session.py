"""The session of those who administer; nobody else has one, and no request of theirs pays for it."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

OFFICE = "/admin"


class OfficeSession(SecureCookieSessionInterface):
    """Opens a session below the offices' address only; elsewhere writing to it is an error."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the request's session, or ``None`` where there is none to have."""
        if request.path != OFFICE and not request.path.startswith(f"{OFFICE}/"):
            return None
        return super().open_session(app, request)
