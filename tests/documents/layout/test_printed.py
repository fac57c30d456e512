"""What official paper changes of a report: brackets, empty cells, and which way a page lies."""

from decimal import Decimal

import pytest

from survey.documents.layout.printed import lies_across, printed_head, printed_sheet, wide_brackets
from survey.domain.results.official import EXTRA
from survey.domain.results.table import Column, Report, Sheet, Table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A票(县级领导)", "A票（县级领导）"),
        ("计票人(签字)", "计票人（签字）"),
        ("百分比(%)", "百分比(%)"),
        ("满意率(很满意+满意)(%)", "满意率（很满意+满意）(%)"),
        ("(a) 甲(乙", "(a) 甲(乙"),
        ("甲(乙(丙)丁)", "甲(乙（丙）丁)"),
    ],
)
def test_brackets_around_chinese_are_as_wide_as_it(text: str, shown: str) -> None:
    assert wide_brackets(text) == shown


def a_report(*sheets: Sheet) -> Report:
    return Report("测评(正式)", [("组织单位", "局(本级)")], (), ["监票人(签字)"], "x", sheets)


def test_all_of_a_form_is_printed_so() -> None:
    table = Table("二(甲)", [Column("项(一)", over="总(评)")], [["德(品德)"], [None], [""], [3]], ["注(一)"])
    report = a_report(Sheet("person", "c1", "表(一)", [("职务", "")], [table], ["注(二)"]))
    made = printed_head(report)
    assert (made.title, made.signatures, made.facts) == (
        "测评（正式）",
        ["监票人（签字）"],
        [("组织单位", "局（本级）")],
    )
    (sheet,) = map(printed_sheet, report.sheets)
    assert (sheet.title, sheet.subject, sheet.notes) == ("表（一）", [("职务", "—")], ["注（二）"])
    (table,) = sheet.tables
    assert table.rows == [["德（品德）"], ["—"], ["—"], [3]]
    assert (table.title, table.notes) == ("二（甲）", ["注（一）"])
    assert (table.columns[0].label, table.columns[0].over) == ("项（一）", "总（评）")


def test_what_people_wrote_freely_keeps_its_brackets() -> None:
    table = Table("意见", [Column("意见")], [["多走走(下乡)"], [None]])
    assert printed_sheet(Sheet(EXTRA, "", "意见", (), [table])).tables[0].rows == [
        ["多走走(下乡)"],
        ["—"],
    ]


@pytest.mark.parametrize(
    ("columns", "kind", "across"),
    [
        (3, "person", False),
        (3, "standings", False),
        (14, "person", False),
        (14, "standings", True),
        (40, "person", True),
    ],
)
def test_a_page_lies_across_where_its_table_would_be_cramped(columns: int, kind: str, across: bool) -> None:
    table = Table("", [Column("加权得分", "score", 2)] * columns, [[Decimal("93.33")] * columns])
    assert lies_across(Sheet(kind, "", "表", (), [table]), 510) is across
