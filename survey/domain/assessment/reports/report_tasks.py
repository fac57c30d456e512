"""Which tasks a report has: those that a unit reports itself in a period, or one indicator of all units."""

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Targets, UnitTask
from survey.domain.assessment.indicators import Reporter
from survey.domain.assessment.known_names import listed
from survey.domain.assessment.periods import due_in, periods_of
from survey.domain.errors import UnknownPeriod, UnknownUnit


def tasks_of_report(
    definition: AssessmentDefinition, targets: Targets, period: str, *, unit: str = "", indicator: str = ""
) -> tuple[UnitTask, ...]:
    """List the tasks that a report of a period has, in the order of the definition.

    Of a unit these are the indicators that units report themselves. Raises ``UnknownPeriod`` and
    ``UnknownUnit``.
    """
    if period not in periods_of(definition):
        raise UnknownPeriod(f'no period "{period}"; there are: {", ".join(periods_of(definition))}')
    if indicator:
        if indicator not in definition.indicator:
            raise UnknownUnit(
                f'no indicator "{indicator}" in {definition.code}{listed(definition.indicator)}'
            )
        tasks = [(one.key, indicator) for one in definition.units]
    else:
        if unit not in definition.unit:
            raise UnknownUnit(f'no unit "{unit}" in {definition.code}{listed(definition.unit)}')
        tasks = [(unit, one.key) for one in definition.indicators if one.source is Reporter.UNIT]
    return tuple(
        task
        for task in tasks
        if task in targets and due_in(definition, definition.indicator[task[1]], period)
    )
