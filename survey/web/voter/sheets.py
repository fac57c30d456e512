"""Empty ballots, rendered and compressed once for each campaign and rater group and kept in memory."""

import secrets
import zlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

_MOST_KEPT = 64
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

Render = Callable[[str, str], str]


@dataclass(frozen=True)
class _Sheet:
    """A page in three pieces, cut where code and receipt belong; each piece also compressed by itself."""

    pieces: tuple[bytes, bytes, bytes]
    packed: tuple[bytes, bytes, bytes]


class Sheets:
    """The empty ballots that were asked for last, each cut where code and receipt belong."""

    def __init__(self) -> None:
        self._sheets: dict[Hashable, _Sheet] = {}
        self._lock = Lock()

    def body(self, key: Hashable, code: str, receipt: str, render: Render, *, packed: bool = False) -> bytes:
        """Return an empty ballot with a code and a receipt in their places, as gzip where ``packed``.

        ``key`` names all that the page depends on; ``render`` makes it from a code and a receipt, in this
        order on the page. Both are base32, so nothing needs escaping. In gzip, code and receipt stand
        uncompressed between the pieces: the length of the answer says nothing about them.
        """
        sheet = self._sheets.get(key) or self._cut(key, render)
        slots = (code.encode(), receipt.encode())
        plain = _joined(sheet.pieces, slots)
        if not packed:
            return plain
        body = _joined(sheet.packed, (_stored(slots[0]), _stored(slots[1])))
        return _GZIP_HEAD + body + zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")

    def _cut(self, key: Hashable, render: Render) -> _Sheet:
        # Random marks: no text of a definition can contain them.
        code, receipt = secrets.token_hex(16), secrets.token_hex(16)
        before, _, rest = render(code, receipt).partition(code)
        between, _, after = rest.partition(receipt)
        pieces = (before.encode(), between.encode(), after.encode())
        sheet = _Sheet(pieces, (_deflated(pieces[0]), _deflated(pieces[1]), _deflated(pieces[2], last=True)))
        with self._lock:
            while len(self._sheets) >= _MOST_KEPT:
                self._sheets.pop(next(iter(self._sheets)))
            self._sheets[key] = sheet
        return sheet


def _joined(pieces: tuple[bytes, bytes, bytes], slots: tuple[bytes, bytes]) -> bytes:
    return b"".join((pieces[0], slots[0], pieces[1], slots[1], pieces[2]))


def _deflated(piece: bytes, *, last: bool = False) -> bytes:
    """Compress a piece so that it refers to nothing before it and ends on a byte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _stored(slot: bytes) -> bytes:
    """Write bytes as a block that is not compressed (RFC 1951, 3.2.4)."""
    return b"\0" + len(slot).to_bytes(2, "little") + (len(slot) ^ 0xFFFF).to_bytes(2, "little") + slot
