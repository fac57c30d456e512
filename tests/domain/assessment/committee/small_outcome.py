"""A small definition with its outcome, whose totals a test types in."""

from fractions import Fraction
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import EnteredValue, Evidence, UnitVeto
from survey.domain.assessment.outcome import YearOutcome
from survey.domain.assessment.totals.composite import year_outcome


def definition(units: int, **composite: Any) -> AssessmentDefinition:
    """Return a class of some units with one typed-in part; ``composite`` are its rules."""
    return read_assessment(
        {
            "format": 1,
            "kind": "assessment",
            "assessment": {"code": "y", "title": "考核", "office": "办", "year": 2026},
            "classes": [{"key": "town", "label": "乡镇"}],
            "units": [
                {"key": f"t{one}", "class": "town", "label": f"t{one}镇"} for one in range(1, units + 1)
            ],
            "components": [{"key": "targets", "label": "目标任务", "weight": 100, "from": "entered"}],
            "composite": composite,
        }
    )


def evidence(values: dict[str, int], *vetoes: UnitVeto) -> Evidence:
    """Return what totals by unit rest on."""
    entered = tuple(EnteredValue(unit, "targets", Fraction(value), "函") for unit, value in values.items())
    return Evidence(actuals={}, entered=entered, vetoes=vetoes)


def outcome(rules: AssessmentDefinition, values: dict[str, int], *vetoes: UnitVeto) -> YearOutcome:
    """Return the outcome of totals by unit."""
    return year_outcome(rules, {}, evidence(values, *vetoes))
