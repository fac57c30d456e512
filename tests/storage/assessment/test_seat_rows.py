"""Seats go into the database and come out again, one for each account and part."""

from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Role
from survey.domain.assessment.seats import Seat, SeatPart
from survey.storage.accounts import account_rows
from survey.storage.assessment import seat_rows
from tests.storage.stored import AT

from .stored_assessment import stored_assessment


def account(session: Session, name: str) -> int:
    return account_rows.add_account(session, name, Role.MEMBER, None, AT).id


def test_seats_by_part_and_name(session: Session) -> None:
    assessment, other = stored_assessment(session), stored_assessment(session, "other", "乙局")
    b, a = account(session, "乙"), account(session, "甲")
    seats = [
        Seat(a, "qy", SeatPart.OFFICE),
        Seat(b, "qy", SeatPart.REPORTER, ("t2", "t1")),
        Seat(a, "qy", SeatPart.REPORTER, ("t3",)),
    ]
    for seat in reversed(seats):
        seat_rows.put_seat(session, assessment.id, seat, "x", AT)
    elsewhere = Seat(a, "other", SeatPart.READER)
    seat_rows.put_seat(session, other.id, elsewhere, "x", AT)
    assert {(one.account_id, one.part): one for one in seat_rows.seats_in(session, assessment.id)} == {
        (one.account_id, one.part): one for one in seats
    }
    first, *_ = seat_rows.seats_in(session, assessment.id)
    assert first.part is SeatPart.OFFICE
    assert seat_rows.seats_held(session, a, "qy") == [seats[0], seats[2]]
    assert seat_rows.seats_held(session, a) == [seats[0], seats[2], elsewhere]


def test_one_seat_for_each_part_and_it_can_be_taken_away(session: Session) -> None:
    assessment = stored_assessment(session)
    one = account(session, "甲")
    for keys in (("t1",), ("t2", "t3")):
        seat_rows.put_seat(session, assessment.id, Seat(one, "qy", SeatPart.GROUP, keys), "x", AT)
    assert [seat.keys for seat in seat_rows.seats_held(session, one)] == [("t2", "t3")]
    assert seat_rows.holds_any(session, one)
    assert not seat_rows.drop_seat(session, assessment.id, one, SeatPart.LEAD)
    assert seat_rows.drop_seat(session, assessment.id, one, SeatPart.GROUP)
    assert not seat_rows.holds_any(session, one)
    assert seat_rows.has_assessment(session, "甲局")
    assert not seat_rows.has_assessment(session, "")


def test_units_are_signed_off_by_whoever_can_log_in(session: Session) -> None:
    assessment = stored_assessment(session)
    approver, gone = account(session, "甲"), account(session, "乙")
    for one, part, key in (
        (approver, SeatPart.APPROVER, "t1"),
        (gone, SeatPart.APPROVER, "t2"),
        (approver, SeatPart.REPORTER, "t3"),
    ):
        seat_rows.put_seat(session, assessment.id, Seat(one, "qy", part, (key,)), "x", AT)
    assert seat_rows.units_signed_off(session, assessment.id) == {"t1", "t2"}
    account_rows.set_disabled(session, gone, disabled=True)
    assert seat_rows.units_signed_off(session, assessment.id) == {"t1"}
