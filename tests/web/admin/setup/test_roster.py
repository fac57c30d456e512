"""Rosters on the pages: read, shown, taken in, and not taken twice."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from itsdangerous import URLSafeSerializer

from survey.documents.roster.reader import Roster, read_mapped, read_roster
from survey.services.operations.beside import beside
from survey.web.admin.setup import roster
from tests.documents.read_back import name_in
from tests.domain.definition.test_names import SPELLINGS
from tests.domain.editing import full
from tests.office_roster import NAMES, TITLE, office_roster
from tests.web.admin.setup.test_begin import office_form, upload
from tests.web.clerk import Form, Office
from tests.web.rosters import workbook

from .test_pages import create, document, path

DATA = Path(__file__).parents[3] / "data"


def test_a_faulty_roster_says_where_and_brings_in_nothing(office: Office) -> None:
    create(full())
    rows = workbook(("甲", "", "", "没有的表"), ("", "局长", "", "测评表"))
    answer = upload(office, path("roster"), "r.xlsx", rows, "look")
    assert answer.status_code == 422
    for said in ("第 2 行", "D 列", "没有的表", "没有这张测评表", "第 3 行", "这一格没有填"):
        assert said in answer.text
    assert document() == full()
    assert upload(office, path("roster"), "", b"", "look").status_code == 422


@pytest.mark.parametrize("name", ["web-page.xls", "xml-workbook.xls"])
def test_a_page_that_is_named_xls_is_told_where_to_click(office: Office, name: str) -> None:
    create(full())
    answer = upload(office, path("roster"), name, (DATA / name).read_bytes(), "look")
    assert answer.status_code == 422
    assert "点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”" in answer.text


def test_a_roster_adds_or_replaces(office: Office) -> None:
    create(full())
    rows = workbook(("甲", "书记", "县", "测评表"), ("新人", "", "", "表决"))
    look = upload(office, path("roster"), "r.xlsx", rows, "look", mode="add")
    assert "新增 1 个，改动 1 个，去掉 0 个" in look.text
    office.save(path("roster"), office_form(look), "take")
    assert [row["name"] for row in document()["ratees"]] == ["甲", "乙", "班子", "新人"]
    assert document()["ratees"][0]["statement"] == "述职"
    look = upload(office, path("roster"), "r.xlsx", rows, "look", mode="replace")
    assert "去掉的是：乙、班子" in look.text
    office.save(path("roster"), office_form(look), "take")
    assert [row["name"] for row in document()["ratees"]] == ["甲", "新人"]


def test_a_long_roster_is_read_in_a_process_beside(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    create(full())
    asked = []

    def noted(read: Callable[..., Roster], *args: Any) -> Roster:
        asked.append(read)
        return beside(read, *args)

    monkeypatch.setattr(roster, "beside", noted)
    rows = [(f"新人{number}", "", "", "测评表") for number in range(1200)]
    faulty = upload(office, path("roster"), "r.xlsx", workbook(*rows, ("甲", "", "", "没有的表")), "look")
    assert "第 1202 行" in faulty.text
    look = upload(office, path("roster"), "r.xlsx", workbook(*rows), "look", mode="replace")
    office.save(path("roster"), office_form(look), "take")
    assert [row["name"] for row in document()["ratees"]] == [row[0] for row in rows]
    assert set(asked) == {read_roster, read_mapped}


def test_a_later_roster_changes_the_person_of_another_spelling(office: Office) -> None:
    create(full())
    for number, spelling in enumerate(SPELLINGS[:5]):
        rows = workbook((spelling, "副县长", "某县", "测评表"))
        look = upload(office, path("roster"), "r.xlsx", rows, "look", mode="add")
        assert ("改动 1 个" if number else "新增 1 个") in look.text
        office.save(path("roster"), office_form(look), "take")
        assert [row["name"] for row in document()["ratees"]] == ["甲", "乙", "班子", spelling]
    rows = workbook(*((spelling, "副县长", "某县", "测评表") for spelling in SPELLINGS[:2]))
    refused = upload(office, path("roster"), "r.xlsx", rows, "look", mode="add")
    assert refused.status_code == 422
    assert f"“{SPELLINGS[1]}”与第 2 行的“{SPELLINGS[0]}”像是同一个人的两种写法" in refused.text


def test_a_roster_that_was_tampered_with_or_outdated_is_not_taken(office: Office) -> None:
    create(full())
    look = office_form(upload(office, path("roster"), "r.xlsx", workbook(("新人", "", "", "表决")), "look"))
    kept = look.value("roster")
    assert office.send(path("roster"), look.set("roster", kept[:-2] + "xx"), "take").status_code == 422
    office.save(path("basics"), office.form(path("basics")).set("campaign.title", "改过"))
    answer = office.send(path("roster"), look.set("roster", kept), "take")
    assert answer.status_code == 409
    assert len(document()["ratees"]) == 3
    office.save(path("roster"), office_form(answer), "take")
    assert len(document()["ratees"]) == 4


def test_a_page_of_an_earlier_version_is_asked_for_the_file_again(app: Flask, office: Office) -> None:
    create(full())
    look = office_form(upload(office, path("roster"), "r.xlsx", workbook(("新人", "", "", "表决")), "look"))
    before = URLSafeSerializer(str(app.secret_key), salt="roster").dumps([{"name": "新人"}])
    assert office.send(path("roster"), look.set("roster", str(before)), "take").status_code == 422


def asked(office: Office, data: bytes | None = None) -> Form:
    """Bring an office's own roster; return the form that asks what stands where."""
    create(full())
    answer = upload(office, path("roster"), "花名册.xlsx", data or office_roster(), "look", mode="replace")
    assert answer.status_code == 200, answer.text[:3000]
    assert "请看各列认得对不对" in answer.text
    return office_form(answer)


