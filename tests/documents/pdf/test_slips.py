import random
from io import BytesIO

import pypdfium2
import pytest

from survey.documents.pdf.slips import Slip, slips_pdf, split_label
from survey.domain.errors import MissingGlyphs
from tests.qr_codes import qr_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TITLE = "2026年度镇领导班子和领导干部民主测评"
HOST = "https://minping.example.org"
LONG_HOST = "https://a-very-long-host-name-of-the-county-party-committee.organisation.example.gov.cn"
LONG = (
    "中共某某市某某区某某镇委员会、某某镇人民政府2026年度领导班子(含挂职干部)考核民主测评暨一报告两评议会议"
)
SCALE = 4
PIXEL = 25.4 / 72 / SCALE


def slips(count, host=HOST, labels=("A票(县级领导)", "B票(中层干部)")):
    source = random.Random(7)
    codes = ["-".join("".join(source.choices(ALPHABET, k=4)) for _ in range(4)) for _ in range(count)]
    return [Slip("g", labels[at % len(labels)], code, f"{host}/v#{code}") for at, code in enumerate(codes)]


def printed(some, title=TITLE, host=HOST, **more):
    out = BytesIO()
    slips_pdf(some, title=title, base_url=host, out=out, **more)
    return out.getvalue()


def page_images(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.render(scale=SCALE, grayscale=True).to_pil() for page in pdf]


