"""The totals of a year, class by class, and one unit's total taken apart down to its tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.domain.assessment.composite_rules import Component, ComponentSource
from survey.domain.assessment.definition import (
    MAX_UNITS,
    AssessedUnit,
    AssessmentDefinition,
    UnitClass,
)
from survey.domain.assessment.facts import Evidence, PointEntry, SheetPoints, Target, Targets, UnitVeto
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.outcome import ComponentScore, TaskScore, UnitOutcome, YearOutcome
from survey.domain.assessment.rule_words import words_of


@dataclass(frozen=True)
class CompositeRow:
    """A unit's line of its class: its outcome, and the band that was decided beside it, if one was."""

    unit: AssessedUnit
    outcome: UnitOutcome
    decided: str


@dataclass(frozen=True)
class CompositeClass:
    """A class with its units, the first in rank first; those without a rank come last, as defined."""

    unit_class: UnitClass
    rows: tuple[CompositeRow, ...]


@dataclass(frozen=True)
class TaskPart:
    """A task within a part of the total, with its rule in words."""

    indicator: Indicator
    target: Target | None
    score: TaskScore
    rule: str


@dataclass(frozen=True)
class TotalPart:
    """A part of a unit's total with what it is made of: tasks, or a sheet's points by scorer and line."""

    component: Component
    score: ComponentScore
    tasks: tuple[TaskPart, ...]
    points: tuple[SheetPoints, ...]


@dataclass(frozen=True)
class TotalStory:
    """A unit's total taken apart: its parts, its entries and vetoes, and what it missed."""

    unit: AssessedUnit
    row: CompositeRow
    parts: tuple[TotalPart, ...]
    entries: tuple[PointEntry, ...]
    vetoes: tuple[UnitVeto, ...]
    missed: tuple[Indicator, ...]


def composite_classes(
    definition: AssessmentDefinition, outcome: YearOutcome, decided: Mapping[str, str]
) -> tuple[CompositeClass, ...]:
    """Return the totals of all units, class by class."""
    rows = [CompositeRow(definition.unit[one.unit], one, decided.get(one.unit, "")) for one in outcome.units]
    return tuple(
        CompositeClass(one, tuple(sorted((row for row in rows if row.unit.class_key == one.key), key=_place)))
        for one in definition.classes
        if definition.units_of[one.key]
    )


def _place(row: CompositeRow) -> int:
    rank = row.outcome.rank
    return MAX_UNITS + 1 if rank is None else rank


def total_story(
    definition: AssessmentDefinition,
    targets: Targets,
    evidence: Evidence,
    row: CompositeRow,
) -> TotalStory:
    """Return one unit's total taken apart."""
    unit, outcome = row.unit, row.outcome
    parts = [
        TotalPart(
            component,
            score,
            tuple(_tasks(definition, targets, unit.key, component, outcome.tasks)),
            tuple(
                one
                for one in evidence.points
                if component.sheet and (one.sheet, one.unit) == (component.sheet, unit.key)
            ),
        )
        for component, score in zip(definition.components, outcome.components, strict=True)
    ]
    return TotalStory(
        unit,
        row,
        tuple(parts),
        tuple(one for one in evidence.entries if one.unit == unit.key),
        tuple(one for one in evidence.vetoes if one.unit == unit.key),
        tuple(definition.indicator[key] for key in outcome.binding_missed),
    )


def _tasks(
    definition: AssessmentDefinition,
    targets: Targets,
    unit: str,
    component: Component,
    scores: Sequence[TaskScore],
) -> list[TaskPart]:
    if component.source is not ComponentSource.INDICATORS:
        return []
    found = []
    for score in scores:
        if component.indicators is None or score.indicator in component.indicators:
            indicator = definition.indicator[score.indicator]
            target = targets.get((unit, score.indicator))
            found.append(TaskPart(indicator, target, score, words_of(indicator, target)))
    return found