def field_of(form: Form, kind: str, value: str) -> str:
    return f"{kind}.{sha256(value.encode()).hexdigest()[:16]}"


def test_an_office_roster_comes_in_as_it_is(office: Office) -> None:
    form = asked(office)
    assert [form.value(f"column.{number}") for number in (1, 2, 7, 8, 9)] == ["", "姓名", "单位", "职务", ""]
    form.set("column.11", "测评表")
    page = office.send(path("roster"), form, "columns")
    assert page.status_code == 422
    assert "“班子”，1 行" in page.text
    assert "“干部”，5 行" in page.text
    form = office_form(page)
    form.set(field_of(form, "form", "班子"), "vote").set(field_of(form, "form", "干部"), "form")
    look = office.send(path("roster"), form, "columns")
    assert look.status_code == 200
    assert "共 6 行：新增 6 个" in look.text
    for said in (
        "第 10 行",
        "像是合计",
        "第 11 行",
        "像是填表人、审核人、日期或盖章处",
        "没有读的工作表：Sheet2",
    ):
        assert said in look.text
    assert "党组书记、局长" in look.text
    assert document() == full()
    office.save(path("roster"), office_form(look), "take")
    ratees = document()["ratees"]
    assert [row["name"] for row in ratees] == list(NAMES)
    assert [row["section"] for row in ratees] == ["vote", *["form"] * 5]
    assert ratees[1] == {
        "key": "r2",
        "section": "form",
        "name": "王建国",
        "post": "党组书记、局长",
        "unit": "清河县农业农村局",
    }


def test_what_was_chosen_is_offered_next_time(office: Office) -> None:
    form = asked(office).set("section", "form").set("column.12", "述职报告").set("column.7", "")
    office.save(path("roster"), office_form(office.send(path("roster"), form, "columns")), "take")
    answer = upload(office, path("roster"), "r.xlsx", office_roster(), "look")
    form = office_form(answer)
    assert [form.value(f"column.{number}") for number in (2, 7, 8, 12)] == ["姓名", "", "职务", "述职报告"]


def test_lines_that_look_like_nobodys_come_in_by_choice(office: Office) -> None:
    form = asked(office).set("section", "form")
    look = office_form(office.send(path("roster"), form, "columns"))
    unread = office.send(path("roster"), look.set("line", "10"), "take")
    assert unread.status_code == 200
    assert "您勾选的行有变化，请再看一遍名单" in unread.text
    assert document() == full()
    again = office.send(path("roster"), look.set("line", "1", "10"), "again")
    assert "共 8 行" in again.text
    office.save(path("roster"), office_form(again), "take")
    assert [row["name"] for row in document()["ratees"]][::7] == [TITLE, "合计"]


