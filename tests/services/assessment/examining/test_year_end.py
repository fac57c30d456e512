"""The steps of the year's end, by what is on record: also by the records that other pages make."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from survey.domain.assessment.examining.talks import PersonKind, TalkCount
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.examining.year_steps import StepState, YearStep
from survey.domain.assessment.facts import NumberKind, Stage, TakenNumber
from survey.domain.assessment.visits.visits import VisitFinding, VisitPlace, finding_content
from survey.services.assessment import taking
from survey.services.assessment.examining import conferences, year_end
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.assessment.overview import MissingKind, overview
from survey.storage.assessment.assessment_rows import locked_assessment
from survey.web.context import settings
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR

from . import scored_sheets
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


def test_a_talk_that_is_counted_anew_is_one(app: Flask) -> None:
    at_end()
    for number in (3, 4):
        on_record(YearRecordKind.TALK, "t1", **TalkCount({PersonKind.HEADS: number}).content())
    assert standing(YearStep.TALKS) == [(DONE, 1), (NONE, 0), (NONE, 0)]


def planned(unit: str, **more: Any) -> VisitPlace:
    place = VisitPlace("2026-12", unit, "output")
    plan = {"group": "组", "sample": "", "asked_by": "", "day": "2026-12-01", "days": 5}
    on_record(YearRecordKind.VISIT_PLAN, place.about, **plan, **more)
    return place


def visited(unit: str, answer_by: date | None) -> None:
    finding = VisitFinding(Fraction(7), None, "看过", "", "组", BY.at, answer_by)
    on_record(YearRecordKind.VISIT, planned(unit).about, **finding_content(finding, {}))


def test_visits_are_their_unit_s_once_it_is_told(app: Flask) -> None:
    at_end()
    planned("t1")
    visited("t2", None)
    visited("t3", date(2026, 12, 6))
    assert standing(YearStep.VISITS) == [(BEGUN, 0), (BEGUN, 0), (DONE, 1)]
    visited("t2", date(2026, 12, 6))
    planned("t1", dropped=True)
    assert standing(YearStep.VISITS) == [(NONE, 0), (DONE, 1), (DONE, 1)]


def test_what_a_file_says_was_found_is_on_record_too(app: Flask) -> None:
    at_end()
    found = TakenNumber(0, NumberKind.VERIFIED, "2026-12", "t1", "output", Fraction(7))
    written(
        lambda session: taking.record_numbers(session, locked_assessment(session, YEAR), [found, found], BY)
    )
    assert standing(YearStep.VISITS) == [(DONE, 1), (NONE, 0), (NONE, 0)]


def test_a_draft_of_an_analysis_is_no_analysis(app: Flask) -> None:
    at_end()
    analyse("t1")
    analyse("t3", submit=False)
    assert standing(YearStep.ANALYSIS) == [(DONE, 1), (NONE, 0), (BEGUN, 0)]


def test_of_sheets_only_how_many_are_in(app: Flask) -> None:
    scored_sheets.sheets_year()
    scored_sheets.named()

    def filled() -> tuple[int, bool]:
        first = read(lambda session: year_end.sheet_fills(session, scored_sheets.year()))[0]
        assert first.sheet == scored_sheets.HEADS
        return first.number, first.opened

    keys = settings().keys
    assert filled() == (0, False)
    for name in scored_sheets.SCORERS[:2]:
        scored_sheets.hand_in(keys, name)
    assert filled() == (2, False)
    scored_sheets.give_back(scored_sheets.SCORERS[0])
    scored_sheets.take_off(scored_sheets.SCORERS[1])
    assert filled() == (0, False)
    for name in (scored_sheets.SCORERS[0], scored_sheets.SCORERS[2]):
        scored_sheets.hand_in(keys, name)
    assert filled() == (2, True)


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
