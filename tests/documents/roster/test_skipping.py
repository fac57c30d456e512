"""Lines that are nobody's are named, and nobody is taken for one."""

from typing import Any

import pytest

from survey.documents.roster.cells import Cell, CellRange, CellSheet
from survey.documents.roster.reader import Roster, read_roster
from survey.documents.roster.skipping import SkippedKind, why_skipped, wide_rows
from tests.documents.roster.test_reader import DATA
from tests.documents.rosters import GROUPS, SECTIONS, workbook

COLUMNS = {2: "姓名", 3: "职务"}
NOBODY = {
    SkippedKind.TOTAL: ("合计", "合　计", "小计", "总计：5人", "合计（5人）", "共 12 人", "Total"),
    SkippedKind.SIGNED: (
        *("填表人：赵某", "审核人:钱某      2026年11月28日", "制表：孙", "制表", "联系电话：010"),
        *("单位负责人（签字）：", "审 核：", "经办人"),
        *("填报日期：", "（盖章）", "填报单位（盖章）", "2026年11月28日", "主要负责人：", "分管领导签字："),
    ),
    SkippedKind.NOTE: ("注：按任职先后排序", "备注：", "说明：略", "填表说明：1.…", "注1：", "附：名单"),
}  # fmt: skip
PERSONS = (
    *("合力集团", "合计云", "总计划师办公室", "注册处", "共青团委", "填海局", "备战", "制表科", "附中"),
    *("王注", "审计局", "共伟"),
    *("说明书编写组", "阿卜杜拉·买买提", "负责人才工作的同志", "单位一", "电话局", "日期格"),
)  # fmt: skip


def why(*cells: str, merged: tuple[CellRange, ...] = (), hidden: bool = False) -> SkippedKind | None:
    row = {column: Cell(text) for column, text in enumerate(cells, start=1) if text}
    sheet = CellSheet("名册", {1: row}, list(merged), {1} if hidden else set())
    return why_skipped(sheet, 1, COLUMNS, wide_rows(sheet))


@pytest.mark.parametrize("kind", NOBODY)
def test_what_is_nobodys(kind: SkippedKind) -> None:
    for text in NOBODY[kind]:
        assert why("", text) is kind, text
        assert why(text) is kind, text
        assert why("", text, "审核人：某") is kind, text


@pytest.mark.parametrize("name", PERSONS)
def test_who_is_somebody(name: str) -> None:
    assert why("1", name, "局长") is None
    assert why("", name) is None


def test_other_lines_that_are_nobodys() -> None:
    assert why("合计", "3", "人") is SkippedKind.TOTAL
    assert why("1", "姓名", "职务") is SkippedKind.HEADS
    assert why("一、县直单位") is SkippedKind.HEADING
    assert why("", "（二）乡镇") is SkippedKind.HEADING
    assert why("县直单位", merged=(CellRange(1, 1, 1, 3),)) is SkippedKind.HEADING
    assert why("7") is SkippedKind.EMPTY
    assert why("1", "张三", "局长", hidden=True) is SkippedKind.HIDDEN
    assert why("", "示例：张三") is SkippedKind.EXAMPLE


def trial(name: str) -> Roster:
    """Read a file of a trial: it has one form."""
    data = (DATA / f"footer-rows/{name}.xlsx").read_bytes()
    return read_roster(data, f"{name}.xlsx", {"cadres": "领导干部民主测评表"}, GROUPS)


def test_the_files_of_a_trial() -> None:
    footer = trial("footer")
    assert [row.name for row in footer.rows] == ["王建国", "李红梅"]
    assert [(line.row, line.kind) for line in footer.skipped] == [
        (4, SkippedKind.TOTAL),
        (5, SkippedKind.SIGNED),
        (6, SkippedKind.NOTE),
    ]
    title = trial("title")
    assert [row.name for row in title.rows] == ["王建国", "李红梅"]
    assert [(line.row, line.kind) for line in title.skipped] == [
        (1, SkippedKind.TITLE),
        (5, SkippedKind.SIGNED),
    ]


def test_the_same_lines_of_a_text() -> None:
    text = "花名册\n姓名,职务,测评表\n张三,局长,cadres\n合计,1人\n填表人：赵某,,审核人：钱某\n"
    roster = read_roster(text.encode("gb18030"), "名册.csv", SECTIONS, GROUPS)
    assert [row.name for row in roster.rows] == ["张三"]
    assert [line.kind for line in roster.skipped] == ["title", "total", "signed"]


def test_a_line_names_what_stands_in_it() -> None:
    rows: list[list[Any]] = [["张三", "局长"], ["合计", "2人"], ["注：" + "长" * 100]]
    found = read_roster(workbook(rows, heads=("姓名", "职务")), "r.xlsx", {"only": "测评表"}, {}).skipped
    assert (found[0].text, found[0].taken, found[0].may_be_taken) == ("合计　2人", False, True)
    assert len(found[1].text) == 81
