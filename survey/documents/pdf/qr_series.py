"""QR codes of thousands of texts that resemble each other, made from those before instead of each anew.

At one size, mask and kind of text, a code is linear over GF(2): so is its error correction (Reed-Solomon),
and the mask and all that is fixed are only added. Each bit of a text therefore turns over the same modules,
whatever the rest of the text is; which ones, encoding a text with and without it tells.
"""

from functools import cached_property

from survey.documents.layout import qr

_DENSE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""The characters of the alphanumeric mode in their order: two of them are written in 11 bits."""
_VALUES = {character: value for value, character in enumerate(_DENSE)}


class Series:
    """Encodes texts as ``qr.matrix`` does, with the same mask and error correction."""

    def __init__(self, *, mask: int, level: str = "M") -> None:
        self._mask = mask
        self._level = level
        self._kinds: dict[tuple[int, bool], _Kind] = {}

    def matrix(self, text: str) -> qr.Matrix:
        """Encode a text."""
        bits = self._bits(text) if text.isascii() and not text.isdigit() else None
        return qr.matrix(text, mask=self._mask, level=self._level) if bits is None else _rows(bits)

    def _bits(self, text: str) -> int | None:
        kind = (len(text), _is_dense(text))
        if kind not in self._kinds:
            self._kinds[kind] = _Kind(text, self._mask, self._level)
        return self._kinds[kind].bits(text)


class _Kind:
    """The codes of texts of one length and one mode."""

    def __init__(self, text: str, mask: int, level: str) -> None:
        self._text = text
        self._mask = mask
        self._level = level
        self._turned: dict[tuple[int, int], int | None] = {}

    def bits(self, text: str) -> int | None:
        """Return the modules of a code as bits; ``None`` where they cannot be worked out of another's."""
        found = self._first
        for place, (mine, other) in enumerate(zip(self._units, _units(text), strict=True)):
            left = mine ^ other
            while left:
                bit = left & -left
                left ^= bit
                turned = self._turns(place, bit)
                if turned is None:
                    return None
                found ^= turned
        return found

    @cached_property
    def _first(self) -> int:
        return self._encode(self._text)

    @cached_property
    def _units(self) -> list[int]:
        return _units(self._text)

    def _encode(self, text: str) -> int:
        modules = qr.matrix(text, mask=self._mask, level=self._level)
        return int("".join("1" if dark else "0" for row in modules for dark in row), 2)

    def _turns(self, place: int, bit: int) -> int | None:
        """Return which modules a bit of a unit turns over."""
        if (place, bit) not in self._turned:
            one, other = self._with(place, bit), self._with(place, 0)
            fit = all(_mode(text) == _mode(self._text) for text in (one, other))
            self._turned[place, bit] = self._encode(one) ^ self._encode(other) if fit else None
        return self._turned[place, bit]

    def _with(self, place: int, value: int) -> str:
        """Return the text with another unit at a place."""
        if not _is_dense(self._text):
            return self._text[:place] + chr(value) + self._text[place + 1 :]
        before, unit, after = (
            self._text[: 2 * place],
            self._text[2 * place :][:2],
            self._text[2 * place + 2 :],
        )
        written = _DENSE[value // 45] + _DENSE[value % 45] if len(unit) > 1 else _DENSE[value]
        return before + written + after


def _mode(text: str) -> tuple[bool, bool]:
    return text.isdigit(), _is_dense(text)


def _is_dense(text: str) -> bool:
    return all(character in _VALUES for character in text)


def _units(text: str) -> list[int]:
    """Return what a text is written in: pairs of characters, of which the last may be alone, or bytes."""
    if not _is_dense(text):
        return [ord(character) for character in text]
    pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
    return [_VALUES[pair[0]] * 45 + _VALUES[pair[1]] if len(pair) > 1 else _VALUES[pair] for pair in pairs]


def _rows(bits: int) -> qr.Matrix:
    # A code's upper left module is dark: so the number of bits is that of the modules.
    side = round(bits.bit_length() ** 0.5)
    written = f"{bits:b}"
    return [[module == "1" for module in written[at : at + side]] for at in range(0, side * side, side)]
