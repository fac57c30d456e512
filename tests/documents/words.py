"""Word templates as offices write them, and as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from xml.sax.saxutils import escape

from docx import Document

from survey.documents.word.placeholders import Template
from survey.documents.word.render import shipped

DOCUMENT = "word/document.xml"
LINKS = "word/_rels/document.xml.rels"
FOOTER_PART = "word/footer1.xml"
FOOTER, MARK = "{{ 页脚 }}", "MARK"
BODY = ("{%p for 张 in 表 %}", "{{ 张.名称 }}", "{{p 张.正文 }}", "{{p 张.分页 }}", "{%p endfor %}")


def template(*paragraphs: str, footer: str = FOOTER, cells: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a Word file of these paragraphs, with a table after them where there are cells."""
    return in_runs(*([text] for text in paragraphs), footer=footer, cells=cells)


def in_runs(*paragraphs: Sequence[str], footer: str = FOOTER, cells: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a Word file whose paragraphs are made of these runs, each of its own type."""
    body = "".join(_paragraph(runs) for runs in paragraphs)
    if cells:
        grid = "<w:tblPr/><w:tblGrid>" + "<w:gridCol/>" * len(cells[0]) + "</w:tblGrid>"
        rows = "".join(
            "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{_paragraph([text])}</w:tc>" for text in row) + "</w:tr>"
            for row in cells
        )
        body += f"<w:tbl>{grid}{rows}</w:tbl>"
    data, (whole, foot) = _empty()
    return with_parts(
        data,
        {
            DOCUMENT: whole.replace("<w:sectPr", f"{body}<w:sectPr", 1).encode(),
            FOOTER_PART: foot.replace(MARK, escape(footer)).encode(),
        },
    )


def _paragraph(runs: Sequence[str]) -> str:
    looks = ("<w:rPr/>", "<w:rPr><w:b/></w:rPr>")
    return "<w:p>{}</w:p>".format(
        "".join(
            f'<w:r>{looks[at % 2]}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
            for at, text in enumerate(runs)
        )
    )


@cache
def _empty() -> tuple[bytes, tuple[str, str]]:
    """Return a Word file without text, its body, and its footer that holds a mark."""
    document = Document()
    document.sections[0].footer.paragraphs[0].text = MARK
    out = io.BytesIO()
    document.save(out)
    data = out.getvalue()
    return data, (part(data, DOCUMENT).decode(), part(data, FOOTER_PART).decode())


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
