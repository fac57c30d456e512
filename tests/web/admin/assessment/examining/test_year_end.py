"""The four steps at a glance: each sees the units that are its own."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatPart
from tests.services.assessment.examining import scored_sheets
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


def test_each_step_leads_to_its_page_for_one_s_seats(app: Flask) -> None:
    at_end()
    steps = ("考核大会", "个别谈话", "实地查访核验", "综合分析评议")

    def opened(page: str) -> set[str]:
        return set(re.findall(r'<a class="hide-print" href="([^"]*)">打开', page))

    def at(*pages: str) -> set[str]:
        return {f"{BASE}/{page}" for page in pages}

    office = organiser(app).get(PAGE).text
    assert all(f"打开{step}" in office for step in steps)
    assert opened(office) == at("conferences", "talks", "visits", "analyses")
    assert opened(group(app).get(PAGE).text) == at("conferences", "talks", "my-visits", "analyses")
    assert opened(reporter(app).get(PAGE).text) == at("conferences", "findings")
    assert opened(committee(app).get(PAGE).text) == at("conferences", "analyses")


def test_the_office_goes_on_to_the_sheets(app: Flask) -> None:
    scored_sheets.sheets_year()
    page = organiser(app).get(f"/admin/a/{scored_sheets.CODE}/year-end").text
    assert f'href="/admin/a/{scored_sheets.CODE}/sheets">打开评分表' in page


def test_the_navigation_leads_here_and_the_class_is_chosen(app: Flask) -> None:
    at_end()
    office = organiser(app)
    assert f'href="{PAGE}"' in office.get(BASE).text
    assert office.get(f"{PAGE}?class=town").status_code == 200
    assert office.get(f"{PAGE}?class=%3Cscript%3E").status_code == 200
