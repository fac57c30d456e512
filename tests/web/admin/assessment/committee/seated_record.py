"""The scored year with the people who score, sign, read and decide on pages."""

import re

from flask import Flask
from flask.testing import FlaskClient

from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import assessments
from survey.services.assessment.assessments import Assessment
from survey.storage.assessment import score_record_rows
from survey.storage.database import transaction
from tests.office import Office
from tests.services.assessment.scored_year import YEAR
from tests.signing_in import PASSWORD
from tests.web.admin.assessment.seated import seated as seated_in
from tests.web.people import browser, totp

BASE = f"/admin/a/{YEAR}"


def seated(app: Flask, part: SeatPart, name: str, keys: tuple[str, ...] = ()) -> Office:
    """Return the browser of a member with one seat."""
    return seated_in(app, name, part, *keys, code=YEAR, unit="")


def signer(app: Flask, name: str) -> FlaskClient:
    """Return the browser of an account that signs, with password and second factor."""
    return browser(app, name, "scrutineer", second=True)


def sign(client: FlaskClient, part: str = "teller", **changed: str) -> int:
    """Sign the record that the page shows; return the status."""
    page = client.get(f"{BASE}/sign").text
    found = re.search(r'name="record"[^>]*value="([^"]*)"', page)
    data = {"record": found[1] if found else "", "part": part, "password": PASSWORD, "totp": totp(1)}
    return client.post(f"{BASE}/sign", data=data | changed).status_code


def year() -> Assessment:
    """Return the year as it stands."""
    with transaction() as session:
        return assessments.current(session, YEAR)


def numbers_of_records() -> list[int]:
    """Return the numbers of the score records that there are."""
    with transaction() as session:
        return [one.number for one in score_record_rows.records(session, year().id)]


def bands() -> list[tuple[str, str, str, str]]:
    """Return all that was decided: unit, band, committee, reason."""
    with transaction() as session:
        made = score_record_rows.decisions(session, year().id)
    return [(one.unit, one.content.band, one.content.committee, one.content.reason) for one in made]
