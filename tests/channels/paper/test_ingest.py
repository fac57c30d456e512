"""Scanned files of every kind become pages, and what is none is said to be none."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from survey.channels.paper import ingest
from survey.channels.paper.ingest import pictures_in
from survey.domain.paper.reading import PageFault, PageRefusal

from .conftest import Printed, refusals, scanned


def images(town: Printed) -> list[Image.Image]:
    return [Image.open(io.BytesIO(scanned(page))).convert("L") for page in town.pages]


def saved(pages: list[Image.Image], form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, form, save_all=True, append_images=pages[1:], **how)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_every_page_of_a_file_is_read(town: Printed, form: str) -> None:
    how: dict[str, Any] = {"resolution": 200} if form == "PDF" else {"compression": "tiff_lzw"}
    read = town.read(saved(images(town), form, **how))
    assert [page.code.page for page in read if not isinstance(page, PageRefusal)] == [1, 2]


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "L"), ("PNG", "RGBA"), ("PNG", "I;16")],
)
def test_pictures_of_all_kinds_of_colour_are_read(town: Printed, form: str, mode: str) -> None:
    image = images(town)[0]
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    out = io.BytesIO()
    image.save(out, form)
    assert town.read_one(out.getvalue()).code.page == 1


def test_how_a_camera_says_it_was_held_is_nothing_to_go_by(town: Printed) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    images(town)[0].save(out, "JPEG", exif=exif.tobytes())
    [picture] = pictures_in(out.getvalue())
    assert not isinstance(picture, PageRefusal)
    assert picture.shape[0] > picture.shape[1]


def test_black_and_white_is_refused(town: Printed) -> None:
    made = saved([image.convert("1") for image in images(town)], "TIFF", compression="group4")
    assert refusals(town.read(made)) == [PageFault.ONE_BIT] * 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"%PDF-1.7\nnothing",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + bytes(40),
        b"II*\0" + b"\xff" * 60,
    ],
)
def test_what_is_no_scan_is_damaged(data: bytes) -> None:
    assert list(pictures_in(data)) == [PageRefusal(PageFault.DAMAGED)]


def test_a_file_cut_off_gives_what_is_there(town: Printed) -> None:
    whole = saved(images(town), "TIFF", compression="raw")
    read = town.read(whole[: len(whole) * 2 // 3])
    assert any(isinstance(page, PageRefusal) for page in read)


def test_a_picture_too_large_or_too_small_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "MAX_PIXELS", 10_000)
    for size, why in (((60, 60), PageFault.NO_IMAGE), ((120, 120), PageFault.TOO_LARGE)):
        out = io.BytesIO()
        Image.new("L", size, 200).save(out, "PNG")
        assert list(pictures_in(out.getvalue())) == [PageRefusal(why)]


def test_a_file_of_too_many_pages_ends_with_saying_so(town: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "MAX_PAGES", 1)
    for form in ("TIFF", "PDF"):
        first, second = list(pictures_in(saved(images(town), form)))
        assert not isinstance(first, PageRefusal)
        assert second == PageRefusal(PageFault.TOO_LARGE)
