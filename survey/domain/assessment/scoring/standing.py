"""How all units stand at the end of a period: lights, the first and last of each class, 落实率."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition, Light, LightRules, LightsBy
from survey.domain.assessment.facts import Actuals, Targets
from survey.domain.assessment.indicators import Better
from survey.domain.assessment.outcome import PeriodStanding, TaskStanding, UnitStanding
from survey.domain.assessment.periods import due_in, month_of

from .pace import task_standing
from .yardsticks import Peers, is_reached

ClassTask = tuple[str, str]
"""The keys of a class and of an indicator: what units are compared with each other in."""


def period_standing(
    definition: AssessmentDefinition, targets: Targets, actuals: Actuals, period: str
) -> PeriodStanding:
    """Return how all units stand with what is due in a period; tasks in the order of the definition."""
    month = month_of(period)
    due = [one for one in definition.indicators if due_in(definition, one, period)]
    tasks: list[TaskStanding] = []
    for unit in definition.units:
        for indicator in due:
            task = unit.key, indicator.key
            if task in targets:
                tasks.append(task_standing(definition, targets[task], actuals.get(task), month))
    compared = {(one.unit, one.indicator): one for group in _classes(definition, tasks) for one in group}
    tasks = [compared.get((one.unit, one.indicator), one) for one in tasks]
    of_unit: dict[str, list[TaskStanding]] = {unit.key: [] for unit in definition.units}
    for one in tasks:
        of_unit[one.unit].append(one)
    units = tuple(unit_standing(unit, ones) for unit, ones in of_unit.items())
    return PeriodStanding(period, units, tuple(tasks))


def unit_standing(unit: str, tasks: Sequence[TaskStanding]) -> UnitStanding:
    """Return how a unit stands with its tasks; one without plan and target can be neither kept nor missed."""
    assigned = [one for one in tasks if one.planned is not None]
    return UnitStanding(
        unit=unit,
        assigned=len(assigned),
        on_pace=sum(one.on_pace for one in assigned),
        lights={light: sum(one.light is light for one in assigned) for light in Light},
        first=sum(one.first for one in tasks),
        last=sum(one.last for one in tasks),
    )


def _classes(definition: AssessmentDefinition, tasks: Sequence[TaskStanding]) -> Iterator[list[TaskStanding]]:
    """List the tasks of each class and indicator with which something was reached, compared."""
    found: dict[ClassTask, list[TaskStanding]] = defaultdict(list)
    for one in tasks:
        if one.actual is not None:
            found[definition.unit[one.unit].class_key, one.indicator].append(one)
    for (_, indicator), group in found.items():
        better = definition.indicator[indicator].better
        yield _lit(definition.lights, better, _first_and_last(better, group))


def _first_and_last(better: Better, tasks: Sequence[TaskStanding]) -> list[TaskStanding]:
    values = [_compared(one) for one in tasks]
    # Only the ends: ranks would sort twelve thousand fractions for a map of 200 units.
    low, high = min(values), max(values)
    if low == high:
        return list(tasks)
    best, worst = (high, low) if better is Better.HIGHER else (low, high)
    return [
        replace(one, first=value == best, last=value == worst) if value in (best, worst) else one
        for one, value in zip(tasks, values, strict=True)
    ]


def _compared(task: TaskStanding) -> Fraction:
    """Return what a task is compared by: completion, or the number itself where there is none."""
    found = task.actual if task.completion is None else task.completion
    if found is None:
        raise ValueError(task)
    return found


def _lit(rules: LightRules, better: Better, tasks: list[TaskStanding]) -> list[TaskStanding]:
    """Return tasks of one class and indicator with their lights where not the pace decides."""
    if rules.by is LightsBy.AVERAGE:
        return _by_average(better, tasks)
    return _by_rank(rules, better, tasks) if rules.by is LightsBy.RANK else tasks


def _by_average(better: Better, tasks: list[TaskStanding]) -> list[TaskStanding]:
    """Return tasks green from the mean completion on, else red; one without completion keeps its pace."""
    known = [one.completion for one in tasks if one.completion is not None]
    mean = sum(known, Fraction(0)) / (len(known) or 1)
    lit = []
    for one in tasks:
        good = one.on_pace if one.completion is None else is_reached(one.completion, mean, better)
        lit.append(replace(one, light=Light.GREEN if good else Light.RED))
    return lit


def _by_rank(rules: LightRules, better: Better, tasks: list[TaskStanding]) -> list[TaskStanding]:
    """Return tasks with the first green and the last red; where all are equal nobody is behind anybody."""
    other = Better.LOWER if better is Better.HIGHER else Better.HIGHER
    values = [_compared(one) for one in tasks]
    ahead, behind = Peers(values, better), Peers(values, other)
    lit = []
    for one, value in zip(tasks, values, strict=True):
        if ahead.rank(value) <= rules.green_first:
            light = Light.GREEN
        else:
            light = Light.RED if behind.rank(value) <= rules.red_last else Light.YELLOW
        lit.append(replace(one, light=light))
    return lit
