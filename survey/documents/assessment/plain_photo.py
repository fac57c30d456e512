"""Photos without what cameras write into them: place, time, device, small copies of the picture."""

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from survey.domain.errors import UnfitEvidence

_ORIENTATION = 0x0112
_UPRIGHT = 1
_ORIENTATIONS = range(1, 9)
_START, _END, _SCAN = b"\xff\xd8", 0xD9, 0xDA
_JPEG_START = b"\xff\xd8\xff"
_APP0, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Looked for behind what a scan holds: what fills before it stays, so that a long run of it is read once."""
_BARE_JFIF = 16
"""Bytes of what JFIF says of a picture, with their length and without a small copy of it."""
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"pHYs",
}
_CHUNK_AROUND = 12


def plain_photo(content: bytes) -> bytes:
    """Return a JPEG or PNG without all that does not belong to the picture, which stays as it is.

    How the picture is to be turned stays too. Raises ``UnfitEvidence`` where it is neither, or is damaged.
    """
    if not content.startswith((_JPEG_START, _PNG_START)):
        raise UnfitEvidence("format", "the file is no JPEG or PNG")
    return without_metadata(content)


def without_metadata(content: bytes) -> bytes:
    """Return a file as it is; a JPEG or PNG without what its camera wrote beside the picture.

    Raises ``UnfitEvidence``.
    """
    try:
        if content.startswith(_JPEG_START):
            return b"".join(_jpeg(content))
        return b"".join(_png(content)) if content.startswith(_PNG_START) else content
    except (struct.error, IndexError) as error:
        raise _damaged() from error


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Give the parts of a JPEG that draw it; what lies behind its end, such as a film, goes."""
    yield _START
    yield from _turned(content)
    at = len(_START)
    while True:
        found = _MARKER.match(content, at)
        if found is None:
            raise _damaged()
        marker, at = content[found.end() - 1], found.end()
        if marker == _END:
            yield bytes((0xFF, _END))
            return
        (length,) = struct.unpack_from(">H", content, at)
        segment = content[at : at + length]
        if length < struct.calcsize(">H") or len(segment) < length:
            raise _damaged()
        if _draws(marker, segment[2:]):
            yield bytes((0xFF, marker)) + (_bare(segment) if marker == _APP0 else segment)
        at += length
        if marker == _SCAN:
            ahead = _NEXT_MARKER.search(content, at)
            if ahead is None:
                raise _damaged()
            yield content[at : ahead.start()]
            at = ahead.start()


def _draws(marker: int, body: bytes) -> bool:
    """Return whether a segment is part of the picture; of what programs add only colours are."""
    if _APP0 <= marker <= _APP15:
        kept = {_APP0: b"JFIF\0", _APP2: b"ICC_PROFILE\0", _APP14: b"Adobe"}.get(marker)
        return kept is not None and body.startswith(kept)
    return marker != _COMMENT


def _bare(segment: bytes) -> bytes:
    """Return what JFIF says of a picture, without the small copy that may follow."""
    if len(segment) <= _BARE_JFIF:
        return segment
    return struct.pack(">H", _BARE_JFIF) + segment[2 : _BARE_JFIF - 2] + bytes(2)


def _turned(content: bytes) -> Iterator[bytes]:
    """Give the segment that tells how the picture is turned, and nothing else, where it is turned."""
    try:
        with Image.open(BytesIO(content)) as image:
            turned = image.getexif().get(_ORIENTATION, _UPRIGHT)
    except Exception as error:  # whatever a reader of pictures may find wrong with one
        raise _damaged() from error
    if turned in _ORIENTATIONS and turned != _UPRIGHT:
        entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
        body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
        yield b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG_START
    at = len(_PNG_START)
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + length + _CHUNK_AROUND]
        if len(chunk) < length + _CHUNK_AROUND or zlib.crc32(chunk[4:-4]) != int.from_bytes(
            chunk[-4:], "big"
        ):
            raise _damaged()
        if kind in _PNG_KEPT:
            yield chunk
        if kind == b"IEND":
            return
        at += len(chunk)


def _damaged() -> UnfitEvidence:
    return UnfitEvidence("damaged", "the picture is damaged; take it again")
