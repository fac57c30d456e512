"""Persons opened one after the other: what is written, by whom, and what a ballot may hold then."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from survey.domain.audit.acts import Act
from survey.domain.ballot.turns import TurnStanding
from survey.domain.errors import (
    ChangedMeanwhile,
    Closed,
    InvalidBallot,
    NotAllOpened,
    NotOpen,
    NoTurns,
    WrongState,
)
from survey.services.audit import audit
from survey.services.campaigns import campaigns, next_step, trial
from survey.services.voting import casting, turns
from survey.storage import campaign_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, running_campaign
from tests.by_turns import by_turns, go_on, hand_in, take


@pytest.fixture
def codes(app: Flask) -> Iterator[list[str]]:
    running = running_campaign(app, by_turns(3), 6)
    with app.app_context():
        yield running.codes["A"]


def _ticket(code: str) -> casting.Ticket:
    with transaction() as session:
        return casting.admit(session, vault(), code, datetime.now(UTC))


def test_a_ballot_is_taken_once_all_were_opened(app: Flask, codes: list[str]) -> None:
    assert _ticket(codes[0]).standing.waiting == ("p0", "p1", "p2")
    go_on(app, 3)
    with pytest.raises(NotAllOpened):
        casting.seal(_ticket(codes[0]), {"p0.de": ["poor"]})
    hand_in(app)
    assert cast(app, codes[0], {"p0.de": "poor", "p2.neng": "-"})


def test_a_ballot_on_somebody_absent_is_refused(app: Flask, codes: list[str]) -> None:
    take(app, lambda standing: standing.pass_over("p1"), "pass-over")
    go_on(app, 2)
    hand_in(app)
    with pytest.raises(InvalidBallot) as refused:
        casting.seal(_ticket(codes[0]), {"p0.de": ["poor"], "p1.de": ["poor"]})
    assert list(refused.value.fields) == ["p1.de"]


def test_each_act_is_in_the_log_with_whom_it_concerned(app: Flask, codes: list[str]) -> None:
    go_on(app, 2)
    with transaction() as session:
        acts = [facts for entry, facts in audit.history(session, "small") if entry.act == Act.TURN]
    assert [facts["turns"] for facts in acts] == [{"p0": "open"}, {"p0": "ended", "p1": "open"}]
    assert acts[1]["names"] == {"p0": "王建国", "p1": "李红梅"}


def test_of_two_at_once_the_second_is_told(app: Flask, codes: list[str]) -> None:
    for _ in range(2):
        with transaction(write=True) as session:
            if not turns.standing(session, find_campaign(session, "small")).revision:
                turns.take(session, "small", "next", TurnStanding.open_next, BY, 0)
                continue
            with pytest.raises(ChangedMeanwhile):
                turns.take(session, "small", "next", TurnStanding.open_next, BY, 0)
            assert turns.standing(session, find_campaign(session, "small")).current == "p0"


def test_nothing_is_opened_while_a_restore_holds_the_campaign(app: Flask, codes: list[str]) -> None:
    go_on(app)
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "small"), held=True)
    with pytest.raises(WrongState, match="held"):
        go_on(app)
    with transaction() as session, pytest.raises(NotOpen):
        turns.told(session, "small")


def test_opened_again_after_a_restore_persons_can_be_opened_and_the_log_says_so(
    app: Flask, codes: list[str]
) -> None:
    go_on(app, 3)
    seen = hand_in(app)
    cast(app, codes[0], {"p0.de": "poor"})
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "small"), held=True)
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=True, by=BY)
    with transaction() as session:
        resumed = turns.standing(session, find_campaign(session, "small"))
        acts = [facts for entry, facts in audit.history(session, "small") if entry.act == Act.TURN]
    assert (resumed.turns, resumed.handing_in) == (seen.turns, False)
    assert (acts[-1]["done"], acts[-1]["ended"]) == ("resume", True)
    with transaction(write=True) as session, pytest.raises(ChangedMeanwhile):
        turns.take(session, "small", "open", lambda one: one.open("p1"), BY, seen.revision)
    take(app, lambda standing: standing.open("p1"), "open")
    hand_in(app)
    assert cast(app, codes[1], {"p0.de": "poor", "p1.de": "poor"})


def test_who_waits_is_told_the_same_and_only_while_voting_runs(app: Flask, codes: list[str]) -> None:
    go_on(app)
    with transaction() as session:
        assert turns.told(session, "small") == _ticket(codes[0]).standing
        assert turns.told(session, "none") is None
    close(app, "small")
    with transaction() as session, pytest.raises(Closed):
        turns.told(session, "small")


def test_other_campaigns_have_no_turns(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    with app.app_context(), transaction(write=True) as session:
        with pytest.raises(NoTurns):
            turns.take(session, "small", "next", TurnStanding.open_next, BY)
        assert turns.told(session, "small") is None


def test_strangers_learn_of_no_draft(app: Flask) -> None:
    with app.app_context(), transaction(write=True) as session:
        campaigns.load(session, by_turns(), BY)
        assert turns.told(session, "small") is None


def test_not_before_voting(app: Flask) -> None:
    armed_campaign(app, by_turns())
    with pytest.raises(WrongState):
        go_on(app)
    with app.app_context(), transaction() as session, pytest.raises(NotOpen):
        turns.told(session, "small")


def test_closing_and_reopening_say_how_far_the_list_has_come(app: Flask, codes: list[str]) -> None:
    of_turns = {
        "turns-waiting",
        "turn-running",
        "last-turn",
        "not-handing-in",
        "handing-in",
        "hand-in-taken-back",
    }

    def said() -> set[str]:
        with transaction() as session:
            step = next_step.next_step(
                session,
                find_campaign(session, "small"),
                base_url="http://127.0.0.1",
                allow_http=False,
                keys=settings().keys,
                now=datetime.now(UTC),
            )
            return {check.key for check in step.checks} & of_turns

    assert said() == {"turns-waiting"}
    go_on(app)
    assert said() == {"turn-running"}
    go_on(app, 2)
    assert said() == {"last-turn"}
    hand_in(app)
    assert said() == {"handing-in"}
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "small"), held=True)
    assert said() == {"hand-in-taken-back"}


def test_who_was_absent_has_no_answers_in_the_count(app: Flask, codes: list[str]) -> None:
    take(app, lambda standing: standing.pass_over("p1"), "pass-over")
    go_on(app, 2)
    hand_in(app)
    for code in codes:
        cast(app, code, {"p0.de": "poor", "p2.de": "competent"})
    close(app, "small")
    counted = count(app, "small").count
    answers = {key: counted.cells[key, "de"].pooled.answered for key in ("p0", "p1", "p2")}
    assert answers == {"p0": 6, "p1": 0, "p2": 6}


def test_a_trial_run_has_turns_of_its_own(app: Flask) -> None:
    armed_campaign(app, by_turns())
    with app.app_context():
        with transaction(write=True) as session:
            tried = trial.begin(session, "small", BY)
            assert turns.standing(session, tried).waiting == ("p0", "p1", "p2")
        origin = trial.erase(tried.code, settings().keys, settings().instance, BY)
        with transaction() as session:
            assert turns.told(session, tried.code) is None
            assert turns.standing(session, find_campaign(session, origin)).revision == 0
