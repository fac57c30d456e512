from dataclasses import replace

from survey.documents.assessment.papers.mending import TO_FILL_IN, mending

from .sample_material import sample_material


def test_missed_tasks_are_listed_with_until_when() -> None:
    rows = [[str(cell) for cell in row] for row in mending(sample_material()).sheets[0].tables[0].rows]
    assert rows[0][1:4] == ["城关镇", "党的建设：目标 10分，完成 7.5", "2.50"]
    assert rows[0][7] == "2027年3月31日"
    assert any(row[2] == "粮食产量（约束性指标）：目标 3.8万吨，完成 3.79" for row in rows)
    assert any(row[1] == "柳沟乡" and row[2].endswith("没有填报") for row in rows)


def test_points_that_others_took_by_being_better_are_nothing_to_mend() -> None:
    rows = mending(sample_material()).sheets[0].tables[0].rows
    assert not [row for row in rows if row[1] == "城关镇" and str(row[2]).startswith("固定资产投资")]


def test_what_is_not_known_is_left_to_be_filled_in() -> None:
    rows = mending(replace(sample_material(), mend_by=None)).sheets[0].tables[0].rows
    assert {row[7] for row in rows} == {TO_FILL_IN}
