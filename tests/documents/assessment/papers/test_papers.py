import io
from dataclasses import replace
from itertools import product

import openpyxl
import pypdfium2
import pytest
from docx import Document

from survey.documents.assessment.papers.papers import PAPER_FORMATS, PAPERS, PaperKind, write
from survey.domain.errors import NotScored, UnknownPeriod
from tests.documents.read_back import words_in

from .sample_material import sample_material

OF_YEAR = (
    PaperKind.SCORE_SHEETS,
    PaperKind.SUMMARY,
    PaperKind.PROPOSAL,
    PaperKind.FEEDBACK,
    PaperKind.MENDING,
)
LAID_OUT = ("xlsx", "docx", "pdf")


@pytest.mark.parametrize(("kind", "fmt"), list(product(PaperKind, LAID_OUT)))
def test_every_paper_says_what_it_rests_on_and_has_lines_for_signatures(kind: PaperKind, fmt: str) -> None:
    material = sample_material()
    said = words_in(fmt, write(kind, fmt, material))
    assert material.digest.removeprefix("sha256:")[:12] in said
    assert "下达时的原方案" in said
    assert "四舍五入" in said
    report = PAPERS[kind].make(material)
    for label in report.signatures[:-1]:
        assert label in said
    if kind in OF_YEAR:
        assert "第1号" in said
        assert "计分人张明、复核人李芳在系统中签字确认" in said
        for count in {one.source for unit in material.record.outcome.units for one in unit.components}:  # type: ignore[union-attr]
            assert count.removeprefix("sha256:")[:12] in said


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_is_plain_rows_too(kind: PaperKind) -> None:
    report = PAPERS[kind].report(sample_material(), as_rows=True)
    said = write(kind, "csv", sample_material()).decode("utf-8-sig")
    assert said.startswith(f"{report.title}\r\n")
    assert report.tables
    for table in report.tables:
        assert f"\r\n{table.title}\r\n" in said


@pytest.mark.parametrize("kind", OF_YEAR)
def test_without_an_outcome_there_is_no_paper_of_it(kind: PaperKind) -> None:
    with pytest.raises(NotScored):
        write(kind, "pdf", replace(sample_material(), record=None))


def test_without_a_standing_there_is_no_bulletin() -> None:
    with pytest.raises(UnknownPeriod):
        write(PaperKind.BULLETIN, "pdf", replace(sample_material(), bulletin=None))


def test_other_formats_are_refused() -> None:
    assert set(LAID_OUT) < set(PAPER_FORMATS)
    with pytest.raises(ValueError, match="zip"):
        write(PaperKind.SUMMARY, "zip", sample_material())


def test_what_is_not_on_record_says_so_on_paper() -> None:
    material = sample_material()
    assert material.record
    tried = replace(material, record=replace(material.record, number=None, digest="", signers=()))
    assert "测算结果，没有存档，不作为考核依据" in words_in("pdf", write(PaperKind.SUMMARY, "pdf", tried))
    unsigned = replace(material, record=replace(material.record, signers=()))
    assert "尚未签字确认" in words_in("pdf", write(PaperKind.SUMMARY, "pdf", unsigned))


def test_an_amended_definition_is_named_by_its_number() -> None:
    said = words_in("pdf", write(PaperKind.COMMITMENTS, "pdf", replace(sample_material(), version=2)))
    assert "第2次目标调整后" in said


def test_letters_are_upright_and_wide_lists_lie_across() -> None:
    for kind, upright in ((PaperKind.FEEDBACK, True), (PaperKind.MENDING, False)):
        with pypdfium2.PdfDocument(write(kind, "pdf", sample_material())) as pdf:
            sizes = {tuple(round(side) for side in page.get_size()) for page in pdf}
        assert sizes == {(595, 842)} if upright else {(842, 595)}


def test_heads_repeat_in_word_and_excel() -> None:
    document = Document(io.BytesIO(write(PaperKind.MENDING, "docx", sample_material())))
    assert "w:tblHeader" in document.tables[0].rows[0]._tr.xml
    book = openpyxl.load_workbook(io.BytesIO(write(PaperKind.MENDING, "xlsx", sample_material())))
    sheet = book.worksheets[1]
    assert sheet.print_title_rows
    assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9


def test_an_offices_own_template_is_filled_in() -> None:
    own = Document()
    for text in (
        "{{ 标题 }}（本单位版）",
        "{%p for 张 in 表 %}",
        "{{p 张.正文 }}",
        "{{p 张.分页 }}",
        "{%p endfor %}",
    ):
        own.add_paragraph(text)
    own.sections[0].footer.paragraphs[0].text = "{{ 页脚 }}"
    out = io.BytesIO()
    own.save(out)
    said = words_in("docx", write(PaperKind.FEEDBACK, "docx", sample_material(), out.getvalue()))
    assert "清源县2026年度目标责任考核（本单位版）" in said
    assert "城关镇：" in said
