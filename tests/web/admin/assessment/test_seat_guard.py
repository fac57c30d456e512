"""The pages of an assessment are there for those who have a seat for them, and for nobody else."""

import re
from html import unescape

from flask import Flask
from sqlalchemy import update

from survey.domain.assessment.seats import SeatAct, SeatPart
from survey.services.assessment import seating
from survey.storage.database import transaction
from survey.storage.tables import AccountRow
from survey.web.admin.assessment.seat_guard import may_here, require_act, seat_access
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import issued
from tests.signing_in import PASSWORD, an_account, sign_in
from tests.web.admin.accounts.test_login import with_password
from tests.web.admin.test_ended_session import hidden, idle, log_in
from tests.web.clerk import forms

from .seated_year import CODE, SEATS, seated_year

GIVE = f"/admin/a/{CODE}/seats/reporter"


def test_the_office_of_the_unit_and_no_other(app: Flask) -> None:
    issued()
    page = f"/admin/a/{SAMPLE_CODE}"
    for role, unit, status in (
        ("organiser", "甲局", 200),
        ("owner", "", 200),
        ("scrutineer", "甲局", 200),
        ("viewer", "甲局", 404),
        ("organiser", "乙局", 404),
        ("member", "甲局", 404),
    ):
        office = Office(app, f"{role}{unit}", role, unit)
        assert office.get(page).status_code == status, (role, unit)
        assert (SAMPLE_CODE in office.get("/admin/a").text) is (status == 200)


def test_a_seat_that_was_taken_away_opens_nothing_at_the_next_request(app: Flask) -> None:
    seated_year()
    account = an_account("member", name=SEATS["reporter"].account)
    browser = sign_in(app.test_client(), account)
    assert browser.get(f"/admin/a/{CODE}").status_code == 200
    with transaction(write=True) as session:
        seating.take_away(session, CODE, account.id, SeatPart.REPORTER, BY)
    assert browser.get(f"/admin/a/{CODE}").status_code == 404
    assert CODE not in browser.get("/admin/a").text


def test_a_unit_or_indicator_that_does_not_exist_is_not_found(app: Flask) -> None:
    def cell(assessment_code: str, unit_key: str, indicator_key: str) -> str:
        require_act(SeatAct.SEE_NUMBERS, unit_key, indicator_key)
        return f"{assessment_code} {may_here(SeatAct.SET_UP)} {may_here(SeatAct.SEE_NUMBERS, 't2')}"

    app.add_url_rule(
        "/admin/a/<assessment_code>/u/<unit_key>/<indicator_key>",
        "admin.cell",
        seat_access(SeatAct.SEE_NUMBERS)(cell),
    )
    seated_year()
    for who, said in (("office", f"{CODE} True True"), ("reporter", f"{CODE} False False")):
        browser = sign_in(app.test_client(), an_account("member", name=SEATS[who].account))
        assert browser.get(f"/admin/a/{CODE}/u/t1/output").text == said
        for path in ("t9/output", "t1/nothing", "nothing/t1"):
            assert browser.get(f"/admin/a/{CODE}/u/{path}").status_code == 404
        status = browser.get(f"/admin/a/{CODE}/u/t2/output").status_code
        assert status == (200 if who == "office" else 404)


def kept(app: Flask) -> tuple[Office, str, str]:
    """Send the form of a seat when the session is over, and log in; return the way back and what is kept."""
    seated_year()
    an_account("organiser", "甲局", "甲组织")
    with_password("organiser", "甲组织")
    office = Office(app, "甲组织", "organiser", "甲局")
    office.get(GIVE)
    idle()
    page = log_in(office, office.post(GIVE, account="新人<", keys="t2"), "甲组织")
    action = re.search(rf'<form method="post" action="({GIVE}[^"]*)"', page.text)
    assert action, page.text
    return office, unescape(action[1]), hidden(page, "kept")


def test_what_was_typed_for_a_seat_comes_back_after_the_login(app: Flask) -> None:
    office, address, form = kept(app)
    office.get("/admin/me")
    again = office.post(address, kept=form)
    fields = next(one for one in forms(again.text) if "account" in one.names())
    assert fields.value("account") == "新人<"
    assert PASSWORD not in again.text


def test_what_was_typed_comes_back_to_no_page_that_one_may_not_open(app: Flask) -> None:
    """The page of a GET is shown without having been asked for: its seat is asked for all the same."""
    office, address, form = kept(app)
    office.get("/admin/me")
    with transaction(write=True) as session:
        session.execute(update(AccountRow).values(unit="乙局"))
    assert office.post(address, kept=form).status_code == 404


def test_what_is_refused_in_an_assessment_leads_back_to_it(app: Flask) -> None:
    issued()
    back = f'href="/admin/a/{SAMPLE_CODE}"'
    refused = Office(app, "王芳", "organiser", "甲局").get(f"/admin/a/{SAMPLE_CODE}/proposal")
    assert refused.status_code == 409
    assert back in refused.text
    assert back not in Office(app, "别的局", "organiser", "乙局").get(f"/admin/a/{SAMPLE_CODE}/proposal").text
