"""A Word file whose parts are named in another spelling than they are asked for."""

import io
import zipfile

from docx import Document

from survey.documents.word.part_names import in_one_spelling
from survey.documents.word.placeholders import Template
from survey.documents.word.render import shipped
from tests.documents.words import LINKS, part, with_parts


def shouted(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name.upper().replace("/", "\\")), old.read(name))
    return out.getvalue()


def text_of(data: bytes) -> list[str]:
    document = Document(io.BytesIO(data))
    return [one.text for one in [*document.paragraphs, *document.sections[0].footer.paragraphs]]


def test_what_is_spelled_as_asked_stays_as_it_is() -> None:
    for kind in Template:
        assert in_one_spelling(shipped(kind)) == shipped(kind)


def test_parts_are_found_however_they_are_spelled() -> None:
    data = shipped(Template.REPORT)
    assert text_of(in_one_spelling(shouted(data))) == text_of(data)


def test_links_that_ask_for_another_spelling_lead_to_the_part() -> None:
    data = shipped(Template.REPORT)
    asked = part(data, LINKS).replace(b'Target="footer1.xml"', b'Target=".\\FOOTER1.xml"')
    assert asked != part(data, LINKS)
    assert text_of(in_one_spelling(with_parts(data, {LINKS: asked}))) == text_of(data)
