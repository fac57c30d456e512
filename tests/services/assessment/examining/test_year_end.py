"""The steps of the year's end, by what is on record: also by the records that other pages make."""

from typing import Any

import pytest
from flask import Flask

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.examining.year_steps import StepState, YearStep
from survey.domain.assessment.facts import Stage
from survey.services.assessment.examining import conferences, year_end
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.assessment.overview import MissingKind, overview
from survey.storage.assessment.assessment_rows import locked_assessment
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR

from .year_at_end import analyse, at_end, hold, read, written, year

DONE, BEGUN, NONE = StepState.DONE, StepState.BEGUN, StepState.NONE


def on_record(kind: YearRecordKind, about: str, **content: Any) -> None:
    written(
        lambda session: put_on_record(session, locked_assessment(session, YEAR), kind, about, content, BY)
    )


def standing(step: YearStep) -> list[tuple[StepState, int]]:
    found = read(lambda session: year_end.year_end(session, year())).standing
    return [(found[unit, step].state, found[unit, step].number) for unit in ("t1", "t2", "t3")]


def test_nothing_is_on_record_at_first(app: Flask) -> None:
    at_end()
    for step in YearStep:
        assert standing(step) == [(NONE, 0)] * 3


def test_conferences_of_a_class_and_of_a_unit(app: Flask) -> None:
    at_end()
    one = hold(chosen={"units": ["t2"]})
    assert standing(YearStep.CONFERENCE) == [(NONE, 0), (DONE, 1), (NONE, 0)]
    hold("2")
    assert standing(YearStep.CONFERENCE) == [(DONE, 1), (DONE, 2), (DONE, 1)]
    written(
        lambda session: conferences.declare_void(session, YEAR, "1", {"void": "错"}, one.record.number, BY)
    )
    assert standing(YearStep.CONFERENCE) == [(DONE, 1)] * 3


def test_talks_and_visits_of_others_are_read_by_the_key_that_they_begin_with(app: Flask) -> None:
    at_end()
    on_record(YearRecordKind.TALK, "t1/1", number=3)
    on_record(YearRecordKind.TALK, "t1/1", number=4)
    on_record(YearRecordKind.TALK, "t1/2", number=1)
    on_record(YearRecordKind.TALK, "t10/1", number=1)
    assert standing(YearStep.TALKS) == [(DONE, 2), (NONE, 0), (NONE, 0)]
    on_record(YearRecordKind.VISIT_PLAN, "t1")
    on_record(YearRecordKind.VISIT_PLAN, "t2/output")
    on_record(YearRecordKind.VISIT, "t2/output")
    assert standing(YearStep.VISITS) == [(BEGUN, 0), (DONE, 1), (NONE, 0)]


def test_a_draft_of_an_analysis_is_no_analysis(app: Flask) -> None:
    at_end()
    analyse("t1")
    analyse("t3", submit=False)
    assert standing(YearStep.ANALYSIS) == [(DONE, 1), (NONE, 0), (BEGUN, 0)]


def test_of_sheets_only_how_many_are_in(app: Flask) -> None:
    at_end()
    assert read(lambda session: year_end.sheet_fills(session, year())) == []


def test_the_overview_names_what_is_missing_and_scoring_goes_on(app: Flask) -> None:
    at_end()
    hold()
    analyse("t2")

    def told() -> dict[str, str]:
        found = read(lambda session: overview(session, YEAR))
        assert found.next == "minping assessment score year-2026"
        return {one.about: str(one) for one in found.missing if one.kind is MissingKind.STEP}

    assert told() == {
        "talks": "talks: not on record of t1, t2, t3; scoring does not wait for it",
        "visits": "visits: not on record of t1, t2, t3; scoring does not wait for it",
        "analysis": "analysis: not on record of t1, t3; scoring does not wait for it",
    }


@pytest.mark.parametrize("stage", [Stage.RUNNING, Stage.CLOSED])
def test_only_at_the_year_s_end(app: Flask, stage: Stage) -> None:
    at_end(stage)
    missing = read(lambda session: overview(session, YEAR)).missing
    assert MissingKind.STEP not in {one.kind for one in missing}
