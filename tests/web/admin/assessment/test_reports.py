"""The report's pages: typed, saved, submitted, signed off, by those whose numbers they are alone."""

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO

import pytest
from flask import Flask

from survey.domain.assessment.seats import SeatPart
from survey.services.accounts import accounts
from survey.services.assessment.reports import evidence_files, report_queue
from survey.storage.database import transaction
from survey.web.admin.assessment.reports import report_page, reporting
from survey.web.context import settings
from tests.builders import BY
from tests.office import Office
from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.services.assessment.reports.reported import disabled, submit, submitted, with_approver
from tests.services.assessment.sample_taken import issued
from tests.signing_in import PASSWORD, an_account
from tests.web.admin.test_ended_session import hidden, idle, log_in

from .seated import BASE, PAGE, listed, seated, typed


@pytest.fixture
def reporter(app: Flask) -> Office:
    issued()
    return seated(app, "填报员", SeatPart.REPORTER, "t3")


def test_a_reporter_sees_what_is_due_and_types_it(reporter: Office) -> None:
    listed = reporter.get(f"{BASE}/reports").text
    assert PAGE in listed
    assert "/unit/t1" not in listed
    page = reporter.get(PAGE).text
    assert 'inputmode="decimal"' in page
    said = reporter.post(PAGE, follow=True, **{"revision.t3/output": "0", "value.t3/output": "约12"})
    assert "已保存，还没有上报" in said.text
    assert 'value="约12"' in said.text
    assert submitted() == []


def test_submitted_by_one_button(reporter: Office) -> None:
    page = reporter.get(PAGE).text
    said = reporter.post(PAGE, follow=True, **typed(page, act="submit"))
    assert said.status_code == 200
    assert "上报了" in said.text
    assert len(submitted()) == page.count('name="value.')
    assert 'name="value.' not in said.text


def test_only_what_was_on_the_page_is_submitted(reporter: Office) -> None:
    page = reporter.get(PAGE).text
    number = page.count('name="value.')
    said = reporter.post(PAGE, follow=True, act="submit")
    assert f"有 {number} 项没有上报" in said.text
    assert "已保存，还没有上报" in said.text
    assert submitted() == []
    fields = typed(said.text)
    one = {key: value for key, value in fields.items() if key.endswith(".t3/retail")}
    said = reporter.post(PAGE, follow=True, act="submit", **one)
    assert "上报了 1 项" in said.text
    assert f"有 {number - 1} 项没有上报" in said.text
    assert [one.indicator for one in submitted()] == ["retail"]


def test_a_month_that_has_not_begun_has_no_report(reporter: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reporting, report_page):
        monkeypatch.setattr(module, "now", lambda: datetime(2026, 4, 30, 15, 59, tzinfo=UTC))
    reporter.get(f"{BASE}/reports/2026-04/unit/t3")
    assert reporter.page.status_code == 200
    for path in (PAGE, f"{PAGE}/template.xlsx"):
        assert reporter.client.get(path).status_code == 404, path
    fields = {"revision.t3/output": "0", "value.t3/output": "1"}
    for path in (PAGE, f"{PAGE}/workbook"):
        assert reporter.post(path, **fields).status_code == 404, path
    monkeypatch.undo()
    assert reporter.get(PAGE).status_code == 200
    assert submitted() == []


def test_a_file_that_was_submitted_is_not_offered_to_be_removed(app: Flask, reporter: Office) -> None:
    reporter.post(PAGE, **typed(reporter.get(PAGE).text, act="submit"))
    approver = seated(app, "审核员", SeatPart.APPROVER, "t3")
    assert approver.get(PAGE).status_code == 200
    with transaction(write=True) as session:
        numbers = [one.number for one in submitted()]
        report_queue.give_back(session, SAMPLE_CODE, numbers, "\x00口径不对", BY)
    page = reporter.get(PAGE).text
    (file, *_) = re.findall(r"/evidence/(\d+)", page)
    assert 'name="remove"' not in page
    assert "要留作依据，不能移除" in reporter.post(PAGE, remove=file).text
    assert f"/evidence/{file}" in reporter.get(PAGE).text


def test_what_is_odd_or_wrong_is_said_at_the_number_and_nothing_is_lost(reporter: Office) -> None:
    fields = typed(reporter.get(PAGE).text, act="submit")
    fields |= {"value.t3/output": "十二", "value.t3/retail": "9999", "reason.t3/retail": ""}
    said = reporter.post(PAGE, **fields)
    assert said.status_code == 422
    assert "不是数字" in said.text
    assert "与计划相差约十倍" in said.text
    assert 'name="reason.t3/retail"' in said.text
    assert 'value="十二"' in said.text
    assert submitted() == []


