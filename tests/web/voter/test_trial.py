"""The mark of a trial run on every page of its ballot, and the end that was moved, on the voter's pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from survey.services.audit.audit import By
from survey.services.campaigns import deadlines
from survey.storage.database import transaction
from survey.web.context import now
from tests.builders import BY, EXAMPLES, a_definition, armed_campaign, example, running_campaign
from tests.services.campaigns.test_trial import begin, opened_trial

MARK = '<p class="trial">'


@pytest.mark.parametrize("tried", [True, False])
def test_every_page_of_a_trial_is_marked_and_no_other(app: Flask, tried: bool) -> None:
    client = app.test_client()
    if tried:
        armed_campaign(app, a_definition())
        codes = opened_trial(begin())["A"]
    else:
        codes = running_campaign(app, a_definition(), 6).codes["A"]
    pages = [
        client.post("/v/ballot", data={"code": codes[0]}),
        client.post("/v/ballot", data={"code": codes[0], "c1.de": "excellent"}),
        client.post("/v/review", data={"code": codes[0], "c1.de": "excellent"}),
        client.post("/v/cast", data={"code": codes[0], "c1.de": "no such grade"}),
        client.post("/v/cast", data={"code": codes[0], "c1.de": "excellent"}),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200, 422, 201]
    assert [MARK in page.text for page in pages] == [tried] * 5


def test_an_open_trial_is_marked_before_the_code(app: Flask) -> None:
    armed_campaign(app, EXAMPLES / "public-satisfaction.toml")
    code = begin("public-satisfaction")
    opened_open(code)
    client = app.test_client()
    assert MARK in client.get(f"/o/{code}").text
    assert MARK in client.post(f"/o/{code}").text


def opened_open(code: str) -> None:
    from survey.domain.definition.campaign import Custody
    from survey.services.campaigns import campaigns

    with transaction(write=True) as session:
        campaigns.arm(session, code, Custody.SERVER, BY)
        campaigns.open_voting(session, code, "http://127.0.0.1", allow_http=False, by=BY)


def _ending(end: datetime) -> dict[str, Any]:
    return a_definition(
        campaign={"code": "small", "title": "小型测评", "organiser": "考核组", "closes_at": end}
    )


def test_the_ballot_says_the_end_as_extended(app: Flask) -> None:
    end = datetime(2099, 12, 1, 2, 0, tzinfo=UTC)
    codes = running_campaign(app, _ending(end), 2).codes["A"]
    client = app.test_client()
    assert "2099 年 12 月 1 日 10:00" in client.post("/v/ballot", data={"code": codes[0]}).text
    with transaction(write=True) as session:
        deadlines.extend(session, "small", end + timedelta(hours=1), By("王芳", now()))
    ballot = client.post("/v/ballot", data={"code": codes[0]})
    receipt = client.post("/v/cast", data={"code": codes[0]})
    for page in (ballot, receipt):
        assert "2099 年 12 月 1 日 11:00" in page.text
        assert "10:00" not in page.text


def test_a_device_gets_a_code_until_the_later_end(app: Flask) -> None:
    data = example("public-satisfaction")
    end = now() + timedelta(milliseconds=1500)
    data["campaign"] = {key: value for key, value in data["campaign"].items() if key != "opens_at"}
    data["campaign"]["closes_at"] = end
    running_campaign(app, data, 0)
    with transaction(write=True) as session:
        deadlines.extend(session, "public-satisfaction", end + timedelta(hours=1), By("王芳", BY.at))
    from survey.domain.errors import Closed
    from survey.services.voting import open_entry

    with transaction() as session:
        assert open_entry.offered(session, "public-satisfaction", end + timedelta(minutes=59))
        with pytest.raises(Closed):
            open_entry.offered(session, "public-satisfaction", end + timedelta(hours=1))
