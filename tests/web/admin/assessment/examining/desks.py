"""Browsers of those who take part in the small year's end."""

from flask import Flask

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import seating
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.services.assessment.examining.year_at_end import OFFICE
from tests.services.assessment.scored_year import YEAR

BASE = f"/admin/a/{YEAR}"
OTHERS = {
    "reporter of another": (SeatPart.REPORTER, "t2"),
    "approver": (SeatPart.APPROVER, "t1"),
    "group of another": (SeatPart.GROUP, "t2"),
    "leader": (SeatPart.LEADER, "t1"),
    "reader": (SeatPart.READER,),
}
"""Seats that may not do what these pages are for, each in its own way."""


def organiser(app: Flask) -> Office:
    """Log the office in: an organiser of its unit."""
    return Office(app, "考核办", "organiser", OFFICE)


def seated(app: Flask, part: SeatPart, *keys: str, name: str = "") -> Office:
    """Log a member in and give it a seat in the small year."""
    name = name or " ".join((part.value, *keys))
    office = Office(app, name, "member", OFFICE)
    with transaction(write=True) as session:
        seating.give(session, YEAR, SeatAsked(name, part, keys), BY)
    return office


def reporter(app: Flask, unit: str = "t1") -> Office:
    return seated(app, SeatPart.REPORTER, unit)


def group(app: Flask, *units: str) -> Office:
    return seated(app, SeatPart.GROUP, *(units or ("t1",)))


def committee(app: Flask) -> Office:
    return seated(app, SeatPart.COMMITTEE)
