import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from lxml import etree

from survey.documents.word import policy, render
from survey.documents.word.official_tables import write_docx
from survey.documents.word.placeholders import Template
from survey.documents.word.render import shipped
from survey.domain.count.certificate import short_digest
from survey.domain.errors import HeavyTemplate
from survey.domain.results.table import Column, Sheet, Table


def document(report):
    out = BytesIO()
    write_docx(report, out)
    return Document(BytesIO(out.getvalue()))


def test_cells_read_back(report):
    first, second = document(report).tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["姓名", "有效票数", "优秀率(%)", "称职率(%)", "得分"],
        ["干部䶮", "139", "81.80", "100.0", "96.300"],
        ["干部㛃", "7", "样本过小,不予显示", "—", "样本过小,不予显示"],
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
    for style, font in (("Normal", "仿宋"), ("Heading 1", "方正小标宋简体")):
        fonts = made.styles[style].element.rPr.rFonts
        named = [fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")]
        assert named == ["Times New Roman", "Times New Roman", font]
        assert not [name for name in fonts.attrib if name.endswith("Theme")]
    cell = made.tables[0].rows[1].cells[0].paragraphs[0].runs[0]
    assert cell._r.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


@pytest.mark.parametrize("kind", Template)
def test_a_machine_without_a_font_is_told_what_to_take(kind):
    """方正小标宋 is on few machines; 宋体 and 仿宋 go by other names on Macs and in WPS."""
    with ZipFile(BytesIO(shipped(kind))) as packed:
        table = etree.fromstring(packed.read("word/fontTable.xml"))
    other = {one.get(qn("w:name")): one.find(qn("w:altName")) for one in table}
    for name, instead in (("方正小标宋简体", "宋体"), ("宋体", "SimSun"), ("仿宋", "仿宋_GB2312")):
        assert instead in other[name].get(qn("w:val")).split(",")


def test_heads_hold_no_digests_and_the_foot_twelve_characters(report):
    digest = "sha256:" + "0123456789abcdef" * 4
    facts = [*report.facts, ("测评时间", "2026年12月18日"), ("计票摘要", digest), ("规则摘要", digest)]
    sheet = Sheet("person", "c1", "个人汇总表", [("姓名", "甲")], report.tables)
    made = document(replace(report, facts=facts, sheets=[sheet], footer=f"town · {short_digest(digest)}"))
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert "组织单位：县委组织部\t测评时间：2026年12月18日" in texts
    assert not [text for text in texts if "0123456789ab" in text]
    assert made.sections[0].footer.paragraphs[0].text.startswith("town · 0123456789ab　")


def test_a_form_of_one_ratee_stands_upright_as_long_as_it_can_be_read(report):
    columns = [Column("加权得分", "score", 2)] * 14
    table = Table("", columns, [[Decimal("88.25")] * 14])
    for kind, way in (("person", WD_ORIENT.PORTRAIT), ("standings", WD_ORIENT.LANDSCAPE)):
        made = document(replace(report, sheets=[Sheet(kind, "", "表", (), [table])]))
        assert made.sections[0].orientation == way, kind


def test_head_notes_and_signatures_stand_with_every_table(report):
    texts = [paragraph.text for paragraph in document(report).paragraphs]
    for words in (
        "2026年度民主测评",
        "计票人（签字）：\t\t监票人（签字）：\t",
        "总监票人（签字）：\t\t单位（盖章）：\t",
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


def test_a_large_report_is_no_fault_of_the_template_that_ships(report, monkeypatch):
    monkeypatch.setattr(policy, "MAX_OUTPUT", 100)
    monkeypatch.setattr(policy, "MAX_RENDERING", -1.0)
    assert len(document(report).tables) == 2


def test_an_offices_template_meets_each_table_once_however_large(report, monkeypatch):
    monkeypatch.setattr(render, "MAX_OUTPUT", 100)
    once = shipped(Template.TABLES)
    write_docx(report, BytesIO(), once)
    with ZipFile(BytesIO(once)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    body = parts["word/document.xml"].decode()
    (paragraph,) = re.findall(r"<w:p>(?:(?!</w:p>).)*正文(?:(?!</w:p>).)*</w:p>", body)
    parts["word/document.xml"] = body.replace(paragraph, 2 * paragraph).encode()
    twice = BytesIO()
    with ZipFile(twice, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(HeavyTemplate):
        write_docx(report, BytesIO(), twice.getvalue())


def test_a_form_that_follows_goes_on_below_and_only_the_last_is_signed(report):
    table = Table("第二张", [Column("单位")], [["甲"]])
    first = Sheet("list", "a", "第一张", (), (replace(table, title="第一张"),), signatures=())
    second = Sheet("list", "b", "第二张", (), (table,), follows=True)
    said = [one.text for one in document(replace(report, sheets=(first, second))).paragraphs]
    assert sum("计票人（签字）" in text for text in said) == 1
    assert said.count(report.title) == 1
    apart = [
        one.text
        for one in document(replace(report, sheets=(first, replace(second, follows=False)))).paragraphs
    ]
    assert apart.count(report.title) == 2
