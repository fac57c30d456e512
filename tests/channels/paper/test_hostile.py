"""Whatever a file is, its pages are read or refused: none without a word, and none for ever."""

import io
import subprocess
import sys
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, features

from survey.channels.paper import child, ingest
from survey.channels.paper.child import MAX_MEMORY
from survey.channels.paper.ingest import pictures_in
from survey.domain.paper.reading import PageFault, PageReading, PageRefusal

from .conftest import Printed, refusals, scanned
from .hostile import jbig2, pdf, png, stream, tiff, written


@pytest.fixture(scope="module")
def image(town: Printed) -> Image.Image:
    return Image.open(io.BytesIO(scanned(town.pages[0]))).convert("L")


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def picture_of(
    image: Image.Image, filtered: str, colours: str = "/DeviceGray", bits: int = 8
) -> dict[str, str]:
    return {
        "Width": str(image.width),
        "Height": str(image.height),
        "ColorSpace": colours,
        "BitsPerComponent": str(bits),
        "Filter": filtered,
    }


def faults_of(data: bytes) -> list[PageFault | None]:
    return [page.why if isinstance(page, PageRefusal) else None for page in pictures_in(data)]


def test_a_page_with_words_behind_its_picture_is_drawn_as_it_is(town: Printed, image: Image.Image) -> None:
    """Scanners that recognise text put it behind the picture, where nobody sees it."""
    page = picture_of(image, "/DCTDecode"), saved(image, "JPEG", quality=80)
    words = b"BT 3 Tr /F 10 Tf 100 400 Td (what a scanner thought it read) Tj ET\n"
    for content in (b"", words):
        reading = town.read_one(pdf(page, content=content))
        assert reading.code.page == 1
        assert {line.state.value for line in reading.lines} == {"blank"}


@pytest.mark.skipif(not features.check("jpg_2000"), reason="Pillow writes no JPEG 2000 here")
def test_pictures_in_jpeg_2000_are_read(town: Printed, image: Image.Image) -> None:
    page = picture_of(image, "/JPXDecode"), saved(image, "JPEG2000")
    assert town.read_one(pdf(page)).code.page == 1


def test_a_pdf_of_fax_pictures_is_refused_as_black_and_white(town: Printed, image: Image.Image) -> None:
    whole = saved(image.convert("1"), "TIFF", compression="group4", strip_size=1 << 30)
    tags: Any = Image.open(io.BytesIO(whole)).tag_v2  # type: ignore[attr-defined]
    [offset], [length] = tags[273], tags[279]
    data = whole[offset:][:length]
    asked = f"<</K -1/Columns {image.width}/Rows {image.height}/BlackIs1 true>>"
    ccitt = picture_of(image, "/CCITTFaxDecode", bits=1) | {"DecodeParms": asked}
    coded = picture_of(image, "/JBIG2Decode", bits=1)
    made = pdf((ccitt, data), (coded, jbig2(image.width, image.height, data)))
    assert refusals(town.read(made)) == [PageFault.ONE_BIT] * 2


def test_a_page_turned_or_mirrored_by_its_pdf_is_read_as_it_is_shown(
    town: Printed, image: Image.Image
) -> None:
    page = picture_of(image, "/DCTDecode"), saved(image, "JPEG", quality=80)
    turned = pdf(page).replace(b"/Type/Page/Parent", b"/Type/Page/Rotate 180/Parent")
    assert town.read_one(turned).code.page == 1
    mirrored = pdf(page).replace(b"q 595 0 0 842 0 0 cm", b"q -595 0 0 842 595 0 cm")
    assert refusals(town.read(mirrored)) in ([PageFault.CODE], [PageFault.MARKERS])


def test_an_encrypted_pdf_is_damaged(image: Image.Image) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.image(image)
    made.set_encryption(owner_password="theirs", user_password="ours")
    assert faults_of(bytes(made.output())) == [PageFault.DAMAGED]


