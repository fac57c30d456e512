"""The analysis of a year's end (综合分析评议): what a group makes of a unit, of its team and of its head."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from survey.domain.assessment.composite_rules import Component, ComponentSource
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.errors import BadYearRecord

from .typed_fields import TypedFields
from .year_record import YearRecord

TEXTS = {"checked": 1000, "team": 1000, "head": 1000, "good": 500, "but": 500, "to_do": 500}
"""What is written of a unit, each with its limit."""
NEEDED = frozenset({"checked", "team", "head"})
"""What an analysis must have to be submitted; what is advised may be nothing."""
FULL = Fraction(100)
_BEYOND_FULL = Fraction(10_000)


@dataclass(frozen=True)
class AnalysisVersion:
    """An analysis as it was saved once; ``points`` are proposed by component, as they were written."""

    number: int
    unit: str
    texts: Mapping[str, str]
    points: Mapping[str, str]
    band: str
    submitted: bool
    by: str
    at: datetime

    @property
    def document(self) -> str:
        """Return what values that are taken over name as their document."""
        return f"综合分析评议（第 {self.number} 号）"


@dataclass(frozen=True)
class UnitAnalysis:
    """All versions of a unit's analysis, the first one first."""

    unit: str
    versions: tuple[AnalysisVersion, ...] = ()

    @property
    def last(self) -> AnalysisVersion | None:
        """Return the version that was saved last."""
        return self.versions[-1] if self.versions else None

    @property
    def submitted(self) -> AnalysisVersion | None:
        """Return the version that was submitted last: what others than its group may read."""
        return next((one for one in reversed(self.versions) if one.submitted), None)

    @property
    def has_draft(self) -> bool:
        """Return whether something was saved that is not submitted."""
        return self.last is not None and not self.last.submitted


def entered_parts(definition: AssessmentDefinition) -> list[Component]:
    """Return the parts of the total whose values are typed in: points can be proposed for these."""
    return [one for one in definition.components if one.source is ComponentSource.ENTERED]


def read_analysis(
    definition: AssessmentDefinition, typed: Mapping[str, str], *, submitted: bool
) -> dict[str, Any]:
    """Return the content of a record of what was typed; ``submitted`` asks for all that must be there.

    Points come as ``points.KEY``. Raises ``BadYearRecord`` by field.
    """
    fields = TypedFields(typed)
    content: dict[str, Any] = {
        name: fields.text(name, most, needed=submitted and name in NEEDED, lines=True)
        for name, most in TEXTS.items()
    }
    points = {
        one.key: fields.points(f"points.{one.key}", _BEYOND_FULL if one.at or one.factor else FULL)
        for one in entered_parts(definition)
    }
    content["points"] = {key: value for key, value in points.items() if value}
    content["band"] = fields.chosen("band", definition.band)
    fields.finish()
    if not any(content.values()):
        raise BadYearRecord(dict.fromkeys(("checked",), "missing"))
    return content | {"submitted": submitted}


def analysis_of(unit: str, records: Iterable[YearRecord]) -> UnitAnalysis:
    """Return a unit's analysis by its records, the first one first."""
    return UnitAnalysis(unit, tuple(map(_version, records)))


def _version(record: YearRecord) -> AnalysisVersion:
    content = record.content
    return AnalysisVersion(
        record.number,
        record.about,
        {name: content[name] for name in TEXTS},
        content["points"],
        content["band"],
        content["submitted"],
        record.recorded_by,
        record.recorded_at,
    )
