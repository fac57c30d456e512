from io import BytesIO

import pytest
from PIL import Image

from survey.documents.layout import qr
from tests.qr_codes import qr_code

URL = "https://minping.example.org/v#7K3M-9QXT-2FVB-D8HN"


def test_rectangles_cover_exactly_the_dark_modules():
    modules = qr.matrix(URL)
    painted = [[False] * len(modules) for _ in modules]
    for x, y, width, height in qr.rectangles(modules):
        for row in range(y, y + height):
            for column in range(x, x + width):
                assert not painted[row][column]
                painted[row][column] = True
    assert painted == modules


def test_best_mask_gives_the_same_code():
    assert qr.matrix(URL, mask=qr.best_mask(URL)) == qr.matrix(URL)


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_is_read_back(mask):
    modules = qr.matrix(URL, mask=mask)
    side = len(modules) + 2 * qr.QUIET
    image = Image.new("L", (side, side), 255)
    for x, y, width, height in qr.rectangles(modules):
        image.paste(0, (x + 4, y + 4, x + 4 + width, y + 4 + height))
    assert qr_code(image.resize((side * 4, side * 4), Image.Resampling.NEAREST)).text == URL


def test_png_is_crisp_with_its_quiet_zone():
    image = Image.open(BytesIO(qr.png(URL, module=8)))
    assert image.size == ((33 + 8) * 8,) * 2
    levels = image.convert("L")
    assert {level for _, level in levels.getcolors()} == {0, 255}
    assert levels.crop((0, 0, 328, 32)).getextrema() == (255, 255)
    assert qr_code(levels).text == URL


def test_svg_has_no_style_and_a_quiet_zone():
    drawn = qr.svg(URL)
    assert 'viewBox="0 0 41 41"' in drawn
    assert "style" not in drawn
    assert drawn.count("<path") == 2
