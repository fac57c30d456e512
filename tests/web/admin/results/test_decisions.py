"""Decisions on the organisers' pages: recorded by those who may, shown beside the count to the unit."""

import io
import re
from datetime import UTC, datetime

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from survey.domain.decisions.entries import BandDecided, EntryKind, fields_of
from survey.domain.definition.campaign import State
from survey.services.audit.audit import By
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import decisions
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.storage.tables import CampaignRow
from survey.web.admin.words.decisions import FAULTS, HINTS, KINDS, LABELS, PLACES, TITLES
from tests.builders import BY, a_definition
from tests.counted import counted
from tests.office import Office
from tests.tables import tables

HERE = "/admin/c/small/decisions"
BANDS = [{"key": "high", "label": "优秀", "at_least": 60}]
FIELDS = {
    EntryKind.QUOTA: {"band": "优秀", "limit": "25%", "basis": "年度考核通知"},
    EntryKind.BAND: {"band": "优秀", "committee": "党组", "decided_on": "2026-11-20", "reason": "综合研判"},
    EntryKind.VETO: {
        "band": "不称职",
        "committee": "党组",
        "decided_on": "2026-11-20",
        "grounds": "<b>违纪</b>",
        "evidence": "5号文",
    },
    EntryKind.CAPS: {"each": "2", "total": "3", "basis": "办法"},
    EntryKind.POINTS: {
        "points": "-1.5",
        "reason": "通报",
        "evidence": "12号文",
        "approver": "党组",
        "decided_on": "2026-11-20",
    },
}


@pytest.fixture
def definition(app: Flask) -> object:
    found = counted(
        a_definition(ratees=("c1", "c2", "c3", "c4"), results={"bands": BANDS, "rank": True}),
    )
    state(State.CERTIFIED)
    return found


def state(to: State, code: str = "small") -> None:
    with transaction(write=True) as session:
        campaign_rows.set_state(session, find_campaign(session, code), to)


def record(kind: EntryKind, subject: str = "c1") -> None:
    with transaction(write=True) as session:
        decisions.record(session, "small", kind, subject, FIELDS[kind], BY)


def write(office: Office, kind: EntryKind, subject: str, **typed: str) -> str:
    """Open the page of an entry, send it, and return the page after it."""
    path = f"{HERE}/{kind}/{subject}"
    assert office.get(path).status_code == 200
    return office.post(path, follow=True, **(FIELDS[kind] | typed)).text


def test_every_kind_is_recorded_and_shown(app: Flask, definition: object) -> None:
    office = Office(app, role="organiser")
    for number, (kind, subject) in enumerate(
        [
            (EntryKind.QUOTA, "form"),
            (EntryKind.CAPS, "form"),
            (EntryKind.BAND, "c1"),
            (EntryKind.VETO, "c2"),
            (EntryKind.POINTS, "c1"),
        ],
        1,
    ):
        assert f"已记录，第 {number} 项" in write(office, kind, subject)
    page = office.get(HERE).text
    ranking, all_entries = tables(page)
    rows = {row[0].text: [cell.text for cell in row] for row in ranking.rows}
    counted_score = float(rows["干部c1"][1])
    assert rows["干部c1"][4:7] == ["优秀", "−1.5", f"{counted_score - 1.5:.2f}"]
    assert rows["干部c2"][4:7] == ["不称职 一票否决", "", ""]
    assert [row[3].split()[0] for row in rows.values()] == ["名额内", "名额外", "名额外", "名额外"]
    assert "名额 1（25%，共 4 个对象），已认定 1" in page
    assert [row[0].text for row in all_entries.rows] == ["5", "4", "3", "2", "1"]
    assert "&lt;b&gt;违纪&lt;/b&gt;" in page
    assert "<b>违纪" not in page
    assert "style=" not in page


def test_more_decided_than_the_quota_allows_is_said(app: Flask, definition: object) -> None:
    record(EntryKind.QUOTA, "form")
    for who in ("c1", "c2"):
        record(EntryKind.BAND, who)
    assert "超出名额 1 个" in Office(app).get(HERE).text


