"""The office's queue and its reminders."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask

from survey.domain.assessment.facts import NumberKind, TakenNumber
from survey.domain.assessment.reports.submitted_report import ReportState
from survey.domain.assessment.scoring.places import kept, plain
from survey.domain.assessment.seats import SeatPart
from survey.services.assessment.reports import report_queue
from survey.storage.assessment import assessment_number_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.reports.reported import (
    disabled,
    due,
    planned,
    proved,
    submit,
    submitted,
    with_approver,
)
from tests.services.assessment.sample_taken import current, issued
from tests.web.admin.accounts.test_login import with_password
from tests.web.admin.test_ended_session import hidden, idle, log_in

from .seated import BASE, listed, seated

QUEUE = f"{BASE}/queue"


@pytest.fixture
def office(app: Flask) -> Office:
    proved()
    submit()
    return Office(app, "考核办", "organiser", "甲局")


def states() -> dict[ReportState, int]:
    found: dict[ReportState, int] = {}
    for one in submitted():
        found[one.state] = found.get(one.state, 0) + 1
    return found


def test_a_units_numbers_are_accepted_by_one_button(office: Office) -> None:
    page = office.get(QUEUE).text
    assert "东岭镇" in page
    assert "证明.pdf" in page
    number = len(submitted())
    said = office.post(QUEUE, follow=True, group="2026-05/t3", **listed(page))
    assert f"审核通过 {number} 项" in said.text
    assert states() == {ReportState.ACCEPTED: number}
    assert "现在没有待审核的数" in said.text


def test_each_number_stands_beside_its_plan_its_target_and_the_last_one(app: Flask) -> None:
    """What the office holds a number against, worked out by hand from the sample's targets."""
    proved()
    with transaction(write=True) as session:
        last = TakenNumber(0, NumberKind.ACCEPTED, "2026-04", "t3", "output", Fraction("3.25"))
        assessment_number_rows.add_numbers(session, current(), [last], BY.actor, BY.at)
    submit()
    page = Office(app, "考核办", "organiser", "甲局").get(QUEUE).text
    target = current().targets["t3", "output"]
    shown = page.partition(current().definition.indicator["output"].label)[2]
    (held,) = re.findall(r'class="against">(.*?)</small>', shown.partition("</tr>")[0])
    plan = plain(kept(target.plan[4] or Fraction(0), 2))
    assert re.findall("<span>(.*?)</span>", held) == [
        f"计划 {plan}",
        "上期 3.25",
        f"全年目标 {plain(target.target)}",
    ]


def test_what_is_handed_in_and_not_accepted_is_told_where_numbers_are_shown(app: Flask) -> None:
    with_approver()
    submit()
    number = len(submitted())
    office = Office(app, "考核办", "organiser", "甲局")
    pages = (BASE, f"{BASE}/standing/2026-05/")
    for page in pages:
        shown = office.get(page).text
        assert f"还没有审核通过的数：{number} 个" in shown
        assert f"待本单位审签 {number} 个" in shown
    disabled("审核员")
    for page in pages:
        assert f"：待审核 {number} 个</a>" in office.get(page).text
    assert "还没有审核通过" not in office.get(f"{BASE}/standing/2026-04/").text
    for part, keys in ((SeatPart.REPORTER, ("t3",)), (SeatPart.GROUP, ("t3",))):
        other = seated(app, f"别人{part}", part, *keys)
        for page in pages:
            assert "还没有审核通过" not in other.get(page).text, (part, page)
    numbers = [one.number for one in submitted()]
    with transaction(write=True) as session:
        report_queue.accept(session, SAMPLE_CODE, numbers, BY)
    for page in pages:
        assert "还没有审核通过" not in office.get(page).text


def test_what_came_since_the_page_was_shown_is_left_and_told(office: Office) -> None:
    numbers = listed(office.get(QUEUE).text)["listed.2026-05/t3"].split()
    fields = {"group": "2026-05/t3", "listed.2026-05/t3": " ".join(numbers[:2])}
    said = office.post(QUEUE, follow=True, **fields)
    assert "审核通过 2 项" in said.text
    assert f"刚才又来了 {len(numbers) - 2} 项" in said.text
    assert states() == {ReportState.ACCEPTED: 2, ReportState.APPROVED: len(numbers) - 2}


