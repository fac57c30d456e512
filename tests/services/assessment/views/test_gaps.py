"""What is missing where a period is closed, or the year is scored."""

from flask import Flask

from survey.services.assessment import assessments, score_records
from survey.services.assessment.views import gaps
from survey.storage.assessment import score_record_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment import scored_year
from tests.services.assessment.sample_taken import (
    accept,
    close,
    issued,
    rows_of,
    take_all,
    take_values,
    values,
)


def test_each_period_is_told_with_what_it_lacks(each_app: Flask) -> None:
    issued()
    take_values(rows_of("values.csv"))
    with transaction() as session:
        told = gaps.gaps_of_periods(session, SAMPLE_CODE, ["2026-10", "2026-11"])
    assert told == ["numbers of 2026-11 not accepted: 1 (t5 retail)"]


def test_a_record_tells_what_earned_nothing_and_what_has_no_value(app: Flask) -> None:
    issued()
    take_all()
    close("2026-12")
    with transaction(write=True) as session:
        told = gaps.gaps_of_record(score_records.score_year(session, SAMPLE_CODE, BY))
    twelve = "not-certified: 12 (t1, t2, t3, t4, t5, t6, t7, t8 and 4 more)"
    assert told == [
        "not accepted by the year's end, 0 points: 1 (t5 retail)",
        *(f"component {key} without a value, {twelve}" for key in ("leaders", "mutual", "public")),
    ]


def test_totals_that_are_withheld_are_told(app: Flask) -> None:
    scored_year.examining()
    scored_year.score()
    with transaction() as session:
        found = assessments.current(session, scored_year.YEAR)
        record = score_record_rows.find_record(session, found.id, 1)
    assert gaps.gaps_of_record(record) == ["component public without a value, not-certified: 3 (t1, t2, t3)"]
    withheld = gaps._without_total([{"unit": "t1", "total": None}, {"unit": "t2", "total": "1.00"}])
    assert list(withheld) == ["totals withheld: 1 (t1)"]


def test_what_is_handed_in_waits_until_it_is_answered(each_app: Flask) -> None:
    issued()

    def line() -> str:
        with transaction() as session:
            return gaps.waiting_line(session, assessments.current(session, SAMPLE_CODE))

    assert line() == ""
    take_values(values("2026-01,t1,petitions,1", "2026-01,t2,petitions,2"), accept=False)
    assert line() == "handed in, not accepted: 2 (2026-01 t1 petitions, 2026-01 t2 petitions)"
    accept("2026-01,t1,petitions,3")
    assert line() == "handed in, not accepted: 1 (2026-01 t2 petitions)"
    accept("2026-01,t2,petitions,2")
    assert line() == ""
    # Handed in anew it waits anew, unless the office has that number already.
    take_values(values("2026-01,t1,petitions,3", "2026-01,t2,petitions,4"), accept=False)
    assert line() == "handed in, not accepted: 1 (2026-01 t2 petitions)"
