"""Word templates whose changes were tracked and neither accepted nor rejected."""

import io
import time

import pytest
from docx import Document
from docx.oxml.ns import nsmap

from survey.documents.word.check import check_template
from survey.documents.word.faults import TemplateFaultKind
from survey.documents.word.package import read_package
from survey.documents.word.placeholders import Template, sample
from survey.documents.word.render import Frame, render, shipped
from survey.documents.word.tracked_changes import accepted
from tests.documents.words import DOCUMENT, FOOTER_PART, changed, part, template, with_parts

BY = 'w:id="9" w:author="王" w:date="2026-01-02T03:04:05Z"'
GONE, ADDED, MOVED = f"<w:del {BY}>", f"<w:ins {BY}>", f"<w:moveFrom {BY}>"
END_GONE = f"<w:pPr><w:rPr><w:del {BY}/></w:rPr></w:pPr>"
ROW_GONE = f"<w:trPr><w:del {BY}/></w:trPr>"
TITLE = "{{ 标题 }}"


def run(text: str, element: str = "t") -> str:
    return f'<w:r><w:{element} xml:space="preserve">{text}</w:{element}></w:r>'


def deleted(text: str) -> str:
    return f"{GONE}{run(text, 'delText')}</w:del>"


def added(text: str) -> str:
    return f"{ADDED}{run(text)}</w:ins>"


def body(*paragraphs: str, above: str = "") -> bytes:
    """Return a template with paragraphs of this XML before the section's end, and something above them."""
    whole = above + "".join(f"<w:p>{xml}</w:p>" for xml in paragraphs)
    return changed(DOCUMENT, "<w:sectPr", f"{whole}<w:sectPr", template())


def row(mark: str, xml: str) -> str:
    return f"<w:tr>{mark}<w:tc><w:tcPr/><w:p>{xml}</w:p></w:tc></w:tr>"


def table(rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{rows}</w:tbl>"


def kinds(data: bytes) -> list[TemplateFaultKind]:
    return [fault.kind for fault in check_template(Template.REPORT, data)]


def filled(data: bytes) -> bytes:
    out = io.BytesIO()
    frame = Frame(data)
    render(frame, sample(Template.REPORT, frame.width), out)
    return out.getvalue()


def text_of(data: bytes) -> list[str]:
    return [one.text for one in Document(io.BytesIO(data)).paragraphs]


STRUCK_OUT = {
    "a deletion": deleted("{{ 旧名 }}"),
    "a piece of a tag": deleted("{{ 旧"),
    "moved away": f"{MOVED}{run('{{ 旧名 }}')}</w:moveFrom>",
    "added, then struck out": f"{ADDED}{deleted('{{ 旧名 }}')}</w:ins>",
    "plain text in a deletion": f"{GONE}{run('{{ 旧名 }}')}</w:del>",
    "deleted text by itself": run("{{ 旧名 }}", "delText"),
    "wide brackets": deleted("｛｛ 旧名 ｝｝"),
    "deleted field": f"{GONE}<w:r><w:delInstrText>{{{{ 旧名 }}}}</w:delInstrText></w:r></w:del>",
}


@pytest.mark.parametrize("xml", STRUCK_OUT.values(), ids=STRUCK_OUT)
def test_what_is_struck_out_is_no_text_and_is_not_in_the_document(xml: str) -> None:
    data = body(run(f"甲{TITLE}") + xml + run("乙"))
    assert [one.text for one in read_package(data) if "甲" in one.text] == [f"甲{TITLE}乙"]
    assert kinds(data) == []
    made = filled(data)
    assert text_of(made)[-1] == "甲2026年度领导班子和领导干部民主测评乙"
    written = part(made, DOCUMENT).decode()
    assert "旧" not in written
    assert "w:del" not in written


def test_a_placeholder_that_is_struck_out_does_not_count() -> None:
    data = template(TITLE, footer="")
    struck = part(data, FOOTER_PART).decode().replace("</w:p>", f"{deleted('{{ 页脚 }}')}</w:p>", 1)
    live = struck.replace("delText", "t").replace(GONE, ADDED).replace("</w:del>", "</w:ins>")
    assert kinds(with_parts(data, {FOOTER_PART: live.encode()})) == []
    assert kinds(with_parts(data, {FOOTER_PART: struck.encode()})) == [TemplateFaultKind.NO_FOOTER]


@pytest.mark.parametrize("change", [added, lambda text: f"<w:moveTo {BY}>{run(text)}</w:moveTo>"])
def test_what_is_added_is_text(change) -> None:
    assert kinds(body(change("{{ 旧名 }}"))) == [TemplateFaultKind.UNKNOWN]
    made = filled(body(run("{{ ") + change("标") + deleted("旧") + run("题 }}") + change("{{ 状态 }}")))
    assert text_of(made)[-1] == "2026年度领导班子和领导干部民主测评已签字确认"
    assert "w:ins" not in part(made, DOCUMENT).decode()


def test_a_loop_that_was_struck_out_leaves_nothing() -> None:
    texts = ("{%p for 种 in 票种 %}", "{{ 种.旧 }}", "{%p endfor %}")
    paragraphs = [END_GONE + deleted(text) for text in texts]
    data = body(run("甲"), *paragraphs, run("乙"))
    assert kinds(data) == []
    assert text_of(filled(data))[-2:] == ["甲", "乙"]


def test_a_row_that_was_struck_out_is_gone_and_its_table_with_the_last() -> None:
    gone = row(ROW_GONE, deleted("{{ 旧名 }}"))
    both = filled(body(run("甲"), above=table(gone + row("", run(TITLE)))))
    (left,) = Document(io.BytesIO(both)).tables
    assert [cell.text for cell in left.column_cells(0)] == ["2026年度领导班子和领导干部民主测评"]
    alone = filled(body(run("甲"), above=table(gone)))
    assert Document(io.BytesIO(alone)).tables == []


def test_text_that_nobody_struck_out_stays_in_a_row_and_a_paragraph_that_are_marked() -> None:
    made = filled(body(END_GONE + run("乙"), run("丙"), above=table(row(ROW_GONE, run("甲")))))
    assert [cell.text for cell in Document(io.BytesIO(made)).tables[0].column_cells(0)] == ["甲"]
    assert text_of(made)[-2:] == ["乙", "丙"]


def test_what_is_forbidden_is_refused_where_it_is_struck_out_too() -> None:
    field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>LINK x</w:instrText></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert kinds(body(f"{GONE}{field}{end}</w:del>")) == [TemplateFaultKind.FIELD]


def test_a_part_without_changes_stays_as_it_is() -> None:
    for kind in Template:
        xml = part(shipped(kind), DOCUMENT).decode()
        assert accepted(xml) is xml


@pytest.mark.parametrize("name", ["ins", "del", "moveFromRangeStart"])
def test_very_many_changes_take_no_more_than_their_number(name: str) -> None:
    """What takes the square of them would take minutes."""
    xml = f'<w:p xmlns:w="{nsmap["w"]}"><w:del/>' + f"<w:{name}/>" * 200_000 + "</w:p>"
    began = time.process_time()
    assert accepted(xml) == f'<w:p xmlns:w="{nsmap["w"]}"/>'
    assert time.process_time() - began < 10


def test_very_many_rows_take_no_more_than_their_number() -> None:
    rows = "<w:x/>" * 100_000 + "<w:tr><w:trPr><w:del/></w:trPr></w:tr>" * 40_000
    began = time.process_time()
    assert "w:tr" not in accepted(f'<w:p xmlns:w="{nsmap["w"]}"><w:tbl>{rows}</w:tbl></w:p>')
    assert time.process_time() - began < 10
