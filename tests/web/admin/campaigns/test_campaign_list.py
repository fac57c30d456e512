"""The list of campaigns."""

import re
from urllib.parse import urlencode

import pytest
from flask import Flask

from survey.domain.operations.paging import PAGE
from survey.services.campaigns import campaigns, drafts
from survey.storage.database import transaction
from survey.web.admin.campaigns import campaign_list
from tests.builders import (
    BY,
    EXAMPLES,
    a_definition,
    armed_campaign,
    cast,
    running_campaign,
)
from tests.office import Office
from tests.web.admin.campaigns.test_campaign import named


def test_drafts_in_preparation_are_in_the_list_and_lead_to_their_setting_up(app: Flask) -> None:
    with transaction(write=True) as session:
        drafts.create(session, drafts.empty("half-done"), "", BY)
    office = Office(app)
    assert 'href="/admin/c/half-done/setup/"' in office.get("/admin/").text
    answer = office.client.get("/admin/c/half-done")
    assert (answer.status_code, answer.location) == (303, "/admin/c/half-done/setup/")


def test_the_list_says_turnout_and_next_step(app: Flask) -> None:
    running = running_campaign(app, EXAMPLES / "town-annual.toml")
    for code in running.codes["B"][:13]:
        cast(app, code, {})
    armed_campaign(app, named("waiting"))
    text = Office(app).get("/admin/").text
    assert "10 / 152" in text
    assert "发放投票码" in text
    assert text.index("waiting") < text.index("town-annual"), "the newest first"


def listed(office: Office, **asked: str) -> list[str]:
    text = office.get("/admin/?" + urlencode(asked)).text
    return re.findall(r'<small class="mono">([^<]+)</small>', text)


def test_many_campaigns_are_listed_page_by_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(PAGE + 3):
        data = a_definition()
        data["campaign"] |= {"code": f"c{number:03}", "year": str(2020 + number % 2)}
        with transaction(write=True) as session:
            campaigns.load(session, data, BY)
    with transaction(write=True) as session:
        drafts.create(session, drafts.empty("half"), "", BY)
    office = Office(app)
    worked_out: list[str] = []
    row = campaign_list._row
    monkeypatch.setattr(
        campaign_list, "_row", lambda session, one: (worked_out.append(one.code), row(session, one))[1]
    )
    assert listed(office) == ["half", *(f"c{number:03}" for number in range(PAGE + 2, 2, -1))]
    assert len(worked_out) == PAGE, "nobody looks up what stands on other pages"
    assert listed(office, page="2") == ["c002", "c001", "c000"]
    assert listed(office, page="9") == ["c002", "c001", "c000"]
    assert listed(office, q="2020", sort="year", page="2") == listed(office, q="2020", sort="year")
    text = office.get("/admin/?sort=title").text
    assert 'href="/admin/?sort=title&amp;page=2" rel="next"' in text


def test_campaigns_are_found_and_put_in_order(app: Flask) -> None:
    about = [
        ("a", "乙测评", "丙镇", "2025年度"),
        ("b", "甲测评", "丁局", "２０２６"),
        ("c", "丙测评", "", ""),
    ]
    for code, title, unit, year in about:
        data = a_definition()
        data["campaign"] |= {"code": code, "title": title, "rated_unit": unit, "year": year}
        with transaction(write=True) as session:
            campaigns.load(session, data, BY)
    with transaction(write=True) as session:
        draft = drafts.empty("half")
        drafts.create(session, draft | {"campaign": draft["campaign"] | {"title": "丁测评"}}, "", BY)
    office = Office(app)
    assert 'role="search"' not in office.get("/admin/").text, "a few need no search"
    assert listed(office) == ["half", "c", "b", "a"]
    assert listed(office, q="2026") == ["b"]
    assert listed(office, q="测评 丙") == ["c", "a"]
    assert listed(office, q="ＨＡＬＦ") == ["half"]
    assert listed(office, sort="unit") == ["half", "b", "a", "c"]
    assert listed(office, sort="year") == ["half", "b", "a", "c"]
    assert listed(office, sort="title") == ["half", "c", "a", "b"]
    assert listed(office, sort="nonsense") == ["half", "c", "b", "a"]
    nothing = office.get("/admin/?q=%3Cb%3E")
    assert "没有找到“&lt;b&gt;”" in nothing.text
    assert 'role="search"' in nothing.text
