"""What a year's result rests on: the numbers that hold at its end, and everything by hand that stands."""

import copy
from fractions import Fraction

from flask import Flask

from survey.domain.assessment.facts import Evidence, SheetPoints
from survey.services.assessment import assessments, evidence, taking
from survey.services.assessment.assessments import Amendment
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample

from .sample_taken import accept, close, current, issued, rows, rows_of, take_all

LAST = "2026-12"


def found() -> Evidence:
    with transaction() as session:
        return evidence.evidence_of(session, current())


def find(*lines: str) -> None:
    with transaction(write=True) as session:
        given = rows("period,unit,indicator,found,why", *lines)
        taking.take_findings(session, SAMPLE_CODE, given, BY)


def test_the_samples_year(each_app: Flask) -> None:
    issued()
    take_all()
    year = found()
    assert list(year.actuals) == [LAST]
    assert year.actuals[LAST]["t3", "output"] == Fraction("56.79")
    assert ("t5", "retail") not in year.actuals[LAST]
    assert (len(year.entries), len(year.vetoes), year.entered, year.points) == (8, 1, (), ())
    assert year.counted is None
    # Whatever the order of the files: tasks are in that of the definition.
    tasks = [task for task in current().targets if task in year.actuals[LAST]]
    assert list(year.actuals[LAST]) == tasks


def test_a_finding_after_the_last_close_counts(each_app: Flask) -> None:
    issued()
    take_all()
    close(LAST)
    find("2026-12,t1,output,1,重复统计")
    assert found().actuals[LAST]["t1", "output"] == 1


def test_earlier_periods_count_as_they_were_closed(each_app: Flask) -> None:
    issued()
    by_period = copy.deepcopy(sample("assessment.toml"))
    by_period["components"][0] |= {"from": "periods", "weights": [1] * 12}
    with transaction(write=True) as session:
        assessments.amend(session, SAMPLE_CODE, by_period, None, Amendment("x", "y", "", ""), BY)
    accept("2026-01,t1,petitions,1", "2026-02,t1,petitions,1", "2026-12,t1,petitions,1")
    close("2026-01")
    accept("2026-01,t1,petitions,2", "2026-02,t1,petitions,2", "2026-12,t1,petitions,2")
    year = found()
    assert len(year.actuals) == 12
    values = {period: dict(actuals) for period, actuals in year.actuals.items() if actuals}
    task = ("t1", "petitions")
    assert values == {"2026-01": {task: 1}, "2026-02": {task: 2}, LAST: {task: 2}}


def test_a_task_that_an_amendment_took_away_counts_nowhere(each_app: Flask) -> None:
    issued()
    accept("2026-12,t1,petitions,1", "2026-12,t2,petitions,1")
    fewer = [
        row
        for row in rows_of("targets.csv")
        if (row.text("unit"), row.text("indicator")) != ("t1", "petitions")
    ]
    with transaction(write=True) as session:
        why = Amendment("x", "y", "", "")
        assessments.amend(session, SAMPLE_CODE, sample("assessment.toml"), fewer, why, BY)
    assert found().actuals[LAST] == {("t2", "petitions"): 1}


def test_points_by_name_are_the_last_ones(each_app: Flask) -> None:
    data = copy.deepcopy(sample("assessment.toml"))
    lines = [{"key": "work", "label": "工作", "points": 100}]
    data["sheets"] = [{"key": "joint", "title": "部门评分", "lines": lines}]
    with transaction(write=True) as session:
        assessments.load(session, data, rows_of("targets.csv"), BY)
        assessments.issue(session, SAMPLE_CODE, BY)
    for points in ("90", "88.5", "88.5"):
        with transaction(write=True) as session:
            given = rows("sheet,unit,scorer,line,points", f"joint,t1,周,work,{points}")
            taking.take_points(session, SAMPLE_CODE, given, BY)
    assert found().points == (SheetPoints("joint", "t1", "周", "work", Fraction("88.5")),)
