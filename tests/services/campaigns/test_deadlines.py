"""Extending the voting, and ending it by the clock."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadMoment, Closed, NoSpace, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns, deadlines
from survey.services.voting import casting
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import vault
from tests.builders import a_definition, armed_campaign, running_campaign

END = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(moment: datetime) -> By:
    return By("王芳", moment)


def timed(code: str = "small", ends: datetime | None = END) -> dict[str, Any]:
    campaign: dict[str, Any] = {"code": code, "title": "小型测评", "organiser": "考核组"}
    if ends:
        campaign["closes_at"] = ends
    return a_definition(campaign=campaign)


def extend(to: datetime, when: datetime = END - HOUR, code: str = "small") -> str:
    with transaction(write=True) as session:
        return deadlines.extend(session, code, to, at(when))


def found(code: str = "small") -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def acts(code: str = "small") -> list[tuple[str, str]]:
    with transaction() as session:
        return [(entry.actor, entry.act) for entry, _ in audit.history(session, code)]


def test_voters_are_let_in_until_the_later_end(each_app: Flask) -> None:
    running = running_campaign(each_app, timed(), 2)
    before = running.definition.digest
    extend(END + HOUR)
    with transaction() as session:
        ticket = casting.admit(session, vault(), running.codes["A"][0], END + HOUR / 2)
    assert ticket.ends_at == END + HOUR
    sealed = casting.seal(ticket, {})
    with transaction(write=True) as session:
        assert casting.cast(session, sealed, END + HOUR - timedelta(seconds=1))
    with transaction(write=True) as session, pytest.raises(Closed):
        casting.cast(session, sealed, END + HOUR)
    with transaction() as session, pytest.raises(Closed):
        casting.admit(session, vault(), running.codes["A"][1], END + HOUR)
    assert found().definition.digest == before
    assert found().closes_at == END + HOUR


def test_an_extension_is_in_the_log_with_both_ends(app: Flask) -> None:
    running_campaign(app, timed(), 2)
    extend(END + HOUR)
    extend(END + 2 * HOUR, when=END + HOUR / 2)
    with transaction() as session:
        told = [detail for entry, detail in audit.history(session, "small") if entry.act == "extend"]
    assert [(one["before"], one["to"]) for one in told] == [
        (END.isoformat(), (END + HOUR).isoformat()),
        ((END + HOUR).isoformat(), (END + 2 * HOUR).isoformat()),
    ]


@pytest.mark.parametrize(
    ("to", "when", "why"),
    [
        (END, END - HOUR, "not-later"),
        (END - HOUR / 2, END - HOUR, "not-later"),
        (END - 2 * HOUR, END - HOUR, "past"),
        (END - HOUR, END - HOUR, "past"),
        (END + HOUR, END, "over"),
    ],
)
def test_voting_can_only_end_later(app: Flask, to: datetime, when: datetime, why: str) -> None:
    running_campaign(app, timed(), 2)
    with pytest.raises(BadMoment) as refused:
        extend(to, when)
    assert refused.value.why == why
    assert found().extended_to is None
    assert ("王芳", "extend") not in acts()


def test_without_an_end_there_is_nothing_to_extend(app: Flask) -> None:
    running_campaign(app, timed(ends=None), 2)
    with pytest.raises(BadMoment, match="by hand"):
        extend(END)


def test_only_campaigns_that_are_armed_or_open_are_extended(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, timed(), at(END - HOUR))
    with pytest.raises(WrongState):
        extend(END + HOUR)
    armed_campaign(app, timed())
    extend(END + HOUR)
    assert found().closes_at == END + HOUR


def test_an_end_that_came_before_voting_began_can_be_moved(app: Flask) -> None:
    armed_campaign(app, timed())
    extend(END + 2 * HOUR, when=END + HOUR)
    assert found().closes_at == END + 2 * HOUR


def test_the_clock_closes_what_is_due_and_nothing_else(each_app: Flask) -> None:
    for code, ends in (("due", END), ("later", END + HOUR), ("by-hand", None), ("held", END)):
        running_campaign(each_app, timed(code, ends), 2)
    running_campaign(each_app, timed("extended", END), 2)
    extend(END + HOUR, code="extended")
    armed_campaign(each_app, timed("armed"))
    with transaction(write=True) as session:
        campaign_rows.set_held(session, campaigns.find_campaign(session, "held"), held=True)
    assert deadlines.close_due(END - timedelta(seconds=1)) == []
    assert deadlines.close_due(END) == ["due"]
    closed = found("due")
    assert (closed.state, closed.shaken, closed.forgotten) == (State.CLOSED, True, True)
    assert acts("due")[-2:] == [("clock", "close"), ("clock", "shake")]
    states = {code: found(code).state for code in ("later", "by-hand", "held", "extended", "armed")}
    assert set(states.values()) == {State.OPEN, State.ARMED}
    assert deadlines.close_due(END) == []


def test_an_interrupted_close_is_finished(app: Flask) -> None:
    running_campaign(app, timed(), 2)
    with transaction(write=True) as session:
        campaigns.close(session, "small", at(END - HOUR))
    with transaction() as session:
        assert deadlines.due(session, END - HOUR) == ["small"]
    assert deadlines.close_due(END - HOUR) == ["small"]
    assert found().forgotten


def test_one_that_cannot_be_closed_does_not_hold_up_the_others(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for code in ("first", "second"):
        running_campaign(app, timed(code), 2)
    close = deadlines.procedure.close

    def full(code: str, by: By, keys: Path | None) -> str:
        if code == "first":
            raise NoSpace("the disk is full")
        return close(code, by, keys)

    monkeypatch.setattr(deadlines.procedure, "close", full)
    assert deadlines.close_due(END) == ["second"]
    told, closed = map(json.loads, capsys.readouterr().err.splitlines())
    assert (told["campaign"], told["failure"], told["why"]) == ("first", "NoSpace", "the disk is full")
    assert (closed["event"], closed["campaign"]) == ("closed by the clock", "second")
    monkeypatch.undo()
    assert deadlines.close_due(END) == ["first"]
