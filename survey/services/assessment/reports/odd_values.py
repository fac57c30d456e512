"""What the office is told of a file of values that it takes: numbers that look wrong, and corrections."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from survey.domain.assessment.brought.value_warnings import (
    EarlierValues,
    PlacedValue,
    placed_values,
    value_warnings,
)
from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.periods import periods_of
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.errors import CellFault
from survey.services.assessment.assessments import current, in_force
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.assessment_number_rows import LastNumbers


def odd_values(
    session: Session, assessment_code: str, rows: Sequence[FileRow], *, accept: bool
) -> list[CellFault]:
    """List what is odd about a file's numbers that are not on record yet, before the file is taken.

    Rows with a fault are left out: a file that has any is refused anyhow. Raises ``UnknownAssessment``.
    """
    assessment = current(session, assessment_code)
    values = placed_values(assessment.definition, rows)
    by_period: dict[str, list[PlacedValue]] = {}
    for one in values:
        by_period.setdefault(one.period, []).append(one)
    order = periods_of(assessment.definition)
    kind = NumberKind.ACCEPTED if accept else NumberKind.REPORTED
    # What is handed in corrects nothing before it is accepted.
    closed = assessment_number_rows.closed_periods(session, assessment) if accept else ()
    before = EarlierValues({}, {}, {}, closed)
    found: list[CellFault] = []
    for period in order[: max(map(order.index, by_period), default=-1) + 1]:
        given = by_period.get(period, [])
        _remember(
            before, period, assessment_number_rows.last_numbers(session, assessment, period), kind, given
        )
        if given:
            under = in_force(session, assessment, period)
            found += value_warnings(under.definition, under.targets, given, before)
    order_of = {one.cell.place: place for place, one in enumerate(values)}
    return sorted(found, key=lambda fault: order_of[fault.place])


def _remember(
    before: EarlierValues, period: str, holding: LastNumbers, kind: NumberKind, given: Sequence[PlacedValue]
) -> None:
    """Put a period's numbers beside those of earlier ones; kinds come in the order of which goes first."""
    held = {task: one.value for numbers in holding.values() for task, one in numbers.items()}
    before.held[period] = held
    before.history[period] = held | {one.task: one.value for one in given}
    before.same_kind[period] = {task: one.value for task, one in holding[kind].items()}
