"""A cell's story, a unit and an indicator as pages."""

import re

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatPart
from survey.services.assessment import taking
from survey.storage.database import transaction
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.reports.reported import PDF, proved, submit
from tests.services.assessment.sample_taken import accept as accepted
from tests.services.assessment.sample_taken import close, issued, rows, take_all, take_values
from tests.web.admin.assessment.seated import seated

STANDING = f"/admin/a/{SAMPLE_CODE}/standing"
FOUND_ON_THE_SPOT = "两户企业重复统计"


def test_a_cell_tells_rule_sum_line_and_who_gave_the_number(app: Flask) -> None:
    issued()
    take_all()
    page = Office(app).get(f"{STANDING}/2026-05/c/t3/output")
    for said in (
        "12 分：按完成目标（57.49 亿元）的比例计分，最多得 13.2 分",
        "12 × 22.53 ÷ 21.56 = 12.54",
        "模拟得分",
        'class="band" points="',
        'class="reached" points="',
        "19.404",  # where the yellow band ends
        "审核通过 22.53",
        "test · 2026",
        "本类第一",
    ):
        assert said in page.text, said


def test_a_finding_stands_beside_what_was_reported(app: Flask) -> None:
    issued()
    take_all()
    page = Office(app).get(f"{STANDING}/2026-12/c/t3/output")
    assert "查访核验 56.79" in page.text
    assert "两户企业重复统计" in page.text
    assert "模拟得分" not in page.text


def test_evidence_is_handed_out_from_the_story(app: Flask) -> None:
    proved()
    accepted("2026-05,t3,projects,45")
    office = Office(app)
    draft = office.get(f"{STANDING}/2026-05/c/t3/projects").text
    assert "审核通过 45" in draft
    assert "证明.pdf" not in draft
    submit()
    page = office.get(f"{STANDING}/2026-05/c/t3/projects").text
    found = re.search(r'href="(/admin/a/[^"]+/evidence/\d+)" download[^>]*>证明.pdf</a>', page)
    assert found
    assert office.get(found[1]).data == PDF
    assert found[1] not in seated(app, "领导", SeatPart.LEADER, "t1").get(f"{STANDING}/2026-05/u/t1").text


def test_what_came_after_the_close_is_marked(app: Flask) -> None:
    issued()
    accepted("2026-05,t1,output,5")
    close("2026-05")
    accepted("2026-05,t1,output,7")
    page = Office(app).get(f"{STANDING}/2026-05/c/t1/output")
    assert "结账以后" in page.text
    assert page.text.index("按此计算") < page.text.index("审核通过 7")


def test_what_was_typed_is_shown_as_text(app: Flask) -> None:
    issued()
    take_values(rows("period,unit,indicator,value,note", "2026-05,t1,output,5,<b>说明</b>"))
    page = Office(app).get(f"{STANDING}/2026-05/c/t1/output")
    assert "<b>说明" not in page.text


def test_a_unit_has_all_its_tasks_and_an_indicator_all_its_units(app: Flask) -> None:
    issued()
    take_all()
    office = Office(app)
    unit = office.get(f"{STANDING}/2026-05/u/t3").text
    assert "5/11 项达到序时进度" in unit
    assert unit.count("/standing/2026-05/c/t3/") == 11
    worst = office.get(f"{STANDING}/2026-05/u/t3?order=worst").text
    assert worst.index("/c/t3/style") < worst.index("/c/t3/output")
    indicator = office.get(f"{STANDING}/2026-05/i/output").text
    for said in ("工业和信息化局", "副县长(工业)", "第一：", "末位：", "12.54 / 12"):
        assert said in indicator, said
    assert indicator.count("/standing/2026-05/c/t") == 8


def test_a_seat_finds_nobody_elses(app: Flask) -> None:
    issued()
    take_all()
    reporter = seated(app, "填报人", SeatPart.REPORTER, "t3")
    lead = seated(app, "牵头人", SeatPart.LEAD, "eco")
    for office, path, status in (
        (reporter, "c/t3/output", 200),
        (reporter, "c/t1/output", 404),
        (reporter, "u/t3", 200),
        (reporter, "u/t1", 404),
        (reporter, "i/output", 200),
        (lead, "c/t1/air", 200),
        (lead, "c/t1/output", 404),
        (lead, "i/output", 404),
        (lead, "u/t1", 200),
    ):
        assert office.get(f"{STANDING}/2026-05/{path}").status_code == status, path
    of_reporter = reporter.get(f"{STANDING}/2026-05/i/output").text
    assert "东岭镇" in of_reporter
    assert "城关镇" not in of_reporter
    of_lead = lead.get(f"{STANDING}/2026-05/u/t1").text
    assert "PM2.5年均浓度" in of_lead
    assert "规模以上工业总产值" not in of_lead


@pytest.mark.parametrize("path", ["c/t1/grain", "c/t9/output", "c/t1/gone", "u/gone", "i/gone"])
def test_there_is_no_such_thing(app: Flask, path: str) -> None:
    issued()
    assert Office(app).get(f"{STANDING}/2026-05/{path}").status_code == 404


@pytest.mark.parametrize(
    ("part", "key", "sees_it"),
    [
        (SeatPart.OFFICE, "", True),
        (SeatPart.GROUP, "t3", True),
        (SeatPart.REPORTER, "t3", True),
        (SeatPart.APPROVER, "t3", True),
        (SeatPart.LEAD, "output", False),
        (SeatPart.LEADER, "output", False),
        (SeatPart.LEADER, "t3", False),
    ],
)
def test_findings_are_told_to_those_who_may_see_them(
    app: Flask, part: SeatPart, key: str, sees_it: bool
) -> None:
    issued()
    take_all()
    page = seated(app, "看的人", part, *filter(None, [key])).get(f"{STANDING}/2026-12/c/t3/output").text
    assert (FOUND_ON_THE_SPOT in page) is sees_it
    assert ("查访核验 56.79" in page) is sees_it
    assert ("本期按查访核验的数计算。" in page) is not sees_it
    assert "审核通过" in page


def test_a_finding_that_was_taken_back_is_told_to_nobody_else(app: Flask) -> None:
    issued()
    take_all()
    with transaction(write=True) as session:
        back = rows("period,unit,indicator,found,why,taken_back", "2026-12,t3,output,56.79,误判,是")
        taking.take_findings(session, SAMPLE_CODE, back, BY)
    page = seated(app, "看的人", SeatPart.LEADER, "t3").get(f"{STANDING}/2026-12/c/t3/output").text
    assert FOUND_ON_THE_SPOT not in page
    assert "误判" not in page
    assert "本期按查访核验的数计算。" not in page
