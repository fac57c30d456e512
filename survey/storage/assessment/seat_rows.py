"""Seats in assessments: rows to domain and back."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from survey.domain.assessment.seats import Seat, SeatPart
from survey.domain.definition.canonical import canonical_json
from survey.storage.database import changed_rows
from survey.storage.tables import AccountRow

from .assessment_tables import AssessmentRow, SeatRow

_SEATS = select(SeatRow.account_id, AssessmentRow.code, SeatRow.part, SeatRow.keys).join(
    AssessmentRow, AssessmentRow.id == SeatRow.assessment_id
)


def seats_held(session: Session, account_id: int, assessment_code: str | None = None) -> list[Seat]:
    """Return the seats of an account, in one assessment or in all, in the order of the parts."""
    wanted = _SEATS.where(SeatRow.account_id == account_id)
    if assessment_code is not None:
        wanted = wanted.where(AssessmentRow.code == assessment_code)
    return _seats(session, wanted.order_by(AssessmentRow.id))


def seats_in(session: Session, assessment_id: int) -> list[Seat]:
    """Return all seats that were given in an assessment, by part and by the accounts' names."""
    wanted = _SEATS.join(AccountRow, AccountRow.id == SeatRow.account_id)
    return _seats(session, wanted.where(SeatRow.assessment_id == assessment_id).order_by(AccountRow.name))


def units_signed_off(session: Session, assessment_id: int) -> set[str]:
    """Return the units in which somebody signs off who can log in: a disabled account signs nothing."""
    wanted = _SEATS.join(AccountRow, AccountRow.id == SeatRow.account_id).where(
        SeatRow.assessment_id == assessment_id,
        SeatRow.part == SeatPart.APPROVER,
        AccountRow.disabled.is_(False),
    )
    return {key for seat in _seats(session, wanted) for key in seat.keys}


def holds_any(session: Session, account_id: int) -> bool:
    """Return whether an account has a seat anywhere."""
    return bool(session.scalar(select(exists().where(SeatRow.account_id == account_id))))


def has_assessment(session: Session, unit: str) -> bool:
    """Return whether any assessment is a unit's."""
    return bool(session.scalar(select(exists().where(AssessmentRow.unit == unit))))


def put_seat(session: Session, assessment_id: int, seat: Seat, by: str, at: datetime) -> None:
    """Store a seat in the place of the one that the account has in this part, if it has one."""
    row = SeatRow(
        assessment_id=assessment_id,
        account_id=seat.account_id,
        part=seat.part,
        keys=canonical_json(seat.keys),
        recorded_by=by,
        recorded_at=at,
    )
    session.merge(row)
    session.flush()


def drop_seat(session: Session, assessment_id: int, account_id: int, part: SeatPart) -> bool:
    """Take a seat away; return whether there was one."""
    gone = session.execute(
        delete(SeatRow).where(
            SeatRow.assessment_id == assessment_id,
            SeatRow.account_id == account_id,
            SeatRow.part == part,
        )
    )
    return changed_rows(gone) == 1


def _seats(session: Session, wanted: Select[Any, Any, Any, Any]) -> list[Seat]:
    found = [
        Seat(account_id, code, SeatPart(part), tuple(json.loads(keys)))
        for account_id, code, part, keys in session.execute(wanted)
    ]
    order = list(SeatPart)
    return sorted(found, key=lambda seat: order.index(seat.part))
