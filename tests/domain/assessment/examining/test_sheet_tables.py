"""The table of a sheet's points by name."""

from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.composite_rules import TrimRule
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.examining.sheet_tables import sheet_table, trimmed_scorers
from survey.domain.assessment.facts import SheetPoints
from tests.storage.assessment.stored_assessment import a_year

LINES = [{"key": "w", "label": "工作", "points": 60}, {"key": "z", "label": "作风", "points": 40}]


def points(
    scorer: str, work: int, style: int | None, unit: str = "t1", sheet: str = "heads"
) -> list[SheetPoints]:
    given: dict[str, Any] = {"w": work} | ({} if style is None else {"z": style})
    return [SheetPoints(sheet, unit, scorer, line, Fraction(value)) for line, value in given.items()]


def test_sums_means_and_who_is_left_out() -> None:
    sheet = {"key": "heads", "title": "领导评分", "lines": LINES, "trim": {"from": 3, "high": 1, "low": 1}}
    definition = read_assessment(a_year(sheets=[sheet]))
    given = [
        *points("甲", 50, 30),
        *points("乙", 60, 40),
        *points("丙", 40, 20),
        *points("丁", 55, None),
        *points("甲", 10, 10, unit="t2"),
        *points("甲", 1, 1, unit="gone"),
        *points("甲", 1, 1, sheet="other"),
    ]
    table = sheet_table(definition, "heads", given)
    assert set(table.scorers) == {"甲", "乙", "丙", "丁"}
    first, second = table.rows
    assert {name: (cell.value, cell.trimmed) for name, cell in first.cells.items()} == {
        "甲": (80, False),
        "乙": (100, True),
        "丙": (60, True),
        "丁": (None, False),
    }
    assert (first.mean.value, first.mean.scorers, first.mean.unfinished) == (80, 3, 1)
    assert (second.unit.key, second.mean.value, second.cells["甲"].lines) == ("t2", 20, {"w": 10, "z": 10})


@pytest.mark.parametrize(
    ("values", "out"),
    [((1, 2, 3), {"0", "2"}), ((5, 5, 5), {"0", "2"}), ((1, 2), set()), ((), set())],
)
def test_as_many_are_left_out_as_the_rule_says(values: tuple[int, ...], out: set[str]) -> None:
    given = {str(place): Fraction(value) for place, value in enumerate(values)}
    assert trimmed_scorers(given, TrimRule(least=3)) == out