def test_decisions_stand_beside_the_count_on_its_pages(app: Flask, definition: object) -> None:
    office = Office(app, role="viewer")
    pages = ("", "/s/form", "/s/form?over=pooled", "/p/c1")
    before = {path: office.get(f"/admin/c/small/results{path}").text for path in pages}
    assert not any("一票否决" in text or 'class="decided"' in text for text in before.values())
    record(EntryKind.CAPS, "form")
    for kind in (EntryKind.VETO, EntryKind.POINTS):
        record(kind)
    for path in pages:
        text = office.get(f"/admin/c/small/results{path}").text
        assert re.search(r"不称职</span>\s*<span class=\"veto\">一票否决", text), path
        assert "−1.5，调整后" in text
        # The count itself stays as it was.
        for row, was in zip(tables(text)[0].rows, tables(before[path])[0].rows, strict=True):
            said = [cell.text for cell in row if "一票否决" not in cell.text and cell.text]
            assert said == [cell.text for cell in was if cell.text], path


def test_taking_back_is_another_entry(app: Flask, definition: object) -> None:
    record(EntryKind.BAND)
    office = Office(app, role="organiser")
    assert "优秀" in office.get(f"{HERE}/take-back/1").text
    wrong = office.post(f"{HERE}/take-back/1", reason="  ")
    assert wrong.status_code == 422
    assert "事由：请填写。" in wrong.text
    page = office.post(f"{HERE}/take-back/1", follow=True, reason="误录").text
    assert "第 1 项已撤回" in page
    assert "已由第 2 项撤回" in page
    assert "撤回了第 1 项" in page
    assert office.get(f"{HERE}/take-back/1").status_code == 404


@pytest.mark.parametrize(
    ("kind", "subject", "field", "typed", "said"),
    [
        (EntryKind.QUOTA, "form", "limit", "一半", "请填写人数（如 3）或比例（如 20%）。"),
        (EntryKind.QUOTA, "form", "band", "良好", "请从列出的等次中选择。"),
        (EntryKind.BAND, "c1", "decided_on", "2999-01-01", "日期在今天以后"),
        (EntryKind.BAND, "c1", "committee", "", "请填写。"),
        (EntryKind.CAPS, "form", "each", "9", "每项上限不能大于每人合计上限。"),
        (EntryKind.POINTS, "c1", "points", "2.5", "超过每项上限 2 分。"),
        (EntryKind.POINTS, "c1", "points", "x", "请填写数字，如 1.5 或 -2"),
        (EntryKind.VETO, "c1", "grounds", "长" * 301, "太长了，最多 300 个字。"),
    ],
)
def test_faults_stand_at_the_field_and_nothing_typed_is_lost(
    app: Flask, definition: object, kind: EntryKind, subject: str, field: str, typed: str, said: str
) -> None:
    record(EntryKind.CAPS, "form")
    office = Office(app, role="organiser")
    office.get(f"{HERE}/{kind}/{subject}")
    answer = office.post(f"{HERE}/{kind}/{subject}", **(FIELDS[kind] | {field: typed}))
    assert answer.status_code == 422
    text = answer.text
    assert f'<a href="#{field}">' in text
    assert said in text.partition(f'id="{field}-error"')[2].partition("</span>")[0]
    for name, value in (FIELDS[kind] | {field: typed}).items():
        kept = value.replace("<", "&lt;").replace(">", "&gt;")
        if name == "band":
            assert (f'<option value="{kept}" selected' in text) is (value != "良好")
        else:
            assert re.search(rf'name="{name}"[^>]*(value="|>\s*){re.escape(kept)}["<]', text), name
    assert len(tables(office.get(HERE).text)[-1].rows) == 1


def test_points_without_caps_lead_to_the_caps(app: Flask, definition: object) -> None:
    office = Office(app, role="organiser")
    assert f'href="{HERE}/caps/form"' in office.get(f"{HERE}/points/c1").text
    answer = office.post(f"{HERE}/points/c1", **FIELDS[EntryKind.POINTS])
    assert answer.status_code == 422
    assert "请先设定上限" in answer.text


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("organiser", True), ("scrutineer", False), ("viewer", False)]
)
def test_who_may_record(app: Flask, definition: object, role: str, may: bool) -> None:
    record(EntryKind.BAND)
    office = Office(app, role=role)
    page = office.get(HERE)
    assert page.status_code == 200
    assert "优秀" in page.text
    assert (f"{HERE}/veto/c1" in page.text) is may
    for path in ("band/c1", "quota/form", "take-back/1"):
        assert office.get(f"{HERE}/{path}").status_code == (200 if may else 403)
        if not may:
            assert office.post(f"{HERE}/{path}", **FIELDS[EntryKind.BAND]).status_code == 403


