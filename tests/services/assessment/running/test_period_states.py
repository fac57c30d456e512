"""The periods of a year as they stand, and closing one as it was shown."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from survey.domain.errors import ChangedMeanwhile, UnknownAssessment, UnknownPeriod, WrongStage
from survey.services.assessment.running import period_states
from survey.services.assessment.running.period_states import PlannedClose, YearPeriods
from survey.services.audit.audit import By
from survey.storage.database import transaction
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import accept, close, issued, rows, take_values

MAY = By("王芳", datetime(2026, 5, 20, tzinfo=UTC))


def year() -> YearPeriods:
    with transaction() as session:
        return period_states.year_periods(session, SAMPLE_CODE, MAY.at)


def planned(period: str) -> PlannedClose:
    with transaction() as session:
        return period_states.planned_close(session, SAMPLE_CODE, period, MAY.at)


def close_seen(period: str, seen: str) -> list[str]:
    with transaction(write=True) as session:
        closed = period_states.close_as_seen(session, SAMPLE_CODE, period, seen, MAY)
    return [one.period for one in closed]


def test_states_of_periods(each_app: Flask) -> None:
    issued()
    assert year().gap is None
    accept("2026-01,t1,output,3")
    close("2026-01")
    accept("2026-01,t1,output,4")
    found = year()
    first, second, *_, last = found.periods
    assert (first.closed and first.closed.bulletin, first.begun, first.late) == (1, True, True)
    assert (second.closed, second.begun, last.begun, last.late) == (None, True, False, False)
    assert str(second.due) == "2026-03-05"
    assert [(one.before, one.now) for one in found.corrections] == [(3, 4)]
    assert found.next_bulletin == 2
    assert found.gap is not None
    assert found.gap.period == "2026-02"
    assert len(found.gap.missing) == found.gap.due > 0


def test_what_is_missing_and_what_waits_are_told_apart(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,output,3")
    take_values(rows("period,unit,indicator,value", "2026-01,t2,output,5"), accept=False)
    [gap] = planned("2026-01").gaps
    assert ("t1", "output") not in gap.missing
    assert ("t2", "output") in gap.missing
    assert gap.waiting == (("t2", "output"),)
    assert gap.due == len(gap.missing) + 1


def test_a_close_wants_what_was_seen(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,output,3")
    seen = planned("2026-01").digest
    accept("2026-01,t2,output,3")
    for wrong in (seen, "", "x"):
        with pytest.raises(ChangedMeanwhile):
            close_seen("2026-01", wrong)
    assert close_seen("2026-01", planned("2026-01").digest) == ["2026-01"]
    with pytest.raises(WrongStage):
        close_seen("2026-01", seen)


def test_a_number_of_another_period_is_none_of_this_close(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,output,3")
    seen = planned("2026-01").digest
    accept("2026-02,t1,output,3")
    assert planned("2026-01").digest == seen
    assert planned("2026-02").digest != seen


def test_a_later_period_takes_the_open_ones_with_it(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,output,3")
    close("2026-01")
    found = planned("2026年4月")
    assert [one.period for one in found.gaps] == ["2026-02", "2026-03", "2026-04"]
    assert (found.period, found.first_bulletin, found.is_last) == ("2026-04", 2, False)
    assert close_seen("2026-04", found.digest) == ["2026-02", "2026-03", "2026-04"]


def test_what_cannot_be_closed(each_app: Flask) -> None:
    with pytest.raises(UnknownAssessment):
        planned("2026-01")
    issued()
    with pytest.raises(WrongStage):
        planned("2026-01")
    accept("2026-01,t1,output,3")
    for period in ("2026-06", "2027-01", "nothing"):
        with pytest.raises(UnknownPeriod):
            planned(period)
