"""Amendments (目标调整): what one changes of definition and targets, and what none may change any more."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

from survey.domain.assessment.reports.number_text import write_number
from survey.domain.errors import Fault, Flaw, InvalidDefinition

from .composite_rules import ScoreSheet
from .definition import AssessmentDefinition
from .facts import Evidence, PointEntry, RecordedAct, SheetPoints, Target, Targets, UnitTask

_FIXED = ("code", "year", "periods")
"""What numbers and papers of an issued assessment are filed under."""
_MEANING = ("measure", "runs")
"""What a number of an indicator means: 300 are no 300 of another unit of measure."""


@dataclass(frozen=True)
class AmendedThing:
    """One thing that an amendment changes: where it stands, and how it reads before and after.

    ``where`` is a path by keys (``indicators.output.score.1.points``, ``targets.t1.output.target``); what is
    new has an empty ``before``, what is gone an empty ``after``.
    """

    where: str
    before: str
    after: str


def changes_between(
    old_definition: AssessmentDefinition,
    old_targets: Targets,
    definition: AssessmentDefinition,
    targets: Targets,
) -> tuple[AmendedThing, ...]:
    """List what differs between two versions, in the order of the definition; empty where nothing does."""
    names = [field.name for field in fields(definition) if field.name != "digest"]
    tables = (_changes(name, getattr(old_definition, name), getattr(definition, name)) for name in names)
    tasks = dict.fromkeys((*old_targets, *targets))
    rows = (_changes(f"targets.{'.'.join(task)}", old_targets.get(task), targets.get(task)) for task in tasks)
    return tuple(chain(*tables, *rows))


def require_amendable(
    old: AssessmentDefinition,
    definition: AssessmentDefinition,
    evidence: Evidence,
    taken: Collection[UnitTask] = (),
    waiting: Collection[UnitTask] = (),
) -> None:
    """Refuse a version under which something on record would belong nowhere, or mean something else.

    ``taken`` are tasks with numbers beside those of the evidence, ``waiting`` such whose number is submitted
    and not taken over. Raises ``InvalidDefinition`` with all faults: another code, year or rhythm, units,
    indicators, sheets, items, components or bands that are gone although there are numbers, points or entries
    of theirs, indicators with numbers that would be of another measure or run another way, sheets with points
    on record that would be given by another measure, and items whose entries would turn from bonus to
    deduction.
    """
    faults = [
        *_moved(old, definition),
        *_orphaned(definition, evidence, taken),
        *_remeasured(old, definition, [*taken, *waiting, *chain(*evidence.actuals.values())]),
        *_regraded(old, definition, evidence.points),
        *_turned(definition, evidence.entries),
    ]
    if faults:
        raise InvalidDefinition(faults)


def _moved(old: AssessmentDefinition, definition: AssessmentDefinition) -> Iterator[Fault]:
    for key in _FIXED:
        before, after = getattr(old, key), getattr(definition, key)
        if before != after:
            said = f'must stay "{before}", not become "{after}": the assessment is issued'
            yield Fault(f"assessment.{key}", said, Flaw.FIXED, {"value": str(before)})


def _orphaned(
    definition: AssessmentDefinition, evidence: Evidence, taken: Collection[UnitTask]
) -> Iterator[Fault]:
    """Find what is on record and would have no row in the definition, each named once."""
    tasks = [*taken, *chain(*evidence.actuals.values())]
    holders: Iterable[SheetPoints | RecordedAct] = (
        *evidence.points,
        *evidence.entries,
        *evidence.vetoes,
        *evidence.entered,
    )
    lines = {f"{sheet.key}.{line.key}" for sheet in definition.sheets for line in sheet.lines}
    named: Mapping[str, tuple[Iterable[str], Collection[str]]] = {
        "units": ([unit for unit, _ in tasks] + [one.unit for one in holders], definition.unit),
        "indicators": ([indicator for _, indicator in tasks], definition.indicator),
        "items": ([entry.item for entry in evidence.entries], definition.item),
        "sheets": ([f"{given.sheet}.{given.line}" for given in evidence.points], lines),
        "components": ([value.component for value in evidence.entered], definition.component),
        "composite.bands": ([veto.band for veto in evidence.vetoes], definition.band),
    }
    for path, (keys, known) in named.items():
        for key in dict.fromkeys(keys):
            if key not in known:
                said = f'"{key}" cannot be taken out: there are numbers, points or entries of it'
                yield Fault(path, said, Flaw.FIXED, {"value": key})


def _remeasured(
    old: AssessmentDefinition, definition: AssessmentDefinition, tasks: Iterable[UnitTask]
) -> Iterator[Fault]:
    """Find indicators with numbers that would be read as numbers of something else."""
    counted = {indicator for _, indicator in tasks}
    for place, after in enumerate(definition.indicators):
        before = old.indicator.get(after.key)
        if before is None or after.key not in counted:
            continue
        for name in _MEANING:
            stood = getattr(before, name)
            if getattr(after, name) != stood:
                said = f'must stay "{stood}": there are numbers of "{after.key}"'
                yield Fault(f"indicators[{place}].{name}", said, Flaw.FIXED, {"value": str(stood)})


def _regraded(
    old: AssessmentDefinition, definition: AssessmentDefinition, points: Iterable[SheetPoints]
) -> Iterator[Fault]:
    """Find sheets with points on record that ask for others: 90 of 100 are no 90 of 50, and no place."""
    for key in dict.fromkeys(given.sheet for given in points):
        before, after = old.sheet.get(key), definition.sheet.get(key)
        if before and after and (before.kind, _kept(before, after)) != (after.kind, _kept(after, after)):
            said = f'kind, lines and points of "{key}" must stay: there are points on record'
            yield Fault(f"sheets.{key}", said, Flaw.FIXED, {"value": key})


def _kept(sheet: ScoreSheet, after: ScoreSheet) -> dict[str, Fraction]:
    """Return the points of a sheet's lines that are there afterwards; those that go are named already."""
    there = {line.key for line in after.lines}
    return {line.key: line.points for line in sheet.lines if line.key in there}


