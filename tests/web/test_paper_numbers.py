"""How many ballots came on paper: the office's own account always says it, what leaves the office rarely."""

import csv
import io
import json
import re
from typing import Any

import pytest
from flask import Flask

from survey.services.count import certifying
from survey.storage.accounts.account_rows import add_account
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, count, running_campaign
from tests.documents.read_back import words_in
from tests.office import Office
from tests.paper_box import note_urn, put_paper
from tests.published import publish
from tests.tables import tables

PAGE = "/admin/c/small"
BEST = {"c1.de": "excellent"}
LABEL, NOTE = "其中纸票", "为不暴露个人，不列纸票张数"
ENOUGH, FEW = (6, 5, 1), (6, 2, 1)
"""By phone, on paper, spoiled on paper: of the one who is who cannot be asked, of the other it could be."""


def voted(app: Flask, phone: int, paper: int, spoiled: int) -> None:
    """Vote in one of two groups; the other has voted by phone only."""
    running = running_campaign(app, a_definition(paper={}), 20)
    a, b = running.codes["A"], running.codes["B"]
    for code in (*a[:phone], *b[:7]):
        cast(app, code, dict(BEST))
    sheets = a[phone : phone + paper + spoiled]
    put_paper(app, running, {code: dict(BEST) if at < paper else None for at, code in enumerate(sheets)})
    note_urn(app, running, paper + spoiled + 1)


def counted(app: Flask, numbers: tuple[int, int, int]) -> Office:
    voted(app, *numbers)
    close(app, "small")
    count(app, "small")
    return Office(app)


def account(page: str) -> dict[str, dict[str, str]]:
    """Read the account of a page: by group, then by heading."""
    table = next(one for one in tables(page) if one.label == "票数账目")
    heads = [cell.text for cell in table.head[-1]]
    return {row[0].text: dict(zip(heads, [cell.text for cell in row], strict=True)) for row in table.rows}


@pytest.mark.parametrize("numbers", [ENOUGH, FEW], ids=["enough", "few"])
def test_the_offices_account_has_paper(app: Flask, numbers: tuple[int, int, int]) -> None:
    office = counted(app, numbers)
    for path in (f"{PAGE}/count", f"{PAGE}/results", PAGE):
        page = office.get(path).text
        found = account(page)
        paper = str(numbers[1] + numbers[2])
        assert [row[LABEL] for row in found.values()] == [paper, "0", paper], path
        assert ("结果文件和公布的页面上不列" in page) is (numbers is FEW)


def test_the_office_is_told_that_the_urn_was_counted_otherwise(app: Flask) -> None:
    page = counted(app, ENOUGH).get(f"{PAGE}/count").text
    assert "人工清点纸票 7 张，放入票箱和扫描后退回的共 6 张。" in page
    assert "不影响签字" in page


KINDS = ("csv", "xlsx", "docx", "pdf")


def files(office: Office) -> dict[str, str]:
    """Return what the office's files of results say, without white space."""
    return {
        kind: words_in(kind, office.client.get(f"{PAGE}/results.{kind}").data) for kind in (*KINDS, "json")
    }


def test_official_papers_have_paper_where_nowhere_few_were_alone(app: Flask) -> None:
    said = files(counted(app, ENOUGH))
    for kind in KINDS:
        assert LABEL in said[kind], kind
        assert NOTE not in said[kind], kind
    assert [row["paper"] for row in json.loads(said["json"])["accounting"]["groups"]] == [6, 0]


def test_official_papers_say_why_they_do_not_have_it(app: Flask) -> None:
    said = files(counted(app, FEW))
    for kind in KINDS:
        assert LABEL not in said[kind], kind
        assert NOTE in said[kind], kind
    # The value for scripts is the office's own account.
    assert [row["paper"] for row in json.loads(said["json"])["accounting"]["groups"]] == [3, 0]


# What is published


def published(app: Flask, numbers: tuple[int, int, int]) -> dict[str, Any]:
    counted(app, numbers)
    with transaction(write=True) as session:
        made = [add_account(session, name, "scrutineer", None, BY.at) for name in ("计票甲", "监票乙")]
        certifying.certify(session, "small", *made, BY)
    publish("small")
    reader = app.test_client()
    return {
        "page": reader.get("/r/small").text,
        "json": json.loads(reader.get("/r/small.json").text)["accounting"],
        "csv": reader.get("/r/small.csv").data.decode("utf-8-sig"),
    }


def test_readers_learn_of_paper_where_nowhere_few_were_alone(app: Flask) -> None:
    said = published(app, ENOUGH)
    assert [row[LABEL] for row in account(said["page"]).values()] == ["6", "0", "6"]
    assert [row["paper"] for row in (*said["json"]["groups"], said["json"]["total"])] == [6, 0, 6]
    assert any(LABEL in row for row in csv.reader(io.StringIO(said["csv"])))


def test_readers_learn_nothing_of_few(app: Flask) -> None:
    said = published(app, FEW)
    assert LABEL not in said["page"]
    assert LABEL not in said["csv"]
    assert NOTE in said["page"]
    assert [row["paper"] for row in (*said["json"]["groups"], said["json"]["total"])] == [None] * 3


# While voting runs


def test_paper_is_part_of_the_turnout_in_steps_and_the_hall_does_not_see_it(app: Flask) -> None:
    voted(app, 6, 7, 1)
    office = Office(app)
    page = office.get(f"{PAGE}/turnout").text
    assert "收回的票中，纸票 5 张。" in page
    assert "<b>10</b>" in page
    for path in ("screen", "screen/turnout"):
        shown = office.get(f"{PAGE}/{path}").text
        assert not re.search(r"纸票\s*\d", shown)
        assert "<b>15</b>" in shown
    close(app, "small")
    assert "收回的票中，纸票 8 张。" in office.get(f"{PAGE}/turnout").text


def test_nothing_is_said_of_paper_before_there_is_any_or_can_be(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 20)
    cast(app, running.codes["A"][0], dict(BEST))
    office = Office(app)
    assert "纸票" not in office.get(f"{PAGE}/turnout").text
    close(app, "small")
    assert "纸票" not in office.get(f"{PAGE}/turnout").text
    count(app, "small")
    assert "纸票" not in office.get(f"{PAGE}/count").text
