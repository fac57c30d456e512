"""The year's outcome is frozen with everything that it rests on."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.assessment.facts import Stage
from survey.domain.errors import BrokenRecord, NotScored, UnknownAssessment, WrongStage
from survey.services.assessment import assessments, score_records
from survey.services.audit import audit
from survey.storage.assessment import assessment_rows, score_record_rows
from survey.storage.database import transaction
from tests.builders import BY

from .scored_year import YEAR, examining, score, stage, year_data


def units(number: int = 1) -> dict[str, Any]:
    with transaction() as session:
        found = assessments.current(session, YEAR)
        record = score_record_rows.find_record(session, found.id, number)
        return {one["unit"]: one for one in score_records.read_back(session, found, record).units}


def test_an_outcome_is_put_on_record(each_app: Flask) -> None:
    examining()
    assert score() == 1
    assert stage() is Stage.SCORED
    # (60 × 92 + 25 × 95) ÷ 85 = 92.882…; the campaign was never counted.
    found = units()
    assert {key: (one["total"], one["rank"]) for key, one in found.items()} == {
        "t1": ("92.88", 1),
        "t2": ("85.65", 2),
        "t3": ("76.18", 3),
    }
    assert found["t1"]["components"][2]["why"] == "not-certified"
    with transaction() as session:
        record = score_records.last_record(session, assessments.current(session, YEAR))
        *_, (entry, facts) = audit.history(session, assessments.logged_as(YEAR))
    assert (entry.act, facts["digest"], facts["record"]) == ("assessment-score", record.digest, 1)
    assert not record.is_signed


def test_a_second_record_needs_a_reason_and_leaves_the_first(each_app: Flask) -> None:
    examining()
    score()
    with pytest.raises(WrongStage, match="--reason"):
        score(" ")
    assert score("复核后更正") == 2
    with transaction() as session:
        found = assessments.current(session, YEAR)
        first, second = score_record_rows.records(session, found.id)
        assert second.content()["replaces"] == first.digest
        assert (first.reason, second.reason) == ("", "复核后更正")
        assert score_records.last_record(session, found).number == 2
    assert units(1) == units(2)


@pytest.mark.parametrize("at", [Stage.DRAFT, Stage.ISSUED, Stage.CLOSED])
def test_it_is_scored_in_no_other_stage(app: Flask, at: Stage) -> None:
    with transaction(write=True) as session:
        made = assessments.load(session, year_data(), None, BY)
        assessment_rows.set_stage(session, made, at)
    with pytest.raises(WrongStage):
        score()
    with pytest.raises(NotScored), transaction() as session:
        score_records.last_record(session, assessments.current(session, YEAR))


def test_an_unknown_assessment_is_named(app: Flask) -> None:
    with pytest.raises(UnknownAssessment):
        score()


def test_a_record_gives_its_outcome_again(each_app: Flask) -> None:
    examining()
    score()
    with transaction() as session:
        found = assessments.current(session, YEAR)
        record = score_records.last_record(session, found)
        outcome = score_records.outcome_of_record(score_records.read_back(session, found, record))
    assert [str(one.total) for one in outcome.units] == ["92.88", "85.65", "76.18"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE score_records SET content = replace(content, '92.88', '92.98')",
        "UPDATE assessment_versions SET digest = 'sha256:other'",
    ],
)
def test_what_was_changed_behind_it_is_refused(each_app: Flask, change: str) -> None:
    examining()
    score()
    with transaction(write=True) as session:
        session.execute(text(change))
    with pytest.raises(BrokenRecord):
        units()
