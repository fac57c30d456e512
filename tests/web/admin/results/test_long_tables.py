"""Tables of many ratees: leafed through in their order, and looked through by name, unit and post."""

import re
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from survey.domain.decisions.entries import Vetoed
from survey.storage import publication_rows
from survey.storage.database import transaction
from survey.web.admin.results import long_tables
from tests.builders import BY, a_definition
from tests.counted import counted
from tests.office import Office
from tests.published import campaign_of

PEOPLE = 11
SECTIONS = ("one", "two")


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A counted campaign of two forms, of which three ratees make a page."""
    monkeypatch.setattr(long_tables, "ROWS", 3)
    data = a_definition(groups=["A"])
    form = data["sections"][0]
    data["sections"] = [form | {"key": key, "title": key} for key in SECTIONS]
    data["ratees"] = [
        {
            "key": f"c{number}",
            "section": SECTIONS[number > 6],
            "name": f"干部{number}号",
            "post": f"第{number}科",
        }
        for number in range(PEOPLE)
    ]
    data["results"] = {"rank": True}
    counted(data)
    return Office(app, role="owner")


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*/results/p/[^"]*"[^>]*>(干部\d+号)', page)


def following(page: str) -> str:
    found = re.search(r'<a href="([^"]*)" rel="next">', page)
    return found[1].replace("&amp;", "&") if found else ""


def leafed(office: Office, address: str) -> list[list[str]]:
    """Return who stands on each page, from the one with this address on."""
    pages = []
    while address:
        page = office.client.get(address).text
        pages.append(names(page))
        address = following(page)
    return pages


@pytest.mark.parametrize("sort", ["", "?sort=-roster", "?sort=-weighted"])
def test_every_ratee_stands_on_one_page_in_the_order_asked_for(office: Office, sort: str) -> None:
    found = leafed(office, f"/admin/c/small/results{sort}")
    assert [len(page) for page in found] == [3, 3, 3, 2]
    listed = [name for page in found for name in page]
    assert sorted(listed) == sorted(f"干部{number}号" for number in range(PEOPLE))
    if sort == "?sort=-roster":
        order = [int(name[2:-1]) for name in listed]
        assert order == [6, 5, 4, 3, 2, 1, 0, 10, 9, 8, 7]


def test_leafing_keeps_order_item_and_scope(office: Office) -> None:
    address = "/admin/c/small/results/s/one?criterion=neng&over=pooled&sort=-score"
    found = leafed(office, address)
    assert [len(page) for page in found] == [3, 3, 1]
    asked = parse_qs(urlsplit(following(office.client.get(address).text)).query)
    assert asked == {"criterion": ["neng"], "over": ["pooled"], "sort": ["-score"], "page": ["2"]}


@pytest.mark.parametrize(("sought", "number"), [("干部10号", 10), ("第9科", 9), ("１０号", 10)])
def test_somebody_is_found_by_name_or_post(office: Office, sought: str, number: int) -> None:
    for page in ("results", "results/s/two", "decisions"):
        shown = office.client.get(f"/admin/c/small/{page}", query_string={"q": sought}).text
        assert names(shown) == [f"干部{number}号"], page


def test_nobody_found_is_said(office: Office) -> None:
    for page in ("results", "results/s/two", "decisions"):
        shown = office.client.get(f"/admin/c/small/{page}?q=王五").text
        assert "没有找到“王五”。" in shown, page
        assert not names(shown)


def test_ordering_anew_keeps_what_is_looked_for(office: Office) -> None:
    shown = office.client.get("/admin/c/small/results?q=干部1").text
    assert sorted(names(shown)) == ["干部10号", "干部1号"]
    link = re.search(r'href="([^"]*sort=-?roster)"', shown)
    assert link
    again = office.client.get(link[1].replace("&amp;", "&")).text
    assert sorted(names(again)) == ["干部10号", "干部1号"]


def test_the_decisions_are_leafed_through_as_well(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    found = leafed(office, "/admin/c/small/decisions")
    assert sorted(name for page in found for name in page) == sorted(f"干部{one}号" for one in range(PEOPLE))
    monkeypatch.setattr(import_module("survey.web.admin.results.decisions"), "ENTRIES", 2)
    campaign = campaign_of("small")
    with transaction(write=True) as session:
        for number in range(5):
            content = Vetoed("不称职", "党委", BY.at.date(), f"事由{number}", "文件")
            publication_rows.add_entry(session, campaign, "c1", content, "test", BY.at)
    pages = [office.client.get(f"/admin/c/small/decisions?entries={page}").text for page in (1, 2, 3)]
    assert [re.findall(r"事由\d", page) for page in pages] == [
        ["事由4", "事由3"],
        ["事由2", "事由1"],
        ["事由0"],
    ]


def test_a_decision_is_shown_beside_kept_results_at_once(office: Office) -> None:
    assert "一票否决" not in office.client.get("/admin/c/small/results?q=干部1号").text
    campaign = campaign_of("small")
    with transaction(write=True) as session:
        content = Vetoed("不称职", "党委", BY.at.date(), "事由", "文件")
        publication_rows.add_entry(session, campaign, "c1", content, "test", BY.at)
    for page in ("results?q=干部1号", "results/p/c1"):
        assert "一票否决" in office.client.get(f"/admin/c/small/{page}").text


def test_an_ordinary_campaign_is_neither_cut_nor_searched(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_tables, "ROWS", 200)
    for page, number in (("results", PEOPLE), ("results/s/one", 7), ("decisions", PEOPLE)):
        shown = office.client.get(f"/admin/c/small/{page}").text
        assert len(names(shown)) == number
        assert 'role="search"' not in shown
        assert not following(shown)
