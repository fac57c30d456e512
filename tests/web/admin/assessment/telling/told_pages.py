"""The pages on telling as a test opens them: the office, and who has a seat in the small year."""

from flask import Flask

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import seating
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.services.assessment.scored_year import YEAR

HERE = f"/admin/a/{YEAR}"
HOSTILE = "<script>alert(1)</script>"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"


def seated(app: Flask, part: SeatPart, *keys: str) -> Office:
    """Log in a member that has one seat in the year."""
    name = f"{part}的人{''.join(keys)}"
    office = Office(app, name, "member", "考核组")
    with transaction(write=True) as session:
        seating.give(session, YEAR, SeatAsked(name, part, keys), BY, elsewhere=True)
    return office
