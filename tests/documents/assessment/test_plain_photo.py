"""Photos lose what cameras write into them, and nothing of the picture."""

import re
import struct
import time
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from survey.documents.assessment.plain_photo import plain_photo, without_metadata
from survey.domain.errors import UnfitEvidence
from tests.services.assessment.visits.visited import jpeg, png

SECRET = "36°06'N 103°44'E 手机"


def with_exif(orientation: int = 1, **saved: object) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETPHONE"
    exif[0x9003] = "2026:12:01 09:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(exif=exif, **saved)


def pixels(content: bytes) -> bytes:
    with Image.open(BytesIO(content)) as image:
        return image.tobytes()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_its_picture_alone(progressive: bool) -> None:
    whole = with_exif(comment=b"SECRETNOTE", progressive=progressive) + b"SECRETFILM"
    plain = plain_photo(whole)
    assert pixels(plain) == pixels(whole)
    assert b"SECRET" in whole
    assert b"SECRET" not in plain
    assert b"2026:12" not in plain
    assert dict(opened(plain).getexif()) == {}


def test_the_small_copy_inside_jfif_goes_too() -> None:
    whole = jpeg()
    at = whole.index(b"JFIF\0")
    small = b"SECRETTHB"
    assert whole[at - 2 : at] == b"\0\x10"
    copied = struct.pack(">H", 16 + len(small)) + whole[at : at + 12] + b"\x03\x01" + small
    plain = plain_photo(whole[: at - 2] + copied + whole[at + 14 :])
    assert plain == plain_photo(whole) == whole


def test_a_long_run_of_fill_bytes_in_a_scan_is_read_once() -> None:
    """Looked at anew from each of its bytes, 20 MB of them would keep the server for months."""
    whole = jpeg()
    at = whole.rindex(b"\xff\xda")
    scan = at + 2 + int.from_bytes(whole[at + 2 : at + 4], "big")
    filled = whole[:scan] + b"\xff" * 20_000 + b"\0" + whole[scan:]
    begun = time.process_time()
    assert plain_photo(filled) == filled
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("orientation", range(2, 9))
def test_how_a_jpeg_is_turned_stays(orientation: int) -> None:
    plain = plain_photo(with_exif(orientation))
    assert dict(opened(plain).getexif()) == {0x0112: orientation}
    assert b"SECRET" not in plain


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_what_is_no_turning_goes(orientation: int) -> None:
    assert dict(opened(plain_photo(with_exif(orientation))).getexif()) == {}


def test_colours_stay() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = plain_photo(jpeg(icc_profile=profile))
    assert opened(plain).info["icc_profile"] == profile


def test_other_segments_of_programs_go() -> None:
    whole = jpeg()
    segment = b"http://ns.adobe.com/xap/1.0/\0" + b"SECRET" * 9
    marked = b"".join(
        bytes((0xFF, marker)) + struct.pack(">H", len(segment) + 2) + segment
        for marker in (0xE1, 0xE2, 0xED, 0xEE, 0xE0, 0xEF, 0xFE)
    )
    plain = plain_photo(whole[:2] + marked + whole[2:])
    assert b"SECRET" not in plain
    assert pixels(plain) == pixels(whole)


def test_a_png_keeps_its_picture_alone() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Location", "SECRET")
    told.add_itxt("XML:com.adobe.xmp", SECRET)
    exif = Image.Exif()
    exif[0x010F] = "SECRETPHONE"
    whole = png(pnginfo=told, exif=exif) + b"SECRETTAIL"
    plain = plain_photo(whole)
    assert pixels(plain) == pixels(whole)
    assert b"SECRET" not in plain
    assert "手机".encode() not in plain


def test_twice_is_as_good_as_once() -> None:
    for whole in (with_exif(6), with_exif(), png()):
        assert plain_photo(plain_photo(whole)) == plain_photo(whole)


@pytest.mark.parametrize("whole", [jpeg(), png()])
def test_a_picture_that_ends_early_is_damaged(whole: bytes) -> None:
    for end in range(len(whole) - 1, 30, -7):
        with pytest.raises(UnfitEvidence) as refused:
            plain_photo(whole[:end])
        assert refused.value.why == "damaged"


def test_a_changed_chunk_is_damaged() -> None:
    whole = bytearray(png())
    whole[whole.index(b"IDAT") + 6] ^= 1
    with pytest.raises(UnfitEvidence):
        plain_photo(bytes(whole))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"<script>", b"", b"PK\x03\x04"])
def test_what_is_no_photo_is_none(content: bytes) -> None:
    with pytest.raises(UnfitEvidence):
        plain_photo(content)


def test_other_papers_stay_as_they_are() -> None:
    assert without_metadata(b"%PDF-1.7\nSECRET") == b"%PDF-1.7\nSECRET"
    assert without_metadata(with_exif()) == plain_photo(with_exif())


def test_garbage_behind_a_beginning_never_breaks_it() -> None:
    start = re.match(rb".{4}", jpeg(), re.DOTALL)
    assert start
    for seed in range(300):
        noise = zlib.compress(bytes([seed % 256] * seed)) * 3
        for beginning in (start[0], png()[:16], b"\xff\xd8\xff\xff\xff"):
            with pytest.raises(UnfitEvidence):
                plain_photo(beginning + noise)
