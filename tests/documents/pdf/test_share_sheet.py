"""The sheet of a share: what is on it, how it folds, and how it is read back from paper and from its file."""

import random
import re
from dataclasses import replace
from functools import cache
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageOps

from survey.documents.layout.qr_reading import read_codes
from survey.documents.pdf.share_sheet import (
    FOLD_BACK,
    FOLD_IN,
    HEIGHT,
    SECRET_TOP,
    SHADE_MARGIN,
    WIDTH,
    ShareSheet,
    digits_in,
    share_sheet_font,
    share_sheet_pdf,
)
from tests.qr_codes import qr_codes

DICE = random.Random(5)
WORDS = [f"{DICE.choice(['academic', 'duckling', 'favorite', 'lips', 'zero'])}" for _ in range(33)]
GROUPS = [f"{DICE.randrange(10**6):06}" for _ in range(20)]
TITLE = "2026年度镇领导班子和领导干部民主测评"
LONG = (
    "中共某某市某某区某某镇委员会、某某镇人民政府2026年度领导班子(含挂职干部)考核民主测评暨一报告两评议会议"
    * 2
)
SHEETS = {
    "usual": ShareSheet(TITLE, 2, 3, 2, WORDS, GROUPS, "张三"),
    "without a name": ShareSheet("测评", 16, 16, 16, WORDS, GROUPS),
    "long": ShareSheet(LONG, 10, 10, 10, ["academic"] * 33, ["888888"] * 20, "名" * 40),
    "strange": ShareSheet("测评😀\n\u2067评", 1, 2, 2, WORDS, GROUPS, "𫟦·买买提"),
}


@cache
def pdf_of(name: str) -> bytes:
    return share_sheet_pdf(SHEETS[name])


def rendered(content: bytes, scale: float = 4) -> Image.Image:
    with pypdfium2.PdfDocument(content) as pdf:
        assert len(pdf) == 1
        return pdf[0].render(scale=scale, grayscale=True).to_pil()


def lines(content: bytes) -> list[tuple[float, float, float, float, str]]:
    """Return the pieces of text with their boxes in mm: left, top, right, bottom."""
    found = []
    with pypdfium2.PdfDocument(content) as pdf:
        text = pdf[0].get_textpage()
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            written = text.get_text_bounded(left, bottom, right, top)
            mm = 25.4 / 72
            found.append((left * mm, HEIGHT - top * mm, right * mm, HEIGHT - bottom * mm, written))
    return found


@pytest.mark.parametrize("name", SHEETS)
def test_it_is_one_sheet_of_a5_and_nothing_runs_over_its_edges_or_folds(name: str) -> None:
    with pypdfium2.PdfDocument(pdf_of(name)) as pdf:
        assert pdf[0].get_size() == pytest.approx((WIDTH * 72 / 25.4, HEIGHT * 72 / 25.4), abs=0.1)
    for left, top, right, bottom, said in lines(pdf_of(name)):
        assert left >= 5, said
        assert right <= WIDTH - 5, said
        assert bottom <= HEIGHT - 5, said
        assert top >= FOLD_IN - 2, said
        assert bottom < FOLD_BACK + 2 or top > FOLD_BACK - 2, said


@pytest.mark.parametrize("name", SHEETS)
def test_every_secret_lies_where_two_layers_of_paper_hide_it(name: str) -> None:
    """The dark panel over it on one side, the cover's paper behind it on the other."""
    covered = (2 * FOLD_BACK - HEIGHT, 2 * FOLD_IN - SHADE_MARGIN)
    secrets = [one for one in lines(pdf_of(name)) if re.fullmatch(r"\d{6}|[a-z]{4,8}", one[4].strip())]
    assert len(secrets) >= 50
    for _, top, _, bottom, said in secrets:
        assert top >= covered[0], said
        assert bottom <= covered[1], said
    assert covered[0] <= SECRET_TOP, "the QR code too"
    picture = rendered(pdf_of(name))
    pixels = picture.height / HEIGHT
    upper, lower = (round((2 * FOLD_IN - at) * pixels) for at in reversed(covered))
    side = round((SHADE_MARGIN + 1) * pixels)
    over = picture.crop((side, upper, picture.width - side, lower))
    for top in range(0, over.height - 80, 40):
        for left in range(0, over.width - 80, 40):
            patch = over.crop((left, top, left + 80, top + 80))
            assert sum(patch.histogram()[:128]) > 0.7 * 80 * 80, "dark everywhere"


