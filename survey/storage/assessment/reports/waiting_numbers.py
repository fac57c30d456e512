"""Numbers that were handed in and that the office has not taken over yet."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import NumberKind
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.assessment_tables import TakenNumberRow

PeriodTask = tuple[str, str, str]
"""A period, and the keys of a unit and an indicator."""


def waiting_numbers(session: Session, assessment: Assessment) -> list[PeriodTask]:
    """Return the tasks whose number handed in last was not accepted as it is, in the order of handing in."""
    row = TakenNumberRow
    ours = row.assessment_id == assessment.id
    # Offices that take all numbers over themselves have a hundred thousand, and none of these.
    if not session.scalar(select(exists().where(ours, row.kind == NumberKind.REPORTED))):
        return []
    wanted = select(row.kind, row.period, row.unit, row.indicator, row.value).where(
        ours, row.kind.in_((NumberKind.REPORTED, NumberKind.ACCEPTED))
    )
    waiting: dict[PeriodTask, str] = {}
    accepted: dict[PeriodTask, str] = {}
    for kind, period, unit, indicator, value in session.execute(wanted.order_by(row.number)):
        task = period, unit, indicator
        if kind == NumberKind.ACCEPTED:
            # Whatever the office took over after it was handed in is its answer.
            waiting.pop(task, None)
            accepted[task] = value
        elif accepted.get(task) != value:
            waiting[task] = value
        else:
            waiting.pop(task, None)
    return list(waiting)
