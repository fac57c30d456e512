"""What records of a visit come to."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.visits.visits import (
    Visit,
    VisitFinding,
    VisitPlace,
    VisitState,
    day_in,
    finding_content,
    last_day,
    visits_from,
)

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PLACE = VisitPlace("2026-12", "t1", "output")
PLAN = {"group": "组", "sample": "", "asked_by": "", "day": "2026-12-01", "days": 5}
FINDING = VisitFinding(Fraction(1, 3), Fraction(2), "看了合同", "", "组员", AT)
SENT = finding_content(FINDING, {"1": "ab"}) | {"answer_by": "2026-12-06"}
ANSWER = {"agrees": False, "text": "没有", "late": True, "files": {}}


def told(*given: tuple[YearRecordKind, dict[str, Any]], about: str = PLACE.about) -> dict[VisitPlace, Visit]:
    return visits_from(
        YearRecord(number, kind, about, content, "谁", AT) for number, (kind, content) in enumerate(given, 1)
    )


STEPS = (
    (YearRecordKind.VISIT_PLAN, PLAN),
    (YearRecordKind.VISIT, finding_content(FINDING, {})),
    (YearRecordKind.VISIT, SENT),
    (YearRecordKind.VISIT_ANSWER, ANSWER),
    (YearRecordKind.VISIT_RULING, {"stands": True, "reason": "属实"}),
    (YearRecordKind.VISIT_RULING, {"stands": False, "reason": "误判"}),
)


@pytest.mark.parametrize(("steps", "state"), list(enumerate(VisitState, 1)))
def test_a_visit_stands_where_its_last_record_puts_it(steps: int, state: VisitState) -> None:
    visit = told(*STEPS[:steps])[PLACE]
    assert visit.state is state
    assert visit.last == steps
    assert visit.is_sent is (steps > 2)


def test_a_finding_comes_back_as_it_was_written() -> None:
    assert told(*STEPS[:2])[PLACE].finding == FINDING
    nothing_reported = finding_content(VisitFinding(Fraction(5), None, "x", "", "组员", AT), {})
    finding = told(STEPS[0], (YearRecordKind.VISIT, nothing_reported))[PLACE].finding
    assert finding is not None
    assert (finding.reported, finding.difference) == (None, None)
    assert FINDING.difference == Fraction(-5, 3)


def test_what_is_off_the_plan_is_no_visit() -> None:
    dropped = (YearRecordKind.VISIT_PLAN, PLAN | {"dropped": True})
    assert told(STEPS[0], dropped) == {}
    assert PLACE in told(STEPS[0], dropped, STEPS[0])
    assert told(STEPS[1]) == {}


@pytest.mark.parametrize(
    ("steps", "today", "may"),
    [
        (1, date(2027, 1, 1), False),
        (2, date(2027, 1, 1), False),
        (3, date(2026, 12, 6), False),
        (3, date(2026, 12, 7), True),
        (4, date(2026, 12, 2), True),
        (5, date(2027, 1, 1), False),
        (6, date(2027, 1, 1), False),
    ],
)
def test_the_office_rules_after_the_answer_or_its_days(steps: int, today: date, may: bool) -> None:
    assert told(*STEPS[:steps])[PLACE].may_be_ruled(today) is may


def test_days_are_those_of_the_place() -> None:
    late = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    assert day_in("Asia/Shanghai", late) == date(2026, 12, 2)
    assert day_in("UTC", late) == date(2026, 12, 1)
    assert last_day(date(2026, 12, 28), 5) == date(2027, 1, 2)
