"""Browsers of those who take part in the small year's end."""

from flask import Flask

from survey.domain.assessment.seats import SeatPart
from tests.office import Office
from tests.services.assessment.examining.year_at_end import OFFICE
from tests.services.assessment.scored_year import YEAR
from tests.web.admin.assessment.seated import seated as seated_in

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
    return seated_in(app, name or " ".join((part.value, *keys)), part, *keys, code=YEAR)


def reporter(app: Flask, unit: str = "t1") -> Office:
    return seated(app, SeatPart.REPORTER, unit)


def group(app: Flask, *units: str) -> Office:
    return seated(app, SeatPart.GROUP, *(units or ("t1",)))


def committee(app: Flask) -> Office:
    return seated(app, SeatPart.COMMITTEE)
