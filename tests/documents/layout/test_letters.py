"""Letters, sentences and colours of official forms, in every format that is laid out."""

import io

import openpyxl
import pypdfium2
import pytest
from docx import Document

from survey.documents.excel.official_tables import write_xlsx
from survey.documents.layout.glyphs import writable_report
from survey.documents.layout.text import NAME, column_widths, placement
from survey.documents.pdf.official_tables import write_pdf
from survey.documents.word.official_tables import write_docx
from survey.domain.results.table import Column, Report, Sheet, Table
from tests.documents.read_back import words_in

LIGHTS = Table(
    "亮灯",
    [Column("单位"), Column("灯"), Column("说明", prose=True)],
    [["城关镇", "红灯", "没有达到序时进度"], ["河口镇", "绿灯", "达到序时进度"]],
    tints={"红灯": "#f4cccc"},
)
LETTER = Sheet(
    "letter",
    "t1",
    "通知单",
    (),
    (LIGHTS,),
    opening=("城关镇：", "　　现将情况通知如下(请签收)。"),
    closing=("　　特此通知。",),
)
REPORT = Report("2026年度考核", [("组织单位", "考核办")], (), ("签收人", "年 月 日"), "qy-2026", (LETTER,))
WRITERS = {"xlsx": write_xlsx, "docx": write_docx, "pdf": write_pdf}


@pytest.mark.parametrize("fmt", WRITERS)
def test_a_letters_paragraphs_stand_before_and_after_its_tables(fmt: str) -> None:
    out = io.BytesIO()
    WRITERS[fmt](REPORT, out)
    said = words_in(fmt, out.getvalue())
    # A workbook holds its texts apart from its sheets.
    if fmt != "xlsx":
        assert said.index("现将情况通知如下（请签收）。") < said.index(
            "城关镇红灯" if fmt == "pdf" else "红灯"
        )
        assert said.index("红灯") < said.index("特此通知。")
    assert "特此通知。" in said


def test_a_letter_names_what_the_font_lacks() -> None:
    sheet = Sheet("letter", "", "通知单", (), (), opening=("致\U0002b7f5先生：",), closing=("\U0002b7f5",))
    made = writable_report(Report("考核", [], (), (), "", (sheet,))).sheets[0]
    assert made.opening == ["致〓先生："]
    assert made.closing == ["〓"]
    assert any("U+2B7F5" in note for note in made.notes)


def test_sentences_begin_at_the_left_of_forms_whose_cells_are_centred() -> None:
    assert placement("说明", Column("说明", prose=True), centred=True) == "left"
    assert placement("说明", Column("说明"), centred=True) == "center"
    assert placement(3, Column("数", "count"), centred=False) == "right"


def test_names_keep_their_line_beside_sentences() -> None:
    name, sentence = "行政审批服务局", "没有达到序时进度，" * 20
    table = Table("", [Column("单位"), Column("说明", prose=True)], [[name, sentence]])
    narrow, _ = column_widths(table, 20, lambda text: float(len(text)))
    assert len(name) < NAME
    assert narrow >= len(name)


def test_words_with_a_colour_have_it_in_every_format() -> None:
    book, word, pdf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    write_xlsx(REPORT, book)
    write_docx(REPORT, word)
    write_pdf(REPORT, pdf)
    cells = {cell.value: cell for row in openpyxl.load_workbook(book).worksheets[1] for cell in row}
    assert cells["红灯"].fill.fgColor.rgb == "FFF4CCCC"
    assert cells["绿灯"].fill.fill_type is None
    shaded = [
        cell
        for row in Document(word).tables[0].rows
        for cell in row.cells
        if "F4CCCC" in cell._tc.xml.upper()
    ]
    assert [cell.text for cell in shaded] == ["红灯"]
    with pypdfium2.PdfDocument(pdf.getvalue()) as pages:
        colours = pages[0].render(scale=2).to_pil().convert("RGB").getcolors(1 << 24)
    assert (0xF4, 0xCC, 0xCC) in [colour for _, colour in colours]
