"""Rosters on the pages: read, shown, taken in, and not taken twice."""

from pathlib import Path

import pytest

from tests.documents.read_back import name_in
from tests.domain.definition.test_names import SPELLINGS
from tests.domain.editing import full
from tests.web.admin.setup.test_begin import office_form, upload
from tests.web.clerk import Office
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


def test_a_roster_template_knows_the_campaigns_forms(office: Office) -> None:
    create(full())
    answer = office.client.get(path("roster.xlsx"))
    assert answer.data[:2] == b"PK"
    assert name_in(answer).endswith(" 名单模板.xlsx")
