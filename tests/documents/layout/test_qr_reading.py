"""Reading QR codes from photographs."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from survey.documents.layout.qr import png
from survey.documents.layout.qr_reading import read_codes
from survey.domain.errors import BadFile

TEXT = "academic acid " * 16


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("turned", [0, 7, 90])
def test_a_photograph(kind: str, turned: int) -> None:
    code = Image.open(BytesIO(png(TEXT, module=6))).convert("RGB")
    photo = Image.new("RGB", (3000, 2200), (180, 170, 160))
    photo.paste(code.rotate(turned, expand=True, fillcolor=(180, 170, 160)), (900, 600))
    out = BytesIO()
    photo.save(out, kind)
    assert read_codes(out.getvalue()) == [TEXT]


def test_a_picture_without_a_code() -> None:
    out = BytesIO()
    Image.new("L", (50, 50), 255).save(out, "PNG")
    assert read_codes(out.getvalue()) == []


@pytest.mark.parametrize("content", [b"", b"words of a share", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(50)])
def test_no_picture(content: bytes) -> None:
    with pytest.raises(BadFile):
        read_codes(content)


@pytest.mark.parametrize("side", [8000, 12_000, 60_000])
def test_a_bomb_is_not_unpacked(side: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    with pytest.raises(BadFile):
        read_codes(bomb)


@pytest.mark.parametrize(("size", "taken"), [((1, 12_001), False), ((12_001, 1), False), ((1, 12_000), True)])
def test_a_picture_of_one_column_is_no_photograph(size: tuple[int, int], taken: bool) -> None:
    """Whole and small, yet of 39 million rows it took 700 MB."""
    out = BytesIO()
    Image.new("L", size, 255).save(out, "PNG")
    if taken:
        assert read_codes(out.getvalue()) == []
        return
    with pytest.raises(BadFile, match="too large"):
        read_codes(out.getvalue())
