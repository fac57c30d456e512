from survey.documents.layout.joined_cells import Box, Head, blocks, heads
from survey.domain.results.table import Column, Table

GAP = "样本过小，不予显示①"


def test_columns_under_a_common_head_stand_in_two_lines() -> None:
    columns = [Column("姓名"), Column("A票", over="得分"), Column("加权", over="得分"), Column("等次")]
    assert heads(Table("", columns, [])) == [
        Head(0, 0, 2, 1, "姓名"),
        Head(0, 1, 1, 2, "得分"),
        Head(1, 1, 1, 1, "A票"),
        Head(1, 2, 1, 1, "加权"),
        Head(0, 3, 2, 1, "等次"),
    ]


def test_tall_columns_and_gaps_are_joined_and_equal_numbers_are_not() -> None:
    columns = [Column("项目", tall=True), Column("", "text"), Column("优秀"), Column("称职")]
    rows = [
        ["德", "票数", 5, 5],
        ["德", "百分比", 50, 50],
        ["能", "票数", GAP, GAP],
        ["能", "百分比", GAP, GAP],
    ]
    first, second = blocks(Table("", columns, rows, block=2))
    assert first[0] == Box(0, 0, 2, 1, "德")
    assert [box.cell for box in first] == ["德", "票数", 5, 5, "百分比", 50, 50]
    assert second == [
        Box(0, 0, 2, 1, "能"),
        Box(0, 1, 1, 1, "票数"),
        Box(0, 2, 2, 2, GAP),
        Box(1, 1, 1, 1, "百分比"),
    ]
