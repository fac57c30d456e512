"""A ballot as bytes, padded so that all ballots of a campaign are equally long.

Layout, little-endian: version (1 byte), rater group (2), receipt (8), one position a line (2 each), one
bit set for each question with options (4 bytes for every 32 options), then each text as slot + 1 (2),
length (2) and UTF-8; zeros to the end.
"""

import struct
import sys
from array import array
from functools import cached_property
from operator import gt

from .ballot import RECEIPT_SYMBOLS, Ballot, BallotForm, is_acceptable
from .campaign import Definition
from .crockford import group_symbols, number_of, symbols_of
from .form import Kind

VERSION = 1
LARGEST_BODY = 256 * 1024
"""The most bytes a voter's request may have; no ballot holds more text than that."""

_HEAD = struct.Struct("<BHQ")
_TEXT = struct.Struct("<HH")


class Packing:
    """How ballots of one campaign are written and read."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.forms = [BallotForm(definition, group.key) for group in definition.groups]
        self.form = {form.group: form for form in self.forms}
        self._number = {form.group: number for number, form in enumerate(self.forms)}
        self._most = [
            array("H", (max(line.scale.positions.values()) for line in form.lines)) for form in self.forms
        ]
        self._slots = [list(form.texts) for form in self.forms]

    @cached_property
    def size(self) -> int:
        """Return the length of every packed ballot, in bytes."""
        return max(self._size(form) for form in self.forms)

    def pack(self, ballot: Ballot) -> bytes:
        """Write a checked ballot as ``size`` bytes."""
        number = self._number[ballot.group]
        form = self.forms[number]
        parts = [_HEAD.pack(VERSION, number, number_of(ballot.receipt.replace("-", "")))]
        parts.append(_little(array("H", ballot.ratings)).tobytes())
        for question in form.questions.values():
            if question.kind is not Kind.TEXT:
                bits = sum(1 << place for place in ballot.choices.get(question.key, ()))
                parts.append(bits.to_bytes(_width(len(question.options)), "little"))
        for slot, name in enumerate(self._slots[number], 1):
            if name in ballot.texts:
                written = ballot.texts[name].encode()
                parts += (_TEXT.pack(slot, len(written)), written)
        return b"".join(parts).ljust(self.size, b"\0")

    def unpack(self, packed: bytes, *, receipt: bool = True) -> tuple[BallotForm, Ballot]:
        """Read a ballot back, with its form; without ``receipt`` it is left out, which is quicker.

        Raises ``ValueError`` where the bytes are no ballot of this campaign: whoever holds the public key
        can seal anything.
        """
        try:
            return self._unpack(packed, receipt)
        except (struct.error, IndexError) as error:
            raise ValueError("no ballot of this campaign") from error

    def receipt_number(self, packed: bytes) -> int:
        """Return the receipt of a packed ballot that ``unpack`` has read, as a number."""
        number: int = _HEAD.unpack_from(packed)[2]
        return number

    def _unpack(self, packed: bytes, wanted: bool) -> tuple[BallotForm, Ballot]:
        version, number, receipt = _HEAD.unpack_from(packed)
        if version != VERSION or receipt >> 5 * RECEIPT_SYMBOLS or len(packed) != self.size:
            raise ValueError("no ballot of this campaign")
        form = self.forms[number]
        start = _HEAD.size
        ratings = _little(array("H", packed[start : start + 2 * len(form.lines)]))
        start += 2 * len(form.lines)
        if len(ratings) != len(form.lines) or any(map(gt, ratings, self._most[number])):
            raise ValueError("no such grade")
        choices, start = self._choices(form, packed, start)
        texts = self._texts(number, packed, start)
        written = group_symbols(symbols_of(receipt, RECEIPT_SYMBOLS)) if wanted else ""
        return form, Ballot(form.group, written, tuple(ratings), choices, texts)

    def _choices(self, form: BallotForm, packed: bytes, start: int) -> tuple[dict[str, tuple[int, ...]], int]:
        choices = {}
        for question in form.questions.values():
            if question.kind is Kind.TEXT:
                continue
            width = _width(len(question.options))
            bits = int.from_bytes(packed[start : start + width], "little")
            start += width
            if bits:
                chosen = tuple(place for place in range(8 * width) if bits >> place & 1)
                if chosen[-1] >= len(question.options) or len(chosen) > question.at_most:
                    raise ValueError("no such option")
                choices[question.key] = chosen
        return choices, start

    def _texts(self, number: int, packed: bytes, start: int) -> dict[str, str]:
        texts = {}
        while start + _TEXT.size <= len(packed):
            slot, length = _TEXT.unpack_from(packed, start)
            if not slot:
                break
            start += _TEXT.size
            name, text = self._slots[number][slot - 1], packed[start : start + length].decode()
            if name in texts or not is_acceptable(text, self.forms[number].texts[name]):
                raise ValueError("no text that the form takes")
            texts[name] = text
            start += length
        return texts

    def _size(self, form: BallotForm) -> int:
        asked = sum(_width(len(q.options)) for q in form.questions.values() if q.kind is not Kind.TEXT)
        written = min(sum(4 * longest for longest in form.texts.values()), LARGEST_BODY)
        return _HEAD.size + 2 * len(form.lines) + asked + _TEXT.size * len(form.texts) + written


def _width(options: int) -> int:
    return 4 * -(-options // 32)


def _little(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
