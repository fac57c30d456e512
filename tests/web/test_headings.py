"""Wherever results stand: bands and ranks for those they were made for, lists headed by what is in them.

The example's team is alone on its form, in the words of a scale of its own; services are rated by one group.
"""

import csv
import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.documents.export.results_json import results_json
from survey.domain.count.results import Results
from survey.domain.definition.campaign import State
from survey.domain.publication.edition import everything
from survey.domain.results.evaluation_report import make_situation
from survey.domain.results.official import make_report
from survey.domain.results.table import Report, Table
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate
from survey.services.results import publishing
from survey.storage.database import transaction
from tests.builders import example
from tests.office import Office
from tests.published import certified, link_of, own, publish
from tests.tables import Read, tables

BOTH = {"名次", "等次"}
BANDS = ("优秀", "称职", "基本称职", "不称职")
DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def town(app: Flask) -> dict[str, str]:
    """Publish a campaign of a team and persons; the paths of their own pages."""
    return published("town-annual", {"A": 11, "B": 38, "C": 90})


@pytest.fixture
def services(app: Flask) -> dict[str, str]:
    """Publish a campaign of services, which all have one group; the paths of their own pages."""
    return published("public-satisfaction", {"public": 60})


def published(code: str, ballots: dict[str, int]) -> dict[str, str]:
    definition = certified(example(code), ballots)
    edition = publish(code, choice=everything(definition), personal=own(band=True, rank=True))
    return {one.key: link_of(code, one.key, edition) for one in definition.ratees}


def heads(table: Read) -> list[str]:
    return [cell.text.rstrip("▲▼") for row in table.head for cell in row]


def results_of(code: str) -> Results:
    with transaction() as session:
        return publishing.results(session, code)[1]


def report_of(code: str) -> Report:
    return make_report(results_of(code), DIGEST, State.CERTIFIED)


def pages(app: Flask, client: FlaskClient, code: str) -> list[str]:
    """Return the results as the office sees them, and as readers do."""
    return [Office(app).get(f"/admin/c/{code}/results").text, client.get(f"/r/{code}").text]


def test_a_team_alone_on_its_form_has_no_rank_and_no_band_of_persons(
    app: Flask, client: FlaskClient, town: dict[str, str]
) -> None:
    for page in pages(app, client, "town-annual"):
        team, cadres = (one for one in tables(page) if "各项目合计（加权）" in heads(one))
        assert not BOTH & set(heads(team))
        assert set(heads(cadres)) >= BOTH
    page = client.get("/r/town-annual").text
    block = page[page.index('<ul class="cards">') :].partition("</ul>")[0]
    assert "镇领导班子" in block
    assert not [band for band in BANDS if band in block]
    assert "第 1" not in block


def test_nor_has_it_on_a_page_of_its_own(app: Flask, client: FlaskClient, town: dict[str, str]) -> None:
    office = Office(app)
    for team, person in (
        (client.get(town["team"]).text, client.get(town["c1"]).text),
        (
            office.get("/admin/c/town-annual/results/p/team").text,
            office.get("/admin/c/town-annual/results/p/c1").text,
        ),
    ):
        assert "<dt>得分" in team or "<dt>加权得分" in team
        for word in BOTH:
            assert f"<dt>{word}</dt>" not in team
            assert f"<dt>{word}</dt>" in person
        assert "等次：优秀 90分及以上" not in team
        assert "等次：优秀 90分及以上" in person


def test_nor_in_the_tables_that_leave_the_office(app: Flask, town: dict[str, str]) -> None:
    for sheet in report_of("town-annual").sheets:
        if sheet.key in ("team-form", "team"):
            labels = {column.label for table in sheet.tables for column in table.columns}
            assert not BOTH & (labels | {label for label, _ in sheet.subject}), sheet.full_title
            assert "等次：" not in "".join(sheet.notes)
    with transaction() as session:
        about = certificate.gather(session, find_campaign(session, "town-annual"))
    team, cadres = make_situation(results_of("town-annual"), about, State.CERTIFIED).parts
    assert not BOTH & {column.label for column in team.table.columns}
    assert {column.label for column in cadres.table.columns} >= BOTH


