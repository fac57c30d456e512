"""Which column a head means, and where the heads of a roster stand."""

import pytest

from survey.documents.roster.cells import Cell, CellRange, CellSheet
from survey.documents.roster.heads import column_of, find_heads, heads_at, tells_kind

MEANT = {
    "姓名": (
        *("姓名", "姓　名", "*姓名", "姓名（必填）", "姓名：", "★ 姓 名", "干部姓名"),
        *("被测评人", "测评对象", "Name"),
    ),
    "职务": (
        *("职务", "现任职务", "职务职称", "职务/职称", "单位及职务", "职 务（岗位）", "岗位"),
        "任职情况 / 现任职务",
    ),
    "单位": ("单位", "工作单位", "部门", "所在单位（部门）", "任职情况 / 工作单位"),
    "测评表": ("测评表", "测评表名称"),
    "票种": ("票种", "评价主体"),
    "述职报告": ("述职报告", "述职"),
    "编号": ("编号",),
    "": (
        *("序号", "性别", "出生年月", "拟任职务", "配偶姓名", "填表人姓名", "任现职时间", "职级"),
        *("备注", "", "类别"),
    ),
}


@pytest.mark.parametrize("column", MEANT)
def test_a_head_means_one_column(column: str) -> None:
    assert {head: column_of(head) for head in MEANT[column]} == dict.fromkeys(MEANT[column], column)


def sheet(*rows: tuple[str, ...], merged: tuple[CellRange, ...] = ()) -> CellSheet:
    cells = {
        number: {column: Cell(text) for column, text in enumerate(row, start=1) if text}
        for number, row in enumerate(rows, start=1)
    }
    return CellSheet("名册", cells, list(merged))


def test_the_row_that_names_most_columns_has_the_heads() -> None:
    found = find_heads(
        sheet(("花名册",), ("单位：某局", "职务"), ("序号", "姓 名", "职务"), ("1", "张三", "局长"))
    )
    assert found is not None
    assert (found.first, found.last, found.texts) == (3, 3, {1: "序号", 2: "姓 名", 3: "职务"})
    assert find_heads(sheet(("张三", "局长"), ("李四", "科长"))) is None


def test_heads_two_rows_deep_are_read_together() -> None:
    rows = (("姓名", "任职情况", "", "备注"), ("", "单位", "职务", ""), ("张三", "某局", "局长", ""))
    across = CellRange(1, 2, 1, 3)
    for merged in ((across,), (across, CellRange(1, 1, 2, 1), CellRange(1, 4, 2, 4))):
        found = find_heads(sheet(*rows, merged=merged))
        assert found is not None
        assert (found.first, found.last) == (1, 2)
        assert found.texts == {1: "姓名", 2: "任职情况 / 单位", 3: "任职情况 / 职务", 4: "备注"}


def test_a_person_below_merged_heads_is_no_head() -> None:
    found = find_heads(sheet(("姓名", "备注"), ("张三", ""), merged=(CellRange(1, 2, 2, 3),)))
    assert found is not None
    assert found.last == 1


def test_a_sheet_without_heads_has_columns_all_the_same() -> None:
    assert heads_at(sheet(("张三", "局长", "", "甲")), 0, 0).texts == {1: "", 2: "", 4: ""}


def test_a_column_of_kinds_is_known_by_its_head() -> None:
    assert tells_kind("人员类别")
    assert tells_kind("基本情况 / 类别（班子或干部）")
    assert not tells_kind("职级")
