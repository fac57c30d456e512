"""The second factor: numbers of an authenticator app (RFC 6238), passkeys, and codes for when it is lost."""

import secrets
import unicodedata
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Role
from survey.domain.audit.acts import Act
from survey.domain.ballot.crockford import ALPHABET, group_symbols, read_symbols
from survey.domain.errors import BadCredentials, LastSecondFactor
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account

from . import passkeys
from .passkeys import Signed

Given = str | Signed | None
"""What somebody gives as a second factor: a number or recovery code, or what a passkey signed."""

RECOVERY_CODES = 10
ISSUER = "民评"
REQUIRED_OF = (Role.OWNER,)
"""The roles that do nothing without a second factor; whoever signs needs one too."""

_SYMBOLS = 12
_DRIFT = (0, -1, 1)
"""Clocks may be one time step apart."""


def has(account: Account) -> bool:
    """Return whether an account has a second factor."""
    return account.has_second_factor


def is_missing(account: Account) -> bool:
    """Return whether an account must set up a second factor before anything else."""
    return account.role in REQUIRED_OF and not has(account)


def new_secret() -> str:
    """Make a secret for an authenticator app."""
    return pyotp.random_base32()


def address(account: Account, secret: str) -> str:
    """Return what the QR code for an authenticator app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=ISSUER)


def enrol(session: Session, account: Account, secret: str, typed: str, by: By) -> list[str]:
    """Give an account a second factor, in the place of a former one; return its recovery codes, once.

    ``typed`` is the number that the app shows; raises ``BadCredentials`` where it does not fit.
    """
    step = _step_of(secret, typed, by.at)
    if step is None:
        raise BadCredentials(f'the number does not fit the new second factor of "{account.name}"')
    account_rows.set_totp(session, account.id, secret, step)
    audit.record(session, by, Act.SECOND_FACTOR, name=account.name)
    return _make_recovery_codes(session, account)


def add_passkey(session: Session, account: Account, signed: Signed, label: str, by: By) -> list[str]:
    """Give an account a passkey; return recovery codes, once, where it is the first second factor.

    Raises ``BadCredentials``.
    """
    passkeys.add(session, account, signed, label, by)
    return [] if has(account) else _make_recovery_codes(session, account)


def remove_passkey(session: Session, account: Account, key: str, by: By) -> None:
    """Take a passkey away from its holder's account; raises ``LastSecondFactor``."""
    left = [one for one in passkeys.list_of(session, account) if one.key != key]
    if not left and account.totp_secret is None:
        raise LastSecondFactor("this is the last second factor; set another one up first")
    passkeys.remove(session, account, key, by)


def renew_recovery_codes(session: Session, account: Account, by: By) -> list[str]:
    """Make new recovery codes, in the place of all former ones; return them, once."""
    audit.record(session, by, Act.RECOVERY_CODES, name=account.name)
    return _make_recovery_codes(session, account)


def recovery_codes_left(session: Session, account: Account) -> int:
    """Count the recovery codes that an account has left."""
    return account_rows.count_recovery_codes(session, account.id)


def reset(session: Session, account: Account, by: By) -> None:
    """Take the second factor away from somebody who lost it."""
    account_rows.set_totp(session, account.id, None, None)
    passkeys.remove_all(session, account, by)
    account_rows.replace_recovery_codes(session, account.id, ())
    audit.record(session, by, Act.SECOND_FACTOR_RESET, name=account.name)


def require_typable(account: Account) -> None:
    """Refuse with ``BadCredentials`` an account whose second factor only a browser can ask for."""
    if has(account) and account.totp_secret is None:
        raise BadCredentials(
            f'the second factor of "{account.name}" is a passkey, which only a browser can ask for; '
            "sign in the browser, or set up an authenticator app there first"
        )


def require(session: Session, account: Account, credentials: Given, by: By) -> None:
    """Refuse with ``BadCredentials`` unless the second factor fits, where the account has one.

    Neither a number nor a recovery code is taken twice.
    """
    if has(account):
        require_fresh(session, account, credentials, by)


def require_fresh(session: Session, account: Account, credentials: Given, by: By) -> None:
    """Refuse with ``BadCredentials`` unless a second factor was given just now; for logging in and signing.

    An account without one is refused. Neither a number nor a recovery code nor a signature is taken twice.
    """
    if not has(account):
        raise BadCredentials(f'"{account.name}" has no second factor; set one up first')
    if isinstance(credentials, Signed):
        passkeys.require(session, account, credentials, by)
        return
    typed = credentials or ""
    step = _step_of(account.totp_secret, typed, by.at) if account.totp_secret else None
    if step is not None and account_rows.take_step(session, account.id, step):
        return
    if step is None and _take_recovery_code(session, account, typed, by):
        return
    raise BadCredentials(f'the second factor of "{account.name}" does not fit')


def _step_of(secret: str, typed: str, at: datetime) -> int | None:
    number = "".join(unicodedata.normalize("NFKC", typed[:40]).split())
    if not number.isascii():
        return None
    totp = pyotp.TOTP(secret)
    now = totp.timecode(at)
    return next((now + off for off in _DRIFT if compare_digest(totp.generate_otp(now + off), number)), None)


def _make_recovery_codes(session: Session, account: Account) -> list[str]:
    recovery_codes = [
        group_symbols("".join(secrets.choice(ALPHABET) for _ in range(_SYMBOLS)))
        for _ in range(RECOVERY_CODES)
    ]
    # In the order of their digests, which says nothing of the order on the paper.
    account_rows.replace_recovery_codes(
        session, account.id, sorted(_digest(account, one) for one in recovery_codes)
    )
    return recovery_codes


def _take_recovery_code(session: Session, account: Account, typed: str, by: By) -> bool:
    symbols = read_symbols(typed)
    if symbols is None or len(symbols) != _SYMBOLS:
        return False
    taken = account_rows.take_recovery_code(session, account.id, _digest(account, group_symbols(symbols)))
    if taken:
        left = recovery_codes_left(session, account)
        audit.record(session, By(account.name, by.at), Act.RECOVERY_CODE, name=account.name, left=left)
    return taken


def _digest(account: Account, recovery_code: str) -> bytes:
    return sha256(f"{account.id} {recovery_code}".encode()).digest()
