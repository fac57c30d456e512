"""How an assessment stands in a period, from what is on record: kept by digest, frozen once it is closed."""

import pytest
from flask import Flask

from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.views.stories import CellStory
from survey.domain.errors import UnknownAssessment, UnknownPeriod
from survey.services.assessment import standings
from survey.services.assessment.views import period_views
from survey.services.assessment.views.period_views import PeriodView
from survey.storage.database import transaction
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.reports.reported import proved
from tests.services.assessment.sample_taken import accept, close, issued, take_all, take_values, values

TASK = "2026-05,t1,output"


def shown(period: str = "2026-05") -> PeriodView:
    with transaction() as session:
        return period_views.period_view(session, SAMPLE_CODE, period)


def story(period: str = "2026-05", unit: str = "t1", indicator: str = "output") -> CellStory:
    with transaction() as session:
        view = period_views.period_view(session, SAMPLE_CODE, period)
        return period_views.cell_of(session, view, unit, indicator)


def lead_to() -> str:
    with transaction() as session:
        return period_views.period_to_show(session, SAMPLE_CODE)


def test_a_view_is_the_standing_that_bulletins_have(each_app: Flask) -> None:
    issued()
    take_all()
    for period in ("2026-05", "2026-12"):
        with transaction() as session:
            told = standings.standing_of(session, SAMPLE_CODE, period)
        assert shown(period).standing == told.bulletin.standing
    assert shown("2026年5月").period == "2026-05"


def test_what_is_kept_follows_every_number_and_every_close(app: Flask) -> None:
    issued()
    accept(f"{TASK},5")
    first = shown()
    assert shown().material is first.material
    accept(f"{TASK},6")
    second = shown()
    assert second.material is not first.material
    assert story().task.standing.actual == 6  # type: ignore[union-attr]
    close("2026-05")
    accept(f"{TASK},7")
    third = shown()
    assert third.closed is not None
    assert third.standing == second.standing
    period_views.forget()
    assert shown().standing == third.standing


def test_the_page_leads_to_the_last_period_of_which_anything_is_accepted(app: Flask) -> None:
    issued()
    assert lead_to() == "2026-01"
    accept(f"{TASK},5", "2026-04,t1,output,4")
    take_values(values("2026-06,t1,output,6"), accept=False)
    assert lead_to() == "2026-05"


def test_a_story_names_who_gave_each_number_and_which_one_holds(each_app: Flask) -> None:
    issued()
    take_values(values(f"{TASK},4"), accept=False)
    accept(f"{TASK},5")
    close("2026-05")
    accept(f"{TASK},7")
    found = story()
    told = [(one.number.taken.kind, one.number.taken.value, one.holds, one.late) for one in found.numbers]
    assert told == [
        (NumberKind.REPORTED, 4, False, False),
        (NumberKind.ACCEPTED, 5, True, False),
        (NumberKind.ACCEPTED, 7, False, True),
    ]
    assert {one.number.recorded_by for one in found.numbers} == {"test"}
    may = next(one for one in found.line.points if one.period == "2026-05")
    assert may.actual == 5
    assert story("2026-06").numbers == ()


def test_a_story_names_the_files_once_there_is_a_number_that_they_prove(each_app: Flask) -> None:
    proved()
    assert story(unit="t3", indicator="projects").files == ()
    accept("2026-05,t3,projects,45")
    (file,) = story(unit="t3", indicator="projects").files
    assert (file.name, file.added_by) == ("证明.pdf", "填报员")
    assert story("2026-06", "t3", "projects").files == ()
    assert story(unit="t3", indicator="output").files == ()


def test_what_there_is_not(app: Flask) -> None:
    issued()
    with pytest.raises(UnknownAssessment):
        story(indicator="grain")  # t1 has no such task
    with pytest.raises(UnknownPeriod):
        shown("2027-01")
    with transaction() as session, pytest.raises(UnknownAssessment):
        period_views.period_view(session, "nowhere", "2026-05")
    for gone in ({"unit": "t99"}, {"indicator": "later"}):
        with pytest.raises(UnknownAssessment):
            period_views.require_then(shown(), **gone)
    period_views.require_then(shown(), unit="t1", indicator="output")