@pytest.mark.parametrize(
    "data",
    [
        png(60_000, 60_000),
        png(2_000_000_000, 2_000_000_000),
        tiff(100_000, 100_000),
        tiff(0xFFFFFFF0, 0xFFFFFFF0),
        png(7_800, 7_800),
        tiff(8_000, 8_000),
    ],
)
def test_heads_that_promise_too_much_are_not_believed(data: bytes) -> None:
    [why] = faults_of(data)
    assert why in (PageFault.TOO_LARGE, PageFault.DAMAGED)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_a_file_cut_off_is_damaged(image: Image.Image, form: str) -> None:
    data = saved(image, form)
    assert faults_of(data[: len(data) // 2]) == [PageFault.DAMAGED]


def test_a_tiff_whose_pages_go_in_a_circle_ends() -> None:
    assert len(faults_of(tiff(200, 200, circle=True))) <= 2


def test_a_damaged_page_costs_itself_alone(town: Printed, image: Image.Image) -> None:
    good = picture_of(image, "/DCTDecode"), saved(image, "JPEG", quality=80)
    made = pdf(good, (good[0], b"no picture at all"), good)
    read = town.read(made)
    assert [isinstance(page, PageReading) for page in read] == [True, False, True]
    # A page that is no page.
    broken = pdf(good, good, good).replace(b"<</Type/Page/Parent", b"<</Type/Nage/Parent", 1)
    assert sum(isinstance(page, PageReading) for page in town.read(broken)) >= 2


def test_a_bomb_in_a_pdf_is_too_large_or_damaged() -> None:
    size = {"Width": "30000", "Height": "30000", "ColorSpace": "/DeviceGray", "BitsPerComponent": "8"}
    bomb = zlib.compress(bytes(1_000_000))
    made = pdf((size | {"Filter": "/FlateDecode"}, bomb))
    for page in pictures_in(made):
        if not isinstance(page, PageRefusal):
            assert page.size <= ingest.MAX_PIXELS


@pytest.mark.parametrize("size", ["14400000 14400000", "0 0", "-5 -5", "1e30 3", "3 9000000"])
def test_pages_of_absurd_sizes_are_no_trouble(image: Image.Image, size: str) -> None:
    made = pdf((picture_of(image, "/DCTDecode"), saved(image, "JPEG")), size=size)
    for page in pictures_in(made):
        assert isinstance(page, PageRefusal) or page.size <= ingest.MAX_PIXELS


def test_forms_within_forms_end() -> None:
    """A form that draws itself, and page trees that are their own children."""
    form = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</P 4 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</XObject<</P 4 0 R>>>>>>",
        stream(form, b"/P Do"),
        stream("", b"/P Do"),
    ]
    assert len(faults_of(written(objects))) == 1
    objects[1] = b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R 2 0 R]>>"
    assert len(faults_of(written(objects))) <= 9


def test_a_tree_of_pages_that_promises_millions_ends() -> None:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 99999999/Kids[3 0 R]>>", b"<<>>"]
    assert len(faults_of(written(objects))) <= ingest.MAX_PAGES + 1


def test_2001_pages_are_one_too_many() -> None:
    found = faults_of(tiff(1, 1, pages=ingest.MAX_PAGES + 1))
    assert found == [PageFault.NO_IMAGE] * ingest.MAX_PAGES + [PageFault.TOO_LARGE]


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_a_camera_keeps_beside_a_picture_is_no_page(image: Image.Image, form: str) -> None:
    small = image.resize((200, 300))
    data = saved(small, {"JPEG": "MPO", "PNG": "PNG"}[form], save_all=True, append_images=[small, small])
    assert faults_of(data) == [None]


@pytest.mark.parametrize("mode", ["LA", "PA", "P", "La", "LAB", "HSV", "YCbCr", "I", "F", "I;16B"])
def test_pictures_of_any_kind_are_grey_or_refused(image: Image.Image, mode: str) -> None:
    small = image.resize((300, 400))
    if mode == "I;16B":
        made = Image.fromarray(np.asarray(small).astype(">u2") * 257)
    elif mode in ("La", "PA"):
        made = small.convert("LA")
    elif mode in ("LAB", "HSV"):
        made = small.convert("RGB").convert("HSV")
    else:
        made = small.convert(mode)
    try:
        data = saved(made, "TIFF")
    except (OSError, KeyError):
        pytest.skip(f"Pillow writes no {mode}")
    [page] = pictures_in(data)
    if not isinstance(page, PageRefusal):
        assert page.dtype == np.uint8
        assert page.ndim == 2


def test_pages_read_before_are_not_looked_at_again(town: Printed, image: Image.Image) -> None:
    good = picture_of(image, "/DCTDecode"), saved(image, "JPEG", quality=80)
    assert len(list(pictures_in(pdf(good, good, good), 2))) == 1
    frames = saved(image, "TIFF", save_all=True, append_images=[image, image])
    assert len(list(pictures_in(frames, 2))) == 1
    assert list(pictures_in(frames, 3)) == list(pictures_in(pdf(good), 1)) == []


def test_a_system_that_has_or_sets_no_limit_reads_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(limit: int, values: tuple[int, int]) -> None:
        asked.append((limit, values[0]))
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(child.resource, "setrlimit", refuse)
    monkeypatch.setattr(child.resource, "getrlimit", lambda _: (child.resource.RLIM_INFINITY,) * 2)
    child._limit_memory()
    assert asked == [(child.resource.RLIMIT_AS, MAX_MEMORY)]
    monkeypatch.delattr(child.resource, "RLIMIT_AS")
    child._limit_memory()
    assert len(asked) == 1


def test_what_takes_too_much_memory_is_refused_by_the_system() -> None:
    programme = (
        "from survey.channels.paper import child\n"
        "child._limit_memory()\n"
        f"try: bytearray({MAX_MEMORY})\n"
        "except MemoryError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
