"""Taking a file, closing and amending, killed before each step: done or not, never half."""

from collections.abc import Callable
from typing import Any

import pytest

from survey.config import Settings
from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.instance import ready_app
from survey.services.assessment import assessments, seating
from survey.services.assessment.assessments import Amendment
from survey.services.assessment.reports import report_queue, typed_reports
from survey.services.audit import audit
from survey.storage.assessment.assessment_checks import damaged_assessments
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample
from tests.services.assessment.reports.reported import IN_TIME, MAY, TOWN, prove, submit, written
from tests.services.assessment.sample_taken import accept, close, everything, issued, take_all

from .killing import killed, stepped, steps

pytestmark = pytest.mark.slow


def amend() -> None:
    data = sample("assessment.toml")
    data["assessment"]["title"] = "调整后"
    with transaction(write=True) as session:
        assessments.amend(session, SAMPLE_CODE, data, None, Amendment("x", "y", "", ""), BY)


ACTS: dict[str, Callable[[], Any]] = {
    "take": take_all,
    "close": lambda: close("2026-03"),
    "amend": amend,
    "submit": submit,
    "approve": lambda: written(
        lambda session: typed_reports.approve(session, SAMPLE_CODE, MAY, TOWN, IN_TIME)
    ),
    "accept": lambda: written(
        lambda session: report_queue.accept(
            session,
            SAMPLE_CODE,
            [one.submitted.number for one in report_queue.waiting(session, SAMPLE_CODE)],
            BY,
        )
    ),
}


REPORTING = ("submit", "approve", "accept")


def report_until(act: str) -> None:
    """Bring a unit's report to where an act comes next."""
    prove()
    if act == "approve":
        with transaction(write=True) as session:
            seating.give(session, SAMPLE_CODE, SeatAsked("审核员", SeatPart.APPROVER, ("t3",)), BY)
    if act != "submit":
        submit()


def work(settings: Settings, act: str, step: int) -> None:
    with ready_app(settings), stepped(step):
        ACTS[act]()


@pytest.mark.parametrize("act", list(ACTS))
def test_killed_before_each_step(each_settings: Settings, act: str) -> None:
    with ready_app(each_settings):
        issued()
        if act in REPORTING:
            report_until(act)
        elif act != "take":
            accept("2026-01,t1,petitions,1")
        before = everything()
    for step in steps(1):
        was_killed = killed(work, each_settings, act, step)
        with ready_app(each_settings):
            assert (everything() == before) is was_killed
            with transaction() as session:
                audit.verify(session)
                assert damaged_assessments(session.connection()) == []
        if not was_killed:
            break
    assert step > 3
