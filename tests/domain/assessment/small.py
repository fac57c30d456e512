"""Assessments small enough to reckon by hand: a few units, indicators as their TOML tables."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import Target, Targets
from survey.domain.assessment.indicators import ScoringLine
from survey.domain.assessment.line_reader import read_line
from survey.domain.definition.validation import Faults, Reader

Number = str | int | Fraction | None


def number(value: Number) -> Fraction | None:
    return None if value is None else Fraction(value)


def a_line(**keys: Any) -> ScoringLine:
    """Return a scoring line as a definition file's table says it; texts are numbers."""
    faults = Faults()
    line = read_line(Reader(faults, plain({"points": 10} | keys)))
    assert not faults.found
    return line


def plain(value: Any) -> Any:
    """Return a table as a TOML parser gives it: numbers in it as decimals."""
    if isinstance(value, Mapping):
        return {key: each if key in WORDS else plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return Decimal(value) if isinstance(value, str) else value


WORDS = {"method", "of", "between"}


def an_indicator(key: str, *lines: Mapping[str, Any], **keys: Any) -> dict[str, Any]:
    score = [plain({"points": 10} | dict(line)) for line in lines or ({"method": "reach"},)]
    return {"key": key, "label": key, "measure": "件", "score": score} | keys


def an_assessment(
    *indicators: Mapping[str, Any], units: Mapping[str, str] | int = 3, periods: str = "month", **tables: Any
) -> AssessmentDefinition:
    """Return an assessment; ``units`` maps keys to classes, or says how many there are in one class."""
    classes = {f"u{place}": "all" for place in range(1, units + 1)} if isinstance(units, int) else units
    return read_assessment(
        {
            "format": 1,
            "kind": "assessment",
            "assessment": {
                "code": "small",
                "title": "小考核",
                "office": "办",
                "year": 2026,
                "periods": periods,
            },
            "classes": [{"key": key, "label": key} for key in dict.fromkeys(classes.values())],
            "units": [{"key": key, "label": key, "class": one} for key, one in classes.items()],
            "indicators": list(indicators),
            "components": [{"key": "targets", "label": "任务", "weight": 1, "from": "indicators"}],
        }
        | tables
    )


def a_target(target: Number = None, *, unit: str = "u1", indicator: str = "i", **more: Any) -> Target:
    plan = more.pop("plan", (None,) * 12)
    rest = {key: number(value) for key, value in more.items()}
    return Target(unit, indicator, number(target), plan=tuple(map(number, plan)), **rest)


def targets_of(targets: Sequence[Target]) -> Targets:
    return {(one.unit, one.indicator): one for one in targets}
