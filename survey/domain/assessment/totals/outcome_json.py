"""Results and standing of an assessment as the JSON value that scripts and auditors read."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition, Light
from survey.domain.assessment.outcome import (
    ComponentScore,
    PeriodStanding,
    TaskScore,
    TaskStanding,
    UnitOutcome,
    UnitStanding,
    YearOutcome,
)
from survey.domain.assessment.scoring.places import plain, shown

from .paper_material import LateCorrection

FORMAT = 1
NOT_DECIDED: Mapping[str, str] = {}


def outcome_json(
    definition: AssessmentDefinition,
    outcome: YearOutcome,
    standing: PeriodStanding | None = None,
    *,
    state: str,
    record: str | None = None,
    bands: Mapping[str, str] = NOT_DECIDED,
) -> dict[str, Any]:
    """Return an assessment's results as plain values; numbers are strings with all places displayed.

    ``record`` is the digest of the record that they were taken from, ``bands`` map units to the bands that a
    committee decided on.
    """
    return {
        "format": FORMAT,
        "assessment": definition.code,
        "state": state,
        "definition": definition.digest,
        "record": record,
        "units": units_json(definition, outcome, bands),
        "standing": None if standing is None else standing_json(standing),
    }


def units_json(
    definition: AssessmentDefinition, outcome: YearOutcome, bands: Mapping[str, str] = NOT_DECIDED
) -> list[dict[str, Any]]:
    """Return the outcome of all units, with points, parts, total, rank and band of each."""
    places = definition.composite.rounding.total
    return [_unit(unit, places, bands.get(unit.unit)) for unit in outcome.units]


def standing_json(standing: PeriodStanding) -> dict[str, Any]:
    """Return how units and tasks stand at the end of a period; shares in percent."""
    return {
        "period": standing.period,
        "units": [_unit_standing(unit) for unit in standing.units],
        "cells": [_task_standing(task) for task in standing.tasks],
    }


def corrections_json(corrections: Sequence[LateCorrection]) -> list[dict[str, Any]]:
    """Return the numbers of closed periods that came since the bulletin before, as JSON values."""
    return [
        {
            "period": one.period,
            "unit": one.task[0],
            "indicator": one.task[1],
            "before": None if one.before is None else plain(one.before),
            "now": None if one.now is None else plain(one.now),
        }
        for one in corrections
    ]


def _unit(unit: UnitOutcome, places: int, band: str | None) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "class": unit.class_key,
        "indicators": [_task(task) for task in unit.tasks],
        "components": [_component(component) for component in unit.components],
        "bonus": shown(unit.sums.bonus),
        "deduction": shown(unit.sums.deduction),
        "total": None if unit.total is None else shown(unit.total, places),
        "rank": unit.rank,
        "proposed": unit.proposed,
        "tied": unit.tied,
        "vetoed": unit.vetoed,
        "binding_missed": list(unit.binding_missed),
        "band": band,
    }


def _task(task: TaskScore) -> dict[str, Any]:
    return {
        "indicator": task.indicator,
        "points": shown(task.points),
        "actual": None if task.actual is None else plain(task.actual),
        "earned": shown(task.earned),
        "exact": str(task.earned),
    }


def _component(component: ComponentScore) -> dict[str, Any]:
    return {
        "component": component.component,
        "value": _shown(component.value),
        "exact": None if component.value is None else str(component.value),
        "source": component.source or None,
        "why": None if component.why is None else component.why.value,
    }


def _unit_standing(unit: UnitStanding) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "assigned": unit.assigned,
        "on_pace": unit.on_pace,
        "rate": _percent(unit.rate),
        "lights": {light.value: unit.lights.get(light, 0) for light in Light},
        "first": unit.first,
        "last": unit.last,
    }


def _task_standing(task: TaskStanding) -> dict[str, Any]:
    return {
        "unit": task.unit,
        "indicator": task.indicator,
        "planned": _shown(task.planned),
        "gap": _shown(task.gap),
        "completion": _percent(task.completion),
        "pace": _percent(task.pace),
        "light": task.light.value,
    }


def _shown(value: Fraction | None) -> str | None:
    return None if value is None else shown(value)


def _percent(value: Fraction | None) -> str | None:
    return None if value is None else shown(100 * value)
