"""What is printed stands where the layout says, and the codes read back."""

import io
from collections.abc import Sequence

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from survey.documents.pdf.paper_ballots import PaperFace, PaperSheet, paper_ballots_pdf, require_glyphs
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperSize, PaperTexts
from survey.domain.errors import MissingGlyphs
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.reading import SheetCode, sheet_code
from survey.domain.paper.sheet import BOX, PaperForm, PaperPage
from tests.builders import EXAMPLES, example
from tests.documents.definition.test_form_library import BY_CODES, filled

PIXELS = 10
SERIALS = ("0123456789ABCDEF", "ZZZZ456789ABCDEF")
TOKEN = "HE6M-1110-RDV1-EWZE"
URL = f"https://minping.example.org/v#{TOKEN}"


SAMPLES = sorted(file.stem for file in EXAMPLES.glob("*.toml"))


def form_of(name: str, rules: PaperRules) -> PaperForm:
    """Lay out the ballot of a sample, or of a form that ships with two ratees in it."""
    definition = read_definition(example(name) if name in SAMPLES else filled(name))
    return lay_out(definition, definition.groups[0].key, rules)


def drawn(form: PaperForm, token: str = TOKEN, serials: Sequence[str] = SERIALS) -> list[np.ndarray]:
    """Print ballots, two if nothing else is said; return their pages as pictures, ``PIXELS`` a mm."""
    sheets = [
        PaperSheet(
            form.group,
            [str(SheetCode(not token, serial, form.layout, page.page)) for page in form.pages],
            token,
            URL if token else "",
        )
        for serial in serials
    ]
    done: list[int] = []
    out = io.BytesIO()
    faces = {form.group: PaperFace(form, "2026年度测评", "A票（县级领导）", "" if token else "样张")}
    paper_ballots_pdf(iter(sheets), faces=faces, out=out, progress=done.append)
    assert done == list(range(1, len(serials) + 1))
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        assert document[0].get_size() == pytest.approx(
            (form.pages[0].width / 25.4 * 72, form.pages[0].height / 25.4 * 72), abs=0.1
        )
        return [
            page.render(scale=PIXELS * 25.4 / 72, grayscale=True).to_numpy().squeeze() for page in document
        ]


def darkness(picture: np.ndarray, x: float, y: float, width: float, height: float) -> float:
    part = picture[
        round(y * PIXELS) : round((y + height) * PIXELS), round(x * PIXELS) : round((x + width) * PIXELS)
    ]
    return 1 - float(part.mean()) / 255


def require_boxes(picture: np.ndarray, page: PaperPage) -> None:
    for line in page.lines:
        for box in line.boxes:
            for x, y, width, height in (
                (box.x, box.y, BOX, 0.3),
                (box.x, box.y + BOX - 0.3, BOX, 0.3),
                (box.x, box.y, 0.3, BOX),
                (box.x + BOX - 0.3, box.y, 0.3, BOX),
            ):
                assert darkness(picture, x, y, width, height) > 0.5, line.field
            assert darkness(picture, box.x + 0.45, box.y + 0.45, BOX - 0.9, BOX - 0.9) < 0.01
            assert darkness(picture, box.x - 2.2, box.y, 2.0, BOX) < 0.01
            assert darkness(picture, box.x + BOX + 0.2, box.y, 2.0, BOX) < 0.01


def require_frames(picture: np.ndarray, page: PaperPage) -> None:
    for area in page.areas:
        for x, y, width, height in (
            (area.x, area.y - 0.1, area.width, 0.2),
            (area.x, area.y + area.height - 0.1, area.width, 0.2),
            (area.x - 0.1, area.y, 0.2, area.height),
            (area.x + area.width - 0.1, area.y, 0.2, area.height),
        ):
            assert darkness(picture, x, y, width, height) > 0.4, area.field
        assert darkness(picture, area.x + 0.8, area.y + 0.8, area.width - 1.6, area.height - 1.6) < 0.001


def require_corners(picture: np.ndarray, page: PaperPage) -> None:
    for x, y in page.markers:
        assert darkness(picture, x, y, 8, 1.3) > 0.9
        assert darkness(picture, x - 1, y - 1, 10, 0.8) < 0.02
    for x, y in page.codes:
        # A finder pattern at the upper left of each, and white all round.
        assert darkness(picture, x + 1, y + 1, 7 * 0.56, 0.5) > 0.7
        assert darkness(picture, x + 0.1, y + 0.1, 15.8, 0.7) < 0.02
        assert darkness(picture, x + 0.1, y + 15.2, 15.8, 0.7) < 0.02


@pytest.mark.parametrize("name", [*SAMPLES, *BY_CODES])
@pytest.mark.parametrize(
    "rules",
    [PaperRules(texts=PaperTexts.TYPED), PaperRules(size=PaperSize.A3, strip=False, texts=PaperTexts.TYPED)],
    ids=["A4", "A3"],
)
def test_every_box_is_where_the_layout_says_and_nothing_else(name: str, rules: PaperRules) -> None:
    form = form_of(name, rules)
    pictures = drawn(form, serials=SERIALS[:1])
    assert len(pictures) == len(form.pages)
    assert any(page.lines for page in form.pages)
    for picture, page in zip(pictures, form.pages, strict=True):
        require_boxes(picture, page)
        require_frames(picture, page)
        require_corners(picture, page)


def codes_in(picture: np.ndarray) -> list[str]:
    found = zxingcpp.read_barcodes(np.ascontiguousarray(picture), formats=zxingcpp.BarcodeFormat.QRCode)
    return sorted(code.text for code in found)


def test_each_sheet_has_codes_of_its_own_twice_a_page_and_the_phone_s_on_the_strip() -> None:
    form = form_of("town-annual", PaperRules())
    pictures = drawn(form)
    for at, picture in enumerate(pictures):
        sheet, place = divmod(at, len(form.pages))
        own = str(SheetCode(False, SERIALS[sheet], form.layout, place + 1))
        assert codes_in(picture) == [own, own, *([URL] if place == 0 else [])]


def test_a_specimen_has_no_code_for_a_phone() -> None:
    form = form_of("town-annual", PaperRules())
    for text in codes_in(drawn(form, token="")[0]):
        code = sheet_code(text)
        assert code is not None
        assert code.specimen


def test_what_no_font_can_write_is_refused_before_printing() -> None:
    face = PaperFace(form_of("town-annual", PaperRules()), "测评😀", "A票")
    with pytest.raises(MissingGlyphs):
        require_glyphs([face])
