"""A clock that is set back and forth: no vote after the end, no result before it."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.cli import common
from survey.domain.definition.campaign import State
from survey.domain.errors import BadMoment, MinpingError, WrongState
from survey.services.audit.audit import By
from survey.services.campaigns import deadlines
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import publishing
from survey.services.voting import closed_boxes
from survey.storage.database import transaction
from survey.web import jobs as web_jobs
from survey.web.server import front
from survey.web.voter import views
from tests.builders import a_definition, close, count, running_campaign
from tests.lengths import times

from .stages import JSON

pytestmark = pytest.mark.slow

BEGIN = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
END = BEGIN + timedelta(hours=4)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Clock:
    """The time that the programme is told."""

    def __init__(self) -> None:
        self.time = BEGIN - HOUR

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (views, front, web_jobs, common):
        monkeypatch.setattr(module, "now", made.now)
    return made


def timed(**more: Any) -> dict[str, Any]:
    campaign = {"code": "small", "title": "小型测评", "organiser": "考核组"}
    return a_definition(campaign={**campaign, "opens_at": BEGIN, "closes_at": END, **more})


def cast(client: FlaskClient, code: str) -> str:
    answer = client.post("/v/cast", data={"code": code, "c1.de": "poor"}, headers=JSON)
    return "cast" if answer.status_code == 201 else str(answer.get_json()["error"])


def state() -> State:
    with transaction() as session:
        return find_campaign(session, "small").state


def require_no_result(app: Flask) -> None:
    """Hold that nothing of the box can be had."""
    with pytest.raises(WrongState):
        count(app, "small")
    with transaction() as session, pytest.raises(WrongState):
        publishing.results(session, "small")


def test_an_hour_back_and_forth_at_the_beginning(each_app: Flask, told: Clock) -> None:
    codes = running_campaign(each_app, timed(), 3).codes["A"]
    voter = each_app.test_client()
    assert cast(voter, codes[0]) == "not-open"
    told.time = BEGIN
    assert cast(voter, codes[0]) == "cast"
    told.time = BEGIN - HOUR
    assert [cast(voter, code) for code in codes[:2]] == ["not-open", "not-open"]
    require_no_result(each_app)
    told.time = BEGIN + MINUTE
    assert [cast(voter, code) for code in codes[:2]] == ["already-cast", "cast"]
    close(each_app, "small")
    assert count(each_app, "small").count.accounting.total.valid == 2


def test_an_end_that_was_seen_is_the_end(each_app: Flask, told: Clock) -> None:
    codes = running_campaign(each_app, timed(), 3).codes["A"]
    voter = each_app.test_client()
    told.time = END - MINUTE
    assert cast(voter, codes[0]) == "cast"
    told.time = END
    assert cast(voter, codes[1]) == "closed"
    told.time = END - HOUR
    assert cast(voter, codes[1]) == "closed"
    assert voter.post("/v/ballot", data={"code": codes[1]}, headers=JSON).status_code == 403
    with transaction(write=True) as session, pytest.raises(BadMoment) as refused:
        deadlines.extend(session, "small", END + HOUR, By("王芳", told.time))
    assert refused.value.why == "over"
    assert state() is State.OPEN
    require_no_result(each_app)
    deadlines.end_due(told.time)
    closed_boxes.forget()  # another process, or this one after a restart
    assert state() is State.CLOSED
    assert cast(voter, codes[1]) == "closed"
    deadlines.close_due(told.time)
    assert count(each_app, "small").count.accounting.total.valid == 1


def test_an_end_that_nobody_but_the_worker_saw(app: Flask, told: Clock) -> None:
    codes = running_campaign(app, timed(), 2).codes["A"]
    deadlines.end_due(END - MINUTE)
    assert state() is State.OPEN
    deadlines.end_due(END)
    closed_boxes.forget()
    told.time = END - HOUR
    assert cast(app.test_client(), codes[0]) == "closed"


def test_a_later_end_is_another_one(app: Flask, told: Clock) -> None:
    codes = running_campaign(app, timed(), 2).codes["A"]
    told.time = END - MINUTE
    with transaction(write=True) as session:
        deadlines.extend(session, "small", END + HOUR, By("王芳", told.time))
    told.time = END + MINUTE
    deadlines.end_due(told.time)
    assert cast(app.test_client(), codes[0]) == "cast"


def test_no_device_gets_a_code_after_an_end_that_was_seen(app: Flask, told: Clock) -> None:
    running_campaign(app, timed(entry="open") | {"groups": a_definition(groups=["A"])["groups"]}, 0)
    told.time = END
    assert app.test_client().post("/o/small", headers=JSON).status_code == 403
    told.time = END - HOUR
    assert app.test_client().post("/o/small", headers=JSON).status_code == 403


def test_voting_ends_on_a_disk_too_full_for_the_shake(
    app: Flask, told: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = running_campaign(app, timed(), 2).codes["A"]

    def full(*_: object) -> None:
        raise MinpingError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(deadlines.procedure, "require_space", full)
        assert deadlines.close_due(END) == []
    assert "the disk is full" in capsys.readouterr().err
    closed_boxes.forget()
    told.time = END - HOUR
    assert cast(app.test_client(), codes[0]) == "closed"
    require_no_result(app)
    assert deadlines.close_due(told.time) == ["small"]


def test_the_end_waits_for_no_job(app: Flask, told: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    running_campaign(app, timed(), 2)
    told.time = END
    monkeypatch.setattr(deadlines, "close_due", lambda _now: [])
    monkeypatch.setattr(web_jobs, "CLOCK_SECONDS", 0.05)
    with web_jobs.Worker(app).working():
        wait_until(lambda: state() is State.CLOSED)


def wait_until(condition: Callable[[], bool]) -> None:
    import time

    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("seed", range(times(4, 60)))
def test_a_clock_that_wanders(seed: int, app: Flask, told: Clock) -> None:
    rng = random.Random(seed)
    codes = running_campaign(app, timed(), 60).codes["A"]
    voter = app.test_client()
    over, said = False, []
    for code in codes:
        told.time = BEGIN + rng.uniform(-0.2, 1.2) * (END - BEGIN)
        if rng.random() < 0.3:
            told.time = rng.choice([BEGIN, END]) + rng.choice([-1, 0, 1]) * rng.choice([HOUR, MINUTE])
        answer = cast(voter, code)
        said.append(answer)
        over = over or answer == "closed"
        assert not (over and answer == "cast")
        if rng.random() < 0.1:
            deadlines.end_due(told.time)
            over = over or told.time >= END
            closed_boxes.forget() if state() is State.CLOSED else None
        if state() is State.OPEN:
            require_no_result(app)
    assert over
    deadlines.close_due(END)
    assert count(app, "small").count.accounting.total.valid == said.count("cast")
