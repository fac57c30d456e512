"""A share as digits: twenty groups of six, to be typed by hand and to make a small QR code.

The 33 words are one number of 33 places in base 1024. Written in base 100,000 it has 20 places; each is a
group's first five digits. The sixth is a check digit (H. M. Damm, Total anti-symmetrische Quasigruppen,
2004), which finds every single wrong digit and every two neighbours swapped. It begins at the group's number,
so a group in the place of another is found too. That the groups belong together is what the words' own
checksum says (SLIP-39).
"""

import re
from collections.abc import Sequence

from shamir_mnemonic.wordlist import WORDLIST

from survey.domain.errors import BadShare

WORDS = 33
"""Words of one share of a 32-byte secret (SLIP-39)."""
GROUPS = 20
GROUP_DIGITS = 6
_FREE = GROUP_DIGITS - 1
_BASE = 10**_FREE
_SHORTEST = 4
"""Digits that a group has at least to be known behind its number."""
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def groups_of(words: Sequence[str]) -> tuple[str, ...]:
    """Write the words of one share as its groups of digits.

    Raises ``BadShare`` where they are no 33 words of SLIP-39.
    """
    try:
        places = [WORDLIST.index(word) for word in words]
    except ValueError:
        places = []
    if len(places) != WORDS:
        raise BadShare(f"a share has {WORDS} words", "length", place=len(words))
    number = 0
    for place in places:
        number = number * len(WORDLIST) + place
    groups: list[str] = []
    for at in range(GROUPS, 0, -1):
        number, part = divmod(number, _BASE)
        free = f"{part:0{_FREE}}"
        groups.append(free + _check(at, free))
    return tuple(reversed(groups))


def words_of(groups: Sequence[str]) -> list[str]:
    """Read the words back from groups of digits, of which the places count from 1.

    Raises ``BadShare`` naming the groups that are wrong (``group``), or from where the groups are too few or
    too many (``groups``); ``digits`` where each is right and no share has them all.
    """
    wrong = tuple(at for at, group in enumerate(groups, 1) if not is_right(at, group))
    typed = sum(map(len, groups))
    if len(groups) != GROUPS or (len(wrong) > 1 and typed != GROUPS * GROUP_DIGITS):
        raise BadShare(
            f"a share has {GROUPS * GROUP_DIGITS} digits, this has {typed}"
            + (f"; from group {wrong[0]} on they do not fit" if wrong else ""),
            "groups",
            place=typed,
            groups=wrong[:1],
        )
    if wrong:
        raise BadShare(
            f"of the digits group {', '.join(map(str, wrong))} is wrong; compare with the original",
            "group",
            groups=wrong,
        )
    number = 0
    for group in groups:
        number = number * _BASE + int(group[:_FREE])
    words: list[str] = []
    for _ in range(WORDS):
        number, place = divmod(number, len(WORDLIST))
        words.append(WORDLIST[place])
    if number:
        raise BadShare("the groups of digits do not fit together", "digits")
    return words[::-1]


def is_right(at: int, group: str) -> bool:
    """Return whether a group has six digits of which the last fits the others in this place (from 1)."""
    whole = len(group) == GROUP_DIGITS and group.isascii() and group.isdecimal()
    return whole and _check(at, group[:_FREE]) == group[_FREE]


def _check(at: int, free: str) -> str:
    row = str(at % 10)
    for digit in free:
        row = _DAMM[int(row)][int(digit)]
    # Damm's table has noughts all along its diagonal, so this digit leads to 0.
    return row


def typed_groups(text: str) -> list[str] | None:
    """Return the groups of what was typed, however parted and numbered; ``None`` where it is no digits.

    ``text`` is in plain widths. What is not ASCII parts groups, as a label 第 5 组 does; one letter among
    the digits stays, and makes its group a wrong one.
    """
    tokens = re.findall("[0-9A-Za-z]+", text)
    signs = "".join(tokens)
    digits = sum(sign.isdecimal() for sign in signs)
    if digits < GROUP_DIGITS or 2 * digits <= len(signs):
        return None
    parts = _without_numbers(tokens)
    run = "".join(parts)
    sixes = sum(len(part) == GROUP_DIGITS for part in parts)
    if len(parts) == GROUPS or 2 * sixes > len(parts) > 1:
        return parts
    return [run[at : at + GROUP_DIGITS] for at in range(0, len(run), GROUP_DIGITS)]


def _without_numbers(tokens: Sequence[str]) -> list[str]:
    """Leave out the numbers of the groups, where somebody typed them too."""
    kept: list[str] = []
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if token != str(len(kept) + 1) or len(following) < _SHORTEST:
            kept.append(token)
    return kept
