"""Talks of the seated year: forms without tokens, notes written through the page, what is on record."""

from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import seating
from survey.services.assessment.examining import notes_readers
from survey.services.assessment.examining.year_records import records_of
from survey.storage.accounts import account_rows
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.web.admin.assessment.seated_year import CODE, SEATS, browser_of, seated_year, year

TALKS = f"/admin/a/{CODE}/talks"
UNIT = f"{TALKS}/t1"
NOTES = f"{UNIT}/notes"
SAID = "班子团结，抓项目有办法；财务公开不够及时。"


def talking(app: Flask) -> None:
    """Load the year, whose forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    seated_year()


def written(app: Flask, said: str = SAID, after: int = 0, who: str = "group") -> TestResponse:
    return browser_of(app, who).post(NOTES, data={"notes": said, "after": str(after)})


def read(app: Flask, who: str = "group", number: int = 1) -> TestResponse:
    return browser_of(app, who).post(f"{NOTES}/{number}/read")


def on_record(*kinds: YearRecordKind) -> list[YearRecord]:
    with transaction() as session:
        return records_of(session, year(), *kinds)


def at_stage(stage: Stage) -> None:
    with transaction(write=True) as session:
        assessment_rows.set_stage(session, year(), stage)


def named(who: str = "reader") -> None:
    """Have the office name an account as the reader of notes, or nobody."""
    with transaction(write=True) as session:
        account = account_rows.find_account(session, SEATS[who].account) if who else None
        notes_readers.name_reader(session, CODE, account.id if account else 0, BY)


def seat_gone(who: str) -> None:
    with transaction(write=True) as session:
        account = account_rows.find_account(session, SEATS[who].account)
        assert account is not None
        seating.take_away(session, CODE, account.id, SeatPart(SEATS[who].part), BY)
