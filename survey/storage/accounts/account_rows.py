"""Accounts, their one-time login links and recovery codes: rows to plain values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Role

from ..database import changed_rows
from ..tables import AccountRow, LoginLinkRow, RecoveryCodeRow


@dataclass(frozen=True)
class Account:
    """Someone who administers."""

    id: int
    name: str
    role: Role
    password_hash: str | None
    totp_secret: str | None = field(repr=False)
    created_at: datetime
    unit: str
    disabled: bool
    passkeys: int = 0

    @property
    def has_second_factor(self) -> bool:
        """Return whether an authenticator app or a passkey is asked for besides the password."""
        return self.totp_secret is not None or self.passkeys > 0


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


def list_accounts(session: Session) -> list[Account]:
    """Return all accounts, by unit and name."""
    rows = session.scalars(select(AccountRow).order_by(AccountRow.unit, AccountRow.name))
    return [_account(row) for row in rows]


def list_in_use(session: Session, roles: Collection[Role], unit: str) -> list[Account]:
    """Return the accounts of a unit that have one of some roles and are not disabled, by name."""
    found = select(AccountRow).where(
        AccountRow.role.in_(roles), AccountRow.unit == unit, AccountRow.disabled.is_(False)
    )
    return [_account(row) for row in session.scalars(found.order_by(AccountRow.name))]


def count_active(session: Session, role: Role) -> int:
    """Count the accounts of a role that are not disabled, and hold them until the transaction ends.

    Whoever disables another one meanwhile waits, and then counts anew.
    """
    active = select(AccountRow.id).where(AccountRow.role == role, AccountRow.disabled.is_(False))
    return len(session.scalars(active.order_by(AccountRow.id).with_for_update()).all())


def add_account(
    session: Session, name: str, role: Role, password_hash: str | None, at: datetime, unit: str = ""
) -> Account:
    """Store a new account."""
    row = AccountRow(
        name=name, role=role, unit=unit, password_hash=password_hash, created_at=at, disabled=False
    )
    session.add(row)
    session.flush()
    return _account(row)


def set_password(session: Session, account_id: int, password_hash: str | None) -> None:
    """Store a new password's hash, or none."""
    _change(session, account_id, password_hash=password_hash)


def set_disabled(session: Session, account_id: int, *, disabled: bool) -> None:
    """Keep an account out, or let it in again."""
    _change(session, account_id, disabled=disabled)


def set_totp(session: Session, account_id: int, secret: str | None, step: int | None) -> None:
    """Store a second factor's secret and the time step of the last number that was accepted, or none."""
    _change(session, account_id, totp_secret=secret, totp_step=step)


def take_step(session: Session, account_id: int, step: int) -> bool:
    """Note a time step as used; return whether it is later than every one that was used before.

    One conditional update: of two requests with one number, one gets in.
    """
    taken = session.execute(
        update(AccountRow)
        .where(AccountRow.id == account_id, or_(AccountRow.totp_step.is_(None), AccountRow.totp_step < step))
        .values(totp_step=step)
    )
    return changed_rows(taken) == 1


def replace_recovery_codes(session: Session, account_id: int, digests: Iterable[bytes]) -> None:
    """Store the digests of new recovery codes in the place of all former ones."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    session.add_all(RecoveryCodeRow(account_id=account_id, digest=digest) for digest in digests)
    session.flush()


def take_recovery_code(session: Session, account_id: int, digest: bytes) -> bool:
    """Use a recovery code up; return whether there was one. One conditional delete, as with links."""
    taken = session.execute(
        delete(RecoveryCodeRow).where(
            RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.digest == digest
        )
    )
    return changed_rows(taken) == 1


def count_recovery_codes(session: Session, account_id: int) -> int:
    """Count the recovery codes that an account has left."""
    left = select(func.count()).where(RecoveryCodeRow.account_id == account_id)
    return session.scalars(left).one()


def add_link(session: Session, account: Account, digest: bytes, expires_at: datetime) -> None:
    """Store a login link by its digest."""
    session.add(LoginLinkRow(digest=digest, account_id=account.id, expires_at=expires_at))
    session.flush()


def drop_links(session: Session, account_id: int) -> None:
    """Forget the login links of an account."""
    session.execute(delete(LoginLinkRow).where(LoginLinkRow.account_id == account_id))


def find_link(session: Session, digest: bytes, at: datetime) -> int | None:
    """Return the number of a login link's account; ``None`` where it is unknown, used or too old."""
    return session.scalar(
        select(LoginLinkRow.account_id).where(LoginLinkRow.digest == digest, LoginLinkRow.expires_at > at)
    )


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


def _change(session: Session, account_id: int, **values: object) -> None:
    session.execute(update(AccountRow).where(AccountRow.id == account_id).values(**values))


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        password_hash=row.password_hash,
        totp_secret=row.totp_secret,
        created_at=row.created_at,
        unit=row.unit,
        disabled=row.disabled,
        passkeys=row.passkeys,
    )
