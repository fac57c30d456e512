"""Accounts and one-time login links: rows to plain values."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .tables import AccountRow, LoginLinkRow


@dataclass(frozen=True)
class Account:
    """Someone who administers."""

    id: int
    name: str
    role: str
    password_hash: str | None
    totp_secret: str | None
    created_at: datetime
    unit: str


def find_account(session: Session, name: str) -> Account | None:
    """Return the account of a name, or ``None``."""
    if "\0" in name:  # which PostgreSQL cannot even compare
        return None
    row = session.scalar(select(AccountRow).where(AccountRow.name == name))
    return _account(row) if row else None


def get_account(session: Session, account_id: int) -> Account | None:
    """Return the account of a number, or ``None``."""
    row = session.get(AccountRow, account_id)
    return _account(row) if row else None


def add_account(session: Session, name: str, role: str, password_hash: str | None, at: datetime) -> Account:
    """Store a new account."""
    row = AccountRow(name=name, role=role, password_hash=password_hash, created_at=at)
    session.add(row)
    session.flush()
    return _account(row)


def set_password(session: Session, account_id: int, password_hash: str) -> None:
    """Store a new password's hash."""
    session.execute(update(AccountRow).where(AccountRow.id == account_id).values(password_hash=password_hash))


def add_link(session: Session, account: Account, digest: bytes, expires_at: datetime) -> None:
    """Store a login link by its digest."""
    session.add(LoginLinkRow(digest=digest, account_id=account.id, expires_at=expires_at))


def take_link(session: Session, digest: bytes, at: datetime) -> int | None:
    """Use a login link up and return its account's number; ``None`` where it is unknown, used or too old.

    One conditional delete: of two requests with one link, one gets in.
    """
    taken = session.execute(
        delete(LoginLinkRow)
        .where(LoginLinkRow.digest == digest)
        .returning(LoginLinkRow.account_id, LoginLinkRow.expires_at)
    ).first()
    return taken.account_id if taken and taken.expires_at > at else None


def _account(row: AccountRow) -> Account:
    return Account(row.id, row.name, row.role, row.password_hash, row.totp_secret, row.created_at, row.unit)
