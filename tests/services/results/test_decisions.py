"""Putting decisions on record: when, by whom, never changed, on both databases."""

import json
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from survey.domain.decisions.entries import Entry, EntryKind
from survey.domain.definition.campaign import State
from survey.domain.definition.canonical import digest
from survey.domain.errors import BadDecision, UnknownDecision, WrongState
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import decisions
from survey.storage import campaign_rows, publication_rows
from survey.storage.database import db, transaction
from survey.storage.tables import DecisionRow
from tests.builders import BY, a_definition
from tests.counted import counted

BAND = {"band": "优秀", "committee": "党组", "decided_on": "2026-11-20", "reason": "综合研判"}
POINTS = {
    "points": "1.5",
    "reason": "通报",
    "evidence": "12号文",
    "approver": "党组",
    "decided_on": "2026-11-20",
}


def certified(state: State = State.CERTIFIED) -> None:
    counted(a_definition())
    to(state)


def to(state: State) -> None:
    with transaction(write=True) as session:
        campaign_rows.set_state(session, find_campaign(session, "small"), state)


def record(kind: EntryKind = EntryKind.BAND, subject: str = "c1", by: By = BY, **typed: str) -> Entry:
    with transaction(write=True) as session:
        return decisions.record(session, "small", kind, subject, typed or BAND, by)


def take_back(number: int, reason: str = "误录") -> Entry:
    with transaction(write=True) as session:
        return decisions.take_back(session, "small", number, reason, BY)


def recorded() -> tuple[Entry, ...]:
    with transaction() as session:
        return decisions.decisions_of(session, find_campaign(session, "small")).entries


@pytest.fixture
def office(each_app: Flask) -> Flask:
    certified()
    return each_app


def test_entries_are_numbered_kept_and_logged(office: Flask) -> None:
    first, second = record(), record(EntryKind.CAPS, "form", each="2", total="3", basis="办法")
    back = take_back(1)
    assert recorded() == (first, second, back)
    assert [entry.number for entry in recorded()] == [1, 2, 3]
    with transaction() as session:
        logged = [(e.act, e.actor, facts) for e, facts in audit.history(session, "small")][-3:]
        rows = {row.number: json.loads(row.content) for row in session.scalars(select(DecisionRow))}
    assert [(act, actor, facts["number"]) for act, actor, facts in logged] == [
        ("decide", "test", 1),
        ("decide", "test", 2),
        ("take-back", "test", 3),
    ]
    # The log fixes what was recorded without repeating it.
    for _, _, facts in logged:
        assert facts["content"] == digest(rows[facts["number"]])
    assert "党组" not in str(logged)


def test_nothing_recorded_is_ever_changed_or_deleted(office: Flask) -> None:
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    record()
    record(
        EntryKind.VETO,
        "c1",
        band="不称职",
        committee="党组",
        decided_on="2026-11-20",
        grounds="x",
        evidence="y",
    )
    before = recorded()
    take_back(2)
    record()
    assert recorded()[: len(before)] == before
    about = [sql for sql in said if "decisions" in sql]
    assert {sql.split()[0] for sql in about} == {"INSERT", "SELECT"}


def test_a_number_is_given_once(office: Flask) -> None:
    record()
    with pytest.raises(IntegrityError):
        number_one_again()


def number_one_again() -> None:
    with transaction(write=True) as session:
        found = find_campaign(session, "small")
        what = {"kind": "band", "subject": "c1", "content": "{}", "recorded_by": "x", "recorded_at": BY.at}
        session.add(DecisionRow(campaign_id=found.id, number=1, **what))


def test_two_who_record_at_once_both_keep_their_entries(office: Flask) -> None:
    people, ready, failed = 6, threading.Barrier(6), []

    def write(number: int) -> None:
        try:
            with office.app_context():
                ready.wait()
                record(by=By(f"人{number}", BY.at), **(BAND | {"reason": f"理由{number}"}))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [entry.number for entry in recorded()] == list(range(1, people + 1))
    assert {entry.by for entry in recorded()} == {f"人{number}" for number in range(people)}
    with transaction() as session:
        found = decisions.decisions_of(session, find_campaign(session, "small"))
        audit.verify(session)
    # All are kept; the last one holds, and the others are seen to be replaced.
    assert found.replaced == dict.fromkeys(range(1, people), people)


@pytest.mark.parametrize("state", list(State))
def test_decisions_wait_for_the_signatures(app: Flask, state: State) -> None:
    certified(state)
    if state in (State.CERTIFIED, State.SHREDDING, State.SHREDDED):
        assert record().number == 1
        return
    with pytest.raises(WrongState):
        record()
    to(State.CERTIFIED)
    record()
    to(state)
    with pytest.raises(WrongState):
        take_back(1)
    assert len(recorded()) == 1


def test_a_trial_run_decides_nothing(app: Flask) -> None:
    certified()
    with transaction(write=True) as session:
        campaign_rows.set_trial(session, find_campaign(session, "small"), "other")
    with pytest.raises(WrongState):
        record()


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (EntryKind.BAND, "form"),
        (EntryKind.QUOTA, "c1"),
        (EntryKind.BAND, "none"),
        (EntryKind.TAKEN_BACK, "c1"),
    ],
)
def test_nobody_of_that_key(app: Flask, kind: EntryKind, subject: str) -> None:
    certified()
    with pytest.raises(UnknownDecision):
        record(kind, subject)
    assert recorded() == ()


def test_what_stands_no_more_cannot_be_taken_back(app: Flask) -> None:
    certified()
    record()
    take_back(1)
    for number in (1, 2, 3, 0):
        with pytest.raises(UnknownDecision):
            take_back(number)
    assert len(recorded()) == 2


def test_faults_record_nothing(app: Flask) -> None:
    certified()
    wrong: list[Any] = [{"reason": ""}, {"band": "良好"}, {"decided_on": "2026-11-23"}]
    for change in wrong:
        with pytest.raises(BadDecision):
            record(**(BAND | change))
    with pytest.raises(BadDecision):
        record(EntryKind.POINTS, **POINTS)
    record()
    with pytest.raises(BadDecision):
        take_back(1, " ")
    with transaction() as session:
        acts = [entry.act for entry, _ in audit.history(session, "small")]
    assert acts.count("decide") == len(recorded()) == 1


def test_entries_are_those_of_their_campaign(app: Flask) -> None:
    certified()
    other = counted(a_definition(campaign=a_definition()["campaign"] | {"code": "other"}))
    record()
    with transaction() as session:
        assert publication_rows.entries_of(session, find_campaign(session, other.code)) == []
