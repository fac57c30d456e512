"""What a leader or a lead is in charge of, as it stands in a period: units and indicators."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition, Light
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.outcome import TaskStanding
from survey.domain.assessment.seats import Seat, SeatPart

from .heat_map import severity


@dataclass(frozen=True)
class OwnUnit:
    """A unit that one is in charge of, with its tasks, the worst first."""

    unit: AssessedUnit
    lights: Mapping[Light, int]
    tasks: tuple[TaskStanding, ...]


@dataclass(frozen=True)
class OwnIndicator:
    """An indicator that one is in charge of, with what all units have of it, the worst first."""

    indicator: Indicator
    lights: Mapping[Light, int]
    tasks: tuple[TaskStanding, ...]


def units_in_charge(seats: Iterable[Seat]) -> frozenset[str]:
    """Return the units that leaders' seats are about."""
    return frozenset(key for seat in seats if seat.part is SeatPart.LEADER for key in seat.units)


def indicators_in_charge(seats: Iterable[Seat]) -> frozenset[str]:
    """Return the indicators that seats of leaders and leads are about."""
    parts = (SeatPart.LEADER, SeatPart.LEAD)
    return frozenset(key for seat in seats if seat.part in parts for key in seat.indicators)


def own_units_standing(
    definition: AssessmentDefinition, tasks: Iterable[TaskStanding], keys: frozenset[str]
) -> list[OwnUnit]:
    """Return how some units stand, as defined."""
    found = _grouped(definition, ((one.unit, one) for one in tasks if one.unit in keys))
    return [
        OwnUnit(one, _lights(found.get(one.key, ())), found.get(one.key, ()))
        for one in definition.units
        if one.key in keys
    ]


def own_indicators_standing(
    definition: AssessmentDefinition, tasks: Iterable[TaskStanding], keys: frozenset[str]
) -> list[OwnIndicator]:
    """Return how some indicators stand, as defined."""
    found = _grouped(definition, ((one.indicator, one) for one in tasks if one.indicator in keys))
    return [
        OwnIndicator(one, _lights(found.get(one.key, ())), found.get(one.key, ()))
        for one in definition.indicators
        if one.key in keys
    ]


def _grouped(
    definition: AssessmentDefinition, tasks: Iterable[tuple[str, TaskStanding]]
) -> dict[str, tuple[TaskStanding, ...]]:
    found: dict[str, list[TaskStanding]] = {}
    for key, one in tasks:
        found.setdefault(key, []).append(one)
    indicators = definition.indicator
    return {
        key: tuple(sorted(some, key=lambda one: severity(indicators[one.indicator], one)))
        for key, some in found.items()
    }


def _lights(tasks: Iterable[TaskStanding]) -> Counter[Light]:
    return Counter(one.light for one in tasks)
