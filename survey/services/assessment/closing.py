"""Closing periods: their numbers are frozen, and each has a bulletin's number."""

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.periods import last_period, read_period
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.paper_material import LateCorrection
from survey.domain.audit.acts import Act
from survey.domain.errors import UnknownPeriod, WrongStage
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows, assessment_rows
from survey.storage.assessment.assessment_number_rows import ClosedPeriod, closed_periods, numbers_that_hold
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

from .assessments import in_force, logged_as, open_periods

__all__ = ["ClosedPeriod", "close_period", "close_year", "closed_periods", "corrections_in", "period_named"]


def period_named(assessment: Assessment, said: str) -> str:
    """Return the period that somebody names; raises ``UnknownPeriod``."""
    period = read_period(assessment.definition, said)
    if period is None:
        last = last_period(assessment.definition)
        raise UnknownPeriod(f'{assessment.code} has no period "{said}"; the last one is {last}')
    return period


def close_period(session: Session, assessment_code: str, said: str, by: By) -> list[ClosedPeriod]:
    """Freeze the numbers of a period, and of earlier ones that are still open; return them in order.

    With the last period of the year the examination begins. Raises ``UnknownPeriod``, and ``WrongStage``
    also where the period is closed already.
    """
    assessment = locked_assessment(session, assessment_code)
    period = period_named(assessment, said)
    require_stage(assessment_code, assessment.stage, Stage.RUNNING, to=f"close {period} of")
    before = closed_periods(session, assessment)
    if period in before:
        bulletin = before[period].bulletin
        raise WrongStage(f"cannot close {period} of {assessment_code}: it is closed, bulletin {bulletin}")
    return _close(session, assessment, period, len(before), by)


def close_year(session: Session, assessment_code: str, by: By) -> list[ClosedPeriod]:
    """Freeze the numbers of all periods that are open still, before the year is scored; return them in order.

    Nothing happens outside the running stage. Raises ``WrongStage`` while nothing is accepted of the last
    period: to score a year that is not over would end it, for no number is closed or amended afterwards.
    """
    assessment = locked_assessment(session, assessment_code)
    if assessment.stage is not Stage.RUNNING:
        return []
    last = last_period(assessment.definition)
    if not numbers_that_hold(session, assessment, last):
        raise WrongStage(
            f"cannot score {assessment_code}: no number of {last} is accepted; take them over, "
            f"or end the year with: minping assessment close {assessment_code} {last}"
        )
    return _close(session, assessment, last, len(closed_periods(session, assessment)), by)


def _close(session: Session, assessment: Assessment, upto: str, bulletins: int, by: By) -> list[ClosedPeriod]:
    waiting = open_periods(session, assessment)
    closed = []
    for number, one in enumerate(waiting[: waiting.index(upto) + 1], bulletins + 1):
        made = assessment_number_rows.add_closed_period(
            session, in_force(session, assessment, one), one, number, by.actor, by.at
        )
        audit.record(
            session,
            by,
            Act.ASSESSMENT_CLOSE,
            logged_as(assessment.code),
            period=one,
            bulletin=number,
            version=made.version,
            numbers=made.digest,
        )
        closed.append(made)
    if upto == last_period(assessment.definition):
        assessment_rows.set_stage(session, assessment, Stage.EXAMINING)
    return closed


def corrections_in(session: Session, assessment: Assessment, period: str) -> list[LateCorrection]:
    """List what the bulletin of a period has to correct: numbers of closed periods that came since.

    Of an open period these are all since the last close; of closed ones each is told in one bulletin.
    """
    closed = closed_periods(session, assessment)
    this = closed.get(period)
    earlier = [one for one in closed.values() if this is None or one.bulletin < this.bulletin]
    if not earlier:
        return []
    since = earlier[-1].last_number
    until = this.last_number if this else assessment_number_rows.last_number(session, assessment)
    came = assessment_number_rows.numbers_since(
        session, assessment, since, until, [one.period for one in earlier]
    )
    found = []
    for name in dict.fromkeys(one.period for one in came):
        told = numbers_that_hold(session, assessment, name, until=since)
        holding = numbers_that_hold(session, assessment, name, until=until)
        for task in dict.fromkeys((one.unit, one.indicator) for one in came if one.period == name):
            before = told[task][1] if task in told else None
            now = holding[task][1] if task in holding else None
            if now != before:
                found.append(LateCorrection(name, task, before, now))
    return found