def test_two_browsers_at_once_lose_nothing(app: Flask, reporter: Office) -> None:
    other = seated(app, "另一位", SeatPart.REPORTER, "t3")
    for browser in (reporter, other):
        browser.get(PAGE)
    reporter.post(PAGE, **{"revision.t3/output": "0", "value.t3/output": "1"})
    said = other.post(PAGE, **{"revision.t3/output": "0", "value.t3/output": "2"})
    assert said.status_code == 409
    assert "有别人填了 “1”，您填的 “2” 没有保存" in said.text


def test_an_approver_signs_off_or_returns(app: Flask, reporter: Office) -> None:
    approver = seated(app, "审核员", SeatPart.APPROVER, "t3")
    page = reporter.get(PAGE).text
    assert "先由本单位审核人审签" in page
    reporter.post(PAGE, **typed(page, act="submit"))
    seen = approver.get(PAGE).text
    assert "审签，报考核办" in seen
    assert 'name="value.' not in seen
    assert "请写明退回的原因" in approver.post(f"{PAGE}/sign-off", follow=True, act="return").text
    said = approver.post(f"{PAGE}/sign-off", follow=True, act="return", reason="\x00", **listed(seen))
    assert "请写明退回的原因" in said.text
    approver.post(f"{PAGE}/sign-off", act="return", reason="口径\x00不对", **listed(seen))
    again = reporter.get(PAGE).text
    assert "退回的原因：口径不对" in again
    reporter.post(PAGE, **typed(again, act="submit"))
    seen = approver.get(PAGE).text
    said = approver.post(f"{PAGE}/sign-off", follow=True, act="approve", **listed(seen))
    assert "已报考核办" in said.text
    assert {one.approved_by for one in submitted()} == {"审核员"}


def test_a_template_goes_out_and_a_workbook_comes_in(reporter: Office) -> None:
    reporter.get(PAGE)
    book = reporter.client.get(f"{PAGE}/template.xlsx")
    assert book.data.startswith(b"PK")
    assert "attachment" in book.headers["Content-Disposition"]
    reporter.get(PAGE)
    faulty = (BytesIO((SAMPLE / "report-t3-faulty.xlsx").read_bytes()), "report.xlsx")
    said = reporter.post(f"{PAGE}/workbook", book=faulty)
    assert said.status_code == 422
    assert len(re.findall(r'<th scope="row" class="mono">[A-Z]\d+', said.text)) >= 5
    good = (BytesIO((SAMPLE / "report-t3-2026-05.xlsx").read_bytes()), "report.xlsx")
    said = reporter.post(f"{PAGE}/workbook", book=good)
    assert said.status_code == 200
    assert re.search(r'name="value.t3/output" value="[\d.]+"', said.text)
    assert submitted() == []


def test_files_are_checked_kept_and_handed_out_as_downloads(app: Flask, reporter: Office) -> None:
    reporter.get(PAGE)
    field = {"file.t3/output": (BytesIO(b"MZ.."), "合同.pdf")}
    assert "不是 PDF" in reporter.post(PAGE, **field).text
    reporter.post(PAGE, **{"file.t3/output": (BytesIO(b"%PDF-1.4 <script>"), "合同.pdf")})
    address = f"{BASE}/evidence/1"
    assert address in reporter.get(PAGE).text
    answer = reporter.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/pdf"
    for name, part, keys, status in (
        ("别的单位", SeatPart.REPORTER, ("t1",), 404),
        ("牵头", SeatPart.LEAD, ("org",), 404),
        ("考核组", SeatPart.GROUP, ("t3",), 404),
        ("查阅", SeatPart.READER, (), 404),
    ):
        assert seated(app, name, part, *keys).get(address).status_code == status, name
    reporter.get(PAGE)
    reporter.post(PAGE, remove="1")
    assert reporter.get(address).status_code == 404


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        (SeatPart.REPORTER, ("t1",)),
        (SeatPart.LEAD, ("org",)),
        (SeatPart.GROUP, ("t3",)),
        (SeatPart.LEADER, ("t3",)),
        (SeatPart.READER, ()),
        (SeatPart.OFFICE, ()),
    ],
)
def test_a_units_report_is_nobody_elses(app: Flask, part: SeatPart, keys: tuple[str, ...]) -> None:
    issued()
    other = seated(app, "别人", part, *keys)
    other.get("/admin/a")
    for path in (PAGE, f"{PAGE}/template.xlsx"):
        assert other.get(path).status_code == 404, path
    other.get("/admin/a")
    fields = {"revision.t3/output": "0", "value.t3/output": "1"}
    for path in (PAGE, f"{PAGE}/sign-off", f"{PAGE}/workbook"):
        assert other.post(path, **fields).status_code == 404, path
    assert submitted() == []


