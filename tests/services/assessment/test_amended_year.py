"""A year whose total rests on its periods, amended on the way: what was closed keeps its rules."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.assessment.facts import Stage
from survey.domain.errors import BrokenRecord, WrongStage
from survey.services.assessment import assessments, closing, score_records, taking
from survey.services.assessment.assessments import Amendment
from survey.services.assessment.score_records import RecordReadBack
from survey.storage.database import transaction
from tests.builders import BY

from .sample_taken import everything, rows

CODE = "quarters"
HEAD = "unit,indicator,target"
TASKS = ("u1,i,100", "u1,j,100", "u2,i,100", "u2,j,100")


def year(weights: list[int]) -> dict[str, Any]:
    asked = {"measure": "件", "score": [{"points": Decimal(10), "method": "complete"}]}
    return {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": CODE, "title": "考核", "office": "办", "year": 2026, "periods": "quarter"},
        "classes": [{"key": "k", "label": "乡镇"}],
        "units": [{"key": key, "class": "k", "label": key} for key in ("u1", "u2")],
        "indicators": [{"key": key, "label": key} | asked for key in ("i", "j")],
        "components": [{"key": "p", "label": "平时", "weight": 1, "from": "periods", "weights": weights}],
        "composite": {"bands": [{"key": "good", "label": "良好", "at_least": 0}]},
    }


def take(period: str, **numbers: int) -> None:
    """Take numbers over, as in ``u1_i=50``."""
    lines = [f"{period},{task.replace('_', ',')},{value}" for task, value in numbers.items()]
    with transaction(write=True) as session:
        given = rows("period,unit,indicator,value", *lines)
        taking.take_numbers(session, CODE, given, BY, accept=True)


def close(period: str) -> list[int]:
    with transaction(write=True) as session:
        return [one.version for one in closing.close_period(session, CODE, period, BY)]


def score() -> dict[str, str]:
    """Score the year; return the totals."""
    with transaction(write=True) as session:
        score_records.score_year(session, CODE, BY, "复核")
    return {unit["unit"]: unit["total"] for unit in found().units}


def found() -> RecordReadBack:
    """Read the last record back, worked out anew."""
    with transaction() as session:
        assessment = assessments.current(session, CODE)
        read = score_records.read_back(session, assessment, score_records.last_record(session, assessment))
        score_records.outcome_of_record(read)
        assert not score_records.is_outdated(session, read)
    return read


def amended(weights: list[int], since: str = "2026-Q3") -> None:
    """Bring the year to its first quarter's close, and take a task of ``u1`` away then."""
    with transaction(write=True) as session:
        assessments.load(session, year(weights), rows(HEAD, *TASKS), BY)
        assessments.issue(session, CODE, BY)
    take("2026-Q1", u1_i=50, u1_j=0, u2_i=100, u2_j=100)
    close("2026-Q1")
    with transaction(write=True) as session:
        why = Amendment("撤销", "文", "", since)
        fewer = rows(HEAD, *(task for task in TASKS if task != "u1,j,100"))
        assessments.amend(session, CODE, year(weights), fewer, why, BY)


def test_an_amendment_changes_no_closed_period_in_the_years_total(each_app: Flask) -> None:
    amended([1, 0, 0, 0])
    take("2026-Q4", u1_i=100)
    assert close("2026-Q4") == [0, 1, 1]
    # In the first quarter 25 are planned of each: u1 had all of i and nothing of j.
    assert score() == {"u1": "50.00", "u2": "100.00"}
    read = found()
    assert {period: one.version for period, one in read.earlier.items()} == {"2026-Q1": 0, "2026-Q2": 0}


def test_periods_after_it_follow_the_amendment(each_app: Flask) -> None:
    amended([1, 0, 0, 1])
    take("2026-Q4", u1_i=100, u2_i=100, u2_j=100)
    assert score() == {"u1": "75.00", "u2": "100.00"}


def test_a_record_of_other_earlier_targets_is_refused(each_app: Flask) -> None:
    amended([1, 0, 0, 0])
    take("2026-Q4", u1_i=100)
    score()
    with transaction(write=True) as session:
        session.execute(text("UPDATE assessment_versions SET digest = 'sha256:x' WHERE version = 0"))
    with pytest.raises(BrokenRecord, match="names other targets for 2026-Q1"):
        found()


def test_a_year_that_is_not_over_is_not_scored(each_app: Flask) -> None:
    amended([1, 0, 0, 0])
    before = everything()
    with pytest.raises(WrongStage, match=r"no number of 2026-Q4 is accepted; .* close quarters 2026-Q4"):
        score()
    assert everything() == before
    take("2026-Q4", u2_i=100)
    assert score() == {"u1": "50.00", "u2": "100.00"}
    with transaction() as session:
        assessment = assessments.current(session, CODE)
        assert assessment.stage is Stage.SCORED
        assert len(closing.closed_periods(session, assessment)) == 4
