"""An assessment's definition that uses every table and every key, by quarters, unlike the sample."""

import copy
from decimal import Decimal
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.reports.file_rows import FileCell, FileRow

_LINES: dict[str, list[dict[str, Any]]] = {
    "output": [
        {"points": 6, "method": "complete", "cap": Decimal("1.2"), "least": Decimal("0.5")},
        {"points": 4, "method": "rank", "of": "completion", "by": Decimal("0.05"), "qualify": True},
    ],
    "growth": [
        {
            "points": 10,
            "method": "step",
            "of": "growth",
            "target": -2,
            "start": Decimal("0.8"),
            "per": Decimal("0.3"),
            "size": 1,
            "relative": False,
            "whole": False,
            "up": 2,
            "down": 5,
        }
    ],
    "dust": [
        {"points": 5, "method": "reach"},
        {"points": 5, "method": "best"},
    ],
    "work": [
        {
            "points": 10,
            "method": "scale",
            "at": [[90, 1], [60, Decimal("0.6")], [-5, 0]],
            "between": "linear",
            "under": 0,
        },
        {"points": 10, "method": "spread", "low": Decimal("0.6"), "full": 100, "none": 40},
    ],
    "faults": [{"points": 5, "method": "deduct", "per": Decimal("0.5")}],
    "party": [{"points": 10, "method": "judged"}],
}


def _indicator(key: str, label: str, measure: str, **others: Any) -> dict[str, Any]:
    return {"key": key, "label": label, "measure": measure, "score": _LINES[key], **others}


def full_year() -> dict[str, Any]:
    """Return a parsed file of its own: nothing of it is shared with another call."""
    return copy.deepcopy(_FULL)


def defined(data: dict[str, Any] | None = None) -> AssessmentDefinition:
    """Return the definition that a parsed file makes."""
    return read_assessment(data or full_year())


def row(number: int = 2, **cells: str | FileCell) -> FileRow:
    """Return a row of a file with its cells as written, each placed as a CSV file's."""
    placed = {
        column: cell if isinstance(cell, FileCell) else FileCell(f"row {number}, {column}", cell)
        for column, cell in cells.items()
    }
    return FileRow(f"row {number}", placed)


def rows_of_year() -> list[FileRow]:
    """Return one task of each kind: two units with output, one with growth, one with what is judged."""
    return [
        row(2, unit="north", indicator="output", target="100", base="80", m3="20", m6="45.5", m12="100"),
        row(3, unit="south", indicator="output", target="1,200.50", points="5"),
        row(4, unit="north", indicator="growth", target="300", base="280"),
        row(5, unit="office", indicator="party"),
    ]


_FULL: dict[str, Any] = {
    "format": 1,
    "kind": "assessment",
    "assessment": {
        "code": "full-2027",
        "title": "2027年度考核",
        "office": "考核办",
        "year": 2027,
        "periods": "quarter",
        "report_by": 10,
        "time_zone": "Asia/Urumqi",
    },
    "classes": [{"key": "town", "label": "乡镇"}, {"key": "bureau", "label": "部门"}],
    "departments": [{"key": "stats", "label": "统计局"}],
    "units": [
        {
            "key": "north",
            "class": "town",
            "label": "北镇",
            "head": "某某",
            "leader": "副区长",
            "factor": Decimal("1.05"),
        },
        {"key": "south", "class": "town", "label": "南镇"},
        {"key": "office", "class": "bureau", "label": "发改局"},
    ],
    "indicators": [
        _indicator(
            "output",
            "产值",
            "亿元",
            group="specific",
            classes=["town"],
            better="higher",
            runs="sum",
            reported="month",
            source="lead",
            lead="office",
            leader="副区长",
            evidence="required",
        ),
        _indicator("growth", "收入增长", "万元", classes=["town"], lead="stats", evidence="none"),
        _indicator("dust", "PM10", "微克", better="lower", runs="level", group="binding", binding=True),
        _indicator("work", "办结率", "%", runs="level", source="office"),
        _indicator("faults", "通报次数", "次", better="lower", evidence="optional"),
        _indicator("party", "党建", "分", group="common", reported="year"),
    ],
    "lights": {
        "by": "rank",
        "yellow": Decimal("0.85"),
        "green_first": 2,
        "red_last": 1,
        "labels": {"green": "蓝牌", "yellow": "黄牌", "red": "红牌", "grey": "未报"},
    },
    "items": [
        {"key": "award", "label": "表彰", "each": 1, "cap": 3},
        {"key": "late", "label": "迟报", "each": Decimal("-0.2")},
    ],
    "caps": {"bonus": 5, "deduction": 10},
    "sheets": [
        {
            "key": "leaders",
            "title": "领导评分",
            "lines": [
                {"key": "work", "label": "工作", "points": 60},
                {"key": "style", "label": "作风", "points": 40},
            ],
            "kind": "points",
            "trim": {"from": 6, "high": 1, "low": 1},
            "min_scorers": 5,
        },
        {
            "key": "order",
            "title": "名次",
            "lines": [{"key": "place", "label": "名次", "points": 100}],
            "kind": "rank",
            "by": Decimal("0.02"),
        },
    ],
    "components": [
        {
            "key": "year",
            "label": "年终",
            "weight": 30,
            "from": "indicators",
            "indicators": ["output", "dust"],
            "factor": True,
        },
        {"key": "run", "label": "平时", "weight": 20, "from": "periods", "weights": [20, 20, 20, 40]},
        {
            "key": "people",
            "label": "满意率",
            "weight": Decimal("12.5"),
            "from": "campaign",
            "campaign": "people-2027",
            "value": "rate:content",
            "row": "pooled",
            "ratees": {"north": "n-town", "office": "dev"},
            "at": [[90, 1], [80, Decimal("0.9")], [0, Decimal("0.6")]],
        },
        {"key": "lead", "label": "领导", "weight": 20, "from": "sheet", "sheet": "leaders"},
        {"key": "given", "label": "上级评价", "weight": Decimal("17.5"), "from": "entered"},
    ],
    "composite": {
        "combine": "sum",
        "missing": "renormalise",
        "unassigned": "full",
        "bonus": "tie-break",
        "rounding": {"items": 2, "components": 2, "total": 1},
        "binding_ceiling": "second",
        "bands": [
            {"key": "first", "label": "一等", "at_least": 90, "quota": 1},
            {"key": "second", "label": "二等", "at_least": 60, "quota": "70%", "round": "up"},
            {"key": "third", "label": "三等", "at_least": 60, "round": "down"},
        ],
    },
}
