"""What a year's result rests on, as it is on record: numbers, points, entries, vetoes, typed-in values."""

from fractions import Fraction

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import (
    Actuals,
    EnteredValue,
    Evidence,
    NumberKind,
    PointEntry,
    SpotFinding,
    SpotFindings,
    Targets,
    UnitTask,
    UnitVeto,
)
from survey.domain.assessment.periods import last_period, periods_of
from survey.storage.assessment import assessment_entry_rows, assessment_number_rows
from survey.storage.assessment.assessment_number_rows import LastNumbers
from survey.storage.assessment.assessment_rows import Assessment

from .versions_in_force import asks_for_periods, earlier_versions


def evidence_of(session: Session, assessment: Assessment) -> Evidence:
    """Return all that a result rests on but what campaigns say.

    The year's numbers are those that hold now: what is found on the spot once the last period is closed
    counts. Of earlier periods, which are read only where a component asks for them, the frozen ones do, of
    the tasks that units had by then.
    """
    last = last_period(assessment.definition)
    periods = periods_of(assessment.definition) if asks_for_periods(assessment) else (last,)
    earlier = earlier_versions(session, assessment)
    acts = assessment_entry_rows.standing_acts(assessment_entry_rows.acts_of(session, assessment))
    return Evidence(
        actuals={
            period: _now(session, assessment, earlier.get(period, assessment), period)
            if period == last
            else actuals_of(session, earlier.get(period, assessment), period)
            for period in periods
        },
        points=assessment_entry_rows.points_of(session, assessment),
        entries=tuple(act for act in acts if isinstance(act, PointEntry)),
        vetoes=tuple(act for act in acts if isinstance(act, UnitVeto)),
        entered=tuple(act for act in acts if isinstance(act, EnteredValue)),
        findings=findings_now(session, assessment, last),
    )


def actuals_now(session: Session, assessment: Assessment, period: str) -> Actuals:
    """Return what was reached by the end of a period as it is known now, whether it is closed or not."""
    return _now(session, assessment, assessment, period)


def _now(session: Session, assessment: Assessment, held: Assessment, period: str) -> Actuals:
    numbers = assessment_number_rows.numbers_that_hold(session, assessment, period)
    return _of_tasks({**assessment.targets, **held.targets}, numbers)


def actuals_of(session: Session, assessment: Assessment, period: str) -> Actuals:
    """Return the numbers of a period: the frozen ones where it is closed, else those that hold now."""
    if period in assessment_number_rows.closed_periods(session, assessment):
        return _of_tasks(
            assessment.targets, assessment_number_rows.frozen_numbers(session, assessment, period)
        )
    return actuals_now(session, assessment, period)


def findings_now(session: Session, assessment: Assessment, period: str) -> SpotFindings:
    """Return what was found on the spot by the end of a period, with what was taken over before."""
    numbers = numbers_of(session, assessment, period)
    accepted = numbers[NumberKind.ACCEPTED]
    return {
        task: SpotFinding(one.value, accepted[task].value if task in accepted else None, one.reason)
        for task, one in numbers[NumberKind.VERIFIED].items()
        if task in assessment.targets
    }


def numbers_of(session: Session, assessment: Assessment, period: str) -> LastNumbers:
    """Return the numbers of a period that hold now, by kind and task, with all that was said of them."""
    return assessment_number_rows.last_numbers(session, assessment, period)


def _of_tasks(targets: Targets, numbers: assessment_number_rows.FrozenNumbers) -> dict[UnitTask, Fraction]:
    """Leave out what an amendment took away: a number whose task is gone counts nowhere."""
    return {task: numbers[task][1] for task in targets if task in numbers}
