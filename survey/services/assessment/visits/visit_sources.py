"""What visits are planned from and what came of them: numbers worth looking at, reported against found."""

from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import NumberKind, TakenNumber, UnitTask
from survey.domain.assessment.visits.found_shares import CheckedNumber
from survey.domain.assessment.visits.visit_suggestions import VisitSuggestion, visit_suggestions
from survey.domain.assessment.visits.visits import VisitPlace, VisitState
from survey.services.assessment.views.period_views import PeriodView
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.assessment_rows import Assessment

from .visits import visits_of


def suggestions_of(session: Session, view: PeriodView) -> list[VisitSuggestion]:
    """Return the numbers of a period, each with what speaks for looking at it on the spot."""
    tasks = {(one.unit, one.indicator): one for one in view.standing.tasks}
    corrected = _corrected(assessment_number_rows.numbers_of_period(session, view.assessment, view.period))
    return visit_suggestions(
        view.assessment.definition, view.assessment.targets, tasks, corrected, view.period
    )


def _corrected(numbers: Iterable[TakenNumber]) -> frozenset[UnitTask]:
    """Return the tasks of which the office took over more than one number."""
    values: dict[UnitTask, set[Fraction]] = {}
    for one in numbers:
        if one.kind is NumberKind.ACCEPTED:
            values.setdefault((one.unit, one.indicator), set()).add(one.value)
    return frozenset(task for task, known in values.items() if len(known) > 1)


def checked_numbers(session: Session, assessment: Assessment) -> list[CheckedNumber]:
    """Return what was found on the spot and stands, beside what had been reported by then.

    A number that is corrected after its finding stays as it was reported when it was looked at.
    """
    found: dict[VisitPlace, CheckedNumber] = {}
    periods = {period for period, _, _ in assessment_number_rows.findings_of(session, assessment)}
    for period in sorted(periods):
        for one in _of_period(assessment_number_rows.numbers_of_period(session, assessment, period)):
            found[one.place] = one
    for visit in visits_of(session, assessment).values():
        stands = visit.state is VisitState.STANDING and visit.place in found
        if stands and visit.finding is not None and visit.finding.found == found[visit.place].found:
            found[visit.place] = CheckedNumber(visit.place, visit.finding.reported, visit.finding.found)
    return list(found.values())


def _of_period(numbers: Iterable[TakenNumber]) -> Iterable[CheckedNumber]:
    reported: dict[VisitPlace, dict[NumberKind, Fraction]] = {}
    found: dict[VisitPlace, CheckedNumber] = {}
    for one in numbers:
        place = VisitPlace(one.period, one.unit, one.indicator)
        known = reported.setdefault(place, {})
        if one.kind is NumberKind.WITHDRAWN:
            found.pop(place, None)
        elif one.kind is NumberKind.VERIFIED:
            before = known.get(NumberKind.ACCEPTED, known.get(NumberKind.REPORTED))
            first = found[place].reported if place in found else before
            found[place] = CheckedNumber(place, first, one.value)
        else:
            known[one.kind] = one.value
    return found.values()
