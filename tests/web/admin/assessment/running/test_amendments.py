"""Amendments in the browser: versions in words, what would change, and one that is made as it was seen."""

import html
import io
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.services.assessment import assessments, closing
from survey.services.assessment.assessments import Amendment
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.assessment.setup.setup_files import changed, put, sample_workbook
from tests.office import Office
from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.services.assessment.sample_taken import (
    accept,
    current,
    everything,
    issued,
    loaded,
    take_values,
    values,
)
from tests.web.admin.assessment.seated_year import CODE, EVERYBODY, browser_of, seated_year

AT = f"/admin/a/{SAMPLE_CODE}/amendments"
WHY = {"reason": "县里调整", "document": "县考发〔2026〕7号", "approver": "县委", "since": "2026-01"}
TARGETS = (SAMPLE / "targets.csv").read_text("utf-8-sig")


@pytest.fixture
def office(app: Flask) -> Office:
    issued()
    return Office(app, "考核办", "organiser", "甲局")


def sent(content: bytes | str, name: str = "调整.xlsx") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content.encode() if isinstance(content, str) else content), name


def retargeted(old: str = "", new: str = "") -> str:
    """Return the sample's targets with the first one of ``t1`` raised, or a line replaced."""
    first = next(line for line in TARGETS.splitlines() if line.startswith("t1,"))
    fields = first.split(",")
    raised = ",".join([*fields[:2], "77", *fields[3:]])
    return TARGETS.replace(old or first, new if old else raised)


def hidden(page: str) -> dict[str, str]:
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    }


def show(office: Office, **fields: Any) -> str:
    office.get(AT)
    return str(office.post(AT, act="show", **(WHY | fields)).text)


def confirm(office: Office, page: str, **more: str) -> Any:
    fields = hidden(page) | {"act": "amend"} | more
    fields.pop("csrf_token", None)
    return office.post(AT, **fields)


def version() -> int:
    return current().version


def kept() -> dict[str, Any]:
    """Return all rows but those of sessions, which move with every request."""
    return {table: found for table, found in everything().items() if table != "sessions"}


def test_a_targets_file_alone_is_shown_then_made(office: Office) -> None:
    before = kept()
    page = show(office, targets=sent(retargeted(), "目标.csv"))
    assert office.page.status_code == 200
    assert "有 1 处不同" in page
    assert "年度目标：由“" in page
    assert "改为“77”" in page
    assert kept() == before
    assert confirm(office, page).status_code == 303
    assert version() == 1
    page = office.get(AT).text
    for said in ("第 1 次调整", "县里调整", "县考发〔2026〕7号", "县委", "2026-01", "改了 1 处", "现在执行"):
        assert said in page
    assert "考核办 于" in page


def test_a_workbook_is_read_as_the_draft_s_is(office: Office) -> None:
    content = changed(lambda book: put(book, "单位", 4, "主要负责人", "王某") and None)
    page = show(office, file=sent(content))
    assert "“城关镇”" in page
    assert "改为“王某”" in page or "新增“王某”" in page
    confirm(office, page)
    assert current().definition.units[0].head == "王某"


def test_what_is_typed_stays_when_it_is_refused(office: Office) -> None:
    typed = {"reason": "原因<script>", "document": "", "approver": "某人"}
    page = show(office, targets=sent(retargeted(), "目标.csv"), **typed)
    assert office.page.status_code == 422
    assert "请写明依据的文件" in page
    assert "原因&lt;script&gt;" in page
    assert "<script>" not in page.partition("<main")[2].partition("</main")[0]
    assert 'value="某人"' in page
    # The file is carried: it need not be chosen again.
    assert "已读入：目标.csv" in page
    carried = hidden(page)["carried"]
    page = office.post(AT, act="show", carried=carried, **WHY).text
    assert "改为“77”" in page
    back = office.post(AT, act="back", **{k: v for k, v in hidden(page).items() if k != "csrf_token"})
    assert back.status_code == 200
    assert "县里调整" in back.text
    assert "已读入：目标.csv" in back.text
    assert version() == 0


def test_no_file_is_asked_for(office: Office) -> None:
    page = show(office)
    assert office.page.status_code == 422
    assert "请选择改好的工作簿" in page
    assert "县里调整" in page


def test_faults_are_told_by_cell_and_nothing_changes(office: Office) -> None:
    before = kept()

    def wrong(book: openpyxl.Workbook) -> None:
        put(book, "单位", 4, "考核类别", "没有的类别")

    page = show(office, file=sent(changed(wrong)))
    assert office.page.status_code == 422
    assert "单位!" in page
    assert "县里调整" in page
    page = show(office, targets=sent(retargeted(TARGETS.splitlines()[1], "t1,nothing,5"), "目标.csv"))
    assert office.page.status_code == 422
    assert "没有这项指标" in page
    for content, name in ((b"\x00\x01", "a.xlsx"), (b"", "b.csv"), (b"not = [toml", "c.toml")):
        field = "targets" if name.endswith("csv") else "file"
        show(office, **{field: sent(content, name)})
        assert office.page.status_code == 422, name
    assert kept() == before


def test_a_workbook_with_targets_beside_it_is_refused(office: Office) -> None:
    page = show(office, file=sent(sample_workbook()), targets=sent(retargeted(), "目标.csv"))
    assert office.page.status_code == 422
    assert "工作簿里已经有目标" in page


def test_the_same_is_no_amendment(office: Office) -> None:
    page = show(office, file=sent(sample_workbook()))
    assert office.page.status_code == 422
    assert "没有要调整的" in page


