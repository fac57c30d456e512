"""How many messages a text is sent and paid as, and what one of them costs."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

ALONE = 70
"""Units of UCS-2 that one message holds."""
JOINED = 67
"""Units that a part of a longer one holds, beside the six bytes that say which part it is."""

MAX_PRICE = Decimal(100)
_PRICE_CHARACTERS = 12


@dataclass(frozen=True)
class PartPrice:
    """What a channel takes for each part, in a currency as people write it."""

    amount: Decimal
    currency: str


def read_price(typed: str) -> Decimal | None:
    """Return the price of a part; ``None`` where a text is none."""
    try:
        price = Decimal(typed) if typed.isascii() and len(typed) <= _PRICE_CHARACTERS else None
    except InvalidOperation:
        return None
    return price if price is not None and price.is_finite() and 0 <= price <= MAX_PRICE else None


def units_of(text: str) -> int:
    """Return the length in units of UCS-2: a character beyond U+FFFF takes two."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


def parts_of(text: str) -> int:
    """Return how many parts a text is sent as; an empty one is sent as one."""
    return len(split_parts(text))


def split_parts(text: str) -> list[str]:
    """Divide a text into what each part holds; no character is cut in two."""
    if units_of(text) <= ALONE:
        return [text]
    cuts, held = [0], 0
    for at, character in enumerate(text):
        units = units_of(character)
        if held + units > JOINED:
            cuts.append(at)
            held = 0
        held += units
    return [text[begin:end] for begin, end in pairwise([*cuts, len(text)])]
