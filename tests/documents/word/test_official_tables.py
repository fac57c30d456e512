from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from survey.documents.word.official_tables import write_docx
from survey.domain.results.table import Column, Table


def document(report):
    out = BytesIO()
    write_docx(report, out)
    return Document(BytesIO(out.getvalue()))


def test_cells_read_back(report):
    first, second = document(report).tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["姓名", "有效票数", "优秀率(%)", "称职率(%)", "得分"],
        ["干部䶮", "139", "81.80", "100.0", "96.300"],
        ["干部㛃", "7", "样本过小,不予显示", "", "样本过小,不予显示"],
        ["=1+1", "0", "0.00", "5.0", "-0.125"],
    ]
    assert second.rows[2].cells[0].text == "多到基层\n走一走"
    places = [cell.paragraphs[0].alignment for cell in first.rows[2].cells]
    assert [str(place).split(" ")[0] for place in places] == ["LEFT", "RIGHT", "CENTER", "CENTER", "CENTER"]


def test_heads_repeat_and_rows_stay_whole(report):
    for table in document(report).tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_fonts_are_set_by_name_for_chinese_too(report):
    made = document(report)
    for style, font in (("Normal", "仿宋"), ("Heading 1", "宋体")):
        fonts = made.styles[style].element.rPr.rFonts
        assert [fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")] == [font] * 3
        assert not [name for name in fonts.attrib if name.endswith("Theme")]
    cell = made.tables[0].rows[1].cells[0].paragraphs[0].runs[0]
    assert cell._r.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


def test_head_notes_and_signatures_stand_with_every_table(report):
    texts = [paragraph.text for paragraph in document(report).paragraphs]
    for words in (
        "2026年度民主测评",
        "计票人(签字)：\t\t监票人(签字)：\t",
        "总监票人(签字)：\t\t单位(盖章)：\t",
    ):
        assert texts.count(words) == 2
    assert "注：1. 优秀率 = 优秀票 ÷ 作答票。" in texts
    assert "注：-由监票人审核" in texts
    assert any(text.startswith("组织单位：县委组织部") for text in texts)


def test_pages_are_a4_and_numbered(report):
    wide = Table("宽表", [Column(f"第{at}项得分", "score", 2) for at in range(20)], [[Decimal("88.25")] * 20])
    made = document(replace(report, tables=[*report.tables, wide]))
    upright, *_, turned = made.sections
    assert upright.orientation == WD_ORIENT.PORTRAIT
    assert turned.orientation == WD_ORIENT.LANDSCAPE
    assert (round(upright.page_width.mm), round(upright.page_height.mm)) == (210, 297)
    assert (round(turned.page_width.mm), round(turned.page_height.mm)) == (297, 210)
    for section in made.sections:
        xml = section.footer._element.xml
        assert 'w:instr="PAGE"' in xml
        assert 'w:instr="NUMPAGES"' in xml
        assert "town-annual" in xml


def test_control_characters_are_dropped(report):
    table = Table("表\x00", [Column("意见\x0b")], [["一\x07二 <b>&\ud800"]])
    assert document(replace(report, tables=[table])).tables[0].rows[1].cells[0].text == "一二 <b>&"
