"""The numbers of an assessment: appended, never changed; and the periods that were closed over them."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import NumberKind, TakenNumber, UnitTask
from survey.domain.assessment.reports.number_text import fraction_of
from survey.domain.assessment.views.told_numbers import RecordedNumber
from survey.domain.definition.canonical import canonical_json, digest_of_text

from .assessment_rows import Assessment
from .assessment_tables import ClosedPeriodRow, TakenNumberRow
from .readable_rows import readable

_BATCH = 2000

LastNumbers = dict[NumberKind, dict[UnitTask, TakenNumber]]
"""The numbers of one period that hold: of each kind the last of each task."""
INSTEAD = {
    NumberKind.VERIFIED: NumberKind.WITHDRAWN,
    NumberKind.WITHDRAWN: NumberKind.VERIFIED,
}
"""Of a finding and its withdrawal only the one that came last holds."""
FrozenNumbers = dict[UnitTask, tuple[NumberKind, Fraction]]
"""The numbers that hold for a period, verified or else accepted, and which of both they are."""


def last_number(session: Session, assessment: Assessment) -> int:
    """Return the number under which something was taken last; 0 where nothing was."""
    row = TakenNumberRow
    return session.scalar(select(func.max(row.number)).where(row.assessment_id == assessment.id)) or 0


def add_numbers(
    session: Session, assessment: Assessment, numbers: Iterable[TakenNumber], by: str, at: datetime
) -> int:
    """Append numbers under the next ones; return how many. The assessment's lock must be held."""
    first = last_number(session, assessment) + 1
    rows = enumerate(numbers, first)
    added = 0
    while batch := list(islice(rows, _BATCH)):
        added += len(batch)
        session.execute(
            insert(TakenNumberRow),
            [
                {
                    "assessment_id": assessment.id,
                    "number": number,
                    "kind": one.kind,
                    "period": one.period,
                    "unit": one.unit,
                    "indicator": one.indicator,
                    "value": str(one.value),
                    "detail": _detail(one),
                    "recorded_by": by,
                    "recorded_at": at,
                }
                for number, one in batch
            ],
        )
    return added


def _detail(one: TakenNumber) -> str:
    said = {"note": one.note, "evidence": one.evidence, "reason": one.reason}
    return canonical_json({key: text for key, text in said.items() if text}) if any(said.values()) else ""


def last_numbers(session: Session, assessment: Assessment, period: str) -> LastNumbers:
    """Return the numbers of a period that hold, by kind and task, with all that was said of them."""
    found: LastNumbers = {kind: {} for kind in NumberKind}
    for one in _numbers(session, assessment, TakenNumberRow.period == period):
        task = one.unit, one.indicator
        found[one.kind][task] = one
        if one.kind in INSTEAD:
            found[INSTEAD[one.kind]].pop(task, None)
    return found


def numbers_of_period(session: Session, assessment: Assessment, period: str) -> Iterator[TakenNumber]:
    """Give everything that was ever taken of a period, in the order in which it was."""
    return _numbers(session, assessment, TakenNumberRow.period == period)


def findings_of(session: Session, assessment: Assessment) -> dict[tuple[str, str, str], Fraction]:
    """Return what was found last of each period, unit and indicator, whether it was taken back or not."""
    found = _numbers(session, assessment, TakenNumberRow.kind == NumberKind.VERIFIED)
    return {(one.period, one.unit, one.indicator): one.value for one in found}


def numbers_since(
    session: Session, assessment: Assessment, after: int, until: int, periods: Collection[str]
) -> list[TakenNumber]:
    """Return the numbers of some periods that were taken after a number, up to another one."""
    row = TakenNumberRow
    return list(
        _numbers(session, assessment, row.number > after, row.number <= until, row.period.in_(periods))
    )


def numbers_of_task(session: Session, assessment: Assessment, task: UnitTask) -> list[TakenNumber]:
    """Return everything that was ever taken of one task, in the order in which it was."""
    row = TakenNumberRow
    return list(_numbers(session, assessment, row.unit == task[0], row.indicator == task[1]))


def records_of_task(session: Session, assessment: Assessment, task: UnitTask) -> list[RecordedNumber]:
    """Return everything that was ever taken of one task, with who put it on record and when."""
    row = TakenNumberRow
    wanted = row.unit == task[0], row.indicator == task[1]
    said = select(row.recorded_by, row.recorded_at).where(row.assessment_id == assessment.id, *wanted)
    recorded = session.execute(said.order_by(row.number))
    return [
        RecordedNumber(one, by, at)
        for one, (by, at) in zip(_numbers(session, assessment, *wanted), recorded, strict=True)
    ]


def last_period_taken(session: Session, assessment: Assessment) -> str:
    """Return the latest period of which anything was taken over; empty where nothing was."""
    row = TakenNumberRow
    accepted = select(row.period).where(row.assessment_id == assessment.id, row.kind != NumberKind.REPORTED)
    return session.scalar(accepted.order_by(row.period.desc()).limit(1)) or ""


def tasks_with_numbers(session: Session, assessment: Assessment) -> set[UnitTask]:
    """Return the tasks of which anything was ever taken."""
    row = TakenNumberRow
    rows = select(row.unit, row.indicator).where(row.assessment_id == assessment.id).distinct()
    return {(unit, indicator) for unit, indicator in session.execute(rows)}


