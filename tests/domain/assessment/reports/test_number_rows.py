"""Rows of numbers, findings and points: whole or not at all, with every fault at its cell."""

from dataclasses import replace
from fractions import Fraction

import pytest

from survey.documents.assessment.row_files import read_rows
from survey.domain.assessment.composite_rules import ScoreSheet, SheetKind, SheetLine
from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.reports.number_rows import read_findings, read_points, read_values
from survey.domain.errors import BadNumbers
from tests.domain.assessment.sample import sample_definition, sample_targets
from tests.sample_year import SAMPLE

SHEETS = (
    ScoreSheet(
        key="leaders",
        title="县级领导评价",
        lines=(
            SheetLine(key="work", label="工作实绩", points=Fraction(60)),
            SheetLine(key="style", label="工作作风", points=Fraction(40)),
        ),
    ),
    ScoreSheet(
        key="place",
        title="部门排序",
        lines=(SheetLine(key="all", label="总体", points=Fraction(10)),),
        kind=SheetKind.RANK,
        by=Fraction(1, 20),
    ),
)
DEFINITION = replace(sample_definition(), sheets=SHEETS)
TARGETS = sample_targets()
VALUES = "period,unit,indicator,value\n"
FOUND = "period,unit,indicator,found,why\n"
POINTS = "sheet,unit,scorer,line,points\n"


def rows(text: str) -> list[object]:
    return list(read_rows("rows.csv", text.encode()))


def faults(read: object, text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(BadNumbers) as raised:
        read(DEFINITION, TARGETS, rows(text))  # type: ignore[operator]
    assert all(fault.message and fault.remedy for fault in raised.value.faults)
    return [(fault.place, fault.value, fault.flaw) for fault in raised.value.faults]


def test_the_samples_numbers_and_findings() -> None:
    values = read_values(DEFINITION, TARGETS, read_rows("v.csv", (SAMPLE / "values.csv").read_bytes()))
    assert (len(values), values[0].kind, values[0].value) == (1330, NumberKind.REPORTED, Fraction("7.5"))
    found = read_findings(DEFINITION, TARGETS, read_rows("v.csv", (SAMPLE / "verified.csv").read_bytes()))
    first = found[0]
    assert (first.kind, first.unit, first.value, first.reason) == (
        NumberKind.VERIFIED,
        "t3",
        Fraction("56.79"),
        "两户企业重复统计",
    )


def test_names_and_chinese_heads_in_place_of_keys() -> None:
    (one,) = read_values(
        DEFINITION,
        TARGETS,
        rows("期间,单位,指标,数值,完成情况说明\n2026年5月,东岭镇,规模以上工业总产值,22.53亿元,按月报\n"),
        kind=NumberKind.ACCEPTED,
    )
    assert (one.period, one.unit, one.indicator, one.value) == (
        "2026-05",
        "t3",
        "output",
        Fraction("22.53"),
    )
    assert (one.kind, one.note) == (NumberKind.ACCEPTED, "按月报")


def test_a_month_that_excel_took_for_a_date() -> None:
    (one,) = read_values(DEFINITION, TARGETS, rows(VALUES + "2026-05-01,t3,output,1\n"))
    assert one.period == "2026-05"


def test_all_faults_of_numbers_at_once() -> None:
    text = VALUES + (
        "2026-05,t3,output,22.53\n"
        "2025-05,t3,output,22.53\n"
        "2026-05,t9,output,22.53\n"
        "2026-05,t3,nothing,22.53\n"
        "2026-05,t3,approvals,97.2\n"
        "2026-05,t3,party,7\n"
        "2026-05,t3,retail,—\n"
        "2026-05,t3,output,23\n"
        "2026-05,t3,invest,=1+1\n"
        ",t3,grain,\n"
    )
    assert faults(read_values, text) == [
        ("row 3, period", "2025-05", "no-period"),
        ("row 4, unit", "t9", "no-unit"),
        ("row 5, indicator", "nothing", "no-indicator"),
        ("row 6, indicator", "approvals", "foreign"),
        ("row 7, indicator", "party", "not-due"),
        ("row 8, value", "—", "nothing"),
        ("row 9, indicator", "output", "double"),
        ("row 10, value", "=1+1", "formula"),
        ("row 11", "", "missing"),
        ("row 11", "", "missing"),
    ]


def test_a_file_without_its_columns_and_without_grounds() -> None:
    assert faults(read_values, "unit,target\nt1,3\n") == [
        ("row of heads", column, "missing-head") for column in ("period", "indicator", "value")
    ]
    text = FOUND + "2026-12,t3,output,56,\n2026-12,t6,projects,80,x\x07\n2026-12,t6,output,8,ab\n"
    assert faults(read_findings, text) == [("row 2", "", "missing"), ("row 3, why", "x\x07", "control")]
    assert faults(read_findings, FOUND + f"2026-12,t3,output,56,{'长' * 2001}\n")[0][2] == "too-long"


def test_points_by_name() -> None:
    text = POINTS + (
        "leaders,t1,张三,work,55\nleaders,t1,张三,style,38.5\n县级领导评价,t1,李四,工作实绩,60\n"
        "leaders,t1,李四,style,0\nplace,t1,发改局,all,3\n"
    )
    found = read_points(DEFINITION, TARGETS, rows(text))  # type: ignore[arg-type]
    assert [(one.sheet, one.scorer, one.line, one.points) for one in found] == [
        ("leaders", "张三", "work", 55),
        ("leaders", "张三", "style", Fraction("38.5")),
        ("leaders", "李四", "work", 60),
        ("leaders", "李四", "style", 0),
        ("place", "发改局", "all", 3),
    ]


def test_all_faults_of_points_at_once() -> None:
    text = POINTS + (
        "leaders,t1,张三,work,61\n"
        "leaders,t1,张三,style,-1\n"
        "leaders,t1,李四,work,60\n"
        "place,t1,李四,all,1.5\n"
        "place,t2,李四,all,13\n"
        "none,t1,李四,work,1\n"
        "leaders,t2,李四,other,1\n"
        "place,t2,李四,all,1\n"
    )
    assert faults(read_points, text) == [
        ("row 2, points", "61", "out-of-range"),
        ("row 3, points", "-1", "out-of-range"),
        ("row 5, points", "1.5", "out-of-range"),
        ("row 6, points", "13", "out-of-range"),
        ("row 7, sheet", "none", "no-sheet"),
        ("row 8, line", "other", "no-line"),
        ("row 9, line", "all", "double"),
        ("row 4, scorer", "李四", "lines-missing"),
    ]
