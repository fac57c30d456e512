"""How all units stand at the end of a period: lights, the first and last of each class, 落实率."""

from collections import defaultdict
from collections.abc import Sequence
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
    _compare(definition, tasks)
    of_unit: dict[str, list[TaskStanding]] = {unit.key: [] for unit in definition.units}
    for one in tasks:
        of_unit[one.unit].append(one)
    units = tuple(unit_standing(unit, ones) for unit, ones in of_unit.items())
    return PeriodStanding(period, units, tuple(tasks))


def unit_standing(unit: str, tasks: Sequence[TaskStanding]) -> UnitStanding:
    """Return how a unit stands with its tasks; one without plan and target can be neither kept nor missed."""
    lights = dict.fromkeys(Light, 0)
    assigned = on_pace = first = last = 0
    for one in tasks:
        first += one.first
        last += one.last
        if one.planned is not None:
            assigned += 1
            on_pace += one.on_pace
            lights[one.light] += 1
    return UnitStanding(unit, assigned, on_pace, lights, first, last)


def _compare(definition: AssessmentDefinition, tasks: list[TaskStanding]) -> None:
    """Compare the tasks of each class and indicator with which something was reached, in their places."""
    found: dict[ClassTask, list[int]] = defaultdict(list)
    for place, one in enumerate(tasks):
        if one.actual is not None:
            found[definition.unit[one.unit].class_key, one.indicator].append(place)
    for (_, indicator), places in found.items():
        better = definition.indicator[indicator].better
        compared = _first_and_last(better, [tasks[place] for place in places])
        for place, one in zip(places, _lit(definition.lights, better, compared), strict=True):
            tasks[place] = one


def _first_and_last(better: Better, tasks: Sequence[TaskStanding]) -> list[TaskStanding]:
    # Only the ends, and no division is carried out: for a map of 200 units there are twelve thousand.
    ratios = [_ratio(one) for one in tasks]
    low = high = ratios[0]
    for one in ratios:
        if one[0] * low[1] < low[0] * one[1]:
            low = one
        if one[0] * high[1] > high[0] * one[1]:
            high = one
    if low[0] * high[1] == high[0] * low[1]:
        return list(tasks)
    best, worst = (high, low) if better is Better.HIGHER else (low, high)
    found = list(tasks)
    for place, (above, below) in enumerate(ratios):
        first, last = above * best[1] == best[0] * below, above * worst[1] == worst[0] * below
        if first or last:
            found[place] = replace(found[place], first=first, last=last)
    return found


def _ratio(task: TaskStanding) -> tuple[int, int]:
    """Return what ``_compared`` does as what is divided by what, the latter above 0."""
    if task.actual is None:
        raise ValueError(task)
    above, below = task.actual.as_integer_ratio()
    if not task.target:
        return above, below
    by_above, by_below = task.target.as_integer_ratio()
    if by_above > 0:
        return above * by_below, below * by_above
    # 2 − A ÷ T: a target below 0 turns the division round.
    return 2 * below * -by_above + above * by_below, below * -by_above


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
