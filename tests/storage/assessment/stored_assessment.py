"""An assessment as it is stored, with nothing in it but what rows need."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import Target, Targets
from survey.domain.assessment.targets_reader import assessment_digest
from survey.storage.assessment import assessment_rows
from survey.storage.assessment.assessment_rows import Amendment, Assessment, WrittenVersion
from tests.storage.stored import AT


def a_year(code: str = "qy", **tables: Any) -> dict[str, Any]:
    """Return the parsed definition of a small assessment; ``tables`` replace or add whole tables."""
    return {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": code, "title": "年度考核", "office": "考核办", "year": 2026},
        "classes": [{"key": "town", "label": "乡镇"}],
        "units": [{"key": key, "class": "town", "label": f"单位{key}"} for key in ("t1", "t2", "t3")],
        "indicators": [
            {"key": key, "label": key, "measure": "万元", "score": [{"points": 10, "method": "complete"}]}
            for key in ("output", "retail")
        ],
        "components": [{"key": "tasks", "label": "目标任务", "weight": 100, "from": "indicators"}],
    } | tables


def some_targets(*units: str, target: Fraction = Fraction(120)) -> Targets:
    """Return targets of both indicators for some units."""
    return {
        (unit, indicator): Target(unit, indicator, target)
        for unit in units or ("t1", "t2", "t3")
        for indicator in ("output", "retail")
    }


def written(data: Mapping[str, Any], targets: Targets, amendment: Amendment | None = None) -> WrittenVersion:
    """Return a version that is to be stored."""
    return WrittenVersion(data, targets, assessment_digest(data, targets), amendment, "王芳", AT)


def stored_assessment(session: Session, code: str = "qy", unit: str = "甲局") -> Assessment:
    """Store a draft and return it."""
    data = a_year(code)
    assert read_assessment(data).code == code
    number = assessment_rows.add_assessment(session, code, unit)
    assessment_rows.add_version(session, number, 0, written(data, some_targets()))
    return assessment_rows.find_assessment(session, code)
