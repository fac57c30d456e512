"""What passkeys are asked to sign: for one purpose, in one browser, good once and not for long."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.storage.accounts import passkey_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.accounts.passkey_rows import Challenge

LIFE = timedelta(minutes=5)
_BYTES = 32


def make(session: Session, account: Account, place: str, purpose: str, at: datetime) -> bytes:
    """Make a challenge, in the place of a former one of this browser, and forget those that are too old.

    ``place`` is the secret of the session, login or link in which it will be answered.
    """
    passkey_rows.drop_old_challenges(session, at)
    challenge = secrets.token_bytes(_BYTES)
    passkey_rows.put_challenge(session, Challenge(_digest(place), account.id, purpose, challenge, at + LIFE))
    return challenge


def take(session: Session, account: Account, place: str, purpose: str, at: datetime) -> bytes | None:
    """Use up the challenge that was made for this; ``None`` where there is none, or it is too old.

    It is gone with the commit, whether the answer to it fits or not.
    """
    taken = passkey_rows.take_challenge(session, _digest(place), account.id, purpose)
    return taken.challenge if taken and taken.expires_at > at else None


def _digest(place: str) -> bytes:
    return sha256(f"challenge {place}".encode("utf-8", "surrogatepass")).digest()
