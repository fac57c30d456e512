"""Where an assessment stands: what is missing is named, and the next command fits."""

from flask import Flask

from survey.domain.assessment.seats import Seat, SeatPart, placed
from survey.services.assessment import assessments
from survey.services.assessment.assessments import Amendment
from survey.services.assessment.overview import AssessmentOverview, due_numbers, overview, unsigned_numbers
from survey.services.assessment.reports.report_queue import give_back
from survey.services.assessment.reports.typed_reports import approve
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample
from tests.services.assessment.reports.reported import (
    IN_TIME,
    MAY,
    TOWN,
    due,
    planned,
    submit,
    submitted,
    with_approver,
    written,
)
from tests.services.assessment.sample_taken import accept, close, issued, loaded, rows_of, take_values
from tests.services.assessment.scored_year import YEAR, came_since, signed


def told() -> AssessmentOverview:
    with transaction() as session:
        return overview(session, SAMPLE_CODE)


def test_a_draft_waits_for_nothing_but_its_issue(app: Flask) -> None:
    loaded()
    assert told().missing == ()
    assert told().next == "minping assessment issue qingyuan-2026"


def test_numbers_that_are_due_and_not_accepted_are_counted_and_named(app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,0")
    assert str(told().missing[0]) == (
        "numbers of 2026-01 not accepted: 109 (t1 safety, t1 style, t1 output, t1 invest, t1 revenue, "
        "t1 retail, t1 projects, t1 income and 101 more)"
    )
    assert (
        str(told().missing[1])
        == "component leaders: the count of qy-leaders is not read: there is no such campaign"
    )


def test_closed_periods_stand_in_it_and_the_next_one_is_looked_at(app: Flask) -> None:
    issued()
    take_values(rows_of("values.csv"))
    close("2026-10")
    found = told()
    assert [one.bulletin for one in found.closed] == list(range(1, 11))
    assert str(found.missing[0]) == "numbers of 2026-11 not accepted: 1 (t5 retail)"
    assert found.as_json()["closed"][-1]["period"] == "2026-10"
    assert found.next == "minping assessment close qingyuan-2026 PERIOD"


def test_what_an_amendment_takes_away_later_is_missing_until_then(app: Flask) -> None:
    issued()
    take_values(rows_of("values.csv"))
    close("2026-10")
    fewer = [row for row in rows_of("targets.csv") if row.text("unit") != "t5"]
    with transaction(write=True) as session:
        why = Amendment("撤并", "文", "", "2026-12")
        assessments.amend(session, SAMPLE_CODE, sample("assessment.toml"), fewer, why, BY)
    assert str(told().missing[0]) == "numbers of 2026-11 not accepted: 1 (t5 retail)"
    close("2026-11")
    assert not str(told().missing[0]).startswith("numbers")


def test_what_came_after_the_record_is_missing_in_it(each_app: Flask) -> None:
    signed()
    with transaction() as session:
        assert not overview(session, YEAR).outdated
    came_since()
    with transaction() as session:
        found = overview(session, YEAR)
    assert str(found.missing[0]) == (
        "score: numbers, points, entries or a signed count came after score record 1"
    )
    assert found.next == "minping assessment score year-2026 --reason TEXT"


def waiting_for(part: SeatPart) -> tuple[dict[str, int], dict[str, int]]:
    """Return by period how many numbers somebody in the town has to report, and to sign off."""
    with transaction() as session:
        known = assessments.current(session, SAMPLE_CODE)
        seats = [placed(Seat(1, SAMPLE_CODE, part, ("t3",)), known.definition)]
        due, unsigned = due_numbers(session, known, seats), unsigned_numbers(session, known, seats)
    return (
        {one.period: len(one.tasks) for one in due},
        {one.period: len(one.tasks) for one in unsigned},
    )


def test_what_is_returned_is_due_again_and_what_is_submitted_waits_for_the_approver(each_app: Flask) -> None:
    with_approver()
    accept("2026-01,t1,petitions,0")
    close("2026-04")
    number = len(due().numbers)
    assert waiting_for(SeatPart.REPORTER) == ({MAY: number}, {})
    submit()
    assert waiting_for(SeatPart.REPORTER) == ({}, {})
    assert waiting_for(SeatPart.APPROVER) == ({}, {MAY: number})
    first = submitted()[0].number
    written(lambda session: give_back(session, SAMPLE_CODE, [first], "口径不对", BY, of_unit="t3"))
    assert waiting_for(SeatPart.REPORTER) == ({MAY: 1}, {})
    assert waiting_for(SeatPart.APPROVER) == ({}, {MAY: number - 1})
    written(lambda session: approve(session, SAMPLE_CODE, MAY, TOWN, IN_TIME))
    assert waiting_for(SeatPart.APPROVER) == ({}, {})
    close(MAY)
    assert waiting_for(SeatPart.REPORTER)[0].items() > {MAY: 1}.items()
    assert waiting_for(SeatPart.GROUP) == ({}, {})
    submit(planned(due()))
    assert MAY not in waiting_for(SeatPart.REPORTER)[0]
    assert waiting_for(SeatPart.APPROVER) == ({}, {MAY: 1})
