"""Periods: months or quarters of the year, as files and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.periods import due_in, last_period, month_of, periods_of, read_period
from tests.domain.assessment.full_year import defined, full_year
from tests.domain.editing import changed

BY_QUARTER = defined()
BY_MONTH = defined(
    changed("components[1].weights", [1] * 12, changed("assessment.periods", "month", full_year()))
)


def test_a_year_has_its_periods() -> None:
    assert periods_of(BY_QUARTER) == ("2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4")
    assert (len(periods_of(BY_MONTH)), periods_of(BY_MONTH)[0]) == (12, "2027-01")
    assert (last_period(BY_QUARTER), last_period(BY_MONTH)) == ("2027-Q4", "2027-12")
    assert [month_of(period) for period in periods_of(BY_QUARTER)] == [3, 6, 9, 12]
    assert [month_of(period) for period in periods_of(BY_MONTH)] == list(range(1, 13))


@pytest.mark.parametrize(
    "text",
    [
        "2027-05",
        "2027-5",
        "2027/5",
        "2027.05",
        "202705",
        "2027年5月",
        "２０２７年５月份",
        " 5月 ",
        "2027年05月",
    ],
)
def test_a_month_is_written_in_many_ways(text: str) -> None:
    assert read_period(BY_MONTH, text) == "2027-05"
    assert read_period(BY_QUARTER, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2027-Q2",
        "2027Q2",
        "2027q2",
        "2027年二季度",
        "2027年第二季度",
        "2027年第2季度",
        "二季度",
        "2027-06",
        "2027年6月",
    ],
)
def test_a_quarter_is_written_in_many_ways_or_by_its_last_month(text: str) -> None:
    assert read_period(BY_QUARTER, text) == "2027-Q2"


@pytest.mark.parametrize(
    "text", ["", "2027", "2026-05", "2027-13", "2027-00", "2027-Q5", "2027-Q1", "五月", "2027-5-1"]
)
def test_what_names_no_month_of_the_year_is_none(text: str) -> None:
    assert read_period(BY_MONTH, text) is None


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_none(text: str) -> None:
    for definition in (BY_MONTH, BY_QUARTER):
        assert read_period(definition, text) in (None, *periods_of(definition))


def test_an_indicator_is_due_in_its_own_rhythm() -> None:
    def due(definition: object, key: str) -> list[str]:
        known = BY_MONTH if definition is BY_MONTH else BY_QUARTER
        return [period[5:] for period in periods_of(known) if due_in(known, known.indicator[key], period)]

    assert due(BY_MONTH, "party") == ["12"]
    assert due(BY_QUARTER, "party") == ["Q4"]
    assert due(BY_QUARTER, "dust") == due(BY_QUARTER, "output") == ["Q1", "Q2", "Q3", "Q4"]
    assert len(due(BY_MONTH, "dust")) == 12
    quarterly = defined(
        changed(
            "indicators[2].reported",
            "quarter",
            changed("components[1].weights", [1] * 12, changed("assessment.periods", "month", full_year())),
        )
    )
    assert [
        month for month in range(1, 13) if due_in(quarterly, quarterly.indicator["dust"], f"2027-{month:02}")
    ] == [3, 6, 9, 12]
