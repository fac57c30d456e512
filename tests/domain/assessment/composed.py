"""Small assessments for the tests of totals: units a to d of one class, and what a test changes of them."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import (
    CountedValue,
    EnteredValue,
    Evidence,
    PointEntry,
    Target,
    Targets,
    UnitVeto,
)
from survey.domain.assessment.outcome import TaskScore, UnitOutcome
from survey.domain.assessment.totals.composite import outcome_of_tasks

UNITS = ("a", "b", "c", "d")
DAY = date(2027, 1, 10)
BANDS = [
    {"key": "first", "label": "优秀", "at_least": 90, "quota": 1},
    {"key": "second", "label": "良好", "at_least": 70},
    {"key": "third", "label": "一般", "at_least": 0},
]


def composed(
    *components: Mapping[str, Any],
    units: Mapping[str, Mapping[str, Any]] | None = None,
    composite: Mapping[str, Any] | None = None,
    **tables: Any,
) -> AssessmentDefinition:
    """Read an assessment of these components; without any there is one that is entered, ``e``."""
    of = {key: {} for key in UNITS} if units is None else units
    data = {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": "small", "title": "考核", "office": "考核办", "year": 2026},
        "classes": [{"key": "k", "label": "乡镇"}],
        "units": [{"key": key, "class": "k", "label": key.upper(), **more} for key, more in of.items()],
        "components": [
            {"label": f"部分{one['key']}", "weight": 1, "from": "entered", **one}
            for one in components or ({"key": "e"},)
        ],
        "composite": {"bands": BANDS} | dict(composite or {}),
        **tables,
    }
    # Numbers with a point as a TOML parser returns them.
    return read_assessment(json.loads(json.dumps(data), parse_float=Decimal))


def entered(values: Mapping[str, Mapping[str, str]]) -> tuple[EnteredValue, ...]:
    """Enter values, by the keys of unit and component."""
    return tuple(
        EnteredValue(unit, component, Fraction(value), "文件")
        for unit, each in values.items()
        for component, value in each.items()
    )


def entry(unit: str, item: str, points: str) -> PointEntry:
    """Make an entry of so many points."""
    return PointEntry(unit, item, Fraction(points), "事由", "文件", "考核办", DAY)


def veto(unit: str, band: str) -> UnitVeto:
    """Make a veto."""
    return UnitVeto(unit, band, "领导小组", DAY, "事由", "文件")


def counted(value: str | None, why: Any = None) -> CountedValue:
    """Make what a count with the digest ``d1`` says."""
    return CountedValue(None if value is None else Decimal(value), "d1", why)


def task(indicator: str, points: str, earned: str, actual: str | None = "1") -> TaskScore:
    """Make what a unit earns with a task."""
    reached = None if actual is None else Fraction(actual)
    return TaskScore(indicator, Fraction(points), reached, Fraction(earned), ())


def outcomes(
    definition: AssessmentDefinition,
    evidence: Evidence,
    tasks: Mapping[str, tuple[TaskScore, ...]] | None = None,
    targets: Targets | None = None,
) -> dict[str, UnitOutcome]:
    """Work the year out, and map units to what became of them."""
    found = outcome_of_tasks(definition, targets or {}, evidence, tasks or {})
    return {one.unit: one for one in found.units}


def of_entered(
    definition: AssessmentDefinition, values: Mapping[str, Mapping[str, str]], **evidence: Any
) -> dict[str, UnitOutcome]:
    """Work a year out that rests on entered values."""
    return outcomes(definition, Evidence({}, entered=entered(values), **evidence))


def aimed(unit: str, indicator: str, target: str | None, base: str | None = None) -> Target:
    """Make a target."""
    return Target(
        unit,
        indicator,
        None if target is None else Fraction(target),
        None if base is None else Fraction(base),
    )
