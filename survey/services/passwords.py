"""Passwords: which ones will do, and what is kept of them."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey.domain.errors import BadAccount

SHORTEST = 12
LONGEST = 200

# zxcvbn's lowest two of five scores: found within a million guesses, so among the common passwords.
_COMMON = 1
_hasher = PasswordHasher()


def hash_password(password: str, name: str) -> str:
    """Return the Argon2id hash of a new password; raises ``BadAccount`` where it is too short or common."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadAccount(f"a password has {SHORTEST} to {LONGEST} characters")
    from zxcvbn import zxcvbn  # its word lists take a fifth of a second to load

    if zxcvbn(password[:72], user_inputs=[name, "minping"])["score"] <= _COMMON:
        raise BadAccount("this password is too common; take several words that do not belong together")
    return _hasher.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one of a hash; where there is none, in the same time, that it is not."""
    try:
        _hasher.verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))
