"""Numbers that are worth looking at on the spot: suggested from what the year shows, never chosen by it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Actuals, Target, Targets, UnitTask
from survey.domain.assessment.outcome import TaskStanding
from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.assessment.reports.report_warnings import history_of, oddities

FAR_OFF = Fraction(1, 5)
"""The gap to the plan so far, as a share of it, from which on it is large."""
_ODD = frozenset({CellFlaw.OFF_PLAN, CellFlaw.FRACTION_OF_PERCENT})


class SuggestionKind(StrEnum):
    """Why a number is worth looking at."""

    BEHIND = "behind"
    AHEAD = "ahead"
    TEN_TIMES = "ten-times"
    CORRECTED = "corrected"
    NO_NUMBER = "no-number"


@dataclass(frozen=True)
class VisitSuggestion:
    """A number of a period with what speaks for looking at it, if anything."""

    target: Target
    standing: TaskStanding
    reasons: tuple[SuggestionKind, ...]


def visit_suggestions(
    definition: AssessmentDefinition,
    targets: Targets,
    tasks: Mapping[UnitTask, TaskStanding],
    corrected: frozenset[UnitTask],
    period: str,
) -> list[VisitSuggestion]:
    """Return all numbers of a period, each with what speaks for looking at it, in the order defined."""
    found = []
    for task, standing in tasks.items():
        reasons = tuple(_reasons(definition, targets[task], standing, period))
        if task in corrected:
            reasons = (*reasons, SuggestionKind.CORRECTED)
        found.append(VisitSuggestion(targets[task], standing, reasons))
    return found


def _reasons(
    definition: AssessmentDefinition, target: Target, standing: TaskStanding, period: str
) -> Iterator[SuggestionKind]:
    actual, plan = standing.actual, standing.planned
    if actual is None:
        yield SuggestionKind.NO_NUMBER
        return
    nothing_before: Mapping[str, Actuals] = {}
    past = history_of(definition, target, nothing_before, period)
    if any(odd.flaw in _ODD for odd in oddities(actual, past)):
        yield SuggestionKind.TEN_TIMES
    elif plan and abs(actual - plan) >= abs(plan) * FAR_OFF:
        yield SuggestionKind.AHEAD if standing.on_pace else SuggestionKind.BEHIND
