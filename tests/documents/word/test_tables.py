"""Tables of a Word document as XML: heads that repeat, cells that join, nothing that breaks out."""

from decimal import Decimal
from xml.etree import ElementTree

from survey.documents.word.tables import (
    gap_xml,
    line_xml,
    notes_xml,
    pairs_xml,
    signatures_xml,
    table_xml,
)
from survey.domain.results.rules_text import WITHHELD
from survey.domain.results.table import Column, Table

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = {"w": W}
WIDTH = 9000
COLUMNS = [Column("姓名"), Column("得分", "score", 2)]


def parsed(xml: str) -> ElementTree.Element:
    return ElementTree.fromstring(f'<w:body xmlns:w="{W}">{xml}</w:body>')


def attribute(element: ElementTree.Element | None, name: str = "val") -> str:
    assert element is not None
    return element.attrib[f"{{{W}}}{name}"]


def cells(xml: str) -> list[list[str]]:
    return [
        ["".join(cell.itertext()) for cell in row.findall("w:tc", NAMES)]
        for row in parsed(xml).findall(".//w:tr", NAMES)
    ]


def test_a_table_has_its_head_first_and_numbers_as_they_are_rounded() -> None:
    xml = table_xml(Table("", COLUMNS, [["张三", Decimal("93.30")], ["李四", None]]), WIDTH)
    assert cells(xml) == [["姓名", "得分"], ["张三", "93.30"], ["李四", ""]]
    first, *others = parsed(xml).findall(".//w:tr", NAMES)
    assert first.find(".//w:tblHeader", NAMES) is not None
    assert all(row.find(".//w:tblHeader", NAMES) is None for row in others)
    assert all(row.find(".//w:cantSplit", NAMES) is not None for row in (first, *others))


def test_columns_take_no_more_than_the_page() -> None:
    columns = [Column(f"第{at}项得分", "score", 2) for at in range(30)]
    xml = table_xml(Table("", columns, [[Decimal("93.33")] * 30]), WIDTH)
    widths = [int(attribute(one, "w")) for one in parsed(xml).findall(".//w:gridCol", NAMES)]
    assert len(widths) == 30
    assert sum(widths) <= WIDTH


def test_nothing_that_people_typed_becomes_markup() -> None:
    xml = table_xml(Table("", COLUMNS, [["</w:t><w:br/>&\x01", 1]]), WIDTH)
    assert cells(xml)[1] == ["</w:t><w:br/>&", "1"]


def test_columns_under_one_head_and_those_beside_it() -> None:
    columns = [Column("姓名"), Column("A票", "score", 2, "得分"), Column("B票", "score", 2, "得分")]
    above, below, _ = parsed(table_xml(Table("", columns, [["张三", 1, 2]]), WIDTH)).findall(".//w:tr", NAMES)
    over = above.findall("w:tc", NAMES)[1]
    assert attribute(over.find(".//w:gridSpan", NAMES)) == "2"
    merges = [attribute(row.find("w:tc//w:vMerge", NAMES)) for row in (above, below)]
    assert merges == ["restart", "continue"]


def test_a_block_says_its_name_once_and_stays_together() -> None:
    columns = [Column("项目", tall=True), Column(""), Column("优秀", "count")]
    rows = [["德", "票数", 6], ["德", "百分比(%)", 55], ["能", "票数", 1], ["能", "百分比(%)", 9]]
    xml = table_xml(Table("", columns, rows, block=2), WIDTH)
    assert [row[0] for row in cells(xml)[1:]] == ["德", "", "能", ""]
    kept = [row.find(".//w:keepNext", NAMES) is not None for row in parsed(xml).findall(".//w:tr", NAMES)]
    assert kept == [True, True, False, True, False]


def test_the_last_rows_stand_out_and_heads_do_not() -> None:
    xml = table_xml(Table("", COLUMNS, [["张三", 1], ["合计", 2]], strong=1), WIDTH)
    bold = [row.find(".//w:b", NAMES) is not None for row in parsed(xml).findall(".//w:tr", NAMES)]
    assert bold == [False, False, True]


