"""The days that a task may have, also after one that was taken before there was a last one."""

from datetime import date

import pytest

from survey.domain.assessment.telling.mending_task import (
    OTHER_GROUND,
    days_after,
    last_day,
    read_extension,
    read_task,
)
from survey.domain.errors import BadYearRecord

TODAY = date(2027, 2, 1)
TASK = {"what": "补齐缺口", "ground": OTHER_GROUND, "responsible": "张三"}


@pytest.mark.parametrize(
    ("year", "last"), [(2026, date(2032, 12, 31)), (2027, date(2032, 12, 31)), (2029, date(2034, 12, 31))]
)
def test_a_task_ends_in_the_fifth_year(year: int, last: date) -> None:
    assert last_day(TODAY, year) == last


@pytest.mark.parametrize(
    ("mend_by", "first"),
    [
        (date(2027, 3, 31), date(2027, 4, 1)),
        (date(2026, 12, 1), TODAY),
        (date(9999, 12, 30), date(9999, 12, 31)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_a_task_is_extended_to_a_later_day(mend_by: date, first: date) -> None:
    assert days_after(mend_by, TODAY, 2026) == (first, date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2027-01-31", "too-early"),
        ("2027-02-01", ""),
        ("2032-12-31", ""),
        ("2033-01-01", "too-late"),
        ("9999-12-31", "too-late"),
    ],
)
def test_days_are_read_within_their_bounds(day: str, why: str) -> None:
    ends = (TODAY, last_day(TODAY, 2026))
    if not why:
        assert read_task(TASK | {"mend_by": day}, {OTHER_GROUND: ""}, *ends)["mend_by"] == day
        assert read_extension({"until": day, "reason": "因为"}, *ends)["until"] == day
        return
    with pytest.raises(BadYearRecord) as refused:
        read_task(TASK | {"mend_by": day}, {OTHER_GROUND: ""}, *ends)
    assert refused.value.faults == {"mend_by": why}
    with pytest.raises(BadYearRecord) as refused:
        read_extension({"until": day, "reason": "因为"}, *ends)
    assert refused.value.faults == {"until": why}
