"""The pages on telling as a test opens them: the office, and who has a seat in the small year."""

from flask import Flask

from survey.domain.assessment.seats import SeatPart
from tests.office import Office
from tests.services.assessment.scored_year import YEAR
from tests.web.admin.assessment.seated import seated as seated_in

HERE = f"/admin/a/{YEAR}"
HOSTILE = "<script>alert(1)</script>"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"


def seated(app: Flask, part: SeatPart, *keys: str) -> Office:
    """Log in a member that has one seat in the year."""
    return seated_in(app, f"{part}的人{''.join(keys)}", part, *keys, code=YEAR, unit="考核组")