def test_the_last_rows_stay_with_what_follows_where_that_is_wanted() -> None:
    xml = table_xml(Table("", COLUMNS, [["张三", 1], ["李四", 2]]), WIDTH, kept=True)
    kept = [row.find(".//w:keepNext", NAMES) is not None for row in parsed(xml).findall(".//w:tr", NAMES)]
    assert kept == [True, False, True]


def test_neighbours_with_the_same_words_of_a_gap_are_one_cell() -> None:
    columns = [Column("姓名"), *[Column("得分", "score", 2)] * 3]
    rows = [["张三", *[WITHHELD] * 3], ["张三", *[WITHHELD] * 3]]
    xml = table_xml(Table("", columns, rows, block=2), WIDTH)
    assert cells(xml)[1:] == [["张三", WITHHELD], ["张三", ""]]
    joined = parsed(xml).findall(".//w:tr", NAMES)[1].findall("w:tc", NAMES)[1]
    assert attribute(joined.find(".//w:gridSpan", NAMES)) == "3"


def test_cells_of_an_official_form_are_centred() -> None:
    xml = table_xml(Table("", COLUMNS, [["张三", 1]]), WIDTH, centred=True)
    assert {attribute(one) for one in parsed(xml).findall(".//w:jc", NAMES)} == {"center"}


def test_pairs_stand_in_one_line_and_scores_and_bands_stand_out() -> None:
    pairs = [("姓名", "张三"), ("加权得分", Decimal("93.33")), ("等次", "优秀")]
    xml = pairs_xml(pairs, WIDTH)
    assert cells(xml) == [["姓名", "张三", "加权得分", "93.33", "等次", "优秀"]]
    bold = [one.find(".//w:b", NAMES) is not None for one in parsed(xml).findall(".//w:tc", NAMES)]
    assert bold == [False, False, False, True, False, True]


def test_lines_are_as_high_as_their_type_whatever_the_font() -> None:
    """A form that fills its page would spill over with a font of the same name and other measures."""
    for xml in (line_xml("一"), notes_xml(["甲。"]), table_xml(Table("", COLUMNS, [["张三", 1]]), WIDTH)):
        rules = [attribute(one, "lineRule") for one in parsed(xml).findall(".//w:spacing", NAMES)]
        assert rules
        assert set(rules) == {"exact"}


def test_letters_and_digits_have_a_font_of_their_own() -> None:
    for fonts in parsed(table_xml(Table("", COLUMNS, [["张三", 1]]), WIDTH)).findall(".//w:rFonts", NAMES):
        assert [attribute(fonts, name) for name in ("ascii", "eastAsia", "hint")] == [
            "Times New Roman",
            "宋体",
            "eastAsia",
        ]


def test_lines_and_tabs_of_a_text_are_elements() -> None:
    line = parsed(line_xml("一\t二\n三", kept=True))
    assert [text.text for text in line.findall(".//w:t", NAMES)] == ["一", "二", "三"]
    assert line.find(".//w:tab", NAMES) is not None
    assert line.find(".//w:br", NAMES) is not None
    assert line.find(".//w:keepNext", NAMES) is not None


def test_notes_are_numbered_where_there_are_several() -> None:
    def texts(*notes: str) -> list[str]:
        return ["".join(one.itertext()) for one in parsed(notes_xml(notes)).findall("w:p", NAMES)]

    assert texts("甲。") == ["注：甲。"]
    first, second = texts("甲。", "乙。")
    assert (first[-2:], second[-2:]) == ("甲。", "乙。")
    assert "1" in first
    assert "2" in second


def test_lines_for_signatures_stand_two_a_row_and_the_date_by_itself() -> None:
    labels = ["计票人(签字)", "监票人(签字)", "年 月 日"]
    first, last = parsed(signatures_xml(labels, WIDTH)).findall("w:p", NAMES)
    said = "".join(first.itertext())
    assert "计票人" in said
    assert "监票人" in said
    assert len(first.findall(".//w:tabs/w:tab", NAMES)) == 3
    assert attribute(last.find(".//w:jc", NAMES)) == "right"
    assert first.find(".//w:keepNext", NAMES) is not None
    assert last.find(".//w:keepNext", NAMES) is None


def test_two_tables_do_not_touch() -> None:
    assert len(parsed(gap_xml()).findall("w:p", NAMES)) == 1
