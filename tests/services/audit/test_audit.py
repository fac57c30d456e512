"""The audit log: a chain that shows every change."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from survey.domain.accounts.roles import Role
from survey.domain.audit.acts import Act
from survey.domain.errors import BrokenLog
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.audit_rows import entries
from survey.storage.database import db, transaction

AT = datetime(2026, 11, 22, 9, 30, 15, 123456, tzinfo=UTC)


def write(number: int = 4) -> str:
    with transaction(write=True) as session:
        for n in range(number):
            campaign = None if n == 1 else "town"
            value = audit.record(session, By("组织部", AT), f"act{n}", campaign, n=n, 名="值", none=None)
    return value


def verify() -> tuple[int, str]:
    with transaction() as session:
        return audit.verify(session)


def change(statement: str, **values: Any) -> None:
    """Do what only an owner of the database can: take the triggers away first."""
    with transaction(write=True) as session:
        if db.engine.dialect.name == "postgresql":
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_only_grows"))
        else:
            session.execute(text("DROP TRIGGER IF EXISTS audit_refuses_update"))
            session.execute(text("DROP TRIGGER IF EXISTS audit_refuses_delete"))
        session.execute(text(statement), values)


def test_an_empty_log_holds(each_app: Flask) -> None:
    assert verify() == (0, "0000-0000-0000")


def test_a_log_holds_and_gives_its_check_value(each_app: Flask) -> None:
    value = write()
    assert verify() == (4, value)
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", value)


def test_every_act_changes_the_check_value(app: Flask) -> None:
    assert len({write(1) for _ in range(20)}) == 20


def test_entries_come_back_as_written(each_app: Flask) -> None:
    write()
    with transaction() as session:
        first, second, *_ = list(entries(session))
        town = list(audit.history(session, "town"))
    assert (first.number, first.at, first.actor, first.act, first.campaign) == (
        1,
        AT,
        "组织部",
        "act0",
        "town",
    )
    assert first.previous == audit.START
    assert second.previous == first.hash
    assert second.campaign is None
    assert [detail for _, detail in town][1] == {"n": 2, "名": "值", "none": None}
    assert [entry.number for entry, _ in town] == [1, 3, 4]


def test_an_act_and_a_role_are_stored_and_chained_as_their_words(each_app: Flask) -> None:
    """Whoever recorded them before they were enums, or checks by other means, has the same bytes."""
    with transaction(write=True) as session:
        audit.record(session, By("王", AT), Act.RESET_CONFIRMED, "town", role=Role.OWNER)
    with transaction() as session:
        (entry,) = entries(session)
    assert type(entry.act) is str
    assert (entry.act, entry.detail) == ("reset-confirmed", '{"role":"owner"}')
    chained = (
        '[1,"2026-11-22T09:30:15.123456+00:00","王","reset-confirmed","town",'
        f'"{{\\"role\\":\\"owner\\"}}","{audit.START}"]'
    )
    assert entry.hash == sha256(chained.encode()).hexdigest()


def test_the_last_fact(app: Flask) -> None:
    write()
    with transaction() as session:
        assert audit.last_fact(session, "town", "n") == 3
        assert audit.last_fact(session, "town", "colour") is None
        assert audit.last_fact(session, "other", "n") is None


TAMPERING = {
    "number": "UPDATE audit SET number = 9 WHERE number = 3",
    "actor": "UPDATE audit SET actor = 'x' WHERE number = 3",
    "act": "UPDATE audit SET act = 'x' WHERE number = 3",
    "campaign": "UPDATE audit SET campaign = 'x' WHERE number = 3",
    "no campaign": "UPDATE audit SET campaign = NULL WHERE number = 3",
    "detail": "UPDATE audit SET detail = replace(detail, '2', '7') WHERE number = 3",
    "spaces in detail": "UPDATE audit SET detail = detail || ' ' WHERE number = 3",
    "previous": "UPDATE audit SET previous = hash WHERE number = 3",
    "hash": "UPDATE audit SET hash = previous WHERE number = 3",
    "gone": "DELETE FROM audit WHERE number = 3",
}


@pytest.mark.parametrize("what", TAMPERING)
def test_every_change_is_found(each_app: Flask, what: str) -> None:
    write()
    change(TAMPERING[what])
    with pytest.raises(BrokenLog, match="from entry 3 on"):
        verify()


def test_a_changed_time_is_found(each_app: Flask) -> None:
    write()
    change("UPDATE audit SET at = :at WHERE number = 3", at="2026-11-22 09:30:15.123457")
    with pytest.raises(BrokenLog, match="from entry 3 on"):
        verify()


def test_a_time_that_is_none_is_found(app: Flask) -> None:
    write()
    change("UPDATE audit SET at = 'yesterday' WHERE number = 3")
    with pytest.raises(BrokenLog, match="the time of an entry is none"):
        verify()


def test_a_campaign_put_into_an_act_without_one(app: Flask) -> None:
    write()
    change("UPDATE audit SET campaign = '' WHERE number = 2")
    with pytest.raises(BrokenLog, match="from entry 2 on"):
        verify()


@pytest.mark.parametrize("number", [1, 4])
def test_the_first_and_the_last_entry_too(app: Flask, number: int) -> None:
    write()
    change("UPDATE audit SET actor = 'x' WHERE number = :number", number=number)
    with pytest.raises(BrokenLog, match=f"from entry {number} on"):
        verify()


def test_a_rewritten_chain_shows_in_the_check_value(app: Flask) -> None:
    before = write()
    change("DELETE FROM audit WHERE number = 4")
    number, after = verify()
    assert number == 3
    assert after != before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x'",
        "UPDATE audit SET detail = detail WHERE number = 2",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE number = 4",
    ],
)
def test_the_log_only_grows(each_app: Flask, statement: str) -> None:
    value = write()
    with pytest.raises(DatabaseError, match="only grows"), transaction(write=True) as session:
        session.execute(text(statement))
    assert verify() == (4, value)


def test_an_act_that_fails_is_not_in_the_log(app: Flask) -> None:
    write(1)

    def failing() -> None:
        with transaction(write=True) as session:
            audit.record(session, By("x", AT), "act")
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert verify()[0] == 1


def test_a_time_in_another_zone_is_the_same_moment(app: Flask) -> None:
    from datetime import timedelta, timezone

    with transaction(write=True) as session:
        audit.record(session, By("x", AT.astimezone(timezone(timedelta(hours=8)))), "act")
    assert verify()[0] == 1
