"""The four steps at a glance: each sees the units that are its own."""

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatAct, SeatPart
from survey.web.admin.assessment.seat_guard import seat_access
from tests.services.assessment.examining.year_at_end import analyse, at_end, hand_in, hold

from .desks import BASE, OTHERS, committee, group, organiser, reporter, seated

PAGE = f"{BASE}/year-end"


def test_the_office_sees_all_by_name_and_number(app: Flask) -> None:
    at_end()
    hold(chosen={"units": ["t2"]})
    analyse("t1", submit=False)
    hand_in("t3")
    page = " ".join(organiser(app).get(PAGE).text.split())
    assert "3 个单位，已有记录 1 个。" in page
    assert "还缺 2 个：t1镇、t3镇" in page
    assert "还缺 3 个：t1镇、t2镇、t3镇" in page
    assert '<span class="step begun">在办</span>' in page
    assert f"{BASE}/conferences" in page
    assert f"{BASE}/analyses" in page
    assert "已交<span" in page


@pytest.mark.parametrize("part", [SeatPart.REPORTER, SeatPart.APPROVER, SeatPart.GROUP])
def test_units_and_groups_see_their_own(app: Flask, part: SeatPart) -> None:
    at_end()
    analyse("t1", submit=False)
    page = seated(app, part, "t1").get(PAGE).text
    assert "t1镇" in page
    assert "t2镇" not in page
    assert ('class="step begun"' in page) is (part is SeatPart.GROUP)


def test_the_committee_sees_all_units_and_no_statements(app: Flask) -> None:
    at_end()
    page = committee(app).get(PAGE).text
    assert "t3镇" in page
    assert f"{BASE}/statements/" not in page


@pytest.mark.parametrize("who", ["leader", "reader"])
def test_who_has_no_part_in_it(app: Flask, who: str) -> None:
    at_end()
    part, *keys = OTHERS[who]
    assert seated(app, part, *keys).get(PAGE).status_code == 404


def test_a_step_without_a_page_is_shown_without_a_link(app: Flask) -> None:
    app.view_functions.pop("admin.talks", None)
    at_end()
    assert "打开个别谈话" not in group(app).get(PAGE).text


def test_pages_of_others_are_linked_once_they_are_there_and_for_one_s_seats(app: Flask) -> None:
    if "admin.talks" not in app.view_functions:
        view = seat_access(SeatAct.HOLD_TALKS)(lambda **_: "")
        app.add_url_rule("/admin/a/<assessment_code>/talks", "admin.talks", view)
    at_end()
    assert "打开个别谈话" in group(app).get(PAGE).text
    assert "打开个别谈话" not in reporter(app).get(PAGE).text


def test_the_navigation_leads_here_and_the_class_is_chosen(app: Flask) -> None:
    at_end()
    office = organiser(app)
    assert f'href="{PAGE}"' in office.get(BASE).text
    assert office.get(f"{PAGE}?class=town").status_code == 200
    assert office.get(f"{PAGE}?class=%3Cscript%3E").status_code == 200
