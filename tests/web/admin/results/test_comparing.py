"""Comparing two campaigns on the organisers' pages, and gain and loss on a ratee's page."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import update

from survey.domain.decisions.comparison import NoDifference
from survey.domain.decisions.comparison_tables import WHY as SAID
from survey.domain.decisions.matching import Unmatched
from survey.domain.definition.campaign import Definition, State
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import publishing
from survey.services.results.comparing import compare
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.storage.tables import CampaignRow
from survey.web.admin.results.comparing import MISSING, WHY
from tests.builders import a_definition
from tests.counted import counted
from tests.documents.read_back import name_in
from tests.office import Office
from tests.tables import tables

HERE = "/admin/c/small/compare"
FEW = "两次人数相差过小，不予比较"


def former(
    code: str = "before",
    ratees: tuple[str, ...] = ("c1", "c2", "c3", "c4"),
    size: int = 80,
    unit: str = "",
    title: str = "去年的测评",
) -> Definition:
    campaign = {"code": code, "title": title, "organiser": "考核组"}
    sizes = {"A": size, "B": size}
    found = counted(a_definition(ratees=ratees, campaign=campaign, rates=RATES), sizes, 2)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).where(CampaignRow.code == code).values(unit=unit))
    return found


RATES = [{"scale": "cadre", "key": "top", "label": "优秀率", "grades": ["excellent"]}]


@pytest.fixture
def now(app: Flask) -> Definition:
    return counted(a_definition(ratees=("c1", "c2", "c3", "c4", "c5"), rates=RATES))


def test_the_page_shows_what_the_comparison_says(app: Flask, now: Definition) -> None:
    former()
    office = Office(app, role="viewer")
    with transaction() as session:
        _, results, _ = publishing.results(session, "small")
        comparison = compare(session, results, find_campaign(session, "before"))
    for criterion in (None, *now.sections[0].criteria):
        query = f"&criterion={criterion.key}" if criterion else ""
        answer = office.get(f"{HERE}?with=before{query}")
        assert answer.status_code == 200
        (table,) = tables(answer.text)
        assert len(table.rows) == 4
        for row, who in zip(table.rows, now.ratees, strict=False):
            found = comparison.line(who, criterion) if criterion else comparison.total(who)
            assert found is not None
            said = [cell.text for cell in row][1:]
            for over in found.over.values():
                score = over.score
                assert score.why in (None, NoDifference.FEW)
                if score.why:
                    assert said.pop(0) == FEW
                    continue
                assert [said.pop(0), said.pop(0)] == [str(score.now), str(score.then)]
                assert score.change is not None
                word, mark, number = said.pop(0).split()
                assert (word, mark) == (("升", "▲") if score.change > 0 else ("降", "▽"))
                assert number == f"{score.change:+}".replace("-", "−")
                assert said.pop(0) == ""
            assert len(said) == (1 if criterion else 0)
        assert "没有对应上的" in answer.text
        assert "对照活动中没有这个名字" in answer.text
        assert "style=" not in answer.text


def test_a_handful_more_voters_are_compared_with_nobody(app: Flask, now: Definition) -> None:
    former(size=33)
    office = Office(app)
    for path in (f"{HERE}?with=before", f"{HERE}?with=before&criterion=de"):
        for row in tables(office.get(path).text)[0].rows:
            assert [cell.text for cell in row][1:3] == [FEW, FEW]
    rows = list(csv.reader(io.StringIO(office.get(f"{HERE}.csv?with=before").data.decode("utf-8-sig"))))
    of_people = [row for row in rows if row and row[0].startswith("干部c") and row[0] != "干部c5"]
    assert len(of_people) == 4 * (2 * 2 * 2 + 2)
    for row in of_people:
        assert row[5:] == ["", "", "", FEW]


def test_what_cannot_be_compared_is_not_offered(app: Flask, now: Definition) -> None:
    former("others", ("x1", "x2"), title="别人的测评")
    former("theirs", unit="教育局", title="外单位的测评")
    former("early", title="还没有计票的测评")
    former("tried", title="试投的测评")
    with transaction(write=True) as session:
        campaign_rows.set_state(session, find_campaign(session, "early"), State.CLOSED)
        campaign_rows.set_trial(session, find_campaign(session, "tried"), "small")
    stranger = Office(app, role="organiser", unit="")
    page = stranger.get(HERE).text
    assert "没有可以比较的活动" in page
    for code in ("others", "theirs", "early", "tried", "small", "nobody"):
        for path in (
            f"{HERE}?with={code}",
            f"{HERE}.csv?with={code}",
            f"/admin/c/small/results/p/c1?with={code}",
        ):
            assert stranger.get(path).status_code == 404, path
    # An owner sees all units.
    assert "外单位的测评" in Office(app, name="李雷").get(HERE).text


def test_the_campaigns_to_compare_with_are_listed(app: Flask, now: Definition) -> None:
    former()
    page = Office(app, role="scrutineer").get(HERE).text
    assert "去年的测评 · 2026-11-22 · 共同对象 4 个" in page
    assert tables(page) == []


def test_rows_are_ordered_by_any_column(app: Flask, now: Definition) -> None:
    former()
    office = Office(app)
    for place, key in ((1, "weighted.now"), (2, "weighted.then")):
        for sign in ("", "-"):
            rows = tables(office.get(f"{HERE}?with=before&criterion=de&sort={sign}{key}").text)[0].rows
            found = [float(row[place].text) for row in rows if row[place].text[:1].isdigit()]
            assert found == sorted(found, reverse=bool(sign))
            assert len(set(found)) > 1
    for nonsense in ("x", "weighted", "weighted.rate.none", "pooled.rate.top", "-"):
        assert office.get(f"{HERE}?with=before&sort={nonsense}").status_code == 200


@pytest.mark.parametrize("path", ["&section=none", "&criterion=none"])
def test_what_is_not_there_is_not_found(app: Flask, now: Definition, path: str) -> None:
    former()
    assert Office(app).get(f"{HERE}?with=before{path}").status_code == 404


def test_another_units_comparison_is_not_there(app: Flask, now: Definition) -> None:
    former()
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(unit="组织部"))
    stranger = Office(app, role="organiser", unit="教育局")
    for path in (HERE, f"{HERE}?with=before", f"{HERE}.csv?with=before"):
        assert stranger.get(path).status_code == 404


def test_there_is_nothing_to_compare_before_the_count(app: Flask, now: Definition) -> None:
    former()
    with transaction(write=True) as session:
        campaign_rows.set_state(session, find_campaign(session, "small"), State.CLOSED)
    assert Office(app).get(f"{HERE}?with=before").status_code == 409
    assert Office(app).get(f"{HERE}.csv?with=before").status_code == 404


def test_the_file_is_for_spreadsheets(app: Flask, now: Definition) -> None:
    former()
    answer = Office(app).get(f"{HERE}.csv?with=before")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert name_in(answer) == "小型测评 与 去年的测评 的比较.csv"
    assert "干部c5,,,,,,,,对照活动中没有这个名字" in answer.data.decode("utf-8-sig")


def test_a_ratee_stands_beside_the_section_and_last_time(app: Flask, now: Definition) -> None:
    former()
    office = Office(app)
    alone = tables(office.get("/admin/c/small/results/p/c1").text)[-1]
    beside = tables(office.get("/admin/c/small/results/p/c1?with=before").text)[-1]
    assert [row[0].text for row in alone.rows] == ["de", "neng", "总得分"]
    assert {len(row) for row in alone.rows} == {5}
    for short, long in zip(alone.rows, beside.rows, strict=True):
        assert [cell.text for cell in long[:5]] == [cell.text for cell in short]
        assert len(long) in (6, 8)
    new = office.get("/admin/c/small/results/p/c5?with=before").text
    assert "没有和“去年的测评”比较：对照活动中没有这个名字" in new
    assert {len(row) for row in tables(new)[-1].rows} == {5}


def test_fewer_than_four_have_no_mean(app: Flask) -> None:
    counted(a_definition(ratees=("c1", "c2", "c3")))
    page = Office(app).get("/admin/c/small/results/p/c1").text
    assert [row[-1].text for row in tables(page)[-1].rows] == ["有得分的不足 4 个，不比较"] * 3


def test_every_reason_has_words() -> None:
    assert set(WHY) == set(SAID) == set(NoDifference)
    assert set(MISSING) == set(Unmatched)
