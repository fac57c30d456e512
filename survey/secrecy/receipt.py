"""Receipts: a random code by which a voter finds the ballot among those opened."""

import secrets

from survey.domain.ballot.ballot import RECEIPT_GROUPS, RECEIPT_SYMBOLS
from survey.domain.ballot.crockford import groups_of

RANDOM_BITS = 5 * RECEIPT_SYMBOLS


def new_receipt() -> str:
    """Make a fresh receipt, ``XXXX-XXXX-XXXX``."""
    return groups_of(secrets.randbits(RANDOM_BITS), RECEIPT_GROUPS)