def _turned(definition: AssessmentDefinition, entries: Sequence[PointEntry]) -> Iterator[Fault]:
    """Find items that a deduction stands on record of and that would be a bonus, or the other way round."""
    for key in dict.fromkeys(entry.item for entry in entries):
        item = definition.item.get(key)
        given = [entry.points for entry in entries if entry.item == key]
        if item and item.each is not None and any((points < 0) != (item.each < 0) for points in given):
            said = f'"{key}" must stay what it is, bonus or deduction: there are entries of it'
            yield Fault(f"items.{key}", said, Flaw.FIXED, {"value": key})


def _changes(path: str, before: Any, after: Any) -> Iterator[AmendedThing]:
    if before == after:
        return
    if is_dataclass(before) and type(before) is type(after):
        for name in (field.name for field in fields(before)):
            yield from _changes(f"{path}.{name}", getattr(before, name), getattr(after, name))
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from _changes(f"{path}.{key}", before.get(key), after.get(key))
    elif (old := _by_key(before)) is not None and (new := _by_key(after)) is not None:
        yield from _changes(path, old, new)
        kept = [key for key in old if key in new]
        if kept != [key for key in new if key in old]:
            yield AmendedThing(path, "、".join(old), "、".join(new))
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for place, (old_item, new_item) in enumerate(zip(before, after, strict=True), 1):
            yield from _changes(f"{path}.{place}", old_item, new_item)
    else:
        yield AmendedThing(path, _written(before), _written(after))


def _by_key(rows: Any) -> dict[str, Any] | None:
    """Map rows by their keys, lines of rules by their places; ``None`` where these are no rows."""
    if not isinstance(rows, tuple) or not all(is_dataclass(row) for row in rows):
        return None
    return {getattr(row, "key", str(place)): row for place, row in enumerate(rows, 1)}


def _written(value: Any) -> str:
    """Write a value in a line; a row by what it is called, a number as a decimal where it is one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "、".join(_written(item) for item in value)
    if isinstance(value, Target):
        return _written(value.target) or "—"
    if is_dataclass(value):
        named = getattr(value, "label", "") or getattr(value, "title", "")
        return named or ", ".join(_written(getattr(value, field.name)) for field in fields(value))
    return write_number(value) if isinstance(value, Fraction) else str(value)
