"""Accounts: making them, logging in, one-time links, and what an owner does with those of others."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Role
from survey.domain.audit.acts import Act
from survey.domain.definition.names import seen
from survey.domain.errors import BadAccount, BadCredentials, LastOwner, UnknownAccount
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows, session_rows
from survey.storage.accounts.account_rows import Account, get_account, list_accounts

from . import passwords, second_factor
from .second_factor import Given

__all__ = ["Account", "get_account", "list_accounts"]

MACHINE = "command line"
"""How the log calls whoever runs commands; no account may pass for it."""
LINK_LIFE = timedelta(hours=24)
_MAX_NAME_LENGTH = 80


@dataclass(frozen=True)
class NewAccount:
    """A new account; ``link_secret`` is the one-time login link's secret where it has no password."""

    account: Account
    link_secret: str | None


def create(
    session: Session, name: str, role: str, password: str | None, by: By, unit: str = ""
) -> NewAccount:
    """Make an account; without a password it gets a login link instead.

    ``unit`` is the unit whose campaigns it sees; the password may be ``Hashed`` already. Raises
    ``BadAccount`` where the name is taken, empty, that of the command line or looks like another's, the unit
    like another one, or the password is too short or common.
    """
    if not name or not _is_written_well(name):
        raise BadAccount(
            "an account's name has 1 to 80 printable characters, none of them a space at its ends"
        )
    if not _is_written_well(unit):
        raise BadAccount("a unit has at most 80 printable characters, none of them a space at its ends")
    if name.casefold().startswith(MACHINE):
        raise BadAccount(f'no account is called as the "{MACHINE}" is in the log')
    if role not in list(Role):
        raise BadAccount(f'"{role}" is no role; take one of {", ".join(Role)}')
    _require_unlike(session, name, unit)
    hashed = None if password is None else passwords.hash_password(password, name)
    account = account_rows.add_account(session, name, Role(role), hashed, by.at, unit)
    audit.record(session, by, Act.ACCOUNT, name=name, role=role, unit=unit)
    return NewAccount(account, None if password is not None else make_link(session, account, by))


def make_link(session: Session, account: Account, by: By, life: timedelta = LINK_LIFE) -> str:
    """Make a one-time login link for an account; return its secret, of which only a digest is kept."""
    secret = secrets.token_urlsafe(32)
    account_rows.add_link(session, account, _link_digest(secret), by.at + life)
    return secret


def replace_link(session: Session, account: Account, by: By, life: timedelta) -> str:
    """Make a link for somebody who never logged in yet, in the place of older ones; return its secret."""
    account_rows.drop_links(session, account.id)
    audit.record(session, by, Act.LOGIN_LINK, name=account.name)
    return make_link(session, account, by, life)


def void_links(session: Session, account: Account) -> None:
    """Void the login links of an account, and end the sessions that were begun by them."""
    account_rows.drop_links(session, account.id)
    session_rows.drop_sessions(session, account.id)


def account_of_link(session: Session, secret: str, at: datetime) -> Account:
    """Return whose login link this is, without using it up; raises ``BadCredentials``."""
    return _usable(session, account_rows.find_link(session, _link_digest(secret), at))


def use_link(session: Session, secret: str, by: By, credentials: Given = None) -> Account:
    """Log in by a one-time link, which is used up.

    A link stands in for the password only: the second factor is asked of those who have one. Raises
    ``BadCredentials``.
    """
    account = _usable(session, account_rows.take_link(session, _link_digest(secret), by.at))
    second_factor.require(session, account, credentials, by)
    audit.record(session, By(account.name, by.at), Act.LOGIN, way="link")
    return account


def log_in(session: Session, account: Account, credentials: Given, by: By) -> None:
    """Log in by password, which was just checked, and by the second factor where the account has one.

    Raises ``BadCredentials``.
    """
    second_factor.require(session, account, credentials, by)
    audit.record(session, By(account.name, by.at), Act.LOGIN, way="password")


