"""Visits as pages: each sees what is theirs, nothing typed is lost, the unit sees what was sent to it."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.domain.assessment.visits.visits import VisitState
from survey.services.assessment import seating, taking
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.visits import visit_findings
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web.context import now, settings
from tests.services.assessment.sample_taken import rows
from tests.services.assessment.visits.visited import (
    FOUND,
    GROUP,
    OFFICE,
    PLACE,
    REPORTED,
    REPORTER,
    answer,
    find,
    jpeg,
    photo,
    planned,
    rule,
    stands,
    written,
)
from tests.web.admin.assessment.seated_year import CODE, EVERYBODY, browser_of, seated_year

YEAR = f"/admin/a/{CODE}"
VISIT = f"{YEAR}/findings/{PLACE.period}/t1/output"
PLAN_PAGE = f"{YEAR}/visits/{PLACE.period}/u/t1"
PLAN_FORM = {
    "indicators": "output",
    "group": GROUP.actor,
    "day": "2026-12-01",
    "sample": "五份合同",
    "days": "5",
}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def visited(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    seated_year()
    return app


def today(by: By) -> By:
    """Return somebody who acts now: pages look at the real clock."""
    return By(by.actor, now())


def found(browser: FlaskClient, **more: object) -> TestResponse:
    fields = {"found": "7000000", "why": "两户企业重复统计", "seen": str(stands().last), "act": "save"}
    return browser.post(f"{VISIT}/found", data={**fields, **more})


def test_the_office_plans_from_what_the_year_shows(visited: Flask) -> None:
    office = browser_of(visited, "organiser")
    assert "项有疑点" in office.get(f"{YEAR}/visits").text
    page = office.get(PLAN_PAGE).text
    assert "落后计划两成以上" in page
    assert 'name="indicators" value="output" checked' not in page
    assert "查阅的人" not in page
    assert office.post(PLAN_PAGE, data=PLAN_FORM).status_code == 303
    listed = office.get(f"{YEAR}/visits").text
    assert "待查访" in listed
    assert f'href="{VISIT}"' in listed
    planned_first = stands().last
    assert office.post(PLAN_PAGE, data=PLAN_FORM).status_code == 303
    assert stands().last == planned_first


def test_a_plan_with_faults_says_them_all_and_keeps_what_was_typed(visited: Flask) -> None:
    office = browser_of(visited, "organiser")
    sent = office.post(PLAN_PAGE, data={"sample": HOSTILE, "day": "明天", "days": "0"})
    assert sent.status_code == 422
    for said in ("请选出要查访的指标", "请选择由谁查访", "1 到 90"):
        assert said in sent.text, said
    assert HOSTILE not in sent.text
    assert "&lt;script&gt;" in sent.text
    sent = office.post(PLAN_PAGE, data={**PLAN_FORM, "group": "填报的人", "indicators": "none"})
    assert sent.status_code == 422
    assert "这个账号不是本单位的考核组" in sent.text
    assert "单位没有其中的指标" in sent.text


def test_a_visit_goes_off_the_plan(visited: Flask) -> None:
    planned()
    office, path = browser_of(visited, "organiser"), f"{YEAR}/visits/{PLACE.period}/c/t1/output/drop"
    for _ in range(2):
        assert office.post(path).status_code == 303
    assert "还没有计划查访" in office.get(f"{YEAR}/visits").text
    planned()
    find()
    office.post(path)
    assert "刚才已经办过" in office.get(f"{YEAR}/visits").text
    assert stands().finding is not None


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_the_form_on_paper_is_there(visited: Flask, kind: str) -> None:
    office = browser_of(visited, "organiser")
    path = f"{YEAR}/visits/{PLACE.period}/form.{kind}"
    assert f'href="{path}"' in office.get(f"{YEAR}/visits?period={PLACE.period}").text
    answered = office.get(path)
    assert answered.status_code == 200
    assert answered.headers["Content-Disposition"].startswith("attachment")
    assert office.get(f"{YEAR}/visits/{PLACE.period}/form.exe").status_code == 404


def test_the_group_finds_on_the_phone_and_sends(visited: Flask) -> None:
    planned()
    group = browser_of(visited, "group")
    assert f'href="{VISIT}"' in group.get(f"{YEAR}/my-visits").text
    page = group.get(VISIT).text
    for said in (f"{REPORTED:,}".replace(",", ""), "抽查五份合同", 'capture="environment"', "与填报一致"):
        assert said in re.sub(r"(?<=\d)[,\s\u2009\u202f](?=\d{3})", "", page), said
    assert found(group, photos=(BytesIO(jpeg()), "现场.JPG")).status_code == 303
    page = group.get(VISIT).text
    assert "已查访，未送单位" in page
    assert "现场.jpg" in page
    assert 'value="7000000"' in page.replace(",", "")
    assert found(group, act="send").status_code == 303
    page = group.get(VISIT).text
    assert "待单位说明" in page
    assert 'name="found"' not in page


def test_a_number_that_came_while_the_page_was_open_is_not_agreed_to(visited: Flask) -> None:
    planned()
    group = browser_of(visited, "group")
    (beside,) = re.findall(r'name="beside" value="([^"]*)"', group.get(VISIT).text)
    assert beside == str(REPORTED)
    sent = {"found": "", "agrees": "y", "act": "send"}
    given = rows("period,unit,indicator,value", f"{PLACE.period},t1,output,7777777")
    written(lambda session: taking.take_numbers(session, CODE, given, OFFICE, accept=True))
    answered = found(group, beside=beside, **sent)
    assert answered.status_code == 422
    assert "您打开以后，填报数变了" in answered.text
    assert 'name="beside" value="7777777"' in answered.text
    assert stands().finding is None
    assert found(group, beside="7777777", **sent).status_code == 303
    assert stands().finding.found == 7_777_777  # type: ignore[union-attr]


def test_what_was_found_equal_is_not_ticked_beside_another_number(visited: Flask) -> None:
    planned()
    group = browser_of(visited, "group")
    found(group, found="", agrees="y", beside=str(REPORTED))
    ticked = re.compile(r'<input[^>]*checked[^>]*name="agrees"')
    assert ticked.search(group.get(VISIT).text)
    given = rows("period,unit,indicator,value", f"{PLACE.period},t1,output,7777777")
    written(lambda session: taking.take_numbers(session, CODE, given, OFFICE, accept=True))
    page = group.get(VISIT).text
    assert not ticked.search(page)
    assert f'value="{REPORTED}"' in page


def test_sent_twice_is_once(visited: Flask) -> None:
    planned()
    group = browser_of(visited, "group")
    seen = stands().last
    for _ in range(2):
        answered = found(group, seen=str(seen), act="send", photos=(BytesIO(jpeg()), "现场.jpg"))
        assert answered.status_code == 303
    assert (stands().last, stands().state) == (seen + 1, VisitState.SENT)


def test_what_is_wrong_is_said_and_typed_texts_and_photos_are_kept(visited: Flask) -> None:
    planned()
    group = browser_of(visited, "group")
    answered = found(group, found="约七百", why=HOSTILE, photos=(BytesIO(jpeg()), "现场.jpg"))
    assert answered.status_code == 422
    for said in ("这不是一个数", "约七百", "&lt;script&gt;", "现场.jpg"):
        assert said in answered.text, said
    assert HOSTILE not in answered.text
    assert stands().finding is None
    answered = found(group, why="")
    assert answered.status_code == 422
    assert "请写明核验情况" in answered.text


def test_what_is_no_photo_is_refused_and_the_others_are_kept(visited: Flask) -> None:
    planned()
    group = browser_of(visited, "group")
    answered = found(group, photos=[(BytesIO(b"%PDF-1.7"), "甲.jpg"), (BytesIO(jpeg()), "乙.jpg")])
    assert answered.status_code == 422
    assert "甲.jpg：不是 JPEG 或 PNG 照片。" in answered.text
    assert "乙.jpg</a>" in answered.text
    assert "两户企业重复统计" in answered.text
    assert stands().finding is None


def test_two_at_once_lose_nothing(visited: Flask) -> None:
    planned()
    group = browser_of(visited, "group")
    find()
    answered = found(group, seen="3", why="另一个人的说法")
    assert answered.status_code == 409
    for said in ("刚才已经办过", "另一个人的说法", "两户企业重复统计"):
        assert said in answered.text, said
    shown = re.search(r'name="seen" value="(\d+)"', answered.text)
    assert shown
    assert found(group, seen=shown[1], why="另一个人的说法").status_code == 303


def test_what_was_typed_too_late_is_shown(visited: Flask) -> None:
    planned()
    find(send=True)
    answered = found(browser_of(visited, "group"), why="没赶上的话")
    assert answered.status_code == 409
    assert "没赶上的话" in answered.text


def test_a_photo_is_taken_away(visited: Flask) -> None:
    planned()
    find(photos=[photo()])
    group = browser_of(visited, "group")
    assert f"{VISIT}/files/1/remove" in group.get(VISIT).text
    for who in ("organiser", "reporter"):
        assert browser_of(visited, who).post(f"{VISIT}/files/1/remove").status_code == 404
    assert group.post(f"{VISIT}/files/1/remove").status_code == 303
    assert "red.jpg" not in group.get(VISIT).text
    assert group.post(f"{VISIT}/files/1/remove").status_code == 404


def sees(app: Flask, path: str) -> set[str]:
    return {who for who in EVERYBODY if browser_of(app, who).get(path).status_code == 200}


EXAMINERS = {"office", "organiser", "owner", "group"}
UNIT = {"reporter", "approver"}


def test_the_unit_sees_a_finding_and_its_photos_once_it_was_sent(visited: Flask) -> None:
    planned()
    find(photos=[photo()], by=today(GROUP))
    for path in (VISIT, f"{YEAR}/visit-files/1"):
        assert sees(visited, path) == EXAMINERS, path
    assert VISIT not in browser_of(visited, "reporter").get(f"{YEAR}/findings").text
    find(send=True, by=today(GROUP))
    for path in (VISIT, f"{YEAR}/visit-files/1"):
        assert sees(visited, path) == EXAMINERS | UNIT, path
    assert VISIT in browser_of(visited, "reporter").get(f"{YEAR}/findings").text
    assert browser_of(visited, "group").get(f"{YEAR}/visit-files/2").status_code == 404


def test_a_file_that_is_not_theirs_is_told_like_one_that_there_is_not(visited: Flask) -> None:
    """Programs are told a name with each refusal: it must not tell units of photos that are not sent."""
    planned()
    other = type(PLACE)(PLACE.period, "t2", "output")
    with transaction(write=True) as session:
        seating.give(session, CODE, SeatAsked(GROUP.actor, SeatPart.GROUP, ("t1", "t2")), OFFICE)
    planned([other])
    find(photos=[photo()])
    written(
        lambda session: visit_findings.record_finding(
            session, CODE, other, FOUND, [photo("blue")], stands(other).last, GROUP
        )
    )
    reporter, asks = browser_of(visited, "reporter"), {"Accept": "application/json"}
    for path, method in ((f"{YEAR}/visit-files/{{}}", "GET"), (f"{VISIT}/files/{{}}/remove", "POST")):
        told = [reporter.open(path.format(n), method=method, headers=asks).get_json() for n in (1, 2, 3)]
        assert told[0] == told[1] == told[2], path


def test_a_photo_is_always_a_download_of_its_type(visited: Flask) -> None:
    planned()
    stored = photo()
    find(photos=[stored])
    answered = browser_of(visited, "group").get(f"{YEAR}/visit-files/1")
    assert answered.mimetype == "image/jpeg"
    assert answered.headers["Content-Disposition"].startswith("attachment")
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    (evidence_files.evidence_folder(settings().instance) / stored.digest).unlink()
    assert browser_of(visited, "group").get(f"{YEAR}/visit-files/1").status_code == 404


def test_the_office_sends_what_the_group_found(visited: Flask) -> None:
    planned()
    find()
    office = browser_of(visited, "organiser")
    assert "送单位说明" in office.get(VISIT).text
    assert browser_of(visited, "reporter").post(f"{VISIT}/send").status_code == 404
    assert office.post(f"{VISIT}/send", data={"seen": "1"}).status_code == 409
    assert office.post(f"{VISIT}/send", data={"seen": str(stands().last)}).status_code == 303
    assert stands().state is VisitState.SENT


def test_the_unit_answers_and_the_office_rules(visited: Flask) -> None:
    planned()
    find(send=True, by=today(GROUP))
    reporter, office = browser_of(visited, "reporter"), browser_of(visited, "organiser")
    assert 'name="text"' not in browser_of(visited, "approver").get(VISIT).text
    assert "说明以后，或期满后办理" in office.get(VISIT).text
    early = office.post(f"{VISIT}/ruling", data={"act": "stands", "reason": "x", "seen": str(stands().last)})
    assert early.status_code == 422
    assert "单位还在说明期限内" in early.text
    assert "请选择是否认可核验数" in reporter.post(f"{VISIT}/answer", data={"text": "话"}).text
    refused = reporter.post(f"{VISIT}/answer", data={"agrees": "explains"})
    assert refused.status_code == 422
    assert "不认可核验数的，请写明理由" in refused.text
    sent = {"agrees": "explains", "text": "没有重复", "papers": (BytesIO(b"%PDF-1.7\n"), "台账.pdf")}
    assert reporter.post(f"{VISIT}/answer", data=sent).status_code == 303
    page = office.get(VISIT).text
    for said in ("没有重复", "台账.pdf", "不认可，有说明"):
        assert said in page, said
    assert "逾期说明" not in page
    missing = office.post(f"{VISIT}/ruling", data={"act": "stands", "seen": str(stands().last)})
    assert missing.status_code == 422
    assert "请写明理由" in missing.text
    asked = {"act": "stands", "reason": "重复属实", "seen": str(stands().last)}
    for _ in range(2):
        assert office.post(f"{VISIT}/ruling", data=asked).status_code == 303
    assert office.post(f"{VISIT}/ruling", data={**asked, "reason": "另"}).status_code == 409
    for who in ("reporter", "group"):
        assert "重复属实" in browser_of(visited, who).get(VISIT).text
    assert (
        office.post(
            f"{VISIT}/ruling", data={"act": "back", "reason": "误判", "seen": str(stands().last)}
        ).status_code
        == 303
    )
    assert "核验撤回" in reporter.get(VISIT).text
    anew = {"act": "stands", "reason": "复核查实", "seen": str(stands().last)}
    assert "重新办理" in office.get(VISIT).text
    assert office.post(f"{VISIT}/ruling", data=anew).status_code == 303
    page = reporter.get(VISIT).text
    for said in ("复核查实", "以前的处理意见", "误判", "重复属实"):
        assert said in page, said


def test_the_days_run_out(visited: Flask) -> None:
    planned()
    find(send=True, by=By(GROUP.actor, now().replace(year=now().year - 1)))
    assert "现在说明会记为逾期" in browser_of(visited, "reporter").get(VISIT).text
    assert "待办理" in browser_of(visited, "organiser").get(f"{YEAR}/visits").text
    answer(by=today(REPORTER))
    assert "逾期说明" in browser_of(visited, "organiser").get(VISIT).text


def test_an_unsent_paper_is_its_writer_s(visited: Flask) -> None:
    planned()
    find(send=True, by=today(GROUP))
    reporter = browser_of(visited, "reporter")
    kept = reporter.post(
        f"{VISIT}/answer", data={"agrees": "explains", "papers": (BytesIO(b"%PDF-1.7\n"), "台账.pdf")}
    )
    assert kept.status_code == 422
    assert "台账.pdf" in kept.text
    assert sees(visited, f"{YEAR}/visit-files/1") == {"reporter"}
    assert "台账.pdf" not in browser_of(visited, "organiser").get(VISIT).text
    reporter.post(f"{VISIT}/files/1/remove")
    assert "台账.pdf" not in reporter.get(VISIT).text


def test_reported_against_found_by_those_whose_it_is(visited: Flask) -> None:
    for key in ("output", "retail"):
        planned([type(PLACE)(PLACE.period, "t1", key)])
    find(send=True)
    answer()
    rule(True)
    for who in EXAMINERS | UNIT:
        page = browser_of(visited, who).get(f"{YEAR}/findings").text
        assert "核验 1 项，虚报 1 项，即 1（100%）" in page, who
        assert "还没有核验的单位" in page or who not in {"office", "organiser", "owner"}
    assert "t2" not in browser_of(visited, "reporter").get(f"{YEAR}/findings").text


@pytest.mark.parametrize(
    "path", ["findings/2031-01/t1/output", "findings/x/t1/output", "visits/2031-01/u/t1"]
)
def test_there_is_no_such_visit(visited: Flask, path: str) -> None:
    assert browser_of(visited, "organiser").get(f"{YEAR}/{path}").status_code == 404


@pytest.mark.parametrize("seen", ["", "x", "9" * 40, "-1"])
def test_nonsense_in_a_hidden_field_is_somebody_who_saw_nothing(visited: Flask, seen: str) -> None:
    planned()
    assert found(browser_of(visited, "group"), seen=seen).status_code == 409


def test_nothing_is_done_of_a_year_that_is_closed(visited: Flask) -> None:
    planned()
    from survey.domain.assessment.facts import Stage
    from survey.services.assessment import assessments
    from survey.storage.assessment import assessment_rows

    written(
        lambda session: assessment_rows.set_stage(session, assessments.current(session, CODE), Stage.CLOSED)
    )
    assert found(browser_of(visited, "group")).status_code == 409
    with transaction():
        assert stands().finding is None
    assert OFFICE.actor
