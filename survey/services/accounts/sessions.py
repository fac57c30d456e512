"""Who is logged in: sessions that the server keeps, and can end."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows, session_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.accounts.session_rows import LoginSession

IDLE = timedelta(minutes=30)
"""How long a session lives without a request."""
MAX_DURATION = timedelta(hours=12)
"""How long a session lives at most: a working day."""
NOTED = timedelta(minutes=1)
"""How exactly it is noted when a session was seen."""

# The more particular names first: every browser claims to be several others too.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("360", "360"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Present:
    """Who is logged in, whether it is time to note that they were seen, and when the session ends.

    ``until`` is the end if nothing more is done, ``at_latest`` the end whatever is done.
    """

    account: Account
    is_due: bool
    until: datetime
    at_latest: datetime


@dataclass(frozen=True)
class ListedSession:
    """A session as its owner sees it; ``key`` names it and opens nothing."""

    key: str
    browser: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def begin(session: Session, account: Account, user_agent: str, at: datetime) -> str:
    """Begin a session, forget those that are over; return its secret, of which only a digest is kept."""
    session_rows.drop_old_sessions(session, at - IDLE, at - MAX_DURATION)
    secret = secrets.token_urlsafe(32)
    login = LoginSession(_digest(secret), account.id, browser_name(user_agent), at, at)
    session_rows.add_session(session, login)
    return secret


def find(session: Session, secret: str, at: datetime) -> Present | None:
    """Return who is logged in by a session's secret.

    ``None`` where there is no such session, it was idle or lasted too long, or the account is disabled.
    """
    login = session_rows.find_session(session, _digest(secret))
    if login is None or at - login.seen_at >= IDLE or at - login.began_at >= MAX_DURATION:
        return None
    account = account_rows.get_account(session, login.account_id)
    if account is None or account.disabled:
        return None
    at_latest = login.began_at + MAX_DURATION
    return Present(account, at - login.seen_at >= NOTED, min(login.seen_at + IDLE, at_latest), at_latest)


def touch(session: Session, secret: str, at: datetime) -> None:
    """Note that a session was seen."""
    session_rows.touch_session(session, _digest(secret), at)


def list_of(session: Session, account: Account, secret: str, at: datetime) -> list[ListedSession]:
    """List an account's sessions; ``secret`` is the one from which that is asked."""
    here = _digest(secret)
    return [
        ListedSession(found.digest.hex(), found.browser, found.began_at, found.seen_at, found.digest == here)
        for found in session_rows.sessions_of(session, account.id)
        if at - found.seen_at < IDLE and at - found.began_at < MAX_DURATION
    ]


def end(session: Session, account: Account, secret: str) -> None:
    """End the session of a secret."""
    session_rows.drop_session(session, account.id, _digest(secret))


def end_listed(session: Session, account: Account, key: str, by: By) -> None:
    """End one of an account's own sessions by its key in the list; one that is gone is no fault."""
    if re.fullmatch("[0-9a-f]{64}", key):
        session_rows.drop_session(session, account.id, bytes.fromhex(key))
        audit.record(session, by, Act.SESSIONS_ENDED, name=account.name)


def end_all(session: Session, account: Account, by: By) -> None:
    """Log an account out everywhere."""
    session_rows.drop_sessions(session, account.id)
    audit.record(session, by, Act.SESSIONS_ENDED, name=account.name)


def end_others(session: Session, account: Account, secret: str | None = None) -> None:
    """End an account's sessions but the one of ``secret``: a password or a second factor has changed."""
    session_rows.drop_sessions(session, account.id, None if secret is None else _digest(secret))


def browser_name(user_agent: str) -> str:
    """Shorten what a browser says of itself to its name and system: enough to know one's own again."""
    named = [
        next((name for mark, name in known if mark in user_agent), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(part for part in named if part)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
