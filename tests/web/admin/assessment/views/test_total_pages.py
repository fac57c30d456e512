"""Totals, one taken apart, and what-ifs as pages."""

from flask import Flask

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import seating
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import everything
from tests.services.assessment.scored_year import YEAR, decide, examining, score, signed
from tests.services.assessment.test_sample_scored import scored

TOTALS = f"/admin/a/{YEAR}/totals"
WHAT_IF = f"/admin/a/{YEAR}/what-if"


def test_the_samples_totals_lead_down_to_every_number(app: Flask) -> None:
    scored(app)
    office = Office(app)
    page = office.get(f"/admin/a/{SAMPLE_CODE}/totals").text
    for said in ("93.87", "一票否决", "只由 3 部分得出", "样本过小，不予显示", "尚未签字"):
        assert said in page, said
    towns = office.get(f"/admin/a/{SAMPLE_CODE}/totals?class=town").text
    assert "/totals/b1" not in towns
    story = office.get(f"/admin/a/{SAMPLE_CODE}/totals/t1").text
    for said in (
        "（60 × 92.2163 ＋ 15 × 95.00 ＋ 10 × 93.91 ＋ 15 × 79.34）÷ 100 ＋ 加分 3 = 93.87",
        "100 × 81.1503 ÷ 88 = 92.22",
        "12 × 14.9 ÷ 14.64 = 12.21",
        "/standing/2026-12/c/t1/output",
        "sha256:",
    ):
        assert said in story, said


def test_before_scoring_only_the_office_sees_a_trial(app: Flask) -> None:
    examining()
    committee = _committee(app)
    assert committee.get(TOTALS).status_code == 409
    assert "还没有计分" in committee.get(WHAT_IF).text
    assert "没有存档，不作为考核依据" in Office(app).get(TOTALS).text
    score()
    assert committee.get(TOTALS).status_code == 200
    assert "92.88" in committee.get(f"{TOTALS}/t1").text
    assert "/standing/" not in committee.get(f"{TOTALS}/t1").text  # no way that its seat does not go


def test_what_was_decided_stands_beside(app: Flask) -> None:
    signed()
    decide("t1", "fair")
    page = Office(app).get(TOTALS).text
    assert "审定等次" in page
    assert "已签字" in page


def test_what_if_is_marked_and_stores_nothing(app: Flask) -> None:
    examining()
    score()
    office = Office(app)
    before = everything()
    page = office.get(f"{WHAT_IF}?weight-targets=0&least-good=90&quota-good=1&weight-leaders=x")
    assert "测算，不是考核结果" in page.text
    assert page.text.count("不是可用的数") == 1
    assert 'aria-invalid="true"' in page.text
    changed = office.get(f"{WHAT_IF}?weight-targets=0&least-good=90&quota-good=1").text
    assert "91.00" in changed
    assert "有变化" in changed
    after = everything()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_a_unit_sees_no_totals(app: Flask) -> None:
    examining()
    score()
    reporter = Office(app, "填报人", "member")
    with transaction(write=True) as session:
        seating.give(session, YEAR, SeatAsked("填报人", SeatPart.REPORTER, ("t1",)), BY)
    for path in (TOTALS, f"{TOTALS}/t1", WHAT_IF):
        assert reporter.get(path).status_code == 404, path
    assert Office(app).get(f"{TOTALS}/nobody").status_code == 404


def _committee(app: Flask) -> Office:
    office = Office(app, "委员", "member")
    with transaction(write=True) as session:
        seating.give(session, YEAR, SeatAsked("委员", SeatPart.COMMITTEE), BY)
    return office
