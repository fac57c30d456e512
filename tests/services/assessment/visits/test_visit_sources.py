"""What visits are planned from, and reported against found."""

from fractions import Fraction

import pytest
from flask import Flask

from survey.domain.assessment.visits.visit_suggestions import SuggestionKind
from survey.services.assessment import assessments, taking
from survey.services.assessment.views import period_views
from survey.services.assessment.visits.visit_sources import checked_numbers, suggestions_of
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.sample_taken import rows, values
from tests.web.admin.assessment.seated_year import CODE, seated_year

from .visited import PLACE, REPORTED, answered, rule, written


@pytest.fixture(autouse=True)
def year(app: Flask) -> None:
    seated_year()
    period_views.forget()


def correct(value: int) -> None:
    number = values(f"{PLACE.period},t1,output,{value}")
    written(lambda session: taking.take_numbers(session, CODE, number, BY, accept=True, reason="更正"))


def by_file(found: int, back: str = "") -> None:
    row = rows("period,unit,indicator,found,why,taken_back", f"{PLACE.period},t1,output,{found},查,{back}")
    written(lambda session: taking.take_findings(session, CODE, row, BY))


def reasons() -> tuple[SuggestionKind, ...]:
    with transaction() as session:
        view = period_views.period_view(session, CODE, PLACE.period)
        found = suggestions_of(session, view)
    assert len(found) == 6
    return next(one.reasons for one in found if (one.target.unit, one.target.indicator) == PLACE.task)


def checked() -> list[tuple[Fraction | None, Fraction]]:
    with transaction() as session:
        known = checked_numbers(session, assessments.current(session, CODE))
    return [(one.reported, one.found) for one in known]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (15_000_000, ()),
        (12_000_001, ()),
        (12_000_000, (SuggestionKind.BEHIND,)),
        (18_000_000, (SuggestionKind.AHEAD,)),
        (150_000_000, (SuggestionKind.TEN_TIMES,)),
        (1_500_000, (SuggestionKind.TEN_TIMES,)),
    ],
)
def test_a_number_far_off_its_plan_is_worth_a_look(value: int, why: tuple[SuggestionKind, ...]) -> None:
    correct(value)
    assert reasons() == (*why, SuggestionKind.CORRECTED)


def test_a_number_that_stays_is_not_corrected() -> None:
    assert SuggestionKind.CORRECTED not in reasons()


def test_nothing_is_checked_before_a_finding_stands() -> None:
    answered()
    assert checked() == []
    rule(True)
    assert checked() == [(REPORTED, 7_000_000)]
    rule(False, "误判")
    assert checked() == []


def test_a_correction_after_the_visit_does_not_make_the_report_right() -> None:
    answered()
    correct(7_000_000)
    rule(True)
    correct(7_000_001)
    assert checked() == [(REPORTED, 7_000_000)]


def test_findings_of_files_count_as_well() -> None:
    by_file(6_000_000)
    by_file(6_500_000)
    assert checked() == [(REPORTED, 6_500_000)]
    by_file(6_500_000, "是")
    assert checked() == []