def require_password(session: Session, name: str, password: str) -> Account:
    """Return the account of this name and password; raises ``BadCredentials``, saying no more than that.

    The name counts as it is seen, whatever its width, case, spaces and signs that nobody sees.
    An unknown name costs as much time as a wrong password, and a disabled account is as good as none.
    """
    account = _spelled(session, name)
    fits = passwords.fits(password, account.password_hash if account else None)
    if account is None or not fits or account.disabled:
        raise BadCredentials(f'name or password of "{name}" is wrong')
    return account


def set_password(session: Session, account: Account, password: str, by: By) -> None:
    """Give an account a new password, which may be ``Hashed`` already.

    Raises ``BadAccount`` where it is too short or common.
    """
    account_rows.set_password(session, account.id, passwords.hash_password(password, account.name))
    audit.record(session, by, Act.PASSWORD, name=account.name)


def _usable(session: Session, account_id: int | None) -> Account:
    account = None if account_id is None else get_account(session, account_id)
    if account is None or account.disabled:
        raise BadCredentials("this login link was used already, or is too old; ask for a new one")
    return account


def _is_written_well(text: str) -> bool:
    plain = text == text.strip() and text.isprintable() and len(text) <= _MAX_NAME_LENGTH
    return plain and bool(seen(text)) == bool(text)


def _require_unlike(session: Session, name: str, unit: str) -> None:
    """Refuse a name that looks like another account's, and a unit that looks like one written otherwise.

    Two who look alike would stand on a certificate as one, and acts in the log could be laid at the other's
    door; a unit written in two ways is two units.
    """
    for other in account_rows.list_accounts(session):
        if seen(other.name) == seen(name):
            raise BadAccount(f'there is an account "{other.name}" already')
        if other.unit != unit and seen(other.unit) == seen(unit):
            raise BadAccount(f'the unit is written "{other.unit}" with other accounts; write it alike')


def _spelled(session: Session, name: str) -> Account | None:
    """Return the account that is written so, else the one whose name is seen so: no two look alike.

    All are read in any case, so that the time tells nothing of whether there is one.
    """
    accounts = account_rows.list_accounts(session)
    alike = [account for account in accounts if seen(account.name) == seen(name)]
    exact = [account for account in alike if account.name == name]
    return next(iter(exact), alike[0] if len(alike) == 1 else None)


def _link_digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def named(session: Session, name: str) -> Account:
    """Return the account of a name in any spelling; raises ``UnknownAccount``."""
    account = _spelled(session, name)
    if account is None:
        raise UnknownAccount(f'there is no account "{name}"')
    return account


def numbered(session: Session, account_id: int) -> Account:
    """Return the account of a number; raises ``UnknownAccount``."""
    account = account_rows.get_account(session, account_id)
    if account is None:
        raise UnknownAccount(f"there is no account {account_id}")
    return account


def disable(session: Session, account: Account, by: By) -> None:
    """Keep an account out at once, in every browser; its login links are void. Raises ``LastOwner``."""
    if (
        account.role is Role.OWNER
        and not account.disabled
        and account_rows.count_active(session, Role.OWNER) < 2
    ):
        raise LastOwner("this is the last owner; make another one first")
    account_rows.set_disabled(session, account.id, disabled=True)
    account_rows.drop_links(session, account.id)
    session_rows.drop_sessions(session, account.id)
    audit.record(session, by, Act.ACCOUNT_DISABLED, name=account.name)


def enable(session: Session, account: Account, by: By) -> None:
    """Enable a disabled account again."""
    account_rows.set_disabled(session, account.id, disabled=False)
    audit.record(session, by, Act.ACCOUNT_ENABLED, name=account.name)


def replace_password(session: Session, account: Account, by: By) -> str:
    """Make a login link for somebody who forgot the password; return its secret.

    The old password, older links and every session end at once: so nobody holds a link to another one's
    account without its holder noticing.
    """
    account_rows.set_password(session, account.id, None)
    account_rows.drop_links(session, account.id)
    session_rows.drop_sessions(session, account.id)
    audit.record(session, by, Act.LOGIN_LINK, name=account.name)
    return make_link(session, account, by)


def reset_second_factor(session: Session, account: Account, by: By) -> None:
    """Take the second factor away from somebody who lost it, and log the account out everywhere."""
    second_factor.reset(session, account, by)
    session_rows.drop_sessions(session, account.id)