def test_nor_in_the_data_for_spreadsheets(client: FlaskClient, town: dict[str, str]) -> None:
    for path in ("/r/town-annual.csv", f"{town['team']}/data.csv"):
        rows = list(csv.reader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))
        at = rows.index(["领导班子民主测评表 · 总表"])
        row = dict(zip(rows[at + 1], rows[at + 2], strict=True))
        assert (row["名称"], row["名次"], row["等次"]) == ("镇领导班子", "", "")
    rows = list(csv.reader(io.StringIO(client.get(f"{town['c1']}/data.csv").data.decode("utf-8-sig"))))
    at = rows.index(["领导干部民主测评表 · 总表"])
    row = dict(zip(rows[at + 1], rows[at + 2], strict=True))
    assert row["名次"].isdecimal()
    assert row["等次"] in BANDS


def test_what_programs_read_is_as_it_was(client: FlaskClient, town: dict[str, str]) -> None:
    whole = results_json(results_of("town-annual"), State.CERTIFIED)["ratees"]
    for ratees in (whole, json.loads(client.get("/r/town-annual.json").data)["ratees"]):
        team = next(one for one in ratees if one["ratee"] == "team")
        assert team["rank"] == 1
        assert team["band"]


def test_a_page_of_the_team_alone_does_not_forget_whose_the_bands_are(
    client: FlaskClient, town: dict[str, str]
) -> None:
    choice = everything(results_of("town-annual").definition)
    publish("town-annual", choice=type(choice)(("team-form",)), note="只公布班子")
    page = client.get("/r/town-annual").text
    assert "镇领导班子" in page
    assert not [word for word in ("等次</th>", "名次</th>", "称职") if word in page]


def test_a_committee_is_offered_no_band_of_persons_for_a_team(app: Flask, town: dict[str, str]) -> None:
    office = Office(app)
    team = office.get("/admin/c/town-annual/section-decisions/team-form").text
    cadres = office.get("/admin/c/town-annual/section-decisions/cadre-form").text
    assert "计票等次" not in team
    assert "称职</option>" not in team
    assert "较好</option>" in team
    assert "计票等次" in cadres
    first, second, *_ = tables(office.get("/admin/c/town-annual/decisions").text)
    assert ("计票等次" in heads(first), "计票等次" in heads(second)) == (False, True)
    assert (heads(first)[0], heads(second)[0]) == ("名称", "姓名")


def columns(tables_: list[Table]) -> list[str]:
    return [column.label for table in tables_ for column in table.columns]


def test_services_are_headed_by_what_they_are_and_stand_in_one_column(
    app: Flask, client: FlaskClient, services: dict[str, str]
) -> None:
    code = "public-satisfaction"
    report = report_of(code)
    said = {"".join(heads(one)) for page in pages(app, client, code) for one in tables(page)}
    said |= {"".join(heads(one)) for one in tables(client.get(services["education"]).text)}
    labels = columns([*report.tables, *(table for sheet in report.sheets for table in sheet.tables)])
    labels += [label for sheet in report.sheets for label, _ in sheet.subject]
    for path in (f"/r/{code}.csv", f"{services['education']}/data.csv"):
        rows = csv.reader(io.StringIO(client.get(path).data.decode("utf-8-sig")))
        labels += [cell for row in rows if "姓名" in row or "服务事项" in row for cell in row]
    everywhere = [*said, *labels]
    assert [one for one in everywhere if "服务事项" in one]
    for word in ("姓名", "对象", "加权", "合计得分", "群众"):
        assert [one for one in everywhere if word in one] == [], word


@pytest.mark.parametrize("path", ["/r/public-satisfaction", "/admin/c/public-satisfaction/results"])
def test_the_headline_rates_are_those_of_all_items_pooled(
    app: Flask, client: FlaskClient, services: dict[str, str], path: str
) -> None:
    page = Office(app).get(path).text if "admin" in path else client.get(path).text
    results = results_of("public-satisfaction")
    overall = {one.ratee: one.shown for one in results.overalls if one.row == "weighted"}
    table = next(one for one in tables(page) if "各项目合计" in heads(one))
    last = {c.line.ratee.key: c.shown for c in results.cells if c.line.criterion.key == "conduct"}
    for ratee in results.definition.ratees:
        (row,) = [row for row in table.rows if ratee.name in [cell.text for cell in row]]
        texts = [cell.text for cell in row]
        shown, others = overall[ratee.key], last[ratee.key]
        assert shown is not None
        assert [f"{rate}%" for rate in shown.rates.values()] == texts[-3:-1]
        assert shown.rates != others.rates, "or the test would show nothing"
