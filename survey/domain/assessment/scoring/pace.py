"""How one task stands at the end of a month: what should be reached by then, the gap, the pace, the light."""

from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition, Light, LightRules
from survey.domain.assessment.facts import Target
from survey.domain.assessment.indicators import Better, Indicator, Runs
from survey.domain.assessment.outcome import TaskStanding

from .yardsticks import is_reached

MONTHS = 12
_SHARES = tuple(Fraction(month, MONTHS) for month in range(MONTHS + 1))


def planned(indicator: Indicator, target: Target, month: int) -> Fraction | None:
    """Return what should be reached by the end of a month (1 to 12); ``None`` without plan and target."""
    written = target.plan[month - 1]
    return evenly(indicator, target.target, month) if written is None else written


def evenly(indicator: Indicator, whole: Fraction | None, month: int) -> Fraction | None:
    """Return the part of a year's number that falls to its first months; a level is the same all year."""
    if whole is None or indicator.runs is Runs.LEVEL:
        return whole
    return whole * _SHARES[month]


def task_standing(
    definition: AssessmentDefinition, target: Target, actual: Fraction | None, month: int
) -> TaskStanding:
    """Return how a task stands at the end of a month, by its own pace.

    Without plan and target there is nothing to be behind: it has no pace, and its light is grey.
    """
    indicator = definition.indicator[target.indicator]
    plan = planned(indicator, target, month)
    light = Light.GREY
    if actual is not None and plan is not None:
        light = pace_light(definition.lights, indicator.better, actual, plan)
    return TaskStanding(
        unit=target.unit,
        indicator=target.indicator,
        actual=actual,
        planned=plan,
        target=target.target,
        on_pace=light is Light.GREEN,
        light=light,
    )


def pace_light(rules: LightRules, better: Better, actual: Fraction, plan: Fraction) -> Light:
    """Return the light of a number beside the plan so far; what is equal to a border has reached it."""
    if is_reached(actual, plan, better):
        return Light.GREEN
    share = rules.yellow if better is Better.HIGHER else 2 - rules.yellow
    return Light.YELLOW if is_reached(actual, plan * share, better) else Light.RED
