"""A small year with every seat taken, each number in it unlike all others, and another office's beside it."""

from flask import Flask
from flask.testing import FlaskClient

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import Seat, SeatPart
from survey.services.assessment import assessments, closing, seating, taking
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.examining import sheet_filling, sheet_scorers
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY
from tests.kept_state import kept
from tests.services.assessment.sample_taken import rows, values
from tests.signing_in import an_account, signed_in
from tests.storage.assessment.stored_assessment import a_year

CODE, OTHER = "qy", "elsewhere"
UNITS, INDICATORS = ("t1", "t2", "t3"), ("output", "retail")
PERIODS = ("2026-01", "2026-02")
OFFICE = "甲局"
SEATS = {
    "office": SeatAsked("考核办的人", SeatPart.OFFICE),
    "reporter": SeatAsked("填报的人", SeatPart.REPORTER, ("t1",)),
    "approver": SeatAsked("审核的人", SeatPart.APPROVER, ("t1",)),
    "lead": SeatAsked("牵头的人", SeatPart.LEAD, ("fin",)),
    "group": SeatAsked("考核组的人", SeatPart.GROUP, ("t1",)),
    "leader of a unit": SeatAsked("包抓单位的人", SeatPart.LEADER, ("t1",)),
    "leader of an indicator": SeatAsked("包抓指标的人", SeatPart.LEADER, ("副县长",)),
    "committee": SeatAsked("委员", SeatPart.COMMITTEE),
    "reader": SeatAsked("查阅的人", SeatPart.READER),
}
"""Members with one seat each."""
BY_ROLE = {
    "organiser": ("organiser", OFFICE),
    "owner": ("owner", ""),
    "scrutineer": ("scrutineer", OFFICE),
    "viewer": ("viewer", OFFICE),
    "organiser of another unit": ("organiser", "乙局"),
    "member of nothing": ("member", OFFICE),
    "member of another year": ("member", "乙局"),
}
"""Accounts without a seat that was given to them in this year, by role and unit."""
EVERYBODY = (*SEATS, *BY_ROLE)
SHEET = "heads"
SEALED, SEALED_BY = 7_199_123, "leader of a unit"
"""Points that lie sealed on a sheet, and who gave them: nobody else sees them."""


def number(unit: str, indicator: str, period: str) -> int:
    """Return a number that stands nowhere else: whoever sees it sees this one."""
    place = UNITS.index(unit) * 2 + INDICATORS.index(indicator)
    return 7_130_000 + PERIODS.index(period) * 1000 + place * 111


@kept
def seated_year(own: str = OFFICE) -> None:
    """Load both years, give every seat, take and accept two months of numbers, close the first of them."""
    departments = [{"key": "fin", "label": "财政局"}]
    indicators = [
        {
            "key": key,
            "label": f"指标{key}",
            "measure": "元",
            "lead": "fin" if key == "output" else "",
            "leader": "" if key == "output" else "副县长",
            "score": [{"points": 10, "method": "complete"}],
        }
        for key in INDICATORS
    ]
    targets = rows(
        "unit,indicator,target", *(f"{unit},{key},90000000" for unit in UNITS for key in INDICATORS)
    )
    lines = [{"key": "w", "label": "工作", "points": 9_999_999}]
    sheets = [{"key": SHEET, "title": "领导评分", "lines": lines}]
    tables = {"departments": departments, "indicators": indicators, "sheets": sheets}
    for code, office in ((CODE, own), (OTHER, "乙局")):
        with transaction(write=True) as session:
            assessments.load(session, a_year(code, **tables), targets, BY, office)
            assessments.issue(session, code, BY)
            numbers = values(
                *(
                    f"{period},{unit},{key},{number(unit, key, period)}"
                    for period in PERIODS
                    for unit in UNITS
                    for key in INDICATORS
                )
            )
            taking.take_numbers(session, code, numbers, BY, accept=True)
            closing.close_period(session, code, PERIODS[0], BY)
    for asked in SEATS.values():
        an_account("member", own, asked.account)
    an_account("member", "乙局", "member of another year")
    with transaction(write=True) as session:
        for asked in SEATS.values():
            seating.give(session, CODE, asked, BY)
        seating.give(session, OTHER, SeatAsked("member of another year", SeatPart.REPORTER, ("t1",)), BY)
    sealed_sheet()


def sealed_sheet() -> None:
    """Have two score on a sheet, of whom one has handed in."""
    scorers = [an_account("member", OFFICE, SEATS[who].account).id for who in (SEALED_BY, "lead")]
    typed = {f"{unit}.w": str(SEALED) for unit in UNITS}
    with transaction(write=True) as session:
        sheet_scorers.name_scorers(session, CODE, SHEET, dict.fromkeys(scorers, "all"), BY)
        sheet_filling.hand_in(session, CODE, SHEET, scorers[0], typed, settings().keys, BY)


def browser_of(app: Flask, who: str) -> FlaskClient:
    """Return a browser in which one of ``EVERYBODY`` is logged in."""
    if who in SEATS:
        return signed_in(app, "member", OFFICE, SEATS[who].account)
    role, unit = BY_ROLE[who]
    return signed_in(app, role, unit, who)


def year(code: str = CODE) -> Assessment:
    """Return the year as it stands."""
    with transaction() as session:
        return assessments.current(session, code)


def seats_held(who: str) -> tuple[Seat, ...]:
    """Return the seats that one of ``EVERYBODY`` has in the year."""
    role, unit = ("member", "") if who in SEATS else BY_ROLE[who]
    account = an_account(role, unit, SEATS[who].account if who in SEATS else who)
    with transaction() as session:
        return seating.seats_of(session, account, assessments.current(session, CODE))
