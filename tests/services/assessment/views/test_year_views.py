"""What a year comes to: as it is on record, or before that as it would be; nothing is stored."""

import pytest
from flask import Flask

from survey.domain.assessment.views.what_if import read_supposed
from survey.domain.errors import BrokenRecord, NotScored
from survey.services.assessment.views import year_views
from survey.services.assessment.views.year_views import YearView
from survey.storage.assessment.assessment_tables import ScoreRecordRow
from survey.storage.database import transaction
from tests.services.assessment.sample_taken import everything
from tests.services.assessment.scored_year import (
    YEAR,
    came_since,
    counted_campaign,
    decide,
    examining,
    score,
    signed,
)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    year_views.forget()


def view(*, provisional: bool = False) -> YearView:
    with transaction() as session:
        return year_views.year_view(session, YEAR, provisional=provisional)


def totals(found: YearView) -> list[tuple[str, str]]:
    return [(row.unit.key, str(row.outcome.total)) for one in found.classes for row in one.rows]


def test_before_the_first_record_only_who_may_score_sees_what_it_would_be(app: Flask) -> None:
    examining()
    with pytest.raises(NotScored):
        view()
    found = view(provisional=True)
    assert (found.record, found.is_outdated, found.decided) == (None, False, {})
    # (60 × 92 ＋ 25 × 95) ÷ 85, as long as nothing was counted
    assert totals(found) == [("t1", "92.88"), ("t2", "85.65"), ("t3", "76.18")]


def test_a_year_on_record_is_shown_as_it_is_there(each_app: Flask) -> None:
    examining()
    counted_campaign(each_app)
    score()
    found = view()
    assert found.record is not None
    assert found.record.number == 1
    again = view()
    assert again.outcome is found.outcome  # kept by the record's digest
    assert totals(again) == totals(found)
    story = found.total("t2")
    assert [part.component.key for part in story.parts] == ["targets", "leaders", "public"]
    assert story.row.outcome.words


def test_what_came_since_is_said_and_what_was_decided_stands_beside(app: Flask) -> None:
    signed()
    decide("t1", "fair")
    found = view()
    assert found.decided == {"t1": "fair"}
    assert next(row for row in found.classes[0].rows if row.unit.key == "t1").decided == "fair"
    assert not found.is_outdated
    came_since()
    later = view()
    assert later.is_outdated
    assert totals(later) == totals(found)


def test_supposing_stores_nothing(app: Flask) -> None:
    examining()
    score()
    before = everything()
    found = view()
    supposed = read_supposed(
        found.assessment.definition, {"weight-targets": "0", "least-good": "90", "quota-good": "1"}
    )
    (rows,) = found.supposing(supposed)
    assert [(row.unit.key, str(row.then.total), row.then.proposed) for row in rows.rows] == [
        ("t1", "95.00", "good"),
        ("t3", "91.00", "fair"),
        ("t2", "80.00", "fair"),
    ]
    assert everything() == before
    assert totals(view()) == totals(found)


def test_a_record_that_was_rewritten_is_refused(app: Flask) -> None:
    examining()
    score()
    with transaction(write=True) as session:
        row = session.query(ScoreRecordRow).one()
        row.digest = "sha256:" + "0" * 64
    with pytest.raises(BrokenRecord):
        view()