def numbers_about(
    session: Session, assessment: Assessment, *, unit: str = "", indicator: str = ""
) -> Iterator[TakenNumber]:
    """Give everything that was ever taken of a unit, or of an indicator, in the order in which it was."""
    row = TakenNumberRow
    return _numbers(session, assessment, row.unit == unit if unit else row.indicator == indicator)


def _numbers(session: Session, assessment: Assessment, *wanted: Any) -> Iterator[TakenNumber]:
    row = TakenNumberRow
    rows = session.execute(
        select(row.number, row.kind, row.period, row.unit, row.indicator, row.value, row.detail)
        .where(row.assessment_id == assessment.id, *wanted)
        .order_by(row.number)
    )
    with readable(f"a number of {assessment.code}"):
        for number, kind, period, unit, indicator, value, detail in rows:
            yield read_number_row(number, kind, (period, unit, indicator), value, detail)


def read_number_row(
    number: int, kind: str, place: tuple[str, str, str], value: str, detail: str
) -> TakenNumber:
    """Return the number that a row holds; ``place`` is its period, unit and indicator."""
    said = json.loads(detail) if detail else {}
    return TakenNumber(number, NumberKind(kind), *place, fraction_of(value), **said)


def numbers_that_hold(
    session: Session, assessment: Assessment, period: str, *, until: int | None = None
) -> FrozenNumbers:
    """Return what was reached by the end of a period: verified, else accepted, the last of each.

    ``until`` leaves out what was taken after that number. A hundred thousand numbers may lie around those of
    one period: only the columns that say it are read.
    """
    row = TakenNumberRow
    wanted = select(row.kind, row.unit, row.indicator, row.value).where(
        row.assessment_id == assessment.id, row.period == period, row.kind != NumberKind.REPORTED
    )
    if until is not None:
        wanted = wanted.where(row.number <= until)
    rows = session.execute(wanted.order_by(row.number))
    last: dict[str, dict[UnitTask, str]] = {NumberKind.ACCEPTED: {}, NumberKind.VERIFIED: {}}
    with readable(f"a number of {assessment.code}"):
        for kind, unit, indicator, value in rows:
            if kind == NumberKind.WITHDRAWN:
                last[NumberKind.VERIFIED].pop((unit, indicator), None)
            else:
                last[kind][unit, indicator] = value
        return {
            task: (kind, fraction_of(value))
            for kind in (NumberKind.ACCEPTED, NumberKind.VERIFIED)
            for task, value in last[kind].items()
        }


@dataclass(frozen=True)
class ClosedPeriod:
    """A period that was closed: its bulletin's number, its version, the number taken last by then.

    ``digest`` names its numbers as they stood.
    """

    period: str
    bulletin: int
    version: int
    last_number: int
    digest: str
    recorded_by: str
    recorded_at: datetime


def closed_periods(session: Session, assessment: Assessment) -> dict[str, ClosedPeriod]:
    """Return the periods that were closed, in the order of their bulletins."""
    row = ClosedPeriodRow
    rows = session.execute(
        select(
            row.period,
            row.bulletin,
            row.version,
            row.last_number,
            row.digest,
            row.recorded_by,
            row.recorded_at,
        )
        .where(row.assessment_id == assessment.id)
        .order_by(row.bulletin)
    )
    return {one.period: ClosedPeriod(*one) for one in rows}


def add_closed_period(
    session: Session, assessment: Assessment, period: str, bulletin: int, by: str, at: datetime
) -> ClosedPeriod:
    """Freeze a period's numbers under a bulletin's number and the assessment's version, in force for it."""
    numbers = numbers_that_hold(session, assessment, period)
    content = canonical_numbers(assessment, period, numbers)
    closed = ClosedPeriod(
        period,
        bulletin,
        assessment.version,
        last_number(session, assessment),
        digest_of_text(content),
        by,
        at,
    )
    session.execute(
        insert(ClosedPeriodRow).values(assessment_id=assessment.id, content=content, **vars(closed))
    )
    return closed


def canonical_numbers(assessment: Assessment, period: str, numbers: FrozenNumbers) -> str:
    """Write a period's numbers as they are frozen, in the order of the targets; only those of tasks."""
    # Canonical as it is: texts only, and the keys sorted. A hundred thousand of them would take seconds.
    return json.dumps(
        {
            "assessment": assessment.code,
            "definition": assessment.digest,
            "numbers": [
                [*task, numbers[task][0], str(numbers[task][1])]
                for task in assessment.targets
                if task in numbers
            ],
            "period": period,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def frozen_numbers(session: Session, assessment: Assessment, period: str) -> FrozenNumbers:
    """Return the numbers under which a period was closed."""
    row = ClosedPeriodRow
    content = session.scalars(
        select(row.content).where(row.assessment_id == assessment.id, row.period == period)
    ).one()
    with readable(f"what {period} of {assessment.code} was closed with"):
        return {
            (unit, indicator): (NumberKind(kind), fraction_of(value))
            for unit, indicator, kind, value in json.loads(content)["numbers"]
        }
