"""Word templates as offices write them, and as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from docx import Document

from survey.documents.word_placeholders import Template
from survey.documents.word_render import shipped

DOCUMENT = "word/document.xml"
LINKS = "word/_rels/document.xml.rels"
FOOTER = "{{ 页脚 }}"
BODY = ("{%p for 张 in 表 %}", "{{ 张.名称 }}", "{{p 张.正文 }}", "{{p 张.分页 }}", "{%p endfor %}")


def template(*paragraphs: str, footer: str = FOOTER, cells: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a Word file of these paragraphs, with a table after them where there are cells."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if cells:
        table = document.add_table(len(cells), len(cells[0]))
        for row, texts in zip(table.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    document.sections[0].footer.paragraphs[0].text = footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def in_runs(*paragraphs: Sequence[str]) -> bytes:
    """Return a Word file whose paragraphs are made of these runs, each in another type."""
    document = Document()
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for at, text in enumerate(runs):
            paragraph.add_run(text).bold = bool(at % 2)
    document.sections[0].footer.paragraphs[0].text = FOOTER
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return a package with parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for member in source.infolist():
            if member.filename not in parts:
                archive.writestr(member.filename, source.read(member))
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def changed(name: str, before: str, after: str, data: bytes | None = None) -> bytes:
    """Return the shipped report's template with some XML of a part replaced."""
    data = data or shipped(Template.REPORT)
    text = part(data, name).decode()
    assert before in text, before
    return with_parts(data, {name: text.replace(before, after, 1).encode()})


def linked(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """Return a template that leads to something outside."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="rId99" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    return changed(LINKS, "</Relationships>", link)
