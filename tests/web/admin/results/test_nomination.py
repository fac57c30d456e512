"""民主推荐 on the office's pages: votes by ticket kind, and who is examined, decided beside the count."""

import io
import tomllib
from typing import Any

import openpyxl
import pytest
from docx import Document
from flask import Flask

from survey.documents.word.report import report_docx
from survey.domain.definition.campaign import State
from survey.domain.results.evaluation_report import make_situation
from survey.services.campaigns import campaigns
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate
from survey.storage import campaign_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.counted import put
from tests.domain.count.test_ticked_lists import VOTES
from tests.domain.results.test_official_nomination import FILE, POSTS, results
from tests.office import Office
from tests.tables import tables

HERE = "/admin/c/nominate/results"
SHARED = {"committee": "县委常委会", "decided_on": "2026-11-20", "reason": "综合研判"}


@pytest.fixture
def office(app: Flask) -> Office:
    data: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    for ratee, post in zip(data["ratees"], POSTS, strict=True):
        ratee["post"] = post
    with transaction(write=True) as session:
        definition = campaigns.load(session, data, BY).definition
    put(definition, results(VOTES).count)
    with transaction(write=True) as session:
        campaign_rows.set_state(session, find_campaign(session, "nominate"), State.CERTIFIED)
    return Office(app)


def words(office: Office) -> list[list[str]]:
    """Read the table of the list: its rows of words."""
    table = next(one for one in tables(office.get(HERE).text) if one.label == "民主推荐结果汇总表")
    return [[cell.text for cell in row] for row in table.rows]


def test_units_without_posts_are_shown(app: Flask) -> None:
    data: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    for ratee in data["ratees"]:
        ratee["unit"] = "柳河镇"
    with transaction(write=True) as session:
        definition = campaigns.load(session, data, BY).definition
    put(definition, results(VOTES).count)
    office = Office(app)
    assert words(office)[0] == ["1", "候选2", "柳河镇", "4", "18", "22", "44.00%"]
    assert all("柳河镇" in office.get(f"{HERE}/{page}").text for page in ("s/list", "p/p2"))


def test_the_page_shows_votes_by_ticket_kind(office: Office) -> None:
    assert words(office)[:3] == [
        ["1", "候选2", "柳河镇党委书记", "4", "18", "22", "44.00%"],
        ["2", "候选1", "发改局局长", "6", "10", "16", "32.00%"],
        ["3", "候选4", "", "0", "14", "14", "28.00%"],
    ]
    page = office.get(HERE).text
    assert "得票率 = 得票数 ÷ 有效票数" in page
    assert "样本过小" not in page


@pytest.mark.parametrize("order", ["rank", "-pooled", "-weighted", "roster"])
def test_its_rows_can_be_ordered(office: Office, order: str) -> None:
    assert office.get(f"{HERE}?sort={order}").status_code == 200


def test_who_is_examined_is_decided_beside_the_count(office: Office) -> None:
    page = office.get("/admin/c/nominate/section-decisions/list").text
    assert "逐人确定考察对象" in page
    fields = SHARED | {"band.p2": "确定为考察对象", "band.p5": "不确定为考察对象"}
    assert office.post("/admin/c/nominate/section-decisions/list", **fields).status_code == 303
    shown = {row[1]: row[-1] for row in words(office)}
    assert "确定为考察对象" in shown["候选2"]
    assert "不确定为考察对象" in shown["候选5"]
    book = openpyxl.load_workbook(io.BytesIO(office.client.get(f"{HERE}.xlsx").data))
    sheet = book.worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = {row[1]: row[7] for row in rows if row[1] and str(row[1]).startswith("候选")}
    assert {name: found[name] or "" for name in ("候选1", "候选2", "候选5")} == {
        **{"候选1": "", "候选2": "是", "候选5": "否"},
    }
    assert any("民主推荐结果汇总表" in str(cell) for row in rows for cell in row)


def test_a_quota_proposes_by_the_share_that_the_count_ranks_by(office: Office) -> None:
    """候选1 and 候选2 have the same mean of the kinds' shares, 42.5; 32 % and 44 % of the votes."""
    quota = {"band": "确定为考察对象", "limit": "1", "basis": "推荐方案"}
    assert office.post("/admin/c/nominate/decisions/quota/list", **quota).status_code == 303
    page = office.get("/admin/c/nominate/decisions").text
    assert "名额按得票率" in page
    section = "/admin/c/nominate/section-decisions/list"
    for shown in (page, office.get(section).text):
        table = next(one for one in tables(shown) if "得票率" in [cell.text for cell in one.head[0]])
        first, second = ([cell.text for cell in row] for row in table.rows[:2])
        assert "候选2" in first[0]
        assert "44.00%" in first
        assert any(text.startswith("名额内") for text in first)
        assert "候选1" in second[0]
        assert any(text.startswith("名额外") for text in second)
    sheet = openpyxl.load_workbook(io.BytesIO(office.client.get(f"{section}.xlsx").data)).worksheets[0]
    assert [sheet.cell(2, 4).value, sheet.cell(3, 2).value, sheet.cell(3, 4).value] == [
        "得票率(%)",
        "候选2",
        44,
    ]
    assert "44.00%" in office.get("/admin/c/nominate/decisions/band/p2").text


@pytest.mark.parametrize("kind", ["docx", "pdf", "csv"])
def test_every_format_has_the_table(office: Office, kind: str) -> None:
    answer = office.client.get(f"{HERE}.{kind}")
    assert answer.status_code == 200
    assert len(answer.data) > 1000


def test_the_report_on_the_evaluation_has_the_votes(office: Office) -> None:
    with transaction() as session:
        about = certificate.gather(session, find_campaign(session, "nominate"))
    made = make_situation(results(VOTES), about, State.CERTIFIED)
    (part,) = made.parts
    assert [str(cell) for cell in part.table.rows[0]] == [
        *("1", "候选2", "柳河镇党委书记", "4", "18", "22", "44.00"),
    ]
    assert any("排名按得票率" in note for note in part.table.notes)
    out = io.BytesIO()
    report_docx(made, out)
    said = [cell.text for one in Document(io.BytesIO(out.getvalue())).tables for cell in one._cells]
    assert "得票率(%)" in said
    assert "加权得分" not in said


def test_a_name_has_votes_and_a_share_and_no_score(office: Office) -> None:
    for page in (office.get(f"{HERE}/p/p2").text, office.get(f"{HERE}/s/list").text):
        heads = [cell.text for one in tables(page) for row in one.head for cell in row]
        assert "得分" not in heads
        assert "推荐" in heads
    page = office.get(f"{HERE}/p/p2").text
    assert "<dd>44.00%</dd>" in page
    assert "各测评项目" not in page


def test_the_pages_of_decisions_ask_who_is_examined_and_of_no_points(office: Office) -> None:
    page = office.get("/admin/c/nominate/decisions").text
    assert "逐人确定考察对象（一张表）" in page
    assert "加减分" not in page
    assert "认定等次" not in page
    assert "认定等次" not in office.get("/admin/c/nominate/section-decisions/list").text
    one = office.get("/admin/c/nominate/decisions/band/p2").text
    assert "<h1>确定考察对象</h1>" in one
    assert "是否确定为考察对象" in one
    assert "<h1>设定考察对象名额</h1>" in office.get("/admin/c/nominate/decisions/quota/list").text
