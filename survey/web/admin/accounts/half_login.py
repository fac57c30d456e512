"""A login whose password was right and whose second factor is still to come: kept by the browser, signed."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from flask import session

from survey.services.accounts.accounts import Account, get_account
from survey.services.accounts.passkey_challenges import LIFE
from survey.storage.database import transaction
from survey.web.context import now

_KEY = "half-login"


@dataclass(frozen=True)
class HalfLogin:
    """Whose login it is; ``place`` is the browser's secret for what a passkey is asked to sign."""

    account: Account
    place: str


def begin(account: Account) -> None:
    """Note that the password was right; nothing else of what was in the cookie is of use here."""
    session[_KEY] = [account.id, _digest(account), secrets.token_urlsafe(24), int(now().timestamp())]


def find() -> HalfLogin | None:
    """Return the login that waits for its second factor; ``None`` where it is too old or void.

    A new password, or none, and an account's being disabled void it.
    """
    match session.get(_KEY):
        case [int(number), str(digest), str(place), int(began)]:
            pass
        case _:
            return None
    if not 0 <= now().timestamp() - began < LIFE.total_seconds():
        return None
    with transaction() as stored:
        account = get_account(stored, number)
    if account is None or account.disabled or _digest(account) != digest:
        return None
    return HalfLogin(account, place)


def _digest(account: Account) -> str:
    return sha256(f"half login {account.password_hash}".encode()).hexdigest()
