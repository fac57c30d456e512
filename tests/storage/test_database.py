"""Who writes to SQLite, and when: one thread of a process after the other, other processes in between."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import Unavailable
from survey.storage import database
from survey.storage.database import WriteTurn, db, transaction
from survey.storage.fast_connection import fast_connection


@contextmanager
def by_session() -> Iterator[None]:
    with transaction(write=True):
        yield


@contextmanager
def by_fast_connection() -> Iterator[None]:
    with fast_connection() as conn:
        conn.begin()
        yield


WRITERS = pytest.mark.parametrize("writer", [by_session, by_fast_connection])


def is_free() -> bool:
    """Tell whether nobody of this process has the turn."""
    free = database._writing.acquire(blocking=False)
    if free:
        database._writing.release()
    return free


@WRITERS
def test_threads_wait_for_each_other(app: Flask, writer: Callable[[], Iterator[None]]) -> None:
    waits, order = threading.Event(), []

    def second() -> None:
        with app.app_context():
            waits.set()
            with writer():
                order.append("second")

    thread = threading.Thread(target=second)
    with writer():
        assert not is_free()
        thread.start()
        waits.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
    assert is_free()


@WRITERS
def test_the_turn_is_given_back_after_a_failure(app: Flask, writer: Callable[[], Iterator[None]]) -> None:
    with pytest.raises(ZeroDivisionError), writer():
        raise ZeroDivisionError
    assert is_free()


@WRITERS
def test_another_process_is_waited_for(app: Flask, writer: Callable[[], Iterator[None]]) -> None:
    with closing(_elsewhere()) as other:
        other.execute("BEGIN IMMEDIATE")
        released = threading.Timer(0.2, other.rollback)
        released.start()
        with writer():
            assert not other.in_transaction
        released.join()
    assert _patience() == database.BUSY_SECONDS * 1000


@WRITERS
def test_but_not_for_ever(
    app: Flask, writer: Callable[[], Iterator[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    with closing(_elsewhere()) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable), writer():
            raise AssertionError("two wrote at once")
    assert is_free()
    with writer():
        pass


def test_reading_needs_no_turn(app: Flask) -> None:
    turn = WriteTurn()
    turn.take()
    try:
        with transaction() as session:
            assert session.execute(text("SELECT 1")).scalar() == 1
        with fast_connection() as conn:
            assert conn.run("SELECT 1", ()).fetchone() == (1,)
    finally:
        turn.give_back()
    assert is_free()


def _elsewhere() -> sqlite3.Connection:
    return sqlite3.connect(str(db.engine.url.database), isolation_level=None, check_same_thread=False)


def _patience() -> int:
    with transaction() as session:
        return int(session.execute(text("PRAGMA busy_timeout")).scalar_one())
