"""Closing periods: their numbers are frozen, and each has a bulletin's number."""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Stage, UnitTask
from survey.domain.assessment.periods import last_period, read_period
from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.domain.errors import UnknownPeriod, WrongStage
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows, assessment_rows
from survey.storage.assessment.assessment_number_rows import ClosedPeriod, closed_periods, numbers_that_hold
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

from .assessments import in_force, logged_as, open_periods

__all__ = ["ClosedPeriod", "Correction", "close_period", "closed_periods", "corrections_in", "period_named"]


@dataclass(frozen=True)
class Correction:
    """A number that came after its period was closed (更正).

    ``before`` is what bulletins said so far, ``None`` where they said nothing.
    """

    period: str
    task: UnitTask
    before: Fraction | None
    now: Fraction


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
    waiting = open_periods(session, assessment)
    closed = []
    for number, one in enumerate(waiting[: waiting.index(period) + 1], len(before) + 1):
        made = assessment_number_rows.add_closed_period(
            session, in_force(session, assessment, one), one, number, by.actor, by.at
        )
        audit.record(
            session,
            by,
            Act.ASSESSMENT_CLOSE,
            logged_as(assessment_code),
            period=one,
            bulletin=number,
            version=made.version,
            numbers=made.digest,
        )
        closed.append(made)
    if period == last_period(assessment.definition):
        assessment_rows.set_stage(session, assessment, Stage.EXAMINING)
    return closed


def corrections_in(session: Session, assessment: Assessment, period: str) -> list[Correction]:
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
            if task in holding and holding[task][1] != before:
                found.append(Correction(name, task, before, holding[task][1]))
    return found