def test_columns_may_be_chosen_again(office: Office) -> None:
    form = asked(office).set("section", "form").set("line", "10")
    look = office_form(office.send(path("roster"), form, "columns"))
    back = office_form(office.send(path("roster"), look, "back"))
    assert back.value("section") == "form"
    assert back.value("line") == "10"
    assert back.value("mode") == "replace"
    faulty = office.send(path("roster"), back.set("column.2", ""), "columns")
    assert faulty.status_code == 422
    assert "没有“姓名”这一列" in faulty.text
    twice = office.send(
        path("roster"), office_form(faulty).set("column.2", "姓名").set("column.3", "姓名"), "columns"
    )
    assert "有两列都选作了“姓名”" in twice.text
    assert "section" in office_form(twice).names(), "what was chosen stays chosen"


def test_faults_of_an_office_roster_leave_its_columns_chosen(office: Office) -> None:
    data = workbook(("甲９", "局长", "男"), ("", "副局长", "女"), heads=("姓 名", "现任职务", "性别"))
    page = office.send(path("roster"), asked(office, data).set("section", "form"), "columns")
    assert page.status_code == 422
    for said in ("有 2 处要改", "“名册” 第 2 行 A 列", "“９”是全角的", "请填写“姓 名”"):
        assert said in page.text
    assert office_form(page).value("section") == "form"
    assert document() == full()


def test_another_sheet_or_other_heads(office: Office) -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("今年").write_column(0, 0, ["姓名", "张三"])
        other = book.add_worksheet("备用")
        for row, cells in enumerate([["某县"], ["某局"], ["同志", "做什么"], ["李四", "局长"]]):
            other.write_row(row, 0, cells)
    form = asked(office, out.getvalue()).set("sheet", "1")
    other_sheet = office_form(office.send(path("roster"), form, "heads"))
    assert other_sheet.value("head") == "0"
    # Who chooses other heads and goes straight on is asked of them first.
    page = office.send(path("roster"), other_sheet.set("head", "3"), "columns")
    assert page.status_code == 200
    assert "做什么" in page.text
    form = office_form(page).set("column.1", "姓名").set("column.2", "职务").set("section", "form")
    look = office.send(path("roster"), form, "columns")
    assert "没有读的工作表：今年" in look.text
    office.save(path("roster"), office_form(look), "take")
    assert [(row["name"], row["post"]) for row in document()["ratees"]] == [("李四", "局长")]


def test_rater_groups_by_a_columns_values(office: Office) -> None:
    data = workbook(("张三", "甲类"), ("李四", "乙类"), ("王五", ""), heads=("姓名", "谁来评"))
    form = asked(office, data).set("section", "form").set("column.2", "票种")
    page = office.send(path("roster"), form, "columns")
    assert page.status_code == 422
    form = office_form(page)
    groups = [group["key"] for group in full()["groups"]]
    form.set(field_of(form, "groups", "甲类"), groups[0], "none")
    look = office.send(path("roster"), form, "columns")
    office.save(path("roster"), office_form(look), "take")
    assert [row.get("groups") for row in document()["ratees"]] == [[groups[0]], None, None]


@pytest.mark.parametrize("name", ["footer", "title"])
def test_footers_do_not_come_in(office: Office, name: str) -> None:
    data = (DATA / f"footer-rows/{name}.xlsx").read_bytes()
    form = asked(office, data) if name == "footer" else None
    if form is None:
        create(full())
        answer = upload(office, path("roster"), "title.xlsx", data, "look")
        assert answer.status_code == 422
        assert "没有这张测评表" in answer.text
        assert "取消合并" not in answer.text
        return
    look = office.send(path("roster"), form.set("section", "form"), "columns")
    office.save(path("roster"), office_form(look), "take")
    assert [row["name"] for row in document()["ratees"]] == ["王建国", "李红梅"]


@pytest.mark.parametrize(
    "fields",
    [
        {"sheet": "7", "head": "x", "head_rows": "9"},
        {"head": "9" * 9, "head_rows": "3"},
        {"sheet": "-1", "line": "x"},
        {"column.2": "什么", "column.99": "姓名", "section": "none", "groups": "none"},
    ],
)
def test_strange_choices_are_no_failure(office: Office, fields: dict[str, str]) -> None:
    form = asked(office)
    for name, value in fields.items():
        form.set(name, value)
    for act in ("columns", "heads", "again", "back", "take"):
        assert office.send(path("roster"), form, act).status_code in (200, 422), act
    assert document() == full()


def test_a_roster_template_knows_the_campaigns_forms(office: Office) -> None:
    create(full())
    answer = office.client.get(path("roster.xlsx"))
    assert answer.data[:2] == b"PK"
    assert name_in(answer).endswith(" 名单模板.xlsx")
