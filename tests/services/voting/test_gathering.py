"""Ballots that come at the same time: one transaction, and each has its own end."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import AlreadyCast, Unavailable
from survey.services.voting import casting
from survey.services.voting.casting import Sealed
from survey.services.voting.gathering import MOST, Gathering
from survey.storage.database import db, transaction
from survey.storage.fast_connection import FastConnection
from survey.web.context import vault
from tests.at_once import at_once
from tests.builders import a_definition, running_campaign

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def sealed(app: Flask) -> list[Sealed]:
    codes = running_campaign(app, a_definition(), 6).codes["A"]
    with transaction() as session:
        return [casting.seal(casting.admit(session, vault(), code, NOW), {}) for code in codes]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The transactions that were begun."""
    seen: list[object] = []
    begin = FastConnection.begin

    def beginning(conn: FastConnection) -> None:
        seen.append(conn)
        begin(conn)

    monkeypatch.setattr(FastConnection, "begin", beginning)
    return seen


def number(table: str, where: str = "1 = 1") -> int:
    with transaction() as session:
        return int(session.execute(text(f"SELECT COUNT(*) FROM {table} WHERE {where}")).scalar_one())


def together(ballots: Sequence[Sealed]) -> list[Exception | None]:
    """Cast all of them while none can begin; return what each thread was told."""
    gathering = Gathering(db.engine, lambda: NOW)
    return at_once(gathering, [partial(gathering.cast, ballot) for ballot in ballots])


def test_ballots_that_wait_go_into_the_box_by_one_transaction(
    app: Flask, sealed: list[Sealed], begun: list[object]
) -> None:
    assert together(sealed) == [None] * 6
    assert len(begun) == 1
    assert (number("ballots"), number("tokens", "spent = 1")) == (6, 6)


def test_no_transaction_grows_without_end(
    app: Flask, begun: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.services.voting.gathering.MOST", 2)
    codes = running_campaign(app, a_definition(), 5).codes["A"]
    with transaction() as session:
        ballots = [casting.seal(casting.admit(session, vault(), code, NOW), {}) for code in codes]
    assert together(ballots) == [None] * 5
    assert len(begun) == 3
    assert MOST > 2


def test_one_that_is_refused_takes_nobody_along(
    app: Flask, sealed: list[Sealed], begun: list[object]
) -> None:
    told = together([*sealed, sealed[0], sealed[0]])
    assert sorted(str(type(one)) for one in told if one) == [str(AlreadyCast)] * 2
    assert (number("ballots"), number("tokens", "spent = 1"), len(begun)) == (6, 6, 1)


@pytest.mark.parametrize("after_it_was_written", [True, False])
def test_one_that_fails_as_nobody_foresaw_takes_nobody_along(
    app: Flask, sealed: list[Sealed], monkeypatch: pytest.MonkeyPatch, after_it_was_written: bool
) -> None:
    cast = casting.cast

    def failing(conn: Any, ballot: Sealed, now: datetime) -> str:
        receipt = cast(conn, ballot, now) if after_it_was_written or ballot is not sealed[2] else ""
        if ballot is sealed[2]:
            raise ZeroDivisionError
        return receipt

    monkeypatch.setattr(casting, "cast", failing)
    told = together(sealed)
    assert [type(one) for one in told] == [type(None)] * 2 + [ZeroDivisionError] + [type(None)] * 3
    assert (number("ballots"), number("tokens", "spent = 1")) == (5, 5)


def test_a_commit_that_fails_is_acknowledged_to_nobody_and_not_tried_again(
    app: Flask, sealed: list[Sealed], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    cast = casting.cast

    def counting(conn: FastConnection, ballot: Sealed, now: datetime) -> str:
        tries.append(ballot)
        return cast(conn, ballot, now)

    def commit(_self: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(casting, "cast", counting)
    monkeypatch.setattr("sqlalchemy.pool.base._ConnectionFairy.commit", commit, raising=False)
    told = together(sealed)
    monkeypatch.undo()
    assert [type(one) for one in told] == [Unavailable] * 6
    assert len(tries) == 6
    assert (number("ballots"), number("tokens", "spent = 1")) == (0, 0)


def test_where_nothing_can_be_written_all_are_told_and_may_come_again(
    app: Flask, sealed: list[Sealed], monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(_conn: FastConnection) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(FastConnection, "begin", begin)
    told = together(sealed)
    assert [type(one) for one in told] == [Unavailable] * 6
    assert len(set(map(id, told))) == 6  # a shared one would keep what others' requests were doing
    monkeypatch.undo()
    assert together(sealed) == [None] * 6
