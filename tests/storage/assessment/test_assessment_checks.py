"""Stored assessments are what their digests name; what was changed in the database is told."""

import json
from fractions import Fraction

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import EnteredValue, NumberKind, SheetPoints, TakenNumber
from survey.domain.assessment.seats import Seat, SeatPart
from survey.domain.definition.canonical import canonical_json
from survey.storage.assessment import (
    assessment_entry_rows,
    assessment_number_rows,
    assessment_rows,
    seat_rows,
    year_record_rows,
)
from survey.storage.assessment.assessment_checks import damaged_assessments
from survey.storage.assessment.assessment_rows import Amendment
from survey.storage.assessment.assessment_tables import (
    AssessmentRow,
    AssessmentVersionRow,
    ClosedPeriodRow,
    RecordedActRow,
    SeatRow,
    SheetPointsRow,
    TakenNumberRow,
    YearRecordRow,
)
from tests.storage.stored import AT

from .stored_assessment import a_year, some_targets, stored_assessment, written


@pytest.fixture
def whole(session: Session) -> Session:
    made = stored_assessment(session)
    amended = written(a_year(), some_targets("t1"), Amendment("x", "y", "z", "2026-05"))
    assessment_rows.add_version(session, made.id, 1, amended)
    seat = Seat(7, made.code, SeatPart.REPORTER, ("t1",))
    seat_rows.put_seat(session, made.id, seat, "x", AT)
    assessment_number_rows.add_closed_period(session, made, "2026-05", 1, "x", AT)
    number = TakenNumber(0, NumberKind.ACCEPTED, "2026-06", "t1", "output", Fraction(1, 3), note="暂估")
    assessment_number_rows.add_numbers(session, made, [number], "x", AT)
    points = SheetPoints("joint", "t1", "周", "work", Fraction(38))
    assessment_entry_rows.add_points(session, made, [points], "x", AT)
    act = assessment_entry_rows.add_act(session, made, EnteredValue("t1", "p", Fraction(9), "函"), "x", AT)
    assessment_entry_rows.take_back(session, made, act, "x", AT)
    year_record_rows.add_record(session, made, YearRecordKind.TALK, "t1", {"persons": 12}, "x", AT)
    return session


def test_what_this_programme_wrote_holds(whole: Session) -> None:
    stored_assessment(whole, "other")
    assert damaged_assessments(whole.connection()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (update(AssessmentRow).values(stage="x"), "the stage"),
        (update(AssessmentRow).values(code="else"), "version 0"),
        (
            update(AssessmentVersionRow).where(AssessmentVersionRow.version == 1).values(targets="[]"),
            "version 1",
        ),
        (
            update(AssessmentVersionRow).where(AssessmentVersionRow.version == 1).values(targets="[1]"),
            "version 1",
        ),
        (update(AssessmentVersionRow).values(definition="{}"), "version 0"),
        (update(AssessmentVersionRow).values(definition="no JSON"), "version 0"),
        (
            update(AssessmentVersionRow).values(
                definition=canonical_json(a_year() | {"classes": [{"key": "town", "label": "其他"}]})
            ),
            "version 0",
        ),
        (update(SeatRow).values(part="king"), "the seat of account 7"),
        (update(SeatRow).values(keys="{}"), "the seat of account 7"),
        (update(SeatRow).values(keys="[1]"), "the seat of account 7"),
        (update(SeatRow).values(keys="no JSON"), "the seat of account 7"),
        (update(ClosedPeriodRow).values(content=json.dumps({"numbers": []})), "period 2026-05"),
        (update(TakenNumberRow).values(value="1/0"), "number 1"),
        (update(TakenNumberRow).values(value="3.5"), "number 1"),
        (update(TakenNumberRow).values(kind="said"), "number 1"),
        (update(TakenNumberRow).values(detail='{"else": "x"}'), "number 1"),
        (update(SheetPointsRow).values(points="many"), "points 1"),
        (update(RecordedActRow).values(content="{}"), "act 1"),
        (update(YearRecordRow).values(content="no JSON"), "year record 1"),
        (update(YearRecordRow).values(content="[1]"), "year record 1"),
        (update(YearRecordRow).values(kind="king"), "year record 1"),
    ],
    ids=str,
)
def test_what_was_changed_is_told(whole: Session, change: object, told: str) -> None:
    whole.execute(change)  # type: ignore[call-overload]
    found = damaged_assessments(whole.connection())
    assert found[0].endswith(f": {told} is not as it was")
