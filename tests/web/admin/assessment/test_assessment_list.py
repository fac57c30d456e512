"""The list of one's assessments and each one's page: what stands there depends on the seat."""

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import closing, taking
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.services.assessment.reports.reported import submit, submitted, with_approver
from tests.services.assessment.sample_taken import values

from .seated import BASE, seated
from .seated_year import CODE, OFFICE, OTHER, PERIODS, SEATS, seated_year

PAGE = f"/admin/a/{CODE}"


@pytest.fixture
def year(app: Flask) -> Flask:
    seated_year()
    return app


def office_of(app: Flask, who: str) -> Office:
    if who in SEATS:
        return Office(app, SEATS[who].account, "member", OFFICE)
    return Office(app, who, who, OFFICE)


def closed(period: str) -> None:
    with transaction(write=True) as session:
        closing.close_period(session, CODE, period, BY)


def reported(*lines: str, accept: bool = False) -> None:
    with transaction(write=True) as session:
        taking.take_numbers(session, CODE, values(*lines), BY, accept=accept)


def test_what_is_to_do(year: Flask) -> None:
    """The third month is open: three units with two numbers each, all of the units' own."""
    closed(PERIODS[1])
    page = office_of(year, "organiser").get("/admin/a").text
    assert "2026-03 还有 6 个数没有审核通过：单位t1 指标output、" in page
    assert OTHER not in page
    reporter = office_of(year, "reporter")
    assert "2026-03 还有 2 个数要填报。" in reporter.get("/admin/a").text
    reported("2026-03,t1,output,9000000")
    assert "2026-03 还有 1 个数要填报。" in reporter.get("/admin/a").text
    assert "2026-03 还有 1 个数要填报。" in reporter.get(PAGE).text
    reported("2026-03,t1,retail,9000000", accept=True)
    page = reporter.get(PAGE).text
    assert "要填报" not in page
    assert "现在没有要您办的事" in page
    for who in ("approver", "committee", "reader", "group"):
        assert "现在没有" in office_of(year, who).get("/admin/a").text
    assert "“领导评分”等您填写。" in office_of(year, "lead").get("/admin/a").text


def test_what_is_missing_is_the_office_s_to_see(year: Flask) -> None:
    closed(PERIODS[1])
    for who in ("organiser", "office"):
        page = office_of(year, who).get(PAGE).text
        assert "还有 6 个数没有审核通过" in page
        assert f'href="{PAGE}/seats"' in page
    for who in ("reporter", "reader", "committee", "scrutineer"):
        page = office_of(year, who).get(PAGE).text
        assert "没有审核通过" not in page
        assert "seats" not in page
    assert "第 2 期" in office_of(year, "reporter").get(PAGE).text
    assert "第 2 期" not in office_of(year, "reader").get(PAGE).text


def test_the_menu_leads_to_assessments_where_there_are_any(app: Flask) -> None:
    def leads(role: str, unit: str) -> bool:
        office = Office(app, f"{role} {unit}", role, unit)
        return 'href="/admin/a"' in office.get("/admin/me").text

    assert [leads(role, OFFICE) for role in ("organiser", "owner", "scrutineer", "viewer", "member")] == [
        *(True, True, False, False, False)
    ]
    seated_year()
    assert leads("scrutineer", OFFICE)
    assert not leads("scrutineer", "丙局")
    assert not leads("viewer", OFFICE)
    assert 'href="/admin/a"' in office_of(app, "reader").get("/admin/me").text


def test_a_member_sees_nothing_of_campaigns_in_the_menu(year: Flask) -> None:
    member = office_of(year, "reporter")
    page = member.get("/admin/a").text
    for path in ("/admin/new", "/admin/log", "/admin/accounts", "/admin/people", "/admin/templates"):
        assert f'href="{path}"' not in page
        assert member.get(path).status_code == 403
    assert "测评活动" not in page
    assert 'aria-current="page">年度考核' in page


def test_marks_in_the_menu_are_of_one_page(year: Flask) -> None:
    """Another page's address begins like that of assessments."""
    office = office_of(year, "owner")
    for path, word in (("/admin/accounts", "账号变动"), ("/admin/a", "年度考核"), (PAGE, "年度考核")):
        page = office.get(path).text
        nav = page.partition('aria-label="主导航"')[2].partition("</nav>")[0]
        assert nav.count("aria-current") == 1, path
        assert word in nav.partition("aria-current")[2].partition("</a>")[0]


def test_an_approver_is_told_that_numbers_wait(app: Flask) -> None:
    with_approver()
    submit()
    number = len(submitted())
    approver = seated(app, "另一位", SeatPart.APPROVER, "t3")
    for path in ("/admin/a", BASE):
        assert f"2026-05 有 {number} 个数等您审签。" in approver.get(path).text
    assert "等您审签" not in seated(app, "别处的", SeatPart.APPROVER, "t1").get("/admin/a").text
