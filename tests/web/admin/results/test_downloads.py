"""The files of a count on the organisers' pages."""

import io
from zipfile import ZipFile

import openpyxl
import pypdfium2
import pytest
from docx import Document
from flask import Flask
from werkzeug.test import TestResponse

from survey.documents.export.formats import Audience, Shelf, find_format, offered_to, on_shelf
from survey.documents.word.placeholders import Template
from survey.domain.count.kept_texts import WrittenText
from survey.domain.definition.campaign import Definition
from survey.services.campaigns import campaigns
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import comments, word_templates
from survey.storage import count_rows
from survey.storage.database import transaction
from tests.builders import BY, a_definition
from tests.counted import counted
from tests.documents.read_back import name_in
from tests.documents.words import BODY, template
from tests.office import Office

HERE = "/admin/c/small"
SIGNED_LATER = ("report.docx", "certificate.pdf")
"""Documents of other pages, listed here too."""


@pytest.fixture
def small(app: Flask) -> Definition:
    data = a_definition(ratees=("c1", "c2"))
    data["ratees"][0] |= {"name": "干部:甲?", "post": "镇长"}
    data["ratees"][1] |= {"name": "干部:甲?", "post": "副镇长"}
    return counted(data)


def fetched(office: Office, path: str) -> TestResponse:
    return office.client.get(f"{HERE}/{path}")


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("role", ["organiser", "owner", "scrutineer", "viewer"])
def test_every_file_listed_can_be_fetched(app: Flask, small: Definition, role: str) -> None:
    office = Office(app, role=role)
    page = office.get(f"{HERE}/documents").text
    listed = {line.split('"')[0] for line in page.split('href="')[1:]}
    own = [f"results.{kind}" for kind in offered_to(Audience.OFFICE)]
    own += [f"forms.{one.key}" for one, _ in on_shelf(Shelf.FORMS)]
    for name in (*own, *SIGNED_LATER):
        assert f"{HERE}/{name}" in listed
    for name in own if role == "viewer" else own[:1]:
        answer = fetched(office, name)
        assert answer.status_code == 200, name
        assert "attachment" in answer.headers["Content-Disposition"]
        assert len(answer.data) > 500


def test_the_page_says_what_is_not_signed_yet(app: Flask, small: Definition) -> None:
    office = Office(app)
    assert "计票结果还没有签字确认" in office.get(f"{HERE}/documents").text
    assert "尚未确认" in text_of(fetched(office, "forms.pdf").data)


def test_one_document_for_each_ratee(app: Flask, small: Definition) -> None:
    office = Office(app)
    for path, ending in (("forms.zip", "pdf"), ("forms.word.zip", "docx")):
        with ZipFile(io.BytesIO(fetched(office, path).data)) as archive:
            assert archive.namelist() == [
                f"干部_甲_(镇长) 个人汇总表.{ending}",
                f"干部_甲_(副镇长) 个人汇总表.{ending}",
            ]
            contents = [archive.read(name) for name in archive.namelist()]
        if ending == "pdf":
            first, second = map(text_of, contents)
            assert "镇长" in first
            assert "副镇长" not in first
            assert "副镇长" in second


@pytest.mark.parametrize("kind", offered_to(Audience.RATEE))
def test_the_form_of_one_ratee(app: Flask, small: Definition, kind: str) -> None:
    office = Office(app)
    answer = fetched(office, f"results/p/c2.{kind}")
    assert answer.status_code == 200
    assert answer.mimetype == find_format(kind).media
    assert name_in(answer) == f"小型测评 干部_甲_(副镇长) 个人汇总表.{kind}"
    if kind == "pdf":
        assert "副镇长" in text_of(answer.data)
    if kind == "xlsx":
        names = openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames
        assert [name for name in names if "汇总表" in name] == ["干部 甲 (副镇长) 个人汇总表"]
    # The page of the ratee is still where it was.
    assert office.get(f"{HERE}/results/p/c2").mimetype == "text/html"


@pytest.mark.parametrize(
    "path", ["results.zip", "forms.json", "forms.exe", "results/p/c2.json", "results/p/none.pdf"]
)
def test_other_files_are_not_found(app: Flask, small: Definition, path: str) -> None:
    assert Office(app).get(f"{HERE}/{path}").status_code == 404


def test_there_are_no_files_before_the_count(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    office = Office(app)
    assert office.get(f"{HERE}/documents").status_code == 409
    for path in ("results.pdf", "forms.zip", "results/p/c1.pdf"):
        assert office.get(f"{HERE}/{path}").status_code == 404


def test_files_of_another_unit_are_not_found(app: Flask) -> None:
    counted(a_definition())
    office = Office(app, role="organiser", unit="别的单位")
    for path in ("documents", "results.pdf", "forms.zip", "results/p/c1.pdf"):
        assert office.get(f"{HERE}/{path}").status_code == 404


def test_released_texts_stand_in_every_document_and_others_in_none(app: Flask) -> None:
    data = a_definition()
    data["sections"][0]["comment"] = True
    counted(data)
    with transaction(write=True) as session:
        campaign = find_campaign(session, "small")
        texts = [WrittenText("comment", "section:form", text) for text in ("多下基层👍", "不许看")]
        count_rows.add_texts(session, campaign, texts)
        waiting = comments.queue(session, "small", comments.Moderation.WAITING).texts
        comments.release(session, "small", [one.key for one in waiting if one.text != "不许看"], BY)
    office = Office(app)
    printed = text_of(fetched(office, "results.pdf").data)
    assert "多下基层□" in printed
    assert "PDF 的字体没有的字符" in printed
    others = [
        fetched(office, "results.csv").text,
        "".join(Document(io.BytesIO(fetched(office, "results.docx").data)).element.itertext()),
        *(
            archive.read("xl/sharedStrings.xml").decode()
            for archive in [ZipFile(io.BytesIO(fetched(office, "results.xlsx").data))]
        ),
    ]
    for found in others:
        assert "多下基层👍" in found
    assert all("不许看" not in found for found in (printed, *others))


def test_an_office_own_template_is_used_for_tables(app: Flask, small: Definition) -> None:
    with transaction(write=True) as session:
        word_templates.put(session, "", Template.TABLES, "本局.docx", template("本局格式", *BODY), BY)
    office = Office(app)
    for path in ("results.docx", "forms.docx", "results/p/c1.docx"):
        assert Document(io.BytesIO(fetched(office, path).data)).paragraphs[0].text == "本局格式"
    with ZipFile(io.BytesIO(fetched(office, "forms.word.zip").data)) as archive:
        for name in archive.namelist():
            assert Document(io.BytesIO(archive.read(name))).paragraphs[0].text == "本局格式"


def test_a_letter_that_the_font_lacks_is_replaced_and_named(app: Flask) -> None:
    data = a_definition()
    data["ratees"][0]["name"] = "干部😀"
    counted(data)
    office = Office(app)
    with ZipFile(io.BytesIO(fetched(office, "forms.zip").data)) as archive:
        each = [archive.read(name) for name in archive.namelist() if "干部😀" in name]
    for pdf in (*each, fetched(office, "results.pdf").data, fetched(office, "results/p/c1.pdf").data):
        assert "干部〓（第3字 U+1F600）" in text_of(pdf)
    assert len(each) == 1
    assert fetched(office, "results.xlsx").status_code == 200
