"""A finding that stands becomes a verified number exactly once, and may be taken back."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.visits.visits import VisitState
from survey.domain.errors import BadYearRecord, UnknownYearRecord, VisitMoved
from survey.instance import ready_app
from survey.services.assessment import assessments, taking
from survey.services.assessment.evidence import actuals_now
from survey.services.audit import audit
from survey.storage.assessment import assessment_entry_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.sample_taken import everything, rows
from tests.web.admin.assessment.seated_year import CODE, seated_year

from .visited import (
    FOUND,
    OFFICE,
    PLACE,
    REPORTED,
    after,
    answered,
    find,
    photo,
    planned,
    rule,
    stands,
    taken,
    written,
)

LONG = "长" * 2001


def holds() -> int:
    """Return the number that counts."""
    with transaction() as session:
        return int(actuals_now(session, assessments.current(session, CODE), PLACE.period)[PLACE.task])


def test_it_stands_as_a_verified_number(app: Flask) -> None:
    seated_year()
    planned()
    find(photos=[photo()], send=True)
    assert rule(True, by=after(6, OFFICE)).state is VisitState.STANDING
    (verified,) = taken(NumberKind.VERIFIED)
    assert (verified.value, verified.reason, verified.note) == (7_000_000, FOUND.why, "查实")
    assert verified.evidence.startswith("red.jpg（sha256:")
    assert holds() == 7_000_000
    with transaction() as session:
        audit.verify(session)


def test_twice_is_once(app: Flask) -> None:
    seated_year()
    answered()
    seen = stands().last
    rule(True, seen=seen)
    before = everything()
    rule(True, seen=seen, by=after(1, OFFICE))
    assert everything() == before
    assert len(taken(NumberKind.VERIFIED)) == 1


def test_a_difference_deducts_nothing(app: Flask) -> None:
    seated_year()
    answered()
    rule(True)
    with transaction() as session:
        assert assessment_entry_rows.acts_of(session, assessments.current(session, CODE)) == []


def test_an_agreeing_number_stands_too(app: Flask) -> None:
    seated_year()
    planned()
    find(type(FOUND)(agrees=True, why="核对无误"), send=True)
    rule(True, by=after(6, OFFICE))
    (verified,) = taken(NumberKind.VERIFIED)
    assert verified.value == REPORTED


def test_it_is_taken_back_before_it_stood(app: Flask) -> None:
    seated_year()
    answered()
    assert rule(False, "误判").state is VisitState.TAKEN_BACK
    assert taken(NumberKind.VERIFIED) == taken(NumberKind.WITHDRAWN) == []
    assert holds() == REPORTED
    with pytest.raises(VisitMoved):
        rule(False, "还是误判")


def test_it_is_ruled_anew_and_what_was_ruled_before_stays(app: Flask) -> None:
    seated_year()
    answered()
    rule(False, "误判")
    before = rule(True, "复核查实")
    assert (before.state, holds()) == (VisitState.STANDING, 7_000_000)
    rule(False, "又误判")
    assert holds() == REPORTED
    again = rule(True, "终于查实")
    assert (again.state, holds()) == (VisitState.STANDING, 7_000_000)
    assert again.ruling
    assert again.ruling.reason == "终于查实"
    assert [(one.stands, one.reason) for one in again.earlier] == [
        (False, "误判"),
        (True, "复核查实"),
        (False, "又误判"),
    ]
    assert [len(taken(kind)) for kind in (NumberKind.VERIFIED, NumberKind.WITHDRAWN)] == [2, 1]
    with pytest.raises(BadYearRecord):
        rule(False, " ")
    with pytest.raises(VisitMoved):  # from a page that is older
        rule(False, "晚了一步", seen=before.last)
    with transaction() as session:
        audit.verify(session)


def test_it_is_taken_back_after_it_stood(app: Flask) -> None:
    seated_year()
    answered()
    rule(True)
    rule(False, "误判")
    (withdrawn,) = taken(NumberKind.WITHDRAWN)
    assert (withdrawn.value, withdrawn.reason) == (7_000_000, "误判")
    assert holds() == REPORTED
    rule(False, "误判")
    assert len(taken(NumberKind.WITHDRAWN)) == 1


def test_another_finding_that_came_since_is_left(app: Flask) -> None:
    seated_year()
    answered()
    rule(True)
    found = rows("period,unit,indicator,found,why", f"{PLACE.period},t1,output,6000000,再查")
    written(lambda session: taking.take_findings(session, CODE, found, BY))
    rule(False, "误判")
    assert taken(NumberKind.WITHDRAWN) == []
    assert holds() == 6_000_000


def test_a_number_that_was_found_before_by_a_file_counts_once(app: Flask) -> None:
    seated_year()
    found = rows("period,unit,indicator,found,why", f"{PLACE.period},t1,output,7000000,两户企业重复统计")
    written(lambda session: taking.take_findings(session, CODE, found, BY))
    answered()
    rule(True)
    assert holds() == 7_000_000
    rule(False, "误判")
    assert holds() == REPORTED


def test_the_unit_has_its_days(app: Flask) -> None:
    seated_year()
    planned()
    find(send=True)
    with pytest.raises(BadYearRecord) as refused:
        rule(True, by=after(5, OFFICE))
    assert refused.value.faults == {"ruling": "too-early"}
    assert rule(True, by=after(6, OFFICE)).state is VisitState.STANDING


@pytest.mark.parametrize(("reason", "why"), [("", "missing"), ("\x00 ", "missing"), (LONG, "too-long")])
def test_a_ruling_has_its_reason(app: Flask, reason: str, why: str) -> None:
    seated_year()
    answered()
    with pytest.raises(BadYearRecord) as refused:
        rule(True, reason)
    assert refused.value.faults == {"reason": why}
    assert stands().ruling is None


def test_nothing_is_ruled_before_it_is_sent(app: Flask) -> None:
    seated_year()
    with pytest.raises(UnknownYearRecord):
        rule(True, seen=1)
    planned()
    for _ in range(2):
        with pytest.raises(BadYearRecord):
            rule(True)
        find()


def test_of_two_at_once_one_rules_and_the_other_is_told(each_app: Flask) -> None:
    seated_year()
    answered()
    seen, start = stands().last, Barrier(4)

    def act(stand: bool) -> Any:
        with each_app.app_context():
            start.wait()
            try:
                return rule(stand, "理由", seen=seen)
            except VisitMoved as moved:
                return moved

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(act, [True, False, True, False]))
    state = stands().state
    won = [one for one in found if not isinstance(one, VisitMoved)]
    assert len(won) == 2
    assert {one.state for one in won} == {state}
    assert all(one.by == OFFICE.actor for one in found if isinstance(one, VisitMoved))
    assert len(taken(NumberKind.VERIFIED)) == (1 if state is VisitState.STANDING else 0)
    assert taken(NumberKind.WITHDRAWN) == []
    with transaction() as session:
        audit.verify(session)


KILLED = """
import os, signal
from survey.config import read_settings
from survey.instance import ready_app
from survey.services.assessment.visits import visit_rulings
from tests.services.assessment.visits.visited import rule

put = visit_rulings.put_on_record

def killed(*given, **named):
    put(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

visit_rulings.put_on_record = killed
with ready_app(read_settings()):
    rule(True)
"""


def test_killed_before_the_answer_nothing_is_half_done(settings: Settings) -> None:
    with ready_app(settings):
        seated_year()
        answered()
        before = everything()
    given = {**os.environ, "MINPING_INSTANCE": str(settings.instance)}
    done = subprocess.run([sys.executable, "-c", KILLED], env=given, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    with ready_app(settings):
        assert everything() == before
        rule(True)
        assert len(taken(NumberKind.VERIFIED)) == 1
