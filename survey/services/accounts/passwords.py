"""Passwords: which ones will do, and what is kept of them."""

import secrets
import unicodedata
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


def prepared(password: str) -> str:
    """Return a password as two keyboards type it alike: OpaqueString of RFC 8265, section 4.2.2.

    Spaces of any kind are plain ones, letters are composed (NFC). Widths and case are as typed. What that
    profile forbids (controls, ignorable signs) is not refused: old passwords may hold it.
    """
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in password)
    return unicodedata.normalize("NFC", spaced)


def hash_password(password: str, name: str) -> Hashed:
    """Return the Argon2id hash of a new password, or what is one already.

    Raises ``BadAccount`` where it is too short or common, ``PasswordsBusy`` where others are being hashed.
    """
    if isinstance(password, Hashed):
        return password
    password = prepared(password)
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadAccount(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    from zxcvbn import zxcvbn  # its word lists take a fifth of a second to load

    if zxcvbn(password[:72], user_inputs=[name, "minping"])["score"] <= _COMMON:
        raise BadAccount("this password is too common; take several words that do not belong together")
    return Hashed(hashing(_hasher.hash, password))


def fits(password: str, kept: str | None) -> bool:
    """Return whether a password is the one of a hash; where there is none, in the same time, that it is not.

    It is compared as ``prepared``, then as typed: passwords of before were kept as typed. Raises
    ``PasswordsBusy`` where others are being hashed.
    """
    spellings = dict.fromkeys((prepared(password), password))
    return any(_fits(spelling, kept) for spelling in spellings)


def _fits(spelling: str, kept: str | None) -> bool:
    try:
        hashing(_hasher.verify, kept or _nobody(), spelling)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobody() -> str:
    return hashing(_hasher.hash, secrets.token_hex(16))