def test_a_lead_reports_its_indicators_for_all_units(app: Flask) -> None:
    issued()
    lead = seated(app, "组织部", SeatPart.LEAD, "org")
    listed = lead.get(f"{BASE}/reports").text
    page = f"{BASE}/reports/2026-05/indicator/petitions"
    assert page in listed
    assert f"{BASE}/reports/2026-05/indicator/air" not in listed
    shown = lead.get(page).text
    assert "城关镇" in shown
    said = lead.post(page, follow=True, **typed(shown, value="1", act="submit"))
    assert "上报了" in said.text
    assert {one.indicator for one in submitted()} == {"petitions"}
    assert lead.get(f"{BASE}/reports/2026-05/indicator/output").status_code == 404
    assert seated(app, "填报员", SeatPart.REPORTER, "t3").get(page).status_code == 404


def test_periods_that_are_none(reporter: Office) -> None:
    assert reporter.get(f"{BASE}/reports/2025-01/unit/t3").status_code == 404
    assert reporter.get(f"{BASE}/reports/x/unit/t3").status_code == 404


def test_the_file_of_another_assessment_is_not_found(app: Flask, reporter: Office) -> None:
    with transaction() as session, pytest.raises(evidence_files.UnknownEvidence):
        evidence_files.find(session, SAMPLE_CODE, 99)
    for number in ("99", "9" * 20):
        assert reporter.get(f"{BASE}/evidence/{number}").status_code == 404


def test_only_what_was_on_the_page_is_signed_off_or_returned(app: Flask, reporter: Office) -> None:
    approver = seated(app, "审核员", SeatPart.APPROVER, "t3")
    reporter.post(PAGE, **typed(reporter.get(PAGE).text, act="submit"))
    first, second, *others = listed(approver.get(PAGE).text)["listed"].split()
    said = approver.post(f"{PAGE}/sign-off", follow=True, act="approve", listed=first)
    assert "审签了 1 项" in said.text
    assert f"刚才又来了 {len(others) + 1} 项" in said.text
    said = approver.post(f"{PAGE}/sign-off", follow=True, act="return", reason="口径不对", listed=second)
    assert "退回了 1 项" in said.text
    assert f"刚才又来了 {len(others)} 项" in said.text
    for nothing in ("", "x 9999999999 ١"):
        said = approver.post(f"{PAGE}/sign-off", follow=True, act="approve", listed=nothing)
        assert "审签了 0 项" in said.text
    assert listed(approver.get(PAGE).text)["listed"].split() == others


def test_a_file_is_a_draft_until_its_number_is_submitted(app: Flask, reporter: Office) -> None:
    """Whoever may see the number later finds no such file yet, told as of one that does not exist."""
    approver = seated(app, "审核员", SeatPart.APPROVER, "t3")
    group = seated(app, "考核组的人", SeatPart.GROUP, "t3")
    reporter.get(PAGE)
    reporter.post(PAGE, **{"file.t3/output": (BytesIO(b"%PDF-1.4 draft"), "合同.pdf")})

    def found(office: Office, number: int) -> tuple[int, object]:
        answer = office.client.get(f"{BASE}/evidence/{number}", headers={"Accept": "application/json"})
        return answer.status_code, answer.json

    assert found(reporter, 1)[0] == found(approver, 1)[0] == 200
    lead = seated(app, "牵头的人", SeatPart.LEAD, "org")
    assert found(group, 1) == found(group, 99) == found(lead, 1)
    assert found(group, 1)[0] == found(group, 10**20)[0] == 404
    reporter.post(PAGE, **typed(reporter.get(PAGE).text, act="submit"))
    assert found(group, 1)[0] == 200
    assert found(lead, 1) == found(lead, 99)


def test_a_leads_draft_is_not_the_approvers(app: Flask) -> None:
    issued()
    lead = seated(app, "组织部", SeatPart.LEAD, "org")
    page = f"{BASE}/reports/2026-05/indicator/petitions"
    lead.get(page)
    lead.post(page, **{"file.t3/petitions": (BytesIO(b"%PDF-1.4 draft"), "合同.pdf")})
    assert lead.get(f"{BASE}/evidence/1").status_code == 200
    approver = seated(app, "审核员", SeatPart.APPROVER, "t3")
    assert approver.get(f"{BASE}/evidence/1").status_code == 404
    lead.post(page, **typed(lead.get(page).text, value="1", act="submit"))
    assert approver.get(f"{BASE}/evidence/1").status_code == 200


