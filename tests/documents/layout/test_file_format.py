"""Files of other formats, brought to both doors: each is told by its bytes and is no surprise to the door."""

import codecs
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from survey.documents.layout.file_format import FileFormat, file_format
from survey.documents.roster.cells import RosterFaultKind
from survey.documents.roster.reader import read_roster
from survey.documents.word.check import check_template
from survey.documents.word.faults import TemplateFaultKind
from survey.documents.word.placeholders import Template
from survey.documents.word.render import shipped
from tests.documents.rosters import GROUPS, SECTIONS, part, person, with_parts, workbook

DATA = Path(__file__).parents[2] / "data"


def compound(*streams: str) -> bytes:
    """Return an OLE file as far as it is looked at: a head, and the entries of its directory."""
    entries = [name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams)]
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + b"".join(entries)


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(name.replace("__", "/"), content, method)
    return out.getvalue()


def open_document(kind: str) -> bytes:
    mark = b"application/vnd.oasis.opendocument." + kind.encode()
    return archive(**{"mimetype": mark, "content.xml": b"<x/>", "META-INF__manifest.xml": b"<x/>"})


def binary_workbook() -> bytes:
    return archive(
        **{"[Content_Types].xml": b"<x/>", "_rels__.rels": b"<x/>", "xl__workbook.bin": b"\x83\x01"}
    )


def word_template() -> bytes:
    data, name = shipped(Template.REPORT), "[Content_Types].xml"
    types = part(data, name)
    template = types.replace(b"wordprocessingml.document.main", b"wordprocessingml.template.main")
    assert template != types
    return with_parts(data, {name: template})


def word_2003() -> bytes:
    space = b"http://schemas.microsoft.com/office/word/2003/wordml"
    return b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:x xmlns:w="%s"/>' % space


PAGE = "<html><head><title>名单</title></head><body><table><tr><td>姓名</td></tr></table></body></html>"
MHT = b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
R, T, F = RosterFaultKind, TemplateFaultKind, FileFormat

FILES: dict[str, tuple[Callable[[], bytes], FileFormat, RosterFaultKind, TemplateFaultKind]] = {
    ".xls": (lambda: compound("Workbook"), F.OLD_WORKBOOK, R.OLD_FORMAT, T.NOT_WORD),
    ".xls of Excel 95": (lambda: compound("Book"), F.OLD_WORKBOOK, R.OLD_FORMAT, T.NOT_WORD),
    ".doc": (lambda: compound("1Table", "WordDocument"), F.OLD_DOCUMENT, R.OTHER_FORMAT, T.NOT_WORD),
    "one in the other": (lambda: compound("Workbook", "WordDocument"), F.OLD_OFFICE, R.OLD_FORMAT, T.DAMAGED),
    "some OLE file": (lambda: compound("Contents"), F.OLD_OFFICE, R.OLD_FORMAT, T.DAMAGED),
    "encrypted": (lambda: compound("EncryptionInfo", "EncryptedPackage"), F.PASSWORD, R.PASSWORD, T.PASSWORD),
    "a page": (lambda: PAGE.encode(), F.WEB_PAGE, R.OTHER_FORMAT, T.NOT_WORD),
    "a page named .xls": (
        lambda: (DATA / "web-page.xls").read_bytes(),
        F.WEB_PAGE,
        R.OTHER_FORMAT,
        T.NOT_WORD,
    ),
    "a page with its mark": (
        lambda: codecs.BOM_UTF8 + b"\r\n<!DOCTYPE HTML>" + PAGE.encode(),
        F.WEB_PAGE,
        R.OTHER_FORMAT,
        T.NOT_WORD,
    ),
    "a page in UTF-16": (lambda: PAGE.encode("utf-16"), F.WEB_PAGE, R.OTHER_FORMAT, T.NOT_WORD),
    "a page in one file": (lambda: MHT + PAGE.encode(), F.WEB_PAGE, R.OTHER_FORMAT, T.NOT_WORD),
    "XML of Excel 2003": (
        lambda: (DATA / "xml-workbook.xls").read_bytes(),
        F.XML_WORKBOOK,
        R.OTHER_FORMAT,
        T.NOT_WORD,
    ),
    "XML of Word 2003": (word_2003, F.XML_DOCUMENT, R.OTHER_FORMAT, T.NOT_WORD),
    ".ods": (lambda: open_document("spreadsheet"), F.OPEN_WORKBOOK, R.OTHER_FORMAT, T.NOT_WORD),
    ".odt": (lambda: open_document("text"), F.OPEN_DOCUMENT, R.OTHER_FORMAT, T.NOT_WORD),
    ".xlsb": (binary_workbook, F.BINARY_WORKBOOK, R.OTHER_FORMAT, T.NOT_WORD),
    ".numbers": (lambda: archive(**{"Index__Document.iwa": b"x"}),
        F.APPLE, R.OTHER_FORMAT, T.NOT_WORD),
    ".numbers in a folder": (lambda: archive(**{"a.numbers__Index.zip": b"x"}),
        F.APPLE, R.OTHER_FORMAT, T.NOT_WORD),
    ".rtf": (lambda: b"{\\rtf1\\ansi x}", F.RICH_TEXT, R.OTHER_FORMAT, T.NOT_WORD),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_another_format_is_told_at_both_doors(what: str) -> None:
    make, found, as_roster, as_template = FILES[what]
    data = make()
    assert file_format(data) is found
    (fault,) = read_roster(data, "r.xlsx", SECTIONS, GROUPS).faults
    assert (fault.kind, fault.file_format) == (as_roster, found)
    (other,) = check_template(Template.REPORT, data)
    assert (other.kind, other.file_format) == (as_template, found)


def test_a_template_file_of_word_is_told_by_what_it_says_it_is() -> None:
    (fault,) = check_template(Template.REPORT, word_template())
    assert (fault.kind, fault.file_format) == (T.NOT_WORD, F.WORD_TEMPLATE)


def test_every_format_is_brought_here() -> None:
    assert {found for _, found, *_ in FILES.values()} | {F.WORD_TEMPLATE} == set(FileFormat)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        "姓名,测评表\r\n张三,team\r\n".encode(),
        "姓名,测评表\r\n<html>,team\r\n".encode(),
        b"<x/>",
        b"PK\x03\x04nothing",
    ],
)
def test_what_is_none_of_them_is_left_to_the_door(data: bytes) -> None:
    assert file_format(data) is None


def test_what_is_read_is_none_of_them() -> None:
    beside = with_parts(workbook([person()]), {"xl/workbook.bin": b"", "Index/Document.iwa": b""})
    assert [file_format(data) for data in (workbook([person()]), beside, shipped(Template.REPORT))] == [
        None
    ] * 3
