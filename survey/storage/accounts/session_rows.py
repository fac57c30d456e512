"""Who is logged in where, and how often logging in failed: rows to plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..tables import LoginFailureRow, LoginSessionRow


@dataclass(frozen=True)
class LoginSession:
    """One browser in which somebody is logged in."""

    digest: bytes
    account_id: int
    browser: str
    began_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Failures:
    """How many attempts failed of late, and when the next one may be made."""

    number: int
    again_at: datetime


def add_session(session: Session, login: LoginSession) -> None:
    """Store a session."""
    session.add(LoginSessionRow(**vars(login)))
    session.flush()


def find_session(session: Session, digest: bytes) -> LoginSession | None:
    """Return a session by its digest, or ``None``."""
    row = session.get(LoginSessionRow, digest)
    return _session(row) if row else None


def sessions_of(session: Session, account_id: int) -> list[LoginSession]:
    """Return the sessions of an account, the one seen last first."""
    rows = select(LoginSessionRow).where(LoginSessionRow.account_id == account_id)
    return [_session(row) for row in session.scalars(rows.order_by(LoginSessionRow.seen_at.desc()))]


def touch_session(session: Session, digest: bytes, at: datetime) -> None:
    """Note when a session was seen."""
    session.execute(update(LoginSessionRow).where(LoginSessionRow.digest == digest).values(seen_at=at))


def drop_session(session: Session, account_id: int, digest: bytes) -> None:
    """End a session of an account."""
    session.execute(
        delete(LoginSessionRow).where(
            LoginSessionRow.account_id == account_id, LoginSessionRow.digest == digest
        )
    )


def drop_sessions(session: Session, account_id: int, but: bytes | None = None) -> None:
    """End the sessions of an account, all or all but one."""
    ended = delete(LoginSessionRow).where(LoginSessionRow.account_id == account_id)
    session.execute(ended if but is None else ended.where(LoginSessionRow.digest != but))


def drop_all_sessions(session: Session) -> None:
    """End the sessions of all accounts."""
    session.execute(delete(LoginSessionRow))


def drop_old_sessions(session: Session, seen_before: datetime, began_before: datetime) -> None:
    """Forget the sessions that are over."""
    session.execute(
        delete(LoginSessionRow).where(
            or_(LoginSessionRow.seen_at <= seen_before, LoginSessionRow.began_at <= began_before)
        )
    )


def locked_failures(session: Session, key: bytes, at: datetime) -> Failures:
    """Return the failures under a key, and hold them until the transaction ends."""
    values: dict[str, Any] = {"key": key, "number": 0, "again_at": at}
    insert = _INSERTS[session.get_bind().dialect.name]
    session.execute(insert(LoginFailureRow).values(values).on_conflict_do_nothing())
    row = session.scalars(select(LoginFailureRow).where(LoginFailureRow.key == key).with_for_update()).one()
    return Failures(row.number, row.again_at)


def set_failures(session: Session, key: bytes, failures: Failures) -> None:
    """Store the failures under a key."""
    session.execute(update(LoginFailureRow).where(LoginFailureRow.key == key).values(**vars(failures)))


def drop_failures(session: Session, key: bytes) -> None:
    """Forget the failures under a key."""
    session.execute(delete(LoginFailureRow).where(LoginFailureRow.key == key))


def drop_old_failures(session: Session, before: datetime) -> None:
    """Forget the failures whose wait was over before a moment."""
    session.execute(delete(LoginFailureRow).where(LoginFailureRow.again_at < before))


def keep_newest_failures(session: Session, most: int, but: bytes) -> None:
    """Where there are more failures than so many, forget those whose wait was over first, a tenth at once."""
    number = session.scalar(select(func.count()).select_from(LoginFailureRow)) or 0
    if number <= most:
        return
    # What another transaction holds is looked at right now; waiting for it could wait for each other.
    oldest = (
        select(LoginFailureRow.key)
        .where(LoginFailureRow.key != but)
        .order_by(LoginFailureRow.again_at)
        .limit(number - most + most // 10)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(LoginFailureRow).where(LoginFailureRow.key.in_(session.scalars(oldest).all())))


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _session(row: LoginSessionRow) -> LoginSession:
    return LoginSession(row.digest, row.account_id, row.browser, row.began_at, row.seen_at)