def test_the_choice_and_its_reason_come_back_after_the_login(office: Office) -> None:
    with_password("organiser", "考核办")
    numbers = re.findall(r'name="number" value="(\d+)"', office.get(QUEUE).text)
    idle()
    ended = office.post(QUEUE, act="return", number=numbers[:2], reason="口径不对")
    assert ended.status_code == 403
    shown = log_in(office, ended, "考核办")
    data = {"csrf_token": hidden(shown, "csrf_token"), "kept": hidden(shown, "kept")}
    again = office.client.post(QUEUE, data=data).text
    assert again.count(" checked") == 2
    assert re.search(r'name="reason"[^>]*>\s*口径不对</textarea>', again)
    assert ReportState.RETURNED not in states()


def test_chosen_ones_are_returned_with_a_reason(office: Office) -> None:
    numbers = re.findall(r'name="number" value="(\d+)"', office.get(QUEUE).text)
    said = office.post(QUEUE, act="return", number=numbers[:2])
    assert said.status_code == 422
    assert "请写明退回的原因" in said.text
    assert said.text.count(" checked") == 2
    office.post(QUEUE, act="return", number=numbers[:2], reason="口径不对")
    office.get(QUEUE)
    office.post(QUEUE, act="accept", number=numbers[2:])
    assert states() == {ReportState.RETURNED: 2, ReportState.ACCEPTED: len(numbers) - 2}
    office.get(QUEUE)
    assert "刚才已有人办过" in office.post(QUEUE, follow=True, act="accept", number=numbers[2:]).text


def test_nothing_chosen_changes_nothing(office: Office) -> None:
    before = states()
    numbers = re.findall(r'name="number" value="(\d+)"', office.get(QUEUE).text)
    for fields in (
        {"act": "accept"},
        {"act": "", "number": numbers},
        {"group": "x"},
        {"group": "2026-05/t3"},
        {"number": "x"},
    ):
        assert office.post(QUEUE, **fields).status_code == 422, fields
    assert states() == before


def test_nothing_reported_is_not_accepted_over_a_number_and_the_office_is_told(office: Office) -> None:
    numbers = re.findall(r'name="number" value="(\d+)"', office.get(QUEUE).text)
    office.post(QUEUE, act="accept", number=numbers)
    office.get(QUEUE)
    office.post(QUEUE, act="return", number=numbers[:1], reason="口径不对")
    submit([replace(one, value="", reason="数据未出") for one in planned(due())])
    (empty,) = re.findall(r'name="number" value="(\d+)"', office.get(QUEUE).text)
    said = office.post(QUEUE, follow=True, act="accept", number=empty).text
    assert "以前通过的数还在统计中" in said
    assert f'name="number" value="{empty}"' in said


def test_nonsense_is_refused_or_cut_to_what_is_kept(office: Office) -> None:
    (first, *_) = re.findall(r'name="number" value="(\d+)"', office.get(QUEUE).text)
    assert office.post(QUEUE, act="accept", number="9" * 20).status_code == 422
    said = office.post(QUEUE, act="return", number=[first, "9" * 20], reason="\x00")
    assert said.status_code == 422
    assert "请写明退回的原因" in said.text
    assert office.post(QUEUE, act="return", number=first, reason="\x00重" * 15_000).status_code == 303
    assert states()[ReportState.RETURNED] == 1


def test_what_no_approver_can_sign_off_is_in_the_queue(app: Flask) -> None:
    with_approver()
    submit()
    office = Office(app, "考核办", "organiser", "甲局")
    assert "现在没有待审核的数" in office.get(QUEUE).text
    disabled("审核员")
    assert "没有审签：本单位现在没有能登录的审核人" in office.get(QUEUE).text


def test_who_has_not_reported_is_listed_with_a_text(office: Office) -> None:
    page = office.get(f"{BASE}/reminders?period=2026-05").text
    assert "城关镇：" in page
    assert "6 月 5 日" in page
    assert "东岭镇：" not in page
    assert office.get(f"{BASE}/reminders?period=x").status_code == 404
    assert office.get(f"{BASE}/reminders").status_code == 200


@pytest.mark.parametrize("part", [SeatPart.REPORTER, SeatPart.LEAD, SeatPart.READER, SeatPart.COMMITTEE])
def test_the_queue_is_the_offices(app: Flask, part: SeatPart) -> None:
    issued()
    keys = {SeatPart.REPORTER: ("t3",), SeatPart.LEAD: ("org",)}.get(part, ())
    other = seated(app, "别人", part, *keys)
    other.get("/admin/a")
    assert other.get(QUEUE).status_code == 404
    assert other.get(f"{BASE}/reminders").status_code == 404
    other.get("/admin/a")
    assert other.post(QUEUE, group="2026-05/t3").status_code == 404
