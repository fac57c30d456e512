"""Reports' workbooks found by their heads; what is no row is named and left out."""

from pathlib import Path

import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.assessment.report_file import is_report, read_report
from survey.domain.errors import BadNumbers
from tests.documents.rosters import workbook

SAMPLE = Path(__file__).parents[2] / "data" / "assessment"
HEADS = ("指标代码", "指标", "计量单位", "本期累计", "完成情况说明", "佐证材料")


def laid_out(*rows: tuple[object, ...], merged: str = "", heads: tuple[str, ...] = HEADS) -> bytes:
    def write(_: Workbook, sheet: Worksheet) -> None:
        lines = [("2026年度目标责任考核 月报",), ("单位：", "t3", "东岭镇", "期间", "2026-05"), heads, *rows]
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        if merged:
            sheet.merge_range(merged, "合并")

    return workbook([], heads=(), more=write)


def test_the_samples_reports() -> None:
    for name, rows in (("report-t3-2026-05.xlsx", 7), ("report-t3-faulty.xlsx", 8)):
        found = read_report((SAMPLE / name).read_bytes(), name)
        assert (found.of_unit, len(found.rows)) == (True, rows)
        assert found.subject is not None
        assert (found.subject.place, found.subject.text) == ("B2", "t3")
        assert (found.columns["key"], found.columns["value"], found.columns["evidence"]) == ("A", "G", "I")
        assert found.cell(found.rows[0], "note").place == "H4"


def test_lines_that_are_no_rows_are_named() -> None:
    found = read_report(
        laid_out(
            ("一、经济指标",),
            ("output", "工业总产值", "亿元", 22.53, "按月报"),
            ("total", "合计数", "亿元", 3),
            (None, "小计", None, 25.53),
            ("注：数据为快报数",),
            (),
            ("填表人：王某", None, None, "2026年6月4日"),
            ("(公章)",),
            (None, "固定资产投资", "亿元", 4),
        )
    )
    assert [row.place for row in found.rows] == ["row 5", "row 6", "row 12"]
    assert [(one.place, one.message) for one in found.left_out] == [
        ("row 1", "stands above the heads and is left out"),
        ("row 4", "is a heading and is left out"),
        ("row 7", "is a sum and is left out"),
        ("row 8", "is a note and is left out"),
        ("row 10", "says who signed and is left out"),
        ("row 11", "says who signed and is left out"),
    ]


def test_a_merged_title_or_signature_does_no_harm_and_a_merged_number_does() -> None:
    rows = (("output", "工业总产值", "亿元", 22.53), ("填表人：王某",))
    assert len(read_report(laid_out(*rows, merged="A1:F1")).rows) == 1
    assert len(read_report(laid_out(*rows, merged="A5:F5")).left_out) == 2
    with pytest.raises(BadNumbers) as raised:
        read_report(laid_out(*rows, merged="D4:D6"))
    assert [(fault.place, fault.value, fault.flaw) for fault in raised.value.faults] == [
        ("D4", "D4:D6", "merged")
    ]


def test_a_leads_report() -> None:
    heads = ("单位代码", "单位", "计量单位", "本期累计")
    found = read_report(laid_out(("t1", "城关镇", "人次", 1), heads=heads))
    assert (found.of_unit, found.subject, found.rows[0].text("key")) == (False, None, "t1")


def test_what_is_no_report() -> None:
    content = workbook([("t1", 3)], heads=("单位", "数值"))
    assert not is_report(content, "a.xlsx")
    assert is_report(laid_out(), "a.xlsx")
    with pytest.raises(BadNumbers) as raised:
        read_report(content)
    assert [fault.flaw for fault in raised.value.faults] == ["no-heads"]
    with pytest.raises(BadNumbers, match="damaged"):
        is_report(b"PK\x03\x04", "a.xlsx")
