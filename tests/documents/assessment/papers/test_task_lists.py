from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from survey.documents.assessment.papers.bulletin import bulletin
from survey.documents.assessment.papers.task_lists import (
    all_tasks,
    correction_sheet,
    gap_sheet,
    lag_sheet,
    shortfall,
)
from survey.domain.assessment.definition import Light
from survey.domain.assessment.outcome import TaskStanding
from survey.domain.assessment.totals.paper_material import LateCorrection

from .sample_material import sample_material


def test_the_largest_gaps_come_first_with_who_answers_for_them() -> None:
    material = sample_material()
    assert material.bulletin
    table = gap_sheet(material, material.bulletin).tables[0]
    assert len(table.rows) == 10
    first = [str(cell) for cell in table.rows[0]]
    assert first[:6] == ["1", "双桥镇", "地方财政收入增长", "万元", "1554.58", "1197"]
    assert first[6:] == ["-357.58", "77.00", "红灯", "统计局", "县长"]


def test_for_lower_numbers_the_gap_is_what_is_above_the_plan() -> None:
    definition = sample_material().definition

    def task(indicator: str, pace: Fraction) -> TaskStanding:
        return TaskStanding("t1", indicator, pace, Fraction(1), None, False, Light.RED)

    assert shortfall(definition, task("petitions", Fraction(6, 5))) == Fraction(1, 5)
    assert shortfall(definition, task("output", Fraction(4, 5))) == Fraction(1, 5)


def test_every_red_light_is_listed_and_every_task_stands_in_the_rows() -> None:
    material = sample_material()
    assert material.bulletin
    assert len(lag_sheet(material, material.bulletin).tables[0].rows) == 26
    assert len(all_tasks(material, material.bulletin).rows) == 110


def test_numbers_that_came_late_are_told_as_corrections() -> None:
    material = sample_material()
    assert material.bulletin
    late = LateCorrection("2026-04", ("t1", "output"), None, Fraction("4.5"))
    bulletin_ = replace(material.bulletin, corrections=(late,))
    sheet = correction_sheet(material, bulletin_)
    row = [1, "2026年4月", "城关镇", "规模以上工业总产值", "亿元", None, Decimal("4.5")]
    assert sheet.tables[0].rows == [row]
    assert bulletin(replace(material, bulletin=bulletin_)).sheets[-1].title == "前期数字更正"