@pytest.mark.parametrize("name", SHEETS)
def test_a_light_through_the_folded_sheet_shows_no_code(name: str) -> None:
    """Brighter than any lamp: whatever is black on either of the two layers, and nothing else."""
    picture = rendered(pdf_of(name))
    pixels = picture.height / HEIGHT
    middle = picture.crop((0, round(FOLD_IN * pixels), picture.width, round(FOLD_BACK * pixels)))
    over = ImageOps.flip(picture.crop((0, 0, picture.width, middle.height)))
    through = ImageChops.multiply(middle, over)
    assert qr_codes(middle), "control: unfolded it is read"
    assert not qr_codes(through)
    assert not qr_codes(ImageOps.flip(through))


def test_the_dark_panel_says_nothing_of_the_share() -> None:
    others = [rendered(pdf_of(name)) for name in SHEETS]
    box = (0, 0, others[0].width, round((FOLD_IN - 2.5) * others[0].height / HEIGHT))
    assert len({picture.crop(box).tobytes() for picture in others}) == 1
    assert all(top > FOLD_IN - 3 for name in SHEETS for _, top, *_ in lines(pdf_of(name)))


def test_the_cover_says_what_it_is_and_no_secret() -> None:
    cover = "".join(said for _, top, *_, said in lines(pdf_of("usual")) if top > FOLD_BACK + 2)
    plain = "".join(cover.split())
    for said in (
        TITLE,
        "第2份，共3份，凑齐2份可开箱",
        "张三",
        "不要拆开",
        "不透光的信封",
        "不要复印",
        "当场销毁",
    ):
        assert said in plain
    assert not any(group in cover for group in GROUPS)
    assert not any(word in cover for word in WORDS)


def test_digits_and_words_stand_beside_their_numbers() -> None:
    with pypdfium2.PdfDocument(pdf_of("usual")) as pdf:
        written = " ".join(pdf[0].get_textpage().get_text_range().split())
    for at, one in (*enumerate(GROUPS, 1), *enumerate(WORDS, 1)):
        assert f"{at} {one}" in written
    assert "① 向里折" in written
    assert "② 向后折" in written


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("scale", [2, 2.83, 4])
def test_its_qr_code_is_read_from_a_picture_of_the_whole_sheet(name: str, scale: float) -> None:
    """Printed as large as it is, on A4 ("fit to page" is 1.41 times), and photographed."""
    out = BytesIO()
    rendered(pdf_of(name), scale).rotate(3, fillcolor=255).save(out, "JPEG", quality=80)
    assert read_codes(out.getvalue()) == ["".join(SHEETS[name].groups)]


@pytest.mark.parametrize("name", SHEETS)
def test_its_file_is_read_back(name: str) -> None:
    assert digits_in(pdf_of(name)) == "".join(SHEETS[name].groups)


@pytest.mark.parametrize("name", ["without a name", "long", "strange"])
def test_a_font_cut_down_for_a_campaign_writes_the_same(name: str) -> None:
    sheet = replace(SHEETS[name], holder="")
    with share_sheet_font(sheet.title) as font:
        cut = share_sheet_pdf(sheet, font)
    assert rendered(cut).tobytes() == rendered(share_sheet_pdf(sheet)).tobytes()


def test_another_pdf_is_none() -> None:
    assert digits_in(b"%PDF-1.7\n%minping-share \n%%EOF") is None
    assert digits_in(pdf_of("usual").partition(b"%minping-share")[0]) is None


def test_who_only_lists_the_file_reads_no_secret() -> None:
    with pypdfium2.PdfDocument(pdf_of("usual")) as pdf:
        said = " ".join(pdf.get_metadata_dict().values())
    assert "2/3" in said
    assert not any(one in said for one in (*GROUPS, *WORDS))
