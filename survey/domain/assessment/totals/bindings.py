"""Binding indicators: which of them a unit missed at the year's end."""

from collections.abc import Sequence
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Target, Targets
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.outcome import TaskScore
from survey.domain.assessment.scoring.yardsticks import Yardstick, is_reached


def missed_bindings(
    definition: AssessmentDefinition, targets: Targets, unit: str, tasks: Sequence[TaskScore]
) -> tuple[str, ...]:
    """Name the binding indicators among a unit's tasks that are off target; nothing reported is off, too."""
    actual = {task.indicator: task.actual for task in tasks}
    return tuple(
        one.key
        for one in definition.indicators
        if one.binding
        and (unit, one.key) in targets
        and _is_missed(one, targets[unit, one.key], actual.get(one.key))
    )


def _is_missed(indicator: Indicator, target: Target, actual: Fraction | None) -> bool:
    if actual is None:
        return True
    if target.target is not None:
        return not is_reached(actual, target.target, indicator.better)
    # A target that is the same for all units stands with a scoring line.
    measured = Yardstick(None, target.base)
    looks = ((measured.look(line, actual), line.target) for line in indicator.score)
    return any(
        found is not None and aim is not None and not is_reached(found, aim, indicator.better)
        for found, aim in looks
    )
