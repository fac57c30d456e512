"""Points and acts of assessments as rows: appended, taken back, and read as they were."""

from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import EnteredValue, PointEntry, SheetPoints, UnitVeto
from survey.domain.assessment.totals.act_differences import NumberedAct
from survey.storage.assessment import assessment_entry_rows as rows
from tests.storage.stored import AT

from .stored_assessment import stored_assessment

DAY = date(2026, 12, 20)
ACTS = (
    PointEntry("t1", "award", Fraction(-1, 5), "先进集体", "41号", "领导小组", DAY),
    UnitVeto("t2", "poor", "领导小组", DAY, "非法占地", "通报"),
    EnteredValue("t3", "party", Fraction("97.5"), "12号文"),
)


def test_acts_come_back_as_they_were(session: Session) -> None:
    made, other = stored_assessment(session), stored_assessment(session, "other")
    assert [rows.add_act(session, made, act, "王芳", AT) for act in ACTS] == [1, 2, 3]
    assert rows.take_back(session, made, 2, "李四", AT) == 4
    assert rows.add_act(session, other, ACTS[0], "王芳", AT) == 1
    found = rows.acts_of(session, made)
    assert found == [NumberedAct(n, act, n == 2) for n, act in enumerate(ACTS, 1)]
    assert rows.standing_acts(found) == (ACTS[0], ACTS[2])


def test_the_last_points_of_a_scorer_on_a_line_hold(session: Session) -> None:
    made = stored_assessment(session)
    first = SheetPoints("leaders", "t1", "周", "work", Fraction(38))
    other = SheetPoints("leaders", "t1", "吴", "work", Fraction("37.25"))
    again = SheetPoints("leaders", "t1", "周", "work", Fraction(39))
    rows.add_points(session, made, [first, other], "王芳", AT)
    rows.add_points(session, made, [again], "王芳", AT)
    rows.add_points(session, made, [], "王芳", AT)
    assert rows.points_of(session, made) == (again, other)
    assert rows.points_of(session, stored_assessment(session, "other")) == ()
