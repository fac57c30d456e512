"""Receipts: random, in the form in which they are typed."""

import re

from survey.domain.ballot.crockford import read_symbols
from survey.secrecy.receipt import RANDOM_BITS, new_receipt


def test_a_receipt_is_twelve_symbols_in_three_groups() -> None:
    receipts = {new_receipt() for _ in range(500)}
    assert len(receipts) == 500
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", one) for one in receipts)
    assert all(len(read_symbols(one) or "") == 12 for one in receipts)


def test_every_place_holds_every_symbol() -> None:
    """All sixty bits are drawn: of 500 receipts no place lacks more than chance would leave out."""
    assert RANDOM_BITS == 60
    plain = [new_receipt().replace("-", "") for _ in range(2000)]
    assert all(len({one[place] for one in plain}) == 32 for place in range(12))
