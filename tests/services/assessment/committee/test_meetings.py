"""A meeting is read with all its faults, and recorded whole or not at all."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.domain.assessment.totals.score_record import ScoreRecord
from survey.domain.errors import BadDecision, ChangedMeanwhile
from survey.services.assessment import deciding
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.committee import meetings
from survey.services.assessment.committee.meetings import DecidedYear, TypedMeeting
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.sample_taken import everything
from tests.services.assessment.scored_year import YEAR, decide, signed

TYPED = TypedMeeting("常委会", "3号", "2027-02-03", "同意", {"t1": "good", "t3": "fair"})


def decided_year() -> DecidedYear:
    with transaction() as session:
        return meetings.decided_year(session, YEAR)


def record(typed: TypedMeeting, seen: str) -> int:
    view = decided_year().view
    decided = meetings.read_meeting(view.assessment.definition, view.outcome.units, typed, BY)
    with transaction(write=True) as session:
        return len(meetings.record_meeting(session, YEAR, decided, BY, seen=seen))


def test_what_is_typed_is_recorded_once(each_app: Flask) -> None:
    signed()
    seen = decided_year().mark
    assert record(TYPED, seen) == 2
    before = everything()
    assert record(TYPED, seen) == 2
    assert everything() == before
    assert [(one.unit, one.content.committee) for one in decided_year().decisions] == [
        ("t1", "常委会（3号）"),
        ("t3", "常委会（3号）"),
    ]


def test_what_a_meeting_rests_on_is_checked_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 200 units it takes seconds each time, under the lock of the assessment."""
    signed()
    checks: list[str] = []
    checked = deciding.signed_record

    def looked_at(session: Session, assessment: Assessment) -> ScoreRecord:
        checks.append(assessment.code)
        return checked(session, assessment)

    monkeypatch.setattr(deciding, "signed_record", looked_at)
    assert record(TYPED, decided_year().mark) == 2
    assert checks == [YEAR]


def test_whoever_comes_second_records_nothing(each_app: Flask) -> None:
    signed()
    seen = decided_year().mark
    decide("t2", "fair")
    before = everything()
    with pytest.raises(ChangedMeanwhile):
        record(TYPED, seen)
    assert everything() == before
    assert [one.unit for one in decided_year().after(0)] == ["t2"]


def test_all_faults_are_named_at_once(app: Flask) -> None:
    signed()
    typed = TypedMeeting(" ", "", "x", "", {"t1": "best", "t3": "good"})
    with pytest.raises(BadDecision) as refused:
        record(typed, "")
    assert refused.value.faults == {
        "committee": "missing",
        "minutes": "missing",
        "day": "not-day",
        "reason": "missing",
        "band-t1": "no-band",
        "reason-t3": "missing",
    }
