"""Reading QR codes from a photograph."""

from io import BytesIO

import zxingcpp
from PIL import Image, UnidentifiedImageError

from survey.domain.errors import BadFile

MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
"""More than any camera's. A picture of one column takes many times the memory of its pixels."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_NO_PICTURE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    ValueError,
    SyntaxError,
)
_SIDE = 2400
"""Longer sides are shrunk: a code that fills a tenth of the picture is still read."""


def read_codes(content: bytes) -> list[str]:
    """Return the texts of all QR codes in a picture; raises ``BadFile`` where it is none, or too large."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
                raise BadFile("this picture is too large")
            picture.draft("L", (_SIDE, _SIDE))
            grey = picture.convert("L")
    except _NO_PICTURE as error:
        raise BadFile("this is no picture") from error
    grey.thumbnail((_SIDE, _SIDE))
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return [code.text for code in zxingcpp.read_barcodes(grey, formats=formats)]
