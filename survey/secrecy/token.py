"""One-time codes: 75 random bits and a check symbol, stored only as a keyed digest."""

import hmac
import secrets

from survey.domain.ballot.crockford import ALPHABET, group_symbols, read_symbols, symbols_of
from survey.domain.ballot.typed_codes import codes_around
from survey.domain.errors import UnknownToken

SYMBOLS = 16
RANDOM_BITS = 75
DIGEST_BYTES = 16
_MAX_AROUND = 500
"""Characters that are searched for a code: a pasted link with all that programmes hang on it."""

_ELEMENT = {symbol: element for element, symbol in enumerate(ALPHABET)}
# Doubled, modulo x^5 + x^2 + 1.
_TIMES_GENERATOR = [element << 1 ^ (0b100101 if element & 0b10000 else 0) for element in range(32)]


def new_token() -> str:
    """Make a fresh code, ``XXXX-XXXX-XXXX-XXXX``."""
    symbols = symbols_of(secrets.randbits(RANDOM_BITS), SYMBOLS - 1)
    return group_symbols(symbols + check_symbol(symbols))


def read_token(typed: str) -> str:
    """Return a typed code in its written form.

    Raises ``UnknownToken``, with ``mistyped`` where it is not of the form of a code or its check symbol does
    not fit.
    """
    symbols = _fitting(typed)
    if symbols is None:
        raise UnknownToken(mistyped=True)
    return group_symbols(symbols)


def find_token(text: str) -> str:
    """Return the one code in what somebody typed, pasted or scanned, in its written form.

    A link or words may stand around it. Raises ``UnknownToken`` as ``read_token`` does, also for several.
    A ballot that is cast names its code alone, so that no garbled one is taken for whole.
    """
    alone = _fitting(text)
    found = {alone} if alone else {_fitting(entered) for entered in codes_around(text[:_MAX_AROUND])}
    match [symbols for symbols in found if symbols]:
        case [symbols]:
            return group_symbols(symbols)
    raise UnknownToken(mistyped=True)


def _fitting(entered: str) -> str | None:
    symbols = read_symbols(entered)
    if symbols is None or len(symbols) != SYMBOLS or check_symbol(symbols[:-1]) != symbols[-1]:
        return None
    return symbols


def check_symbol(symbols: str) -> str:
    """Return the symbol that makes a code check.

    The code's symbols, taken as elements of GF(32), are the coefficients of a polynomial that must vanish
    at a generator of the field: every single wrong symbol and every swap of two symbols is found.
    """
    total = 0
    for symbol in symbols:
        total = _TIMES_GENERATOR[total ^ _ELEMENT[symbol]]
    return ALPHABET[total]


def digest(key: bytes, token: str) -> bytes:
    """Return what is stored of a written code: HMAC-SHA-256 under the instance's key, 16 bytes."""
    return hmac.digest(key, token.encode(), "sha256")[:DIGEST_BYTES]
