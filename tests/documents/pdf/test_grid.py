"""Tables made ready for a page: widths, heights, joined cells, rows parted where a page ends."""

from decimal import Decimal

import pytest

from survey.documents.pdf.grid import SIZES, Grid, RowBlock, make_ready, split, subject_band
from survey.domain.results.table import Column, Sheet, Table

WIDTH = 180.0
COLUMNS = [Column("姓名"), Column("说明"), Column("得分", "score", 2)]


def sheet(table: Table, kind: str = "standings") -> Sheet:
    return Sheet(kind, "", "表", (), (table,))


def ready(rows, kind: str = "standings", **more):
    table = Table("", more.pop("columns", COLUMNS), rows, **more)
    return make_ready(sheet(table, kind), table, WIDTH)


def test_columns_take_the_width_and_no_more() -> None:
    made = ready([["张三", "好" * 10, Decimal("93.33")]])
    assert sum(made.grid.widths) == pytest.approx(WIDTH)
    assert made.grid.size == SIZES[0]
    assert len(made.bands) == 1


def test_many_columns_are_set_smaller_and_still_fit() -> None:
    columns = [Column(f"第{at}项得分", "score", 2) for at in range(40)]
    made = ready([[Decimal("93.33")] * 40], columns=columns)
    assert made.grid.size == SIZES[-1]
    assert sum(made.grid.widths) <= WIDTH + 0.1


def test_a_row_is_as_high_as_its_longest_cell() -> None:
    made = ready([["张三", "好" * 300, 1], ["李四", "好", 2]])
    long, short = made.bands
    lines = max(len(piece.lines) for piece in long.pieces)
    assert lines > 1
    assert long.height == pytest.approx((lines + 0.3) * made.grid.leading)
    assert short.height == pytest.approx(1.3 * made.grid.leading)
    assert "".join(next(one for one in long.pieces if one.column == 1).lines) == "好" * 300


def test_rows_of_a_block_stand_in_one_band_under_one_head() -> None:
    columns = [Column("项目", tall=True), Column(""), Column("优秀", "count")]
    rows = [["德", "票数", 6], ["德", "百分比(%)", 55], ["能", "票数", 1], ["能", "百分比(%)", 9]]
    made = ready(rows, columns=columns, block=2)
    assert [len(band.heights) for band in made.bands] == [2, 2]
    (tall,) = [piece for piece in made.bands[0].pieces if piece.column == 0]
    assert (tall.lines, tall.rows) == (["德"], 2)


def test_the_last_rows_stand_out() -> None:
    made = ready([["张三", "好", 1], ["李四", "好", 2], ["合计", "", 3]], strong=1)
    assert [all(piece.bold for piece in band.pieces) for band in made.bands] == [False, False, True]
    assert not any(piece.bold for piece in made.head.pieces)


def test_forms_are_centred_and_what_people_typed_is_not() -> None:
    rows = [["张三", "好", Decimal("1.50")]]
    assert {piece.place for band in ready(rows).bands for piece in band.pieces} == {"center"}
    assert {piece.place for band in ready(rows, "extra").bands for piece in band.pieces} != {"center"}


def test_columns_under_one_head_have_it_in_a_row_above() -> None:
    columns = [Column("姓名"), Column("A票", "score", 2, "得分"), Column("B票", "score", 2, "得分")]
    made = ready([["张三", 1, 2]], columns=columns)
    assert len(made.head.heights) == 2
    over = next(piece for piece in made.head.pieces if piece.lines == ["得分"])
    assert (over.columns, over.rows) == (2, 1)
    name = next(piece for piece in made.head.pieces if piece.lines == ["姓名"])
    assert (name.columns, name.rows) == (1, 2)


def parts(lines: int, room: float, most: float) -> tuple[Grid, list[RowBlock]]:
    made = ready([["张三", "\n".join(["好"] * lines), 1]])
    grid = made.grid
    return grid, list(split(made.bands[0], grid, room * grid.leading, most * grid.leading))


def test_a_row_taller_than_a_page_is_parted_and_loses_nothing() -> None:
    grid, found = parts(25, room=5.5, most=10.5)
    texts = [next(one for one in part.pieces if one.column == 1).lines for part in found]
    assert [len(lines) for lines in texts] == [5, 10, 10]
    assert [part.height <= 10.5 * grid.leading + 0.01 for part in found] == [True] * 3
    names = [next(one for one in part.pieces if one.column == 0).lines for part in found]
    assert names == [["张三"], [], []]


def test_however_little_room_is_left_a_line_goes_on() -> None:
    _, found = parts(3, room=0.1, most=1.0)
    assert [len(part.pieces[1].lines) for part in found] == [1, 1, 1]


def test_the_box_of_a_subject_takes_the_width_with_scores_and_bands_bold() -> None:
    subject = [("姓名", "张三"), ("加权得分", Decimal("93.33")), ("等次", "优秀")]
    grid, band = subject_band(subject, WIDTH)
    assert sum(grid.widths) == pytest.approx(WIDTH)
    assert [piece.lines for piece in band.pieces] == [
        *(["姓名"], ["张三"], ["加权得分"], ["93.33"], ["等次"], ["优秀"]),
    ]
    assert [piece.bold for piece in band.pieces] == [False, False, False, True, False, True]
