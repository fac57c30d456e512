"""Who is logged in: Flask-Login over the sessions that the server keeps."""

from datetime import datetime

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from survey.domain.accounts.roles import Permission
from survey.services.accounts import sessions
from survey.services.accounts.accounts import Account
from survey.services.assessment import seating
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import may
from survey.web.admin.custody import ceremonies
from survey.web.admin.kept_form import mark_forms
from survey.web.context import now
from survey.web.languages import keep_language, language

_BY_ITSELF = ("admin.turnout", "admin.session_left")
"""What pages fetch without anybody there: it keeps no session alive. The screen of the room may."""


class User(UserMixin):
    """An account in one browser, as Flask-Login sees it."""

    def __init__(
        self, account: Account, secret: str, until: datetime | None = None, *, assesses: bool = False
    ) -> None:
        self.account = account
        self.secret = secret
        self.assesses = assesses
        """Whether the menu leads to assessments."""
        self.until = until or now() + sessions.IDLE

    def get_id(self) -> str:
        """Return the secret of the session, never the account's number: only the server says whose it is."""
        return self.secret


@blueprint.context_processor
def _known() -> dict[str, object]:
    return {"current_user": current_user, "may": may, "Permission": Permission}


def start(app: Flask) -> None:
    """Make an application remember who is logged in."""
    manager = LoginManager()
    # Not by init_app: it looks into the session at every answer, so voters' would vary with a cookie.
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.session_protection = None
    manager.user_loader(_load)


def enter(account: Account) -> None:
    """Begin a session in this browser; nothing of what was in its cookie goes on, except the language."""
    former, kept = current_user, language().key
    with transaction(write=True) as stored:
        if former.is_authenticated:
            sessions.end(stored, former.account, former.secret)
        secret = sessions.begin(stored, account, request.user_agent.string, now())
    session.clear()
    keep_language(kept)
    login_user(User(account, secret))
    mark_forms(account)


def leave() -> None:
    """End the session in this browser."""
    kept = language().key
    ceremonies.leave()
    with transaction(write=True) as stored:
        sessions.end(stored, current_user.account, current_user.secret)
    logout_user()
    session.clear()
    keep_language(kept)


def _load(secret: str) -> User | None:
    with transaction() as stored:
        present = sessions.find(stored, secret, now())
        assesses = present is not None and seating.has_assessments(stored, present.account)
    if present is None:
        return None
    until = present.until
    if present.is_due and request.endpoint not in _BY_ITSELF:
        seen = now()
        with transaction(write=True) as stored:
            sessions.touch(stored, secret, seen)
        until = min(seen + sessions.IDLE, present.at_latest)
    return User(present.account, secret, until, assesses=assesses)
