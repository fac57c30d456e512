"""Cells and values of a definition, each way."""

from decimal import Decimal
from typing import Any

import pytest

from survey.documents.assessment.setup.setup_sheets import BASIC_LINES, BY_KEY, SetupColumn
from survey.documents.assessment.setup.setup_values import NamedRow, NamedRows, read_value, written_value
from survey.domain.assessment.reports.file_rows import FileCell

NAMES = NamedRows(
    {
        "classes": [
            NamedRow("town", "乡镇"),
            NamedRow("bureau", "县直、部门"),
            NamedRow("x", "同名"),
            NamedRow("y", "同名"),
        ],
        "units": [NamedRow("t1", "城关镇"), NamedRow("b1", "发改局")],
        "departments": [NamedRow("stats", "统计局")],
    }
)


def column(sheet: str, path: str) -> SetupColumn:
    columns = BASIC_LINES if sheet == "basics" else BY_KEY[sheet].columns
    return next(one for one in columns if one.path == path)


def read(sheet: str, path: str, text: str, *, percent: bool = False) -> Any:
    return read_value(column(sheet, path), FileCell("A1", text, percent=percent), NAMES)


@pytest.mark.parametrize(
    ("sheet", "path", "text", "value"),
    [
        ("units", "class", "乡 镇", "town"),
        ("units", "class", "bureau", "bureau"),
        ("units", "class", "同名", "同名"),
        ("units", "factor", "105%", Decimal("1.05")),
        ("units", "factor", "１．０５", Decimal("1.05")),
        ("units", "factor", "一点零五", "一点零五"),
        ("indicators", "lead", "城关镇", "t1"),
        ("indicators", "lead", "统计局", "stats"),
        ("indicators", "classes", "乡镇，bureau", ["town", "bureau"]),
        ("indicators", "classes", "县直、部门", ["bureau"]),
        ("indicators", "binding", "√", True),
        ("indicators", "binding", "FALSE", False),
        ("indicators", "binding", "也许", "也许"),
        ("indicators", "score.method", "每超(差)一档加(扣)分", "step"),
        ("indicators", "score.method", "rank", "rank"),
        ("indicators", "score.points", "10.50", Decimal("10.5")),
        ("indicators", "score.points", "50%", "50%"),
        (
            "indicators",
            "score.at",
            "60=0.6；80＝80%; 1,000：1",
            [[60, Decimal("0.6")], [80, Decimal("0.8")], [1000, 1]],
        ),
        ("indicators", "score.at", "60到80", [["60到80"]]),
        ("components", "value", "得分", "score"),
        ("components", "value", "比率：satisfied", "rate:satisfied"),
        ("components", "value", "满意", "满意"),
        ("components", "weights", "1；2；2.5", [1, 2, Decimal("2.5")]),
        ("components", "ratees", "城关镇=p01；b1=p02", {"t1": "p01", "b1": "p02"}),
        ("components", "ratees", "t1=p01；t1=p02", "t1=p01；t1=p02"),
        ("components", "ratees", "t1", "t1"),
        ("composite.bands", "quota", "25%", "25%"),
        ("composite.bands", "quota", "3", 3),
        ("composite.bands", "quota", "2.5", "2.5"),
        ("basics", "assessment.year", "2026", 2026),
        ("basics", "assessment.periods", "每季度", "quarter"),
    ],
)
def test_a_cell_becomes_a_value(sheet: str, path: str, text: str, value: object) -> None:
    assert read(sheet, path, text) == value


def test_a_share_of_units_shown_as_a_percentage() -> None:
    assert read("composite.bands", "quota", "0.25", percent=True) == "25%"


@pytest.mark.parametrize(
    ("sheet", "path", "value"),
    [
        ("units", "class", "town"),
        ("units", "class", "x"),
        ("indicators", "classes", ["town", "bureau"]),
        ("indicators", "binding", True),
        ("indicators", "score.at", [[60, Decimal("0.6")], [100, 1]]),
        ("components", "value", "rate:satisfied"),
        ("components", "weights", [1, Decimal("0.5")]),
        ("components", "ratees", {"t1": "p01", "b1": "p02"}),
        ("composite.bands", "quota", "12.5%"),
        ("units", "factor", Decimal("1.000000000000000001")),
    ],
)
def test_a_value_comes_back(sheet: str, path: str, value: Any) -> None:
    said = written_value(column(sheet, path), value, NAMES)
    assert read(sheet, path, str(said)) == value
