"""Pages that differ in code and receipt alone, rendered and compressed once and kept in memory."""

import secrets
import zlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from survey.domain.operations.bounded_cache import BoundedCache

MAX_BYTES = 128 * 1024 * 1024
"""Enough for 200 open campaigns with three rater groups and 146 ratees each: a page takes 190 kB there."""
_MAX_SHEETS = 4096
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

Render = Callable[..., str]


@dataclass(frozen=True)
class _Sheet:
    """A page in pieces, cut where its slots are; each piece also compressed by itself."""

    pieces: tuple[bytes, ...]
    packed: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return sum(map(len, self.pieces)) + sum(map(len, self.packed))


class Sheets:
    """Pages as many as there is room for, each cut where code and receipt belong."""

    def __init__(self) -> None:
        self._sheets = BoundedCache[Hashable, _Sheet](_MAX_SHEETS, MAX_BYTES)

    def body(self, key: Hashable, slots: Sequence[str], render: Render, *, packed: bool = False) -> bytes:
        """Return a page with what belongs into its slots, as gzip where ``packed``.

        ``key`` names all that the page depends on; ``render`` makes it from the slots, which stand on the
        page once each and in this order. They are base32, so nothing needs escaping. In gzip they stand
        uncompressed between the pieces: the length of the answer says nothing about them.
        """
        return _filled(self._sheets.get(key) or self._cut(key, len(slots), render), slots, packed=packed)

    def kept(self, key: Hashable, slots: Sequence[str], *, packed: bool = False) -> bytes | None:
        """Return the same page where it was made before, else ``None``."""
        sheet = self._sheets.get(key)
        return None if sheet is None else _filled(sheet, slots, packed=packed)

    def _cut(self, key: Hashable, slots: int, render: Render) -> _Sheet:
        # Random marks: no text of a definition can contain them.
        marks = [secrets.token_hex(16) for _ in range(slots)]
        pieces, rest = [], render(*marks)
        for mark in marks:
            piece, _, rest = rest.partition(mark)
            pieces.append(piece.encode())
        packed = (*map(_deflated, pieces), _deflated(rest.encode(), last=True))
        sheet = _Sheet((*pieces, rest.encode()), packed)
        self._sheets.put(key, sheet, sheet.size)
        return sheet


def _filled(sheet: _Sheet, slots: Sequence[str], *, packed: bool) -> bytes:
    """Put what belongs into its slots into a page."""
    filled = [slot.encode() for slot in slots]
    plain = _joined(sheet.pieces, filled)
    if not packed:
        return plain
    body = _joined(sheet.packed, [_stored(slot) for slot in filled])
    return _GZIP_HEAD + body + zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")


def _joined(pieces: Sequence[bytes], slots: Sequence[bytes]) -> bytes:
    return b"".join(chain.from_iterable(zip_longest(pieces, slots, fillvalue=b"")))


def _deflated(piece: bytes, *, last: bool = False) -> bytes:
    """Compress a piece so that it refers to nothing before it and ends on a byte."""
    # Short blocks, each with codes of its own: style, words and script have little in common.
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, memLevel=5)
    return packer.compress(piece) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _stored(slot: bytes) -> bytes:
    """Write bytes as a block that is not compressed (RFC 1951, 3.2.4)."""
    return b"\0" + len(slot).to_bytes(2, "little") + (len(slot) ^ 0xFFFF).to_bytes(2, "little") + slot
