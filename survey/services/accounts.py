"""Accounts of those who administer: passwords, second factors, one-time login links."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from survey.domain.errors import BadAccount, BadCredentials
from survey.storage import account_rows
from survey.storage.account_rows import Account, get_account

from . import audit
from .audit import By

__all__ = ["Account", "get_account"]

ROLES = ("organiser", "scrutineer", "viewer", "owner")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LINK_LIFE = timedelta(hours=24)

# zxcvbn's lowest two of five scores: found within a million guesses, so among the common passwords.
_COMMON = 1
_hasher = PasswordHasher()


@dataclass(frozen=True)
class Made:
    """A new account; ``link_secret`` is the one-time login link's secret where it has no password."""

    account: Account
    link_secret: str | None


def create(session: Session, name: str, role: str, password: str | None, by: By) -> Made:
    """Make an account; without a password it gets a login link instead.

    Raises ``BadAccount`` where the name is taken or empty, or the password too short or common.
    """
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > 80:
        raise BadAccount(
            "an account's name has 1 to 80 printable characters, none of them a space at its ends"
        )
    if role not in ROLES:
        raise BadAccount(f'"{role}" is no role; take one of {", ".join(ROLES)}')
    if account_rows.find_account(session, name):
        raise BadAccount(f'there is an account "{name}" already')
    hashed = None if password is None else hash_password(password, name)
    account = account_rows.add_account(session, name, role, hashed, by.at)
    audit.record(session, by, "account", name=name, role=role)
    return Made(account, None if password is not None else make_link(session, account, by))


def make_link(session: Session, account: Account, by: By) -> str:
    """Make a one-time login link for an account; return its secret, of which only a digest is kept."""
    secret = secrets.token_urlsafe(32)
    account_rows.add_link(session, account, _link_digest(secret), by.at + LINK_LIFE)
    return secret


def use_link(session: Session, secret: str, by: By) -> Account:
    """Log in by a one-time link, which is used up; raises ``BadCredentials``."""
    account_id = account_rows.take_link(session, _link_digest(secret), by.at)
    account = None if account_id is None else get_account(session, account_id)
    if account is None:
        raise BadCredentials("this login link was used already, or is too old; ask for a new one")
    audit.record(session, By(account.name, by.at), "login", way="link")
    return account


def log_in(session: Session, name: str, password: str, totp: str | None, by: By) -> Account:
    """Log in by password, and by the second factor where the account has one; raises ``BadCredentials``."""
    account = require_password(session, name, password)
    require_totp(account, totp, by)
    audit.record(session, By(account.name, by.at), "login", way="password")
    return account


def require_password(session: Session, name: str, password: str) -> Account:
    """Return the account of this name and password; raises ``BadCredentials``, saying no more than that.

    An unknown name costs as much time as a wrong password.
    """
    account = account_rows.find_account(session, name)
    try:
        _hasher.verify(account.password_hash if account and account.password_hash else _nobody(), password)
    except (VerificationError, InvalidHashError) as error:
        raise BadCredentials(f'name or password of "{name}" is wrong') from error
    if account is None:
        raise BadCredentials(f'name or password of "{name}" is wrong')
    return account


def require_totp(account: Account, typed: str | None, by: By) -> None:
    """Refuse with ``BadCredentials`` unless the second factor fits, where the account has one."""
    if account.totp_secret is None:
        return
    if not typed or not pyotp.TOTP(account.totp_secret).verify(typed.strip(), for_time=by.at, valid_window=1):
        raise BadCredentials(f'the second factor of "{account.name}" does not fit')


def set_password(session: Session, account: Account, password: str, by: By) -> None:
    """Give an account a new password; raises ``BadAccount`` where it is too short or common."""
    account_rows.set_password(session, account.id, hash_password(password, account.name))
    audit.record(session, by, "password", name=account.name)


def hash_password(password: str, name: str) -> str:
    """Return the Argon2id hash of a new password; raises ``BadAccount`` where it is too short or common."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadAccount(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    from zxcvbn import zxcvbn  # its word lists take a fifth of a second to load

    if zxcvbn(password[:72], user_inputs=[name, "minping"])["score"] <= _COMMON:
        raise BadAccount("this password is too common; take several words that do not belong together")
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


def _link_digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
