"""From the unit's hand to the voter's page: handed in, taken over, armed, shown."""

import re

from flask import Flask

from survey.domain.assessment.seats import SeatPart
from survey.services.campaigns import campaigns
from survey.storage.database import transaction
from tests.builders import BY, issue
from tests.services.assessment.examining.test_ballot_statements import arm, type_by_hand
from tests.services.assessment.examining.year_at_end import (
    CAMPAIGN,
    STATEMENT,
    at_end,
    draft,
    hand_in,
    on_ballot,
)

from .desks import BASE, committee, group, organiser, reporter, seated

PAGE = f"{BASE}/ballot-statements"


def test_the_whole_way(app: Flask) -> None:
    at_end()
    unit = reporter(app)
    unit.get(f"{BASE}/statements/t1")
    assert unit.post(f"{BASE}/statements/t1", **STATEMENT, seen="0", act="hand-in").status_code == 303
    office = organiser(app)
    page = office.get(PAGE).text
    assert re.search(r'name="unit" value="t1" checked', page)
    assert 'value="t2"' not in page
    sent = {"campaign": CAMPAIGN, "version": draft().version, "unit": "t1"}
    assert "1 份述职报告已写进" in office.post(PAGE, follow=True, **sent).text
    assert "没有再改" in office.post(PAGE, follow=True, **sent).text
    arm()
    assert "已经冻结" in office.get(PAGE).text
    assert office.post(PAGE, **sent | {"version": 0}).status_code == 409
    codes = issue(app, CAMPAIGN, {"A": 3, "B": 3})
    with transaction(write=True) as session:
        campaigns.open_voting(session, CAMPAIGN, "http://127.0.0.1", allow_http=False, by=BY)
    ballot = app.test_client().post("/v/ballot", data={"code": codes["A"][0]}).text
    assert ballot.count("<details><summary>述职报告</summary>") == 1
    assert "成效一：first 的 heading &lt;b&gt;&amp;\nfirst 的 text &lt;b&gt;&amp;\n\n成效二：" in ballot
    assert "不足：lacking 的 heading" in ballot


def test_nothing_chosen_and_what_changed_meanwhile(app: Flask) -> None:
    at_end()
    hand_in()
    office = organiser(app)
    office.get(PAGE)
    sent = {"campaign": CAMPAIGN, "version": draft().version}
    assert office.post(PAGE, **sent).status_code == 422
    type_by_hand("c3", "刚写的")
    answer = office.post(PAGE, **sent, unit="t1")
    assert answer.status_code == 409
    assert "刚才有人改过这个活动的设置" in answer.text
    assert on_ballot() == ""


def test_a_seat_alone_reaches_no_campaign(app: Flask) -> None:
    at_end()
    hand_in()
    sent = {"campaign": CAMPAIGN, "version": draft().version, "unit": "t1"}
    member = seated(app, SeatPart.OFFICE)
    assert "要由本单位能设置测评活动的组织者来带上" in member.get(PAGE).text
    assert member.post(PAGE, **sent).status_code == 404
    for desk in (reporter(app), group(app), committee(app)):
        desk.get("/admin/a")
        assert desk.get(PAGE).status_code == 404
        assert desk.post(PAGE, **sent).status_code == 404
    assert on_ballot() == ""


def test_no_campaign_of_the_total_and_no_unit_of_the_year(app: Flask) -> None:
    at_end()
    hand_in()
    office = organiser(app)
    office.get(PAGE)
    version = draft().version
    assert office.post(PAGE, campaign="another", version=version, unit="t1").status_code == 404
    assert office.post(PAGE, campaign=CAMPAIGN, version=version, unit="t9").status_code == 404
    assert office.post(PAGE, campaign=CAMPAIGN, version="x", unit="t1").status_code == 409
    assert on_ballot() == ""