def page_texts(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def slip_images(data):
    for page in page_images(data):
        width, height = page.width / 2, page.height / 4
        for place in range(8):
            left, top = place % 2 * width, place // 2 * height
            yield page.crop((round(left), round(top), round(left + width), round(top + height)))


@pytest.mark.parametrize("host", [HOST, LONG_HOST, "http://127.0.0.1:8000"])
def test_every_qr_is_read_back_in_order(host):
    some = slips(27, host)
    images = list(slip_images(printed(some, host=host)))[:27]
    assert [qr_code(image).text for image in images] == [slip.url for slip in some]


@pytest.mark.parametrize("host", [HOST, LONG_HOST])
def test_qr_is_large_with_white_all_round(host):
    for image in list(slip_images(printed(slips(8, host), host=host, title=LONG, trial=True))):
        place = qr_code(image).position
        side = place.top_right.x - place.top_left.x
        assert side * PIXEL >= 25
        modules = 33 if host == HOST else 45
        quiet = int(4 * side / modules) - 2
        left, top, right, bottom = (
            place.top_left.x,
            place.top_left.y,
            place.bottom_right.x,
            place.bottom_right.y,
        )
        frames = [
            (left - quiet, top - quiet, right + quiet, top - 2),
            (left - quiet, bottom + 3, right + quiet, bottom + quiet),
            (left - quiet, top - quiet, left - 2, bottom + quiet),
            (right + 3, top - quiet, right + quiet, bottom + quiet),
        ]
        assert all(image.crop(frame).getextrema()[0] > 240 for frame in frames)


def test_pages_are_a4_with_eight_slips():
    with pypdfium2.PdfDocument(printed(slips(17))) as pdf:
        assert len(pdf) == 3
        assert pdf[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)


def test_each_group_begins_a_page_in_the_order_given():
    some = [Slip(key, key + "票", f"{key}{at}", f"{HOST}/v#{key}{at}") for at in range(9) for key in "BA"]
    pages = page_texts(printed(some))
    assert len(pages) == 4
    found = [word for text in pages for word in text.split() if word[:1] in "AB" and word[1:].isdigit()]
    assert found == [f"{key}{at}" for key in "AB" for at in range(9)]


def test_text_says_code_kind_site_and_how_to():
    some = slips(8)
    text = page_texts(printed(some))[0]
    assert all(slip.token in text for slip in some)
    for words in ("A票", "县级领导", "B票", "minping.example.org/v", "一码一票", "不记名", "投票码"):
        assert words in text
    assert "https" not in text
    assert "试投" not in text


def test_trial_is_plain_on_every_slip():
    assert page_texts(printed(slips(8), trial=True))[0].count("试投") == 8


def _boxes(data):
    """The text objects of the first slip of a page, as boxes in mm from its top left."""
    with pypdfium2.PdfDocument(data) as pdf:
        page = pdf[0]
        text = page.get_textpage()
        for at in range(text.count_rects()):
            left, bottom, right, top = (value * 25.4 / 72 for value in text.get_rect(at))
            if left < 105 and 297 - top < 74.25:
                yield left, 297 - top, right, 297 - bottom


@pytest.mark.parametrize(
    "title", ["测评", TITLE, LONG, LONG * 3, "Annual democratic evaluation of the leadership"]
)
@pytest.mark.parametrize(
    "label",
    [
        "A票",
        "职工代表和群众代表以及其他方面人员的票种" * 2,
        "甲乙丙丁戊己票(党委办公室、政府办公室、组织部)" * 2,
    ],
)
def test_nothing_leaves_the_slip_or_overlaps(title, label):
    data = printed(slips(8, LONG_HOST, (label,)), title=title, host=LONG_HOST, trial=True)
    boxes = list(_boxes(data))
    assert len(boxes) >= 8
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 7
        assert right <= 98
        assert top >= 5
        assert bottom <= 70.5
        for other in boxes[:at]:
            across = min(right, other[2]) - max(left, other[0])
            down = min(bottom, other[3]) - max(top, other[1])
            assert across <= 0.3 or down <= 0.3, (boxes[at], other)


def test_rare_characters_are_printed():
    text = page_texts(printed(slips(1, labels=("丙票(䶮𬭩㛃)",)), title="䶮㛃镇测评"))[0]
    assert "䶮㛃镇" in text
    assert "䶮𬭩㛃" in text


@pytest.mark.parametrize(("title", "label"), [("测评😀", "A票"), ("测评", "A票\U0010fffd")])
def test_missing_glyph_leaves_no_file(tmp_path, title, label):
    with pytest.raises(MissingGlyphs):
        slips_pdf(slips(3, labels=(label,)), title=title, base_url=HOST, out=tmp_path / "slips.pdf")
    assert list(tmp_path.iterdir()) == []


def test_file_is_whole_and_for_its_owner_only(tmp_path):
    out = tmp_path / "slips.pdf"
    slips_pdf(slips(3), title=TITLE, base_url=HOST, out=out)
    assert [path.name for path in tmp_path.iterdir()] == ["slips.pdf"]
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().startswith(b"%PDF")


def test_cancel_leaves_no_file(tmp_path):
    seen = []

    def stop(done):
        seen.append(done)
        if done == 16:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        slips_pdf(slips(40), title=TITLE, base_url=HOST, out=tmp_path / "slips.pdf", progress=stop)
    assert seen == [8, 16]
    assert list(tmp_path.iterdir()) == []


def test_file_tells_the_day_only_and_nothing_else_of_the_run():
    some = slips(9)
    assert printed(some) == printed(some)
    with pypdfium2.PdfDocument(printed(some)) as pdf:
        assert pdf.get_metadata_dict()["CreationDate"][10:].startswith("000000")


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("B票(中层干部)", ("B票", "中层干部")),
        ("B票（中层干部）", ("B票", "中层干部")),
        ("校领导考评", ("校领导考评", "")),
        ("网上考评(全校)(教职工)", ("网上考评", "(全校)(教职工)")),
        ("(代表)", ("(代表)", "")),
    ],
)
def test_label_is_split_at_its_first_bracket(label, parts):
    assert split_label(label) == parts


def test_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        slips_pdf(slips(1), title=TITLE, base_url=HOST, out=tmp_path / "slips.pdf")
    assert list(tmp_path.iterdir()) == []


def test_no_slips_make_one_empty_page():
    assert page_texts(printed([])) == [""]
