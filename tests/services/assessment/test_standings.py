"""How units stand at a period's end, on the sample: as expected, and frozen once it is closed."""

from fractions import Fraction

import pytest
from flask import Flask

from survey.domain.assessment.definition import Light
from survey.domain.errors import UnknownAssessment, UnknownPeriod
from survey.services.assessment import assessments, standings
from survey.services.assessment.assessments import Amendment
from survey.services.assessment.standings import PeriodFacts
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, expected, sample

from .sample_taken import accept, close, issued, rows, rows_of, take_all


def standing(period: str = "2026-05") -> PeriodFacts:
    with transaction() as session:
        return standings.standing_of(session, SAMPLE_CODE, period)


def test_the_samples_may_stands_as_expected(each_app: Flask) -> None:
    issued()
    take_all()
    found = standing("2026年5月")
    assert (found.period, found.closed, found.bulletin.number) == ("2026-05", False, None)
    units = [
        (one["unit"], one["assigned"], one["on_pace"], one["first"], one["last"])
        for one in expected()["standing"]["units"]
    ]
    assert [(u.unit, u.assigned, u.on_pace, u.first, u.last) for u in found.bulletin.standing.units] == units
    assert list(found.bulletin.simulated) == [unit for unit, *_ in units]


def test_a_closed_period_stands_on_its_frozen_numbers(each_app: Flask) -> None:
    issued()
    take_all()
    open_one = standing()
    close("2026-05")
    accept("2026-05,t1,output,1")
    closed = standing()
    assert closed.bulletin.standing == open_one.bulletin.standing
    assert closed.bulletin.simulated == open_one.bulletin.simulated
    assert (closed.closed, closed.bulletin.number, closed.bulletin.corrections) == (True, 5, ())
    (correction,) = standing("2026-06").bulletin.corrections
    assert (correction.task, correction.now) == (("t1", "output"), Fraction(1))


def test_it_stands_under_the_version_that_holds_for_it(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1", "2026-02,t1,petitions,1")
    others = [row for row in rows_of("targets.csv") if row.text("indicator") != "petitions"]
    with transaction(write=True) as session:
        data, why = sample("assessment.toml"), Amendment("x", "y", "", "2026-02")
        tighter = rows("unit,indicator,target", "t1,petitions,0")
        assessments.amend(session, SAMPLE_CODE, data, [*others, *tighter], why, BY)
    lights = {
        period: next(
            task.light
            for task in standing(period).bulletin.standing.tasks
            if (task.unit, task.indicator) == ("t1", "petitions")
        )
        for period in ("2026-01", "2026-02")
    }
    assert lights["2026-02"] is Light.RED
    assert [standing(period).assessment.version for period in lights] == [0, 1]


def test_what_is_not_known_is_refused(each_app: Flask) -> None:
    issued()
    with pytest.raises(UnknownPeriod):
        standing("五月份吧")
    with transaction() as session, pytest.raises(UnknownAssessment):
        standings.standing_of(session, "nowhere", "2026-05")
