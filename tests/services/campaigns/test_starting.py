"""Voting begins by the clock, once, when nothing is missing for it; its beginning can be moved to later."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadMoment, NotOpen, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns, deadlines, procedure, starting, trial
from survey.services.campaigns.starting import Lack, Way
from survey.services.operations import restoring
from survey.services.voting import casting, slip_jobs, tokens
from survey.storage.database import db, transaction
from survey.web.context import settings, vault
from tests.builders import BY, a_definition, armed_campaign, issue
from tests.jobs import an_account, ask, workplace

BEGIN = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
WAY = Way("http://127.0.0.1", allow_http=False)
PLAIN = Way("http://vote.example", allow_http=False)


def timed(**more: Any) -> dict[str, Any]:
    campaign = {"code": "small", "title": "小型测评", "organiser": "考核组", "opens_at": BEGIN}
    return a_definition(campaign=campaign | more)


def found(code: str = "small") -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def log(act: str) -> list[tuple[str, dict[str, Any]]]:
    with transaction() as session:
        return [(entry.actor, facts) for entry, facts in audit.history(session, "small") if entry.act == act]


def lacks(now: datetime = BEGIN, way: Way = WAY) -> set[Lack]:
    with transaction() as session:
        return set(starting.lacks(session, campaigns.find_campaign(session, "small"), way, now))


def postpone(to: datetime, now: datetime = BEGIN - HOUR) -> str:
    with transaction(write=True) as session:
        return starting.postpone(session, "small", to, By("王芳", now))


def ready(app: Flask, **more: Any) -> str:
    """Arm a campaign with codes; return one."""
    armed_campaign(app, timed(**more))
    return issue(app, "small", {"A": 2})["A"][0]


def test_it_opens_at_the_planned_time_and_not_before(each_app: Flask) -> None:
    code = ready(each_app)
    assert starting.open_due(WAY, BEGIN - SECOND) == []
    assert found().state is State.ARMED
    with transaction() as session, pytest.raises(NotOpen) as refused:
        casting.admit(session, vault(), code, BEGIN - SECOND)
    assert refused.value.opens_at == BEGIN
    assert starting.open_due(WAY, BEGIN) == ["small"]
    assert log("open") == [("clock", {"issued": 2, "plain_http": False})]
    with transaction() as session:
        assert casting.admit(session, vault(), code, BEGIN)
        assert audit.verify(session)
    assert starting.open_due(WAY, BEGIN + SECOND) == []


def test_it_opens_later_where_nobody_was_there_at_the_time(app: Flask) -> None:
    ready(app)
    assert starting.open_due(WAY, BEGIN + 5 * HOUR) == ["small"], "the worker was started again"


def test_several_workers_open_it_once(each_app: Flask) -> None:
    ready(each_app)
    together = threading.Barrier(6)

    def look(_: int) -> list[str]:
        with each_app.app_context():
            together.wait()
            try:
                return starting.open_due(WAY, BEGIN)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        opened = [code for codes in pool.map(look, range(6)) for code in codes]
    assert opened == ["small"]
    assert len(log("open")) == 1


def test_what_is_missing_keeps_it_armed_until_it_is_there(app: Flask) -> None:
    armed_campaign(app, timed())
    assert lacks() == {Lack.CODES}
    assert starting.open_due(WAY, BEGIN) == []
    codes = issue(app, "small", {"A": 1})["A"]
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", codes, BY)
    assert lacks() == {Lack.CODES}, "a voided code opens nothing"
    job = ask(an_account(), {"A": 2})
    assert lacks() == {Lack.CODES, Lack.JOB}
    assert starting.open_due(WAY, BEGIN) == []
    slip_jobs.run(job.key, workplace())
    assert lacks() == set()
    assert starting.open_due(WAY, BEGIN) == ["small"]


def test_plain_http_keeps_it_armed_unless_it_is_allowed(app: Flask) -> None:
    ready(app)
    assert lacks(way=PLAIN) == {Lack.HTTPS}
    assert starting.open_due(PLAIN, BEGIN) == []
    assert starting.open_due(Way(PLAIN.base_url, allow_http=True), BEGIN) == ["small"]
    assert log("open") == [("clock", {"issued": 2, "plain_http": True})]


def test_an_end_that_has_passed_keeps_it_armed(app: Flask) -> None:
    ready(app, closes_at=BEGIN + HOUR)
    assert starting.open_due(WAY, BEGIN + HOUR) == []
    assert lacks(BEGIN + HOUR) == {Lack.END}
    with transaction(write=True) as session:
        deadlines.extend(session, "small", BEGIN + 3 * HOUR, By("王芳", BEGIN + HOUR))
    assert starting.open_due(WAY, BEGIN + HOUR) == ["small"]


def test_without_a_planned_time_and_in_trial_runs_it_is_opened_by_hand(app: Flask) -> None:
    data = timed()
    del data["campaign"]["opens_at"]
    armed_campaign(app, data)
    issue(app, "small", {"A": 2})
    with transaction(write=True) as session:
        assert trial.begin(session, "small", BY).opens_at is None
    assert starting.open_due(WAY, BEGIN) == []
    with pytest.raises(BadMoment, match="by hand"):
        postpone(BEGIN)


def test_open_entry_needs_no_codes(app: Flask) -> None:
    data = timed(entry="open") | {"groups": a_definition(groups=["A"])["groups"]}
    armed_campaign(app, data)
    assert starting.open_due(WAY, BEGIN) == ["small"]


def test_a_restored_one_waits_for_a_decision(app: Flask) -> None:
    ready(app)
    with transaction(write=True) as session:
        assert restoring.hold_open_campaigns(session, BEGIN, BY) == []
    assert lacks() == {Lack.DECISION}
    assert starting.open_due(WAY, BEGIN) == []
    postpone(BEGIN + HOUR, BEGIN)
    assert starting.open_due(WAY, BEGIN + HOUR) == ["small"]
    assert [act for act, _ in log("open")] == ["clock"]


def test_a_restored_one_is_opened_by_hand_for_the_first_time(app: Flask) -> None:
    ready(app)
    with transaction(write=True) as session:
        restoring.hold_open_campaigns(session, BEGIN, BY)
        campaigns.open_voting(session, "small", WAY.base_url, allow_http=False, by=BY)
    assert len(log("open")) == 1
    assert not found().held


def test_a_later_beginning_holds_for_clock_and_voters(each_app: Flask) -> None:
    code = ready(each_app)
    before = found().definition.digest
    value = postpone(BEGIN + HOUR)
    with transaction() as session:
        assert audit.verify(session)[1] == value
    assert log("postpone") == [("王芳", {"before": BEGIN.isoformat(), "to": (BEGIN + HOUR).isoformat()})]
    assert found().definition.digest == before
    assert starting.open_due(WAY, BEGIN) == []
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", WAY.base_url, allow_http=False, by=BY)
    with transaction() as session, pytest.raises(NotOpen) as refused:
        casting.admit(session, vault(), code, BEGIN)
    assert refused.value.opens_at == BEGIN + HOUR
    with transaction() as session:
        assert casting.admit(session, vault(), code, BEGIN + HOUR)


@pytest.mark.parametrize(
    ("to", "now", "why"),
    [
        (BEGIN, BEGIN - HOUR, "not-later"),
        (BEGIN - HOUR / 2, BEGIN - HOUR, "not-later"),
        (BEGIN - 2 * HOUR, BEGIN - HOUR, "past"),
        (BEGIN + HOUR, BEGIN + HOUR, "past"),
        (BEGIN + 4 * HOUR, BEGIN, "after-end"),
    ],
)
def test_voting_can_only_begin_later_and_before_its_end(
    app: Flask, to: datetime, now: datetime, why: str
) -> None:
    armed_campaign(app, timed(closes_at=BEGIN + 4 * HOUR))
    with pytest.raises(BadMoment) as refused:
        postpone(to, now)
    assert refused.value.why == why
    assert (found().postponed_to, log("postpone")) == (None, [])


def test_an_open_one_is_not_postponed(app: Flask) -> None:
    ready(app)
    starting.open_due(WAY, BEGIN)
    with pytest.raises(WrongState):
        postpone(BEGIN + HOUR)


def test_taken_back_it_has_its_own_times_again(app: Flask) -> None:
    armed_campaign(app, timed(closes_at=BEGIN + 4 * HOUR))
    postpone(BEGIN + HOUR)
    with transaction(write=True) as session:
        deadlines.extend(session, "small", BEGIN + 5 * HOUR, By("王芳", BEGIN - HOUR))
    procedure.disarm("small", settings().keys, settings().instance / "handout", BY)
    assert (found().opens_at, found().closes_at) == (BEGIN, BEGIN + 4 * HOUR)
