"""Passwords: which ones will do, and what is kept of them."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey.domain.errors import BadAccount

from .hashing import hashing

MIN_LENGTH = 12
MAX_LENGTH = 200

# zxcvbn's lowest two of five scores: found within a million guesses, so among the common passwords.
_COMMON = 1
_hasher = PasswordHasher()


class Hashed(str):
    """A new password's hash, made before a transaction: nobody's ballot is to wait for a lock meanwhile."""

    __slots__ = ()


def hash_password(password: str, name: str) -> Hashed:
    """Return the Argon2id hash of a new password, or what is one already.

    Raises ``BadAccount`` where it is too short or common, ``PasswordsBusy`` where others are being hashed.
    """
    if isinstance(password, Hashed):
        return password
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadAccount(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    from zxcvbn import zxcvbn  # its word lists take a fifth of a second to load

    if zxcvbn(password[:72], user_inputs=[name, "minping"])["score"] <= _COMMON:
        raise BadAccount("this password is too common; take several words that do not belong together")
    return Hashed(hashing(_hasher.hash, password))


def fits(password: str, kept: str | None) -> bool:
    """Return whether a password is the one of a hash; where there is none, in the same time, that it is not.

    Raises ``PasswordsBusy`` where others are being hashed.
    """
    try:
        hashing(_hasher.verify, kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobody() -> str:
    return hashing(_hasher.hash, secrets.token_hex(16))
