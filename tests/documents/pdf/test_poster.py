"""The poster of an open campaign, and the command that prints it."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from survey.config import Settings
from survey.documents.pdf.poster import poster_pdf, taking_part
from survey.domain.errors import MissingGlyphs
from tests.builders import EXAMPLES
from tests.conftest import settings_on
from tests.job import attempt, minping
from tests.qr_codes import qr_code, qr_codes

TITLE = "2026年度群众满意度调查"
ORGANISER = "市统计局社情民意调查中心"
LONG = "中共某某市某某区某某镇委员会、某某镇人民政府2026年度领导班子(含挂职干部)民主测评暨一报告两评议会议"
URL = "https://minping.example.org/o/public-satisfaction"
LONG_URL = (
    "https://a-very-long-host-name-of-the-county-party-committee.organisation.example.gov.cn/o/" + "a" * 60
)
SCALE = 4
MM = SCALE * 72 / 25.4


def printed(title=TITLE, organiser=ORGANISER, url=URL):
    out = BytesIO()
    poster_pdf(title=title, organiser=organiser, url=url, out=out)
    return out.getvalue()


def image_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        assert len(pdf) == 1
        assert pdf[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)
        return pdf[0].render(scale=SCALE, grayscale=True).to_pil()


def text_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return pdf[0].get_textpage().get_text_range()


def boxes_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        text = pdf[0].get_textpage()
        for at in range(text.count_rects()):
            left, bottom, right, top = (value * 25.4 / 72 for value in text.get_rect(at))
            yield left, 297 - top, right, 297 - bottom


SIX = datetime(2026, 12, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opens", "closes", "says"),
    [
        (None, SIX, "2026年12月31日18:00截止"),
        (SIX.replace(day=1), SIX, "2026年12月1日18:00至2026年12月31日18:00"),
        (SIX, None, ""),
        (None, None, ""),
    ],
)
def test_when_one_may_take_part(opens, closes, says):
    assert taking_part(opens, closes, "Asia/Shanghai") == says


def test_the_time_stands_between_title_and_code():
    out = BytesIO()
    period = taking_part(SIX.replace(day=1), SIX, "Asia/Shanghai")
    poster_pdf(title=LONG * 3, organiser=LONG, url=URL, out=out, period=period)
    assert f"参加时间：{period}" in text_of(out.getvalue())
    assert "参加时间" not in text_of(printed())
    (found,) = qr_codes(image_of(out.getvalue()))
    assert found.text == URL


@pytest.mark.parametrize("url", [URL, LONG_URL, "http://10.0.0.1/o/a"])
@pytest.mark.parametrize("title", [TITLE, LONG * 3])
def test_qr_is_read_back_large_and_with_white_all_round(url, title):
    image = image_of(printed(title, title, url))
    (found,) = qr_codes(image)
    assert found.text == url
    place = found.position
    assert (place.top_right.x - place.top_left.x) / MM == pytest.approx(110, abs=1)
    # Four modules of the coarsest code that an address can have.
    quiet = int(4 * 110 / 25 * MM) - 4
    left, top, right, bottom = place.top_left.x, place.top_left.y, place.bottom_right.x, place.bottom_right.y
    for frame in (
        (left - quiet, top - quiet, right + quiet, top - 4),
        (left - quiet, bottom + 4, right + quiet, bottom + quiet),
        (left - quiet, top - quiet, left - 4, bottom + quiet),
        (right + 4, top - quiet, right + quiet, bottom + quiet),
    ):
        assert image.crop(frame).getextrema()[0] > 240, frame


@pytest.mark.parametrize("title", ["测评", TITLE, LONG, LONG * 3, "Annual evaluation of the public services"])
@pytest.mark.parametrize("organiser", [ORGANISER, LONG * 2])
@pytest.mark.parametrize("url", [URL, LONG_URL])
def test_nothing_leaves_the_sheet_or_overlaps(title, organiser, url):
    boxes = list(boxes_of(printed(title, organiser, url)))
    assert len(boxes) >= 6
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 19
        assert right <= 191
        assert top >= 14
        assert bottom <= 285
        for other in boxes[:at]:
            across = min(right, other[2]) - max(left, other[0])
            down = min(bottom, other[3]) - max(top, other[1])
            assert across <= 0.5 or down <= 0.5, (boxes[at], other)


def test_text_says_what_where_and_how():
    text = text_of(printed())
    for words in (
        TITLE,
        ORGANISER,
        "minping.example.org/o/public-satisfaction",
        "微信扫一扫",
        "参加",
        "不记名",
    ):
        assert words in text
    assert "https" not in text
    assert LONG_URL.removeprefix("https://") in text_of(printed(url=LONG_URL)).replace("\r\n", "")


def test_rare_characters_are_printed():
    text = text_of(printed("䶮㛃镇测评", "𬭩䶮办公室"))
    assert "䶮㛃镇" in text
    assert "𬭩䶮" in text


@pytest.mark.parametrize("texts", [("测评😀", "办"), ("测评", "办\U0010fffd")])
def test_missing_glyph_writes_nothing(texts):
    out = BytesIO()
    with pytest.raises(MissingGlyphs):
        poster_pdf(title=texts[0], organiser=texts[1], url=URL, out=out)
    assert out.getvalue() == b""


def test_file_tells_the_day_only():
    assert printed() == printed()


def test_command_prints_the_campaigns_own_address(tmp_path: Path) -> None:
    settings = settings_on("sqlite", tmp_path, None, MINPING_BASE_URL="https://vote.example.org")
    minping(settings, "campaign", "load", EXAMPLES / "public-satisfaction.toml")
    said = minping(settings, "token", "poster", "public-satisfaction", "--pdf", tmp_path / "poster.pdf")
    assert said.out.count("\n") == 1
    data = (tmp_path / "poster.pdf").read_bytes()
    assert qr_code(image_of(data)).text == "https://vote.example.org/o/public-satisfaction"
    assert TITLE in text_of(data)


def test_command_is_refused_in_one_line(settings: Settings, tmp_path: Path) -> None:
    for name in ("town-annual", "public-satisfaction"):
        minping(settings, "campaign", "load", EXAMPLES / f"{name}.toml")
    there = tmp_path / "there.pdf"
    there.write_bytes(b"kept")
    emoji = (EXAMPLES / "public-satisfaction.toml").read_text().replace('title = "2026', 'title = "😀2026')
    odd = tmp_path / "odd.toml"
    odd.write_text(emoji.replace('code = "public-satisfaction"', 'code = "odd"'))
    minping(settings, "campaign", "load", odd)
    for code, target, words in (
        ("town-annual", tmp_path / "new.pdf", "token slips"),
        ("none", tmp_path / "new.pdf", "no campaign"),
        ("public-satisfaction", there, "exists already"),
        ("public-satisfaction", tmp_path / "no" / "folder.pdf", "cannot write"),
        ("odd", tmp_path / "new.pdf", "no glyph"),
    ):
        said = attempt(settings, "token", "poster", code, "--pdf", target)
        assert (said.status, said.out, said.err.count("\n")) == (1, "", 1), (code, said)
        assert words in said.err
    assert there.read_bytes() == b"kept"
    assert not (tmp_path / "new.pdf").exists()
