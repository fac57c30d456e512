from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest

from survey.documents.pdf.official_tables import write_pdf
from survey.documents.pdf.song import SongPages
from survey.domain.errors import MissingGlyphs
from survey.domain.results.table import Column, Sheet, Table


def pages(report):
    out = BytesIO()
    write_pdf(report, out)
    with pypdfium2.PdfDocument(out.getvalue()) as pdf:
        return [(page.get_size(), page.get_textpage().get_text_range()) for page in pdf]


def test_text_reads_back(report):
    (_, first), (_, second) = pages(report)
    for words in (
        "个人汇总表",
        "2026年度民主测评",
        "组织单位：县委组织部",
        "干部䶮",
        "干部㛃",
        "81.80",
        "100.0",
        "96.300",
    ):
        assert words in first
    for words in (
        "=1+1",
        "-0.125",
        "优秀率(%)",
        "注：1. 优秀率",
        "计票人（签字）：",
        "单位（盖章）：",
        "5 town-annual & sha256",
    ):
        assert words in first
    assert "注：-由监票人审核" in second
    assert "监票人（签字）：" in second


def test_pages_are_numbered_and_heads_repeated(report, long_table):
    made = pages(replace(report, tables=[long_table]))
    assert len(made) > 2
    for number, (size, text) in enumerate(made, 1):
        assert size == pytest.approx((595.28, 841.89), abs=0.1)
        assert f"第 {number} 页，共 {len(made)} 页" in text.replace("\r\n", "")
        assert "加权得分" in text
    everything = "".join(text for _, text in made)
    assert all(f"干部{at}" in everything for at in range(1, 121))
    assert everything.count("93.24") == 120


def test_wide_table_lies_across(report):
    wide = Table("宽表", [Column(f"第{at}项得分", "score", 2) for at in range(20)], [[Decimal("88.25")] * 20])
    ((size, text),) = pages(replace(report, tables=[wide]))
    assert size == pytest.approx((841.89, 595.28), abs=0.1)
    assert text.count("88.25") == 20


def test_row_taller_than_a_page_loses_nothing(report):
    columns = [Column(f"第{at}项", "score", 2) for at in range(12)] + [Column("意见")]
    table = Table("意见", columns, [[Decimal("88.25")] * 12 + ["字" * 4000]])
    assert sum(text.count("字") for _, text in pages(replace(report, tables=[table], signatures=[]))) == 4000


def test_two_facts_stand_side_by_side_each_in_one_line(report):
    facts = [
        ("被评单位", "县农业农村局"),
        ("年度", "2026年度"),
        ("组织单位", "县委组织部"),
        ("测评时间", "2026年11月29日"),
    ]
    ((_, text),) = pages(replace(report, facts=facts, tables=[]))
    lines = text.splitlines()
    assert any("年度：2026年度" in line for line in lines)
    assert any("测评时间：2026年11月29日" in line for line in lines)


def test_report_without_tables_is_its_head(report):
    ((_, text),) = pages(replace(report, tables=[]))
    assert "2026年度民主测评" in text
    assert "县委组织部" in text


def test_missing_glyph_is_refused_before_a_byte_is_written(report):
    out = BytesIO()
    with pytest.raises(MissingGlyphs) as caught:
        write_pdf(replace(report, footer="甲😀"), out)
    assert caught.value.characters == "😀"
    assert out.getvalue() == b""


def test_beyond_999_pages_the_number_stands_whole_and_at_its_place():
    sheets = SongPages()
    for _ in range(1001):
        sheets.add_page()
    sheets.number_pages(8.5, 15, 10)
    out = BytesIO()
    sheets.output(out)
    with pypdfium2.PdfDocument(out.getvalue()) as pdf:
        for number in (1, 999, 1001):
            text = pdf[number - 1].get_textpage()
            assert "".join(text.get_text_range().split()) == f"第{number}页，共1001页"
            right = max(text.get_charbox(at)[2] for at in range(text.count_chars()))
            assert right == pytest.approx((210 - 15) * 72 / 25.4, abs=1)


def test_a_form_that_follows_goes_on_below_and_only_the_last_is_signed(report):
    table = Table("第二张", [Column("单位")], [["甲"]])
    first = Sheet("list", "a", "第一张", (), (replace(table, title="第一张"),), signatures=())
    second = Sheet("list", "b", "第二张", (), (table,), follows=True)
    ((_, said),) = pages(replace(report, sheets=(first, second)))
    assert said.index("第一张") < said.index("第二张")
    assert said.count("计票人（签字）：") == 1
    apart = pages(replace(report, sheets=(first, replace(second, follows=False))))
    assert len(apart) == 2