def shown_again(office: Office, name: str, path: str, **fields: str) -> str:
    """Send a form when the session is over, log in, and return the page to which that leads."""
    who = an_account("member", "甲局", name)
    with transaction(write=True) as session:
        accounts.set_password(session, who, PASSWORD, BY)
    office.get(PAGE)
    idle()
    ended = office.post(path, **fields)
    assert ended.status_code == 403
    shown = log_in(office, ended, name)
    action = re.search(r'<form method="post" action="(/admin/a/[^"]*)"', shown.text)
    assert action
    data = {"csrf_token": hidden(shown, "csrf_token"), "kept": hidden(shown, "kept")}
    again = office.client.post(unescape(action[1]), data=data)
    assert again.status_code == 200
    return again.text


def test_what_was_typed_when_the_session_had_ended_comes_back(reporter: Office) -> None:
    """A reason has a field only where one is asked for: what was typed into it brings it back."""
    fields = {"value": "约12", "reason": "确实如此", "note": "口径一致", "revision": "0"}
    assert 'name="reason.t3/output"' not in reporter.get(PAGE).text
    typed_before = {f"{field}.t3/output": text for field, text in fields.items()}
    again = shown_again(reporter, "填报员", PAGE, **typed_before, act="submit")
    assert 'value="约12"' in again
    for field in ("reason", "note"):
        (text,) = re.findall(rf'name="{field}.t3/output"[^>]*>\s*([^<]*)</textarea>', again)
        assert text == fields[field]
    assert 'name="reason.t3/retail"' not in again
    assert submitted() == []


def test_what_was_typed_beside_a_photo_comes_back_and_the_photo_is_named(reporter: Office) -> None:
    fields = {"value.t3/output": "12", "note.t3/output": "核过一遍 <b>&", "revision.t3/output": "0"}
    photo = {"file.t3/output": (BytesIO(b"%PDF-1.4 " + bytes(300 << 10)), "现场 <照片>.jpg")}
    page = shown_again(reporter, "填报员", PAGE, **fields, **photo)
    assert "核过一遍 &lt;b&gt;&amp;" in page
    assert "一起传的文件没有保留，请重新选择：现场 &lt;照片&gt;.jpg。" in page


def test_why_a_report_is_returned_comes_back_too(app: Flask, reporter: Office) -> None:
    approver = seated(app, "审核员", SeatPart.APPROVER, "t3")
    reporter.post(PAGE, **typed(reporter.get(PAGE).text, act="submit"))
    sent = listed(approver.get(PAGE).text)
    again = shown_again(approver, "审核员", f"{PAGE}/sign-off", act="return", reason="口径不对", **sent)
    assert re.search(r'name="reason"[^>]*>\s*口径不对</textarea>', again)
    assert listed(again) == sent


def test_files_for_a_number_that_is_submitted_leave_nothing_on_the_disk(app: Flask, reporter: Office) -> None:
    reporter.post(PAGE, **typed(reporter.get(PAGE).text, act="submit"))
    folder = evidence_files.evidence_folder(settings().instance)
    there = sorted(folder.iterdir())
    answer = reporter.post(PAGE, **{"file.t3/output": (BytesIO(b"%PDF-1.4 late"), "合同.pdf")})
    assert "附件不能再改" in answer.text
    assert sorted(folder.iterdir()) == there


def test_where_nobody_is_left_to_sign_off_the_page_says_so_and_whom_to_ask(app: Flask) -> None:
    with_approver()
    submit()
    reporter = seated(app, "填报甲", SeatPart.REPORTER, "t3")
    page = reporter.get(PAGE).text
    assert "待本单位审签" in page
    assert "没有人能审签" not in page
    assert f"待审签 {len(submitted())} 项" in reporter.get(f"{BASE}/reports").text
    disabled("审核员")
    page = reporter.get(PAGE).text
    assert "待本单位审签" not in page
    assert page.count("待考核办审核，没有审签") == len(submitted())
    assert "本单位现在没有人能审签" in page
    assert "请与考核办（清源县目标责任考核办公室）联系" in page
    listed = reporter.get(f"{BASE}/reports").text
    assert "待审签" not in listed
    assert "待考核办审核，没有审签" in listed
