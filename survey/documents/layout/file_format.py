"""What a file is that an office program opens and that is not read here: told by its bytes, not its name."""

import codecs
import re
from collections.abc import Iterator
from enum import StrEnum

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
"""Bytes of an entry in the directory of an OLE file; entries begin at multiples of it."""

_STREAMS = {name: name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "Book", "WordDocument")}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OPEN_DOCUMENT = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet)")
_PAGE = re.compile(r"<(?:!doctype html|html|head|meta|body|table|div|style)\b")
_XML_WORKBOOK = ("urn:schemas-microsoft-com:office:spreadsheet", 'progid="excel.sheet"')
_XML_DOCUMENT = (
    "schemas.microsoft.com/office/word/2003/wordml",
    'progid="word.document"',
    "schemas.microsoft.com/office/2006/xmlpackage",
)


class FileFormat(StrEnum):
    """Formats that office programs open and save as something that is read here."""

    PASSWORD = "password"  # noqa: S105 – encrypted, whatever is in it
    OLD_WORKBOOK = "old-workbook"
    OLD_DOCUMENT = "old-document"
    OLD_OFFICE = "old-office"
    WEB_PAGE = "web-page"
    XML_WORKBOOK = "xml-workbook"
    XML_DOCUMENT = "xml-document"
    OPEN_WORKBOOK = "open-workbook"
    OPEN_DOCUMENT = "open-document"
    BINARY_WORKBOOK = "binary-workbook"
    APPLE = "apple"
    RICH_TEXT = "rich-text"
    WORD_TEMPLATE = "word-template"


def file_format(data: bytes) -> FileFormat | None:
    """Return what a file is, if it is of a kind that has to be saved as another first."""
    if data.startswith(_OLE):
        return _compound(data)
    if data.startswith(b"PK"):
        return _packed(data)
    if data.startswith(b"{\\rtf"):
        return FileFormat.RICH_TEXT
    return _marked_up(_beginning(data))


def _compound(data: bytes) -> FileFormat:
    if _ENCRYPTED in data:
        return FileFormat.PASSWORD
    streams = set(_streams(data))
    if streams & {"Workbook", "Book"}:
        return FileFormat.OLD_OFFICE if "WordDocument" in streams else FileFormat.OLD_WORKBOOK
    return FileFormat.OLD_DOCUMENT if streams else FileFormat.OLD_OFFICE


def _streams(data: bytes) -> Iterator[str]:
    for name, written in _STREAMS.items():
        at = -1
        while (at := data.find(written, at + 1)) >= 0:
            if at % _ENTRY == 0:
                yield name
                break


def _packed(data: bytes) -> FileFormat | None:
    """Return what an archive is, by names of its parts, which are never packed; a workbook of XML is read."""
    if found := _OPEN_DOCUMENT.search(data):
        return FileFormat.OPEN_DOCUMENT if found[1] == b"text" else FileFormat.OPEN_WORKBOOK
    if b"[Content_Types].xml" in data:
        binary = b"xl/workbook.bin" in data and b"xl/workbook.xml" not in data
        return FileFormat.BINARY_WORKBOOK if binary else None
    return FileFormat.APPLE if b"Index/Document.iwa" in data or b"Index.zip" in data else None


def _beginning(data: bytes) -> str:
    """Return the first characters in lower case, as far as markup needs them."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data[:_HEAD].decode("utf-16", "replace")
    else:
        text = data.removeprefix(codecs.BOM_UTF8)[:_HEAD].decode("latin-1")
    return text.lstrip().lower()


def _marked_up(text: str) -> FileFormat | None:
    if text.startswith("mime-version:") and "multipart/related" in text:
        return FileFormat.WEB_PAGE
    if not text.startswith("<"):
        return None
    if any(sign in text for sign in _XML_DOCUMENT):
        return FileFormat.XML_DOCUMENT
    # A page that Excel saved names the namespace of workbooks too.
    if _PAGE.search(text):
        return FileFormat.WEB_PAGE
    return FileFormat.XML_WORKBOOK if any(sign in text for sign in _XML_WORKBOOK) else None
