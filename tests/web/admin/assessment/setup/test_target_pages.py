"""Targets on pages: by indicator, by unit and by month, both ways to the same numbers."""

from fractions import Fraction

import pytest
from flask import Flask

from survey.services.assessment import setting_up
from survey.storage.database import transaction
from survey.web.admin.assessment.setup import target_pages
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import current, everything, loaded

from .forms import shown
from .test_part_pages import AT, by_somebody_else, save

NEXT = "qingyuan-2027"


@pytest.fixture
def office(app: Flask) -> Office:
    loaded()
    return Office(app, role="organiser", unit="甲局")


@pytest.mark.parametrize("path", ["i/output", "i/revenue", "u/t1", "u/b2", "i/output/plan"])
def test_targets_saved_as_they_are_shown_change_nothing(office: Office, path: str) -> None:
    before = everything()
    assert save(office, f"targets/{path}").status_code == 303
    assert everything() == before


def test_numbers_are_taken_both_ways(office: Office) -> None:
    save(office, "targets/i/output", **{"t1.target": "41.30001"})
    assert 'name="output.target" value="41.30001"' in office.get(f"{AT}/targets/u/t1").text
    save(office, "targets/u/t1", **{"output.points": "15"})
    save(office, "targets/i/output/plan", **{"t1.m1": "3.33"})
    found = current().targets["t1", "output"]
    assert (found.target, found.points, found.plan[0]) == (Fraction("41.30001"), 15, Fraction("3.33"))


def test_a_task_is_taken_away_and_given_again(office: Office) -> None:
    save(office, "targets/u/t1", **{"output.has": None})
    assert ("t1", "output") not in current().targets
    assert "t1.m1" not in office.get(f"{AT}/targets/i/output/plan").text
    save(office, "targets/i/output", **{"t1.target": "40"})
    assert current().targets["t1", "output"].target == 40


def test_a_wrong_number_is_told_beside_its_field(office: Office) -> None:
    before = everything()
    answer = save(office, "targets/i/output", **{"t1.target": "四十", "t2.points": "-1"})
    assert answer.status_code == 422
    assert 'id="t1.target.error"' in answer.text
    assert 'id="t2.points.error"' in answer.text
    assert 'value="四十"' in answer.text
    assert everything() == before


def test_what_is_still_missing_is_listed_and_may_be_given_bit_by_bit(office: Office) -> None:
    with transaction(write=True) as session:
        setting_up.copy_year(session, SAMPLE_CODE, NEXT, "清源县2027年度目标责任考核", BY)
    at = f"/admin/a/{NEXT}/setup"
    assert "没填全" in office.get(f"{at}/targets").text
    page = office.get(f"{at}/targets/i/output").text
    number = page.count("没填全")
    changed = shown(page, act="save", **{"t1.target": "44"})
    assert office.post(f"{at}/targets/i/output", **changed).status_code == 303
    assert office.get(f"{at}/targets/i/output").text.count("没填全") == number - 1


def test_two_at_once_lose_nothing(office: Office) -> None:
    page = office.get(f"{AT}/targets/i/output").text
    by_somebody_else()
    answer = office.post(f"{AT}/targets/i/output", **shown(page, act="save", **{"t1.target": "99"}))
    assert answer.status_code == 409
    assert 'name="t1.target" value="99"' in answer.text
    assert office.post(f"{AT}/targets/i/output", **shown(answer.text, act="next")).status_code == 303
    assert current().targets["t1", "output"].target == 99
    assert current().definition.unit["t1"].head == "别人改的"


def a_unit_more(office: Office) -> None:
    save(office, "units/new", label="西城镇", **{"class": "town"}, key="u9")
    save(office, "targets/u/u9", **{"output.target": "7", "output.points": "3"})


def test_a_task_that_somebody_else_added_meanwhile_stays(office: Office) -> None:
    page = office.get(f"{AT}/targets/i/output").text
    a_unit_more(office)
    answer = office.post(f"{AT}/targets/i/output", **shown(page, act="save", **{"t1.target": "99"}))
    assert answer.status_code == 409
    assert 'name="u9.target" value="7"' in answer.text
    assert office.post(f"{AT}/targets/i/output", **shown(answer.text, act="save")).status_code == 303
    found = current().targets
    assert found["t1", "output"].target == 99
    assert (found["u9", "output"].target, found["u9", "output"].points) == (7, 3)


def test_a_plan_that_somebody_else_made_meanwhile_stays(office: Office) -> None:
    page = office.get(f"{AT}/targets/i/output/plan").text
    a_unit_more(office)
    save(office, "targets/i/output/plan", **{"u9.m1": "1.5"})
    path = f"{AT}/targets/i/output/plan"
    answer = office.post(path, **shown(page, act="save", **{"t1.m1": "3.33"}))
    assert 'name="u9.m1" value="1.5"' in answer.text
    assert office.post(path, **shown(answer.text, act="save")).status_code == 303
    assert current().targets["t1", "output"].plan[0] == Fraction("3.33")
    assert current().targets["u9", "output"].plan[0] == Fraction("1.5")


def test_what_was_typed_is_not_pushed_off_its_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_pages, "TASKS_AT_ONCE", 2)
    path = f"{AT}/targets/i/output?page=1"
    page = office.get(path).text
    units = [one.key for one in current().definition.units][:3]
    assert f'name="{units[1]}.target"' in page
    assert f'name="{units[2]}.target"' not in page
    save(office, "units", f"down {units[1]}")
    answer = office.post(path, **shown(page, act="save", **{f"{units[1]}.target": "99"}))
    assert answer.status_code == 409
    assert f'name="{units[1]}.target" value="99"' in answer.text
    before = current().targets[units[2], "output"]
    assert office.post(path, **shown(answer.text, act="save")).status_code == 303
    assert current().targets[units[1], "output"].target == 99
    assert current().targets[units[2], "output"] == before
