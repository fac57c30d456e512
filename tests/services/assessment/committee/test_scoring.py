"""A preview is what the record then says, and it is made once, whoever sends it how often."""

import pytest
from flask import Flask

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.examining.year_steps import YearStep
from survey.domain.assessment.totals.outcome_json import units_json
from survey.domain.errors import ChangedMeanwhile, ReasonMissing, UnknownYearRecord, WrongStage
from survey.services.assessment import assessments, score_records
from survey.services.assessment.assessments import locked_assessment
from survey.services.assessment.committee import scoring
from survey.services.assessment.examining.year_records import put_on_record
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.examining.year_at_end import analyse, hold
from tests.services.assessment.scored_year import YEAR, came_since, examining, signed


def preview() -> scoring.ScoringPreview:
    with transaction() as session:
        return scoring.preview(session, YEAR)


def make(seen: str, reason: str = "") -> int:
    with transaction(write=True) as session:
        return scoring.score_as_seen(session, YEAR, BY, reason, seen).number


def test_the_record_is_what_was_shown(each_app: Flask) -> None:
    examining()
    shown = preview()
    assert make(shown.mark) == 1
    with transaction() as session:
        found = assessments.current(session, YEAR)
        record = score_records.record_numbered(session, found, 1)
        assert record.content()["outcome"] == units_json(found.definition, shown.outcome)
        with pytest.raises(UnknownYearRecord):
            score_records.record_numbered(session, found, 2)


def test_the_same_sent_again_is_the_same_record(each_app: Flask) -> None:
    examining()
    first = preview().mark
    assert [make(first), make(first)] == [1, 1]
    came_since()
    second = preview().mark
    assert [make(second, "更正"), make(second, "更正")] == [2, 2]
    with pytest.raises(ChangedMeanwhile):
        make(first, "更正")


def test_what_was_not_seen_is_not_scored(app: Flask) -> None:
    examining()
    seen = preview().mark
    came_since()
    with pytest.raises(ChangedMeanwhile):
        make(seen)
    with pytest.raises(ChangedMeanwhile):
        make("")


def test_a_later_one_needs_news_and_a_reason(app: Flask) -> None:
    signed()
    shown = preview()
    assert not shown.may_be_made
    assert (shown.came, shown.changes) == ((), ())
    with pytest.raises(WrongStage, match="nothing came"):
        make(shown.mark, "复核")
    came_since()
    shown = preview()
    assert shown.may_be_made
    assert [one.unit for one in shown.changes] == ["t3"]
    with pytest.raises(ReasonMissing):
        make(shown.mark, " ")


def test_steps_on_record_are_not_missing(app: Flask) -> None:
    examining()
    hold(chosen={"units": ["t1", "t2"]})
    analyse("t1")
    analyse("t2", submit=False)
    with transaction(write=True) as session:
        put_on_record(session, locked_assessment(session, YEAR), YearRecordKind.TALK, "t3", {}, BY)
    assert preview().steps == {
        YearStep.CONFERENCE: ["t3"],
        YearStep.TALKS: ["t1", "t2"],
        YearStep.VISITS: ["t1", "t2", "t3"],
        YearStep.ANALYSIS: ["t2", "t3"],
    }