def test_tasks_that_would_be_gone_are_named_first(office: Office) -> None:
    fewer = "\n".join(line for line in TARGETS.splitlines() if not line.startswith("t1,"))
    page = show(office, targets=sent(fewer, "目标.csv"))
    assert "会取消" in page
    assert "城关镇：" in page
    confirm(office, page)
    assert not any(unit == "t1" for unit, _ in current().targets)


def remeasured() -> bytes:
    """Return the sample's workbook with another unit of measure for the first indicator of all."""
    book = openpyxl.load_workbook(io.BytesIO(sample_workbook()))
    column = next(cell.column_letter for cell in book["指标"][2] if cell.value == "代号")
    row = next(cell.row for cell in book["指标"][column] if cell.value == "output")
    return changed(lambda one: put(one, "指标", row, "计量单位", "件") and None)


def test_what_numbers_are_of_stays(office: Office) -> None:
    accept("2026-01,t1,output,3")
    page = show(office, file=sent(remeasured()))
    assert office.page.status_code == 422
    assert "已有填报的数，计量单位和累计方式不能改，应是“" in page
    assert "指标!" in page
    assert version() == 0


def test_the_measure_may_change_while_nothing_of_it_is_on_record(office: Office) -> None:
    take_values(values("2026-01,t1,retail,3"), accept=False)
    page = show(office, file=sent(remeasured()))
    assert "计量单位：由“" in page
    confirm(office, page)
    assert version() == 1


def test_an_amendment_sent_twice_is_made_once(office: Office) -> None:
    page = show(office, targets=sent(retargeted(), "目标.csv"))
    fields = {name: value for name, value in hidden(page).items() if name != "csrf_token"}
    assert office.post(AT, act="amend", **fields).status_code == 303
    before = kept()
    said = office.post(AT, act="amend", follow=True, **fields)
    assert "没有再办一次" in said.text
    assert kept() == before


def test_another_one_s_amendment_meanwhile_is_told(office: Office) -> None:
    page = show(office, targets=sent(retargeted(), "目标.csv"))
    with transaction(write=True) as session:
        data = assessments.document_of(session, current())
        data["assessment"]["title"] = "改了名称"
        assessments.amend(session, SAMPLE_CODE, data, None, Amendment("别的", "文", "", ""), BY)
    answer = confirm(office, page)
    assert answer.status_code == 409
    assert "刚才已有人作了另一次调整" in answer.text
    assert "县里调整" in answer.text
    assert version() == 1


@pytest.mark.parametrize("carried", ["", "x", "<script>", "A" * 200, "é"])
def test_what_a_page_did_not_carry_is_not_read(office: Office, carried: str) -> None:
    office.get(AT)
    answer = office.post(AT, act="amend", carried=carried, **WHY)
    assert answer.status_code == 422
    assert "请选择改好的工作簿" in answer.text
    assert version() == 0


def test_files_of_one_account_are_not_another_s(app: Flask, office: Office) -> None:
    page = show(office, targets=sent(retargeted(), "目标.csv"))
    other = Office(app, "另一个", "organiser", "甲局")
    other.get(AT)
    fields = {name: value for name, value in hidden(page).items() if name != "csrf_token"}
    assert other.post(AT, act="amend", **fields).status_code == 422
    assert version() == 0


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("reason", "", "请写明调整的原因"),
        ("reason", " \t ", "请写明调整的原因"),
        ("reason", "长" * 2001, "最多 2000 个字"),
        ("document", "长" * 201, "最多 200 个字"),
        ("approver", "长" * 201, "最多 200 个字"),
        ("since", "2027-01", ""),
        ("since", "", ""),
    ],
)
def test_each_field_s_fault(office: Office, field: str, typed: str, said: str) -> None:
    page = show(office, targets=sent(retargeted(), "目标.csv"), **{field: typed})
    assert office.page.status_code == 422
    assert said in page
    assert version() == 0


def test_closed_periods_are_not_offered(office: Office) -> None:
    accept("2026-01,t1,output,3")
    with transaction(write=True) as session:
        closing.close_period(session, SAMPLE_CODE, "2026-01", BY)
    page = office.get(AT).text
    assert '<option value="2026-01">' not in page
    assert '<option value="2026-02">' in page
    show(office, targets=sent(retargeted(), "目标.csv"))
    assert office.page.status_code == 422
    page = show(office, targets=sent(retargeted(), "目标.csv"), since="2026-03")
    confirm(office, page)
    page = office.get(AT).text
    assert '<option value="2026-02">' not in page
    assert '<option value="2026-03">' in page


def test_a_draft_and_a_closed_year_have_no_form(app: Flask) -> None:
    loaded()
    office = Office(app, "考核办", "organiser", "甲局")
    assert "直接改草稿就行" in office.get(AT).text
    assert office.post(AT, act="show", **WHY).status_code == 303
    with transaction(write=True) as session:
        assessments.issue(session, SAMPLE_CODE, BY)
    accept("2026-12,t1,output,3")
    with transaction(write=True) as session:
        closing.close_period(session, SAMPLE_CODE, "2026-12", BY)
    assert current().stage is Stage.EXAMINING
    assert "不能再调整" in office.get(AT).text
    office.post(AT, act="show", targets=sent(retargeted(), "目标.csv"), **WHY)
    assert office.page.status_code == 303
    assert version() == 0


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ("office", "organiser", "owner")])
def test_only_the_office_amends(app: Flask, who: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    seated_year()
    browser = browser_of(app, who)
    assert browser.get(f"/admin/a/{CODE}/amendments").status_code == 404
    assert browser.post(f"/admin/a/{CODE}/amendments", data=WHY).status_code == 404
