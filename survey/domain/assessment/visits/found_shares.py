"""Reported numbers against those found on the spot: how many differ, and how many were reported too well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition
from survey.domain.assessment.indicators import Better, Indicator
from survey.domain.assessment.views.heat_map import Sees

from .visits import VisitPlace


@dataclass(frozen=True)
class CheckedNumber:
    """A number that was found on the spot, beside the one that had been reported by then, if any."""

    place: VisitPlace
    reported: Fraction | None
    found: Fraction

    @property
    def difference(self) -> Fraction | None:
        """Return what was found less what was reported; ``None`` where nothing was."""
        return None if self.reported is None else self.found - self.reported

    @property
    def differs(self) -> bool:
        """Return whether another number was found than was reported."""
        return self.reported is not None and self.found != self.reported


@dataclass(frozen=True)
class OverReport:
    """What was found of a unit's numbers: how many were checked, differ, and were reported too well."""

    unit: AssessedUnit
    checked: tuple[CheckedNumber, ...]
    differing: tuple[CheckedNumber, ...]
    over: int

    @property
    def share(self) -> Fraction | None:
        """Return the share of numbers reported too well among those checked; ``None`` where none was."""
        return Fraction(self.over, len(self.checked)) if self.checked else None


def is_over(indicator: Indicator, number: CheckedNumber) -> bool:
    """Return whether a number was reported as better than it was found."""
    if number.reported is None:
        return False
    if indicator.better is Better.LOWER:
        return number.reported < number.found
    return number.reported > number.found


def over_reports(
    definition: AssessmentDefinition, checked: Iterable[CheckedNumber], sees: Sees, units: Sequence[str]
) -> list[OverReport]:
    """Return the line of each of some units, of the numbers of it that one may see."""
    of_unit: dict[str, list[CheckedNumber]] = {}
    for one in checked:
        if one.place.indicator in definition.indicator and sees(*one.place.task):
            of_unit.setdefault(one.place.unit, []).append(one)
    return [
        _line(definition, unit, of_unit.get(unit.key, [])) for unit in definition.units if unit.key in units
    ]


def _line(
    definition: AssessmentDefinition, unit: AssessedUnit, checked: Sequence[CheckedNumber]
) -> OverReport:
    over = sum(is_over(definition.indicator[one.place.indicator], one) for one in checked)
    differing = tuple(one for one in checked if one.differs)
    return OverReport(unit, tuple(checked), differing, over)
