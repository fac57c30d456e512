"""Tasks of units as the fields of a form: which unit has which, with target, base, plan and points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Target, Targets, UnitTask
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.number_text import write_number
from survey.domain.assessment.targets_reader import PLAN, read_targets

NUMBERS = ("target", "base", "points")
"""The fields of a task beside its plan."""
HAS = "has"


@dataclass(frozen=True)
class TypedTask:
    """A task as it stands in a form; ``has`` tells whether its box is ticked."""

    unit: str
    indicator: str
    has: bool
    texts: Mapping[str, str]

    @property
    def task(self) -> UnitTask:
        """Return the keys of unit and indicator."""
        return self.unit, self.indicator


def task_typed(unit: str, indicator: str, target: Target | None, columns: Iterable[str]) -> TypedTask:
    """Return a task as a form shows it."""
    texts = {column: _shown(target, column) for column in columns}
    return TypedTask(unit, indicator, target is not None, texts)


def with_tasks(
    definition: AssessmentDefinition, targets: Targets, typed: Iterable[tuple[str, TypedTask]]
) -> Targets:
    """Return the targets with tasks as they were typed, each with what its fields' names begin with.

    A unit that did not have a task has it once there is a number; one whose box is cleared has it no more.
    Raises ``BadNumbers`` with every fault, its place the name of a field.
    """
    left = dict(targets)
    rows, shown = [], dict[UnitTask, TypedTask]()
    for prefix, one in typed:
        before = left.pop(one.task, None)
        if one.has or (before is None and any(text.strip() for text in one.texts.values())):
            shown[one.task] = one
            rows.append(_row(prefix, one, before))
    read = read_targets(definition, rows, complete=False)
    kept = {task: _untouched(read[task], targets.get(task), one) for task, one in shown.items()}
    return left | kept


def _row(prefix: str, one: TypedTask, before: Target | None) -> FileRow:
    """Return what was typed anew; a number that nobody touched is not read again."""
    named = {"unit": one.unit, "indicator": one.indicator}
    cells = {key: FileCell(f"{prefix}{HAS}", name) for key, name in named.items()}
    for column, text in one.texts.items():
        if text.strip() and text != _shown(before, column):
            cells[column] = FileCell(f"{prefix}{column}", text)
    return FileRow(f"{prefix}{HAS}", cells)


def _untouched(read: Target, before: Target | None, one: TypedTask) -> Target:
    """Return a task as it was, with the numbers that were typed anew."""
    if before is None:
        return read
    anew = {column for column, text in one.texts.items() if text != _shown(before, column)}
    plan = tuple(
        new if month in anew else old for month, old, new in zip(PLAN, before.plan, read.plan, strict=True)
    )
    return replace(before, plan=plan, **{key: getattr(read, key) for key in NUMBERS if key in anew})


def _shown(target: Target | None, column: str) -> str:
    if target is None:
        return ""
    number = target.plan[PLAN.index(column)] if column in PLAN else getattr(target, column)
    return "" if number is None else write_number(number)
