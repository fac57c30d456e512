"""Who is logged in."""

from flask import Flask
from flask_login import LoginManager, UserMixin

from survey.services import accounts
from survey.services.accounts import Account
from survey.storage.database import transaction


class User(UserMixin):
    """An account as Flask-Login sees it."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Return the account's number."""
        return str(self.account.id)


def start(app: Flask) -> None:
    """Make an application remember who is logged in."""
    manager = LoginManager()
    # Not by init_app: it looks into the session at every answer, so voters' would vary with a cookie.
    app.login_manager = manager  # type: ignore[attr-defined]
    manager.login_view = "admin.log_in"
    manager.login_message = None
    manager.session_protection = None
    manager.user_loader(_load)


def _load(number: str) -> User | None:
    with transaction() as session:
        account = accounts.get_account(session, int(number))
    return User(account) if account else None
