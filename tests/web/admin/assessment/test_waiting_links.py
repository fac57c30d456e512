"""What waits for somebody is said on the list and on the assessment's page, and leads to where it is done."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.domain.assessment.visits.visits import VisitPlace
from survey.services.assessment import seating
from survey.services.assessment.examining import unit_statements
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.services.assessment.examining.year_at_end import analyse, at_end, give_back, hand_in, stage_is
from tests.services.assessment.scored_year import YEAR
from tests.services.assessment.telling import told_year
from tests.services.assessment.visits.visited import (
    OFFICE,
    PLACE,
    after,
    answer,
    find,
    planned,
    rule,
)
from tests.web.admin.assessment.examining.desks import BASE, group, reporter, seated
from tests.web.admin.assessment.seated_year import CODE, SEATS, seated_year, year

LIST = "/admin/a"
NOTHING = "现在没有要您办的事"


def browser(app: Flask, who: str) -> Office:
    if who in SEATS:
        return Office(app, SEATS[who].account, "member", "甲局")
    return Office(app, who, who, "甲局")


def waits(office: Office, base: str, said: str, way: str = "") -> bool:
    """Check that both pages say that something waits, with a link to where it is done, or neither does."""
    link = f'<a href="{base}/{way}">{said}</a>'
    # The menu names pages whether anything waits there or not.
    pages = [
        re.sub('<details class="page-menu.*?</details>', "", office.get(path).text, flags=re.DOTALL)
        for path in (LIST, base)
    ]
    found = [(link if way else said) in page for page in pages]
    assert found[0] is found[1]
    return found[0]


def test_visits_wait_for_whom_they_are_planned(app: Flask) -> None:
    seated_year()
    base = f"{LIST}/{CODE}"
    members = {who: browser(app, who) for who in ("group", "reporter", "office")}
    assert NOTHING in members["group"].get(base).text
    planned([PLACE, VisitPlace(PLACE.period, "t1", "retail")])
    said = "有 2 项查访要办，最早的在 2026 年 12 月 1 日。"
    assert waits(members["group"], base, said, "my-visits")
    assert NOTHING not in members["group"].get(base).text
    assert not waits(members["reporter"], base, "核验情况")
    find(send=True)
    assert waits(members["group"], base, "有 1 项查访要办，最早的在 2026 年 12 月 1 日。", "my-visits")
    said = "有 1 项核验情况等单位说明，请于 2026 年 12 月 6 日前报出。"
    assert waits(members["reporter"], base, said, "findings")
    assert members["reporter"].get(f"{base}/findings").status_code == 200
    answer()
    assert not waits(members["reporter"], base, "核验情况")
    assert waits(members["office"], base, "有 1 项核验等您办理。", "visits")
    rule(stand=True, by=after(1, OFFICE))
    assert not waits(members["office"], base, "等您办理")


def test_a_visit_of_another_group_waits_for_that_one(app: Flask) -> None:
    seated_year()
    planned()
    other = Office(app, "另一组", "member", "甲局")
    with transaction(write=True) as session:
        seating.give(session, CODE, SeatAsked("另一组", SeatPart.GROUP, ("t1",)), BY)
    assert not waits(other, f"{LIST}/{CODE}", "查访要办")


def test_nothing_of_visits_waits_once_the_year_is_closed(app: Flask) -> None:
    seated_year()
    planned()
    with transaction(write=True) as session:
        assessment_rows.set_stage(session, year(), Stage.CLOSED)
    assert not waits(browser(app, "group"), f"{LIST}/{CODE}", "查访要办")


@pytest.mark.parametrize("stage", [Stage.RUNNING, Stage.EXAMINING])
def test_a_statement_waits_at_the_year_s_end_or_by_its_day(app: Flask, stage: Stage) -> None:
    at_end(stage)
    unit, other = reporter(app), reporter(app, "t2")
    asked = stage is Stage.EXAMINING
    assert waits(unit, BASE, "t1镇的述职报告还没有交。", "statements/t1") is asked
    with transaction(write=True) as session:
        unit_statements.set_deadline(session, YEAR, {"day": "2026-12-20"}, BY)
    said = "t1镇的述职报告还没有交，请于 2026 年 12 月 20 日前交。"
    assert waits(unit, BASE, said, "statements/t1")
    number = hand_in("t1")
    assert not waits(unit, BASE, "述职报告")
    give_back(number)
    assert waits(unit, BASE, "t1镇的述职报告已退回，请改好再交。", "statements/t1")
    assert not waits(other, BASE, "t1镇")
    stage_is(Stage.SCORED)
    assert not waits(unit, BASE, "述职报告")


def test_steps_wait_for_the_group_that_takes_them(app: Flask) -> None:
    at_end()
    own = group(app, "t1", "t2")
    assert waits(own, BASE, "还有 2 个单位没有提交综合分析评议。", "analyses")
    assert waits(own, BASE, "还有 2 个单位没有记谈话人数。", "talks")
    analyse("t1")
    analyse("t3")
    assert waits(own, BASE, "还有 1 个单位没有提交综合分析评议。", "analyses")
    assert not waits(seated(app, SeatPart.COMMITTEE), BASE, "综合分析评议。")
    stage_is(Stage.RUNNING)
    assert not waits(own, BASE, "综合分析评议")


def test_the_list_says_too_that_a_letter_waits(app: Flask) -> None:
    told_year.decided()
    told_year.send("t1")
    unit = Office(app, "填报的人", "member", "考核组")
    with transaction(write=True) as session:
        seating.give(session, YEAR, SeatAsked("填报的人", SeatPart.REPORTER, ("t1",)), BY, elsewhere=True)
    assert waits(unit, BASE, "有反馈意见书等您签收。", "letters/t1")
