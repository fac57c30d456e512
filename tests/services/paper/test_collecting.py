"""Collecting: voting by phone ends for good before the urn is opened, and the hand count is noted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.definition.campaign import State
from survey.domain.errors import AlreadyCast, Closed, NoPaper, NotCollecting, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns, deadlines, trial
from survey.services.paper import collecting
from survey.services.paper.status import status
from survey.services.voting import casting, tokens
from survey.storage import campaign_rows
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import (
    BY,
    a_definition,
    armed_campaign,
    cast,
    close,
    collect,
    count,
    issue,
    running_campaign,
)
from tests.services.campaigns.test_trial import erase, opened_trial

from .urn import a_paper_definition, find

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def admit(code: str, now: datetime = NOW) -> casting.Ticket:
    with transaction() as session:
        return casting.admit(session, vault(), code, now)


def acts(code: str = "small") -> list[tuple[str, str]]:
    with transaction() as session:
        return [(entry.actor, entry.act) for entry, _ in audit.history(session, code)]


def timed(**times: datetime) -> dict[str, Any]:
    data = a_paper_definition()
    data["campaign"] |= times
    return data


def test_collecting_ends_the_voting_by_phone_as_a_close_does(each_app: Flask) -> None:
    running = running_campaign(each_app, a_paper_definition(), 3)
    spent, late, other = running.codes["A"]
    cast(each_app, spent, {"c1.de": "poor"})
    sealed = casting.seal(admit(late), {})
    collect(each_app, "small")
    for code in (late, other):
        with pytest.raises(Closed):
            admit(code)
    with pytest.raises(AlreadyCast):
        admit(spent)
    with transaction(write=True) as session, pytest.raises(Closed):
        casting.cast(session, sealed, NOW)
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM ballots")).scalar_one() == 1
    found = find()
    assert (found.state, found.stage, found.is_collecting) == (State.OPEN, "collecting", True)


def test_it_is_noted_with_the_codes_as_they_stood(app: Flask) -> None:
    running = running_campaign(app, a_paper_definition(), 3)
    cast(app, running.codes["A"][0], {})
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", [running.codes["B"][0]], BY)
        value = collecting.collect(session, "small", BY)
        assert audit.verify(session)[1] == value
        *_, (entry, facts) = audit.history(session, "small")
    assert entry.act == "collect"
    # By rater group, beside what the close notes, they would tell how many of a small one voted on paper.
    assert {key: facts[key] for key in facts if key != "state"} == {"issued": 6, "voided": 1, "returned": 1}


def test_it_is_for_good_and_once(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 1)
    collect(app, "small")
    with pytest.raises(WrongState, match="already; next: minping campaign close"):
        collect(app, "small")
    assert [act for _, act in acts()].count("collect") == 1


def test_only_what_is_open_and_has_paper_is_collected(app: Flask) -> None:
    running_campaign(app, a_definition(), 1)
    with pytest.raises(NoPaper):
        collect(app, "small")
    armed_campaign(app, a_paper_definition("other"))
    with pytest.raises(WrongState, match="other is armed"):
        collect(app, "other")


def test_what_a_restore_holds_is_reopened_first_and_goes_on_collecting(app: Flask) -> None:
    running = running_campaign(app, a_paper_definition(), 1)
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find(), held=True)
    with pytest.raises(WrongState, match="held"):
        collect(app, "small")
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find(), held=False)
    collect(app, "small")
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find(), held=True)
    with pytest.raises(Closed):
        admit(running.codes["A"][0])
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    assert find().is_collecting
    with pytest.raises(Closed):
        admit(running.codes["A"][0])


def test_before_its_planned_beginning_too_voters_are_told_that_it_is_over(app: Flask) -> None:
    running = running_campaign(app, timed(opens_at=NOW + HOUR), 1)
    collect(app, "small")
    with pytest.raises(Closed):
        admit(running.codes["A"][0], NOW)


def test_no_code_is_issued_or_voided_any_more(app: Flask) -> None:
    running = running_campaign(app, a_paper_definition(), 2)
    collect(app, "small")
    with pytest.raises(WrongState, match="collects paper ballots"):
        issue(app, "small", {"A": 1})
    # Else whoever sees a sheet, and has its strip, could take it out of the count.
    with transaction(write=True) as session, pytest.raises(WrongState, match="urn may be open"):
        tokens.void(session, vault(), "small", running.codes["A"], BY)


def test_the_clock_begins_to_collect_and_never_closes(each_app: Flask) -> None:
    running = running_campaign(each_app, timed(closes_at=NOW + HOUR), 2)
    assert deadlines.close_due(NOW, settings().keys) == []
    assert not find().collecting
    assert deadlines.close_due(NOW + HOUR, settings().keys) == []
    assert find().stage == "collecting"
    assert acts()[-1] == ("clock", "collect")
    deadlines.end_due(NOW + 2 * HOUR)
    assert deadlines.close_due(NOW + 2 * HOUR, settings().keys) == []
    assert find().state is State.OPEN
    with pytest.raises(Closed):
        admit(running.codes["A"][0], NOW)


def test_the_clock_of_every_few_seconds_collects(app: Flask) -> None:
    running_campaign(app, timed(closes_at=NOW + HOUR), 2)
    running_campaign(app, a_paper_definition("by-hand"), 2)
    deadlines.end_due(NOW + HOUR)
    assert [find(code).stage for code in ("small", "by-hand")] == ["collecting", "open"]
    with transaction() as session:
        assert deadlines.due(session, NOW + 2 * HOUR) == []


def test_what_collects_is_not_extended(app: Flask) -> None:
    running_campaign(app, timed(closes_at=NOW + HOUR), 2)
    collect(app, "small")
    with transaction(write=True) as session, pytest.raises(WrongState, match="cannot extend"):
        deadlines.extend(session, "small", NOW + 2 * HOUR, By("王芳", NOW))


def test_the_hand_count_is_noted_and_can_be_mended(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 1)
    for number in (41, 40):
        with transaction(write=True) as session:
            assert collecting.note_urn(session, "small", number, BY) == audit.verify(session)[1]
    with transaction() as session:
        assert status(session, find(), settings().keys).urn == 40
        assert audit.last_fact(session, "small", "urn") == 40
    running_campaign(app, a_definition(campaign={"code": "b", "title": "t", "organiser": "o"}), 1)
    with transaction(write=True) as session, pytest.raises(NoPaper):
        collecting.note_urn(session, "b", 1, BY)


def test_a_campaign_is_not_closed_before_it_collects(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 1)
    with pytest.raises(NotCollecting, match="next: minping paper collect small"):
        close(app, "small")
    with transaction(write=True) as session, pytest.raises(NotCollecting):
        campaigns.close(session, "small", BY)
    with transaction() as session, pytest.raises(WrongState, match="next: minping paper collect"):
        find().require(State.CLOSED, to="count")


def test_a_trial_run_collects_closes_and_counts(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 1)
    with transaction(write=True) as session:
        campaigns.load(session, a_paper_definition("tried"), BY)
        code = trial.begin(session, "tried", BY).code
    assert find(code).definition.paper
    codes = opened_trial(code)
    cast(app, codes["A"][0], {"c1.de": "excellent"})
    collect(app, code)
    close(app, code)
    assert count(app, code).count.accounting.total.returned == 1
    assert erase(code) == "tried"
