"""Visits are planned by the office, for groups of the unit, and go off the plan while nothing was found."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from survey.domain.assessment.visits.visits import VisitPlace, VisitPlan, VisitState
from survey.domain.errors import BadYearRecord, UnknownPeriod, UnknownYearRecord, VisitMoved, WrongStage
from survey.services.assessment import assessments
from survey.services.assessment.visits import visits
from survey.storage.assessment import year_record_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.web.admin.assessment.seated_year import CODE, seated_year

from .visited import OFFICE, PLACE, PLAN, find, planned, stands, written


@pytest.fixture(autouse=True)
def year(app: Flask) -> None:
    seated_year()


def test_a_plan_is_on_record_once() -> None:
    assert planned() == 1
    made = stands()
    assert planned() == 0
    assert stands() == made
    assert (made.plan, made.state) == (PLAN, VisitState.PLANNED)


def test_a_plan_may_be_changed_while_the_unit_sees_nothing() -> None:
    planned()
    find()
    later = replace(PLAN, days=9)
    assert planned(plan=later) == 1
    assert stands().plan == later
    assert stands().finding is not None
    find(send=True)
    with pytest.raises(VisitMoved) as moved:
        planned(plan=PLAN)
    assert moved.value.by == "考核组的人"


@pytest.mark.parametrize(
    ("plan", "field", "why"),
    [
        (replace(PLAN, group=""), "group", "missing"),
        (replace(PLAN, group="填报的人"), "group", "unknown"),
        (replace(PLAN, sample="长" * 1001), "sample", "too-long"),
        (replace(PLAN, asked_by="长" * 201), "asked_by", "too-long"),
        (replace(PLAN, day=date(2025, 12, 31)), "day", "not-day"),
        (replace(PLAN, day=date(2028, 1, 1)), "day", "not-day"),
        (replace(PLAN, days=0), "days", "not-number"),
        (replace(PLAN, days=91), "days", "not-number"),
    ],
)
def test_a_plan_with_a_fault_is_not_made(plan: VisitPlan, field: str, why: str) -> None:
    with pytest.raises(BadYearRecord) as refused:
        planned(plan=plan)
    assert refused.value.faults == {field: why}
    with pytest.raises(UnknownYearRecord):
        stands()


def test_all_faults_are_told_and_nothing_is_half_planned() -> None:
    with pytest.raises(BadYearRecord) as refused:
        planned(places=[PLACE, replace(PLACE, indicator="none")], plan=replace(PLAN, days=0))
    assert refused.value.faults == {"indicators": "unknown", "days": "not-number"}
    with pytest.raises(BadYearRecord) as nothing:
        planned(places=[])
    assert nothing.value.faults == {"indicators": "missing"}
    with pytest.raises(UnknownPeriod):
        planned(places=[replace(PLACE, period="2031-01")])
    with pytest.raises(UnknownYearRecord):
        stands()


def test_a_group_of_another_unit_is_none_of_this_one() -> None:
    with pytest.raises(BadYearRecord):
        planned(places=[replace(PLACE, unit="t2")])


def test_what_goes_off_the_plan_may_come_back() -> None:
    planned()
    for _ in range(2):
        written(lambda session: visits.drop(session, CODE, PLACE, OFFICE))
    with pytest.raises(UnknownYearRecord):
        stands()
    with transaction() as session:
        known = assessments.current(session, CODE)
        assert len(year_record_rows.records_of(session, known, *visits.KINDS)) == 2
        assert visits.visits_of(session, known) == {}
    assert planned() == 1
    assert stands().state is VisitState.PLANNED


def test_what_was_found_stays_on_the_plan() -> None:
    planned()
    find()
    with pytest.raises(VisitMoved):
        written(lambda session: visits.drop(session, CODE, PLACE, OFFICE))
    with pytest.raises(UnknownYearRecord):
        written(lambda session: visits.drop(session, CODE, VisitPlace("2026-01", "t1", "retail"), OFFICE))


def test_nothing_is_planned_of_a_draft(app: Flask) -> None:
    from tests.storage.assessment.stored_assessment import a_year

    written(lambda session: assessments.load(session, a_year("draft"), None, BY, "甲局"))
    with pytest.raises(WrongStage):
        written(lambda session: visits.plan(session, "draft", [PLACE], PLAN, OFFICE))
