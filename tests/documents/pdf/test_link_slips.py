"""Slips with persons' own links: each with its own QR, eight a page."""

from io import BytesIO

import pypdfium2

from survey.documents.export.link_list import Linked
from survey.documents.pdf.link_slips import link_slips_pdf
from tests.qr_codes import qr_codes

NAMES = ("陈伟", "欧阳娜娜·阿卜杜拉", "镇领导班子", "𠮷野") * 3
LINKS = [
    Linked(name, "副镇长", "某某镇", f"https://minping.example/r/town/{number}/" + "aZ9_-" * 22)
    for number, name in enumerate(NAMES)
]


def printed() -> bytes:
    out = BytesIO()
    link_slips_pdf(LINKS, title="小型测评", until="2027-01-31 24:00", out=out)
    return out.getvalue()


def test_every_person_has_a_slip_with_the_own_link() -> None:
    with pypdfium2.PdfDocument(printed()) as pdf:
        assert len(pdf) == 2
        read = [
            found.text for page in pdf for found in qr_codes(page.render(scale=4, grayscale=True).to_pil())
        ]
    assert sorted(read) == sorted(one.address for one in LINKS)


def test_names_stand_on_it_and_those_the_font_lacks_do_not_stop_it() -> None:
    with pypdfium2.PdfDocument(printed()) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert text.count("欧阳娜娜") == 2
    assert text.count("〓野") == 2
    assert "2027-01-31 24:00 以前有效" in text
