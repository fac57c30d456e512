"""A share as its holder brings it back, in words or in digits: typed, from a file, or read from a QR code."""

import re
from dataclasses import dataclass, field
from functools import cache

from shamir_mnemonic import MnemonicError
from shamir_mnemonic import Share as Mnemonic
from shamir_mnemonic.wordlist import WORDLIST

from survey.domain.errors import BadShare
from survey.domain.operations.carried_text import visible

from .share_digits import WORDS, typed_groups, words_of

ITERATION_EXPONENT = 0
"""SLIP-39 slows down guessing of a passphrase, of which there is none; with 15 one share costs minutes."""
_TELLING = 4
"""SLIP-39: the first letters of a word, by which it is known."""


@dataclass(frozen=True)
class Brought:
    """One share that is whole in itself.

    ``kind`` is what all shares of one set have in common; ``number`` counts from 1, ``threshold`` is how many
    open the box.
    """

    words: str = field(repr=False)
    kind: tuple[int, ...]
    number: int
    threshold: int


def read_words(text: str) -> list[str]:
    """Read words however they were written: any case, width, spacing, numbering; first four letters will do.

    Lines that begin with # are remarks. Raises ``BadShare`` naming a word that is none.
    """
    return _words_in(_without_remarks(text))


def _without_remarks(text: str) -> str:
    return "\n".join(line for line in visible(text).splitlines() if not line.lstrip().startswith("#"))


def _words_in(plain: str) -> list[str]:
    typed = re.findall(r"[^\W\d_]+", plain.lower())
    return [_word(one, place) for place, one in enumerate(typed, 1)]


def _word(typed: str, place: int) -> str:
    known = _by_beginning().get(typed[:_TELLING])
    if known is None or not known.startswith(typed):
        raise BadShare(f'word {place}, "{typed}", is no word of a share', "word", word=typed, place=place)
    return known


@cache
def _by_beginning() -> dict[str, str]:
    return {word[:_TELLING]: word for word in WORDLIST}


def read_share(text: str) -> Brought:
    """Read one share, in words or in digits; raises ``BadShare`` where it is none, incomplete or damaged."""
    plain = _without_remarks(text)
    groups = typed_groups(plain)
    words = _words_in(plain) if groups is None else words_of(groups)
    if not words:
        raise BadShare("there are no words in it", "empty")
    if len(words) != WORDS:
        raise BadShare(f"a share has {WORDS} words, this has {len(words)}", "length", place=len(words))
    written = " ".join(words)
    try:
        read = Mnemonic.from_mnemonic(written)
    except MnemonicError:
        # Without the cause: its message repeats words of the share.
        if groups is not None:
            raise BadShare("the groups of digits do not fit together", "digits") from None
        raise BadShare("the words do not fit together: one or more are wrong", "damaged") from None
    if read.iteration_exponent != ITERATION_EXPONENT:
        raise BadShare("this share was not made here", "damaged")
    return Brought(written, tuple(map(int, read.group_parameters())), read.index + 1, read.member_threshold)