def test_another_units_decisions_are_not_there(app: Flask, definition: object) -> None:
    record(EntryKind.BAND)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(unit="组织部"))
    stranger = Office(app, role="organiser", unit="教育局")
    for path in ("", "/band/c1", "/take-back/1"):
        assert stranger.get(HERE + path).status_code == 404
        if path:
            assert stranger.post(HERE + path, **FIELDS[EntryKind.BAND]).status_code == 404


@pytest.mark.parametrize(
    "path", ["band/none", "band/form", "quota/c1", "taken-back/c1", "x/c1", "take-back/9"]
)
def test_what_is_not_there_is_not_found(app: Flask, definition: object, path: str) -> None:
    assert Office(app).get(f"{HERE}/{path}").status_code == 404


def test_decisions_wait_for_the_signatures(app: Flask, definition: object) -> None:
    state(State.COUNTED)
    office = Office(app, role="organiser")
    page = office.get(HERE)
    assert page.status_code == 200
    assert "签字确认以后才能记录" in page.text
    assert "/band/c1" not in page.text
    assert office.get(f"{HERE}/band/c1").status_code == 409
    assert office.post(f"{HERE}/band/c1", **FIELDS[EntryKind.BAND]).status_code == 409
    state(State.CLOSED)
    assert office.get(HERE).status_code == 409


def test_every_kind_field_and_fault_has_words() -> None:
    assert set(KINDS) == set(TITLES) == set(EntryKind)
    assert set(LABELS) >= {name for kind in EntryKind for name in fields_of(kind)} >= set(HINTS)
    assert len(PLACES) == 5
    assert all(str(text) % {"most": 1, "each": 1} for text in (*FAULTS.values(), *HINTS.values()))


def test_the_log_says_what_was_done(app: Flask, definition: object) -> None:
    record(EntryKind.VETO)
    with transaction(write=True) as session:
        decisions.take_back(session, "small", 1, "误录", BY)
    page = Office(app).get("/admin/log?campaign=small").text
    assert "记录了第 1 项组织认定：一票否决。" in page
    assert "记录第 2 项，撤回了第 1 项组织认定。" in page


def test_the_day_is_that_of_the_campaigns_time_zone(app: Flask, definition: object) -> None:
    """At 17:00 UTC it is the next day in Shanghai."""
    late = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    with transaction(write=True) as session:
        typed = FIELDS[EntryKind.BAND] | {"decided_on": "2026-11-21"}
        decisions.record(session, "small", EntryKind.BAND, "c1", typed, By("王芳", late))


# All ratees of a section on one page


SECTION = "/admin/c/small/section-decisions/form"
SHARED = {"committee": "党组", "decided_on": "2026-11-20", "reason": "综合研判"}


def decided() -> list[tuple[str, str, str]]:
    with transaction() as session:
        found = decisions.decisions_of(session, find_campaign(session, "small")).standing
    bands = [(one.subject, one.content) for one in found]
    return [(key, one.band, one.reason) for key, one in bands if isinstance(one, BandDecided)]


def test_all_ratees_are_decided_on_one_page(app: Flask, definition: object) -> None:
    record(EntryKind.QUOTA, "form")
    office = Office(app, role="organiser")
    page = office.get(SECTION).text
    assert "名额内" in page
    assert len(re.findall(r"<select ", page)) == 4
    chosen = {"band.c1": "优秀", "band.c3": "不称职", "reason.c3": "受处分"}
    answer = office.post(SECTION, follow=True, **SHARED, **chosen).text
    assert "已记录 2 人的等次" in answer
    assert decided() == [("c1", "优秀", "综合研判"), ("c3", "不称职", "受处分")]
    assert "<strong>优秀</strong>" in answer
    # Sent once more it would say the same again.
    again = office.post(SECTION, **SHARED, **chosen)
    assert again.status_code == 422
    assert "没有选定任何人的等次，或与已认定的相同" in again.text
    assert len(decided()) == 2


