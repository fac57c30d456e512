"""Files as people bring them: PDF, Word, ZIP; harmless and not."""

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from survey.documents.fonts import FONTS, Face

SENTENCE = "一年来，本人认真履行职责，团结带领班子成员抓学习、抓作风、抓落实，完成了上级交办的各项任务。"


@cache
def pdf(text: str = SENTENCE, pages: int = 1, *, link: str = "", password: str = "") -> bytes:
    """Make a PDF file of some pages with the same text on each; without text they are as if scanned."""
    made = FPDF()
    made.add_font("text", fname=FONTS[Face.SANS])
    made.set_font("text", size=14)
    for _ in range(pages):
        made.add_page()
        if text:
            made.multi_cell(0, 10, text, link=link)
        else:
            made.rect(20, 20, 100, 100)
    if password:
        made.set_encryption(owner_password=password)
    return bytes(made.output())


def changed_pdf(change: Callable[[PdfWriter], None]) -> bytes:
    """Make a PDF file and change its objects."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def action(kind: str, **more: str) -> DictionaryObject:
    made = DictionaryObject({NameObject("/S"): NameObject(kind)})
    made.update({NameObject(f"/{key}"): TextStringObject(value) for key, value in more.items()})
    return made


def put(writer: PdfWriter, key: str, value: object) -> None:
    """Give the catalogue a key."""
    writer._root_object[NameObject(key)] = value  # type: ignore[index]


def annotated(kind: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        note = DictionaryObject({NameObject("/Subtype"): NameObject(kind)})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return change


def word(*paragraphs: str, table: tuple[tuple[str, ...], ...] = (), body: str = "") -> bytes:
    """Make a Word file: paragraphs, a table, and paragraphs as XML."""
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if table:
        cells = made.add_table(len(table), len(table[0]))
        for row, texts in enumerate(table):
            for column, text in enumerate(texts):
                cells.cell(row, column).text = text
    if body:
        for element in parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>"):
            made.element.body.append(element)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(files: Mapping[str, bytes], *, gbk: bool = False) -> bytes:
    """Make a ZIP file; with ``gbk`` its names are as Windows writes them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if gbk:
                archive.writestr(_Unmarked(name.encode("gb18030").decode("cp437")), content)
            else:
                archive.writestr(name, content)
    return out.getvalue()


class _Unmarked(zipfile.ZipInfo):
    """A member whose name is written in code page 437, without the mark of UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 – the library's
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def mended_pdf(*unlisted: bytes, action: bytes = b"9 0 R") -> bytes:
    """Make a PDF file of one page with a link, whose table is wrong in one place and names no ``unlisted``.

    Viewers look through such a file for themselves, and find all objects that stand in it.
    """
    objects = (
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[4 0 R]>>endobj\n",
        b"4 0 obj\n<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %b>>endobj\n" % action,
        b"5 0 obj\n<</S/GoTo/D[3 0 R/Fit]>>endobj\n",
    )
    made, places = b"%PDF-1.5\n", []
    for one in objects:
        places.append(len(made))
        made += one
    made += b"".join(unlisted)
    places[0] += 3
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%btrailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (table, len(made))
