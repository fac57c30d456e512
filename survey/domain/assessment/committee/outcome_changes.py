"""What a new score record would change, unit by unit, against the one before it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from survey.domain.assessment.outcome import ComponentScore, TaskScore, UnitOutcome, YearOutcome

_One = TypeVar("_One", TaskScore, ComponentScore)


@dataclass(frozen=True)
class TaskChange:
    """A task that comes to something else; ``None`` where there is no such task on one side."""

    indicator: str
    before: TaskScore | None
    now: TaskScore | None


@dataclass(frozen=True)
class ComponentChange:
    """A part of a total that comes to something else."""

    component: str
    before: ComponentScore | None
    now: ComponentScore | None


@dataclass(frozen=True)
class UnitChange:
    """A unit of which anything changes: what stood, what would stand, and the tasks and parts behind it.

    ``before`` is ``None`` of a unit that is new, ``now`` of one that is gone.
    """

    unit: str
    before: UnitOutcome | None
    now: UnitOutcome | None
    tasks: tuple[TaskChange, ...]
    components: tuple[ComponentChange, ...]


def unit_changes(before: YearOutcome, now: YearOutcome) -> tuple[UnitChange, ...]:
    """Return the units of which anything changes, in the order of the later outcome."""
    old = {one.unit: one for one in before.units}
    new = {one.unit: one for one in now.units}
    return tuple(
        _change(key, old.get(key), new.get(key))
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    )


def _change(unit: str, before: UnitOutcome | None, now: UnitOutcome | None) -> UnitChange:
    tasks = _pairs(before.tasks if before else (), now.tasks if now else (), lambda one: one.indicator)
    parts = _pairs(
        before.components if before else (), now.components if now else (), lambda one: one.component
    )
    return UnitChange(
        unit,
        before,
        now,
        tuple(TaskChange(*one) for one in tasks),
        tuple(ComponentChange(*one) for one in parts),
    )


def _pairs(
    before: Iterable[_One], now: Iterable[_One], key: Callable[[_One], str]
) -> list[tuple[str, _One | None, _One | None]]:
    """Return what differs of two lists, by key, in the order of the later one."""
    old: dict[str, _One] = {key(one): one for one in before}
    new: dict[str, _One] = {key(one): one for one in now}
    return [
        (name, old.get(name), new.get(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    ]