def test_one_fault_on_the_page_records_nobody(app: Flask, definition: object) -> None:
    office = Office(app, role="organiser")
    wrong = {"band.c1": "优秀", "band.c2": "天才", "band.c3": "优秀", "reason.c3": "a\x07"}
    answer = office.post(SECTION, **SHARED | {"committee": " "}, **wrong)
    assert answer.status_code == 422
    assert "认定机构：请填写。" in answer.text
    assert decided() == []
    answer = office.post(SECTION, **SHARED, **wrong)
    assert "干部c2：请从列出的等次中选择。" in answer.text
    assert "干部c3：有看不见的控制字符" in answer.text
    assert '<option value="优秀" selected' in answer.text
    assert decided() == []


def test_the_page_of_a_section_waits_for_the_signatures(app: Flask, definition: object) -> None:
    state(State.COUNTED)
    office = Office(app, role="organiser")
    assert office.get(SECTION).status_code == 409
    assert office.post(SECTION, **SHARED, **{"band.c1": "优秀"}).status_code == 409
    state(State.CERTIFIED)
    assert office.get("/admin/c/small/section-decisions/none").status_code == 404
    assert decided() == []


def test_the_table_goes_to_the_meeting_and_comes_back_filled_in(app: Flask, definition: object) -> None:
    record(EntryKind.QUOTA, "form")
    office = Office(app, role="organiser")
    answer = office.client.get(SECTION + ".xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book["组织认定"]
    rows = {sheet.cell(row, 2).value: row for row in range(3, 7)}
    band, reason = (
        next(cell.column for cell in sheet[2] if cell.value == head) for head in ("认定等次", "事由")
    )
    assert sheet.cell(2, 6).value == "“优秀”名额建议"
    sheet.cell(rows["干部c1"], band).value = "优秀"
    sheet.cell(rows["干部c3"], band).value = " 不称职"
    sheet.cell(rows["干部c3"], reason).value = "受处分"
    page = sent(office, book, **SHARED)
    assert page.status_code == 200
    assert "已从表格填入 2 人，还没有记录" in page.text
    assert page.text.count(" selected") == 2
    assert 'value="受处分"' in page.text
    assert 'value="党组"' in page.text
    assert decided() == []


def test_one_wrong_line_fills_nothing_in(app: Flask, definition: object) -> None:
    office = Office(app, role="organiser")
    book = openpyxl.load_workbook(io.BytesIO(office.client.get(SECTION + ".xlsx").data))
    sheet = book["组织认定"]
    band = next(cell.column for cell in sheet[2] if cell.value == "认定等次")
    sheet.cell(3, band).value = "天才"
    sheet.cell(4, band).value = "优秀"
    sheet.cell(5, 1).value, sheet.cell(5, 2).value = sheet.cell(4, 1).value, sheet.cell(4, 2).value
    sheet.cell(5, band).value = "优秀"
    sheet.cell(6, 1).value, sheet.cell(6, 2).value = "", "生人"
    sheet.cell(6, band).value = "优秀"
    page = sent(office, book, **SHARED)
    assert page.status_code == 422
    for said in ("第 3 行：“天才”不是可以认定的等次", "第 5 行", "填了两次", "第 6 行：“生人”不是"):
        assert said in page.text
    assert " selected" not in page.text
    assert 'value="党组"' in page.text
    book["组织认定"].delete_rows(2)
    assert "没有找到表头" in sent(office, book).text
    assert "请选择文件" in office.post(SECTION, act="read").text
    nothing = office.post(
        SECTION, act="read", file=(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "x.xls")
    )
    assert nothing.status_code == 422
    assert decided() == []


def sent(office: Office, book: openpyxl.Workbook, **typed: str) -> TestResponse:
    out = io.BytesIO()
    book.save(out)
    return office.post(SECTION, act="read", file=(io.BytesIO(out.getvalue()), "认定.xlsx"), **typed)
