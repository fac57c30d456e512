"""What voters' requests do at the database: whole or not at all, and the same as through a session."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import event, update

from survey.domain.errors import Unavailable
from survey.secrecy.token import digest
from survey.storage import box_rows, token_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.storage.fast_connection import fast_connection
from survey.storage.tables import CampaignRow
from survey.web.context import vault
from tests.builders import EXAMPLES, Running, running_campaign


@pytest.fixture
def running(each_app: Flask) -> Running:
    return running_campaign(each_app, EXAMPLES / "town-annual.toml")


def key_of(running: Running) -> bytes:
    return digest(vault().token_key, running.codes["A"][0])


def stored(running: Running) -> tuple[bool, int]:
    """Return whether the code is spent, and how many ballots there are."""
    with transaction() as session:
        token = token_rows.find_token(session, key_of(running))
        campaign = find_campaign(session, running.code)
        assert token
        return token.spent, len(list(box_rows.sealed_ballots(session, campaign)))


def fail(with_what: Exception) -> NoReturn:
    raise with_what


def cast(running: Running, at_the_end: Callable[[], object] = lambda: None) -> None:
    with fast_connection() as conn:
        token = token_rows.find_token(conn, key_of(running))
        assert token
        conn.begin()
        assert box_rows.spend(conn, token.campaign_id, token.digest)
        assert not box_rows.spend(conn, token.campaign_id, token.digest)
        box_rows.put(conn, token.campaign_id, b"sealed")
        at_the_end()


def test_what_was_done_is_kept(running: Running) -> None:
    assert stored(running) == (False, 0)
    cast(running)
    assert stored(running) == (True, 1)


def test_an_exception_takes_everything_back(running: Running) -> None:
    with pytest.raises(ZeroDivisionError):
        cast(running, lambda: 1 / 0)
    assert stored(running) == (False, 0)
    cast(running)


def test_a_driver_that_fails_is_told_and_left_behind(running: Running) -> None:
    left: list[object] = []
    event.listen(db.engine, "invalidate", lambda raw, *_: left.append(raw))
    failure = db.engine.dialect.loaded_dbapi.OperationalError("disk full\nhere: what nobody may see")
    with pytest.raises(Unavailable, match="disk full") as told:
        cast(running, lambda: fail(failure))
    assert "nobody" not in str(told.value)
    assert len(left) == 1, "the connection that failed was kept"
    assert stored(running) == (False, 0)


def test_a_database_that_cannot_be_opened_is_told(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = db.engine.dialect.loaded_dbapi.OperationalError("")

    def refuse(*_: object, **__: object) -> None:
        raise failure

    db.engine.dispose()
    monkeypatch.setattr(db.engine.dialect, "connect", refuse)
    with pytest.raises(Unavailable, match="no answer"), fast_connection():
        pass


def test_a_session_and_a_fast_connection_read_the_same(running: Running) -> None:
    later = datetime(2026, 11, 30, 18, tzinfo=UTC) + timedelta(microseconds=7)
    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(extended_to=later, held=True))
    with fast_connection() as conn:
        quick = token_rows.find_token(conn, key_of(running))
    with transaction() as session:
        slow = token_rows.find_token(session, key_of(running))
    assert quick == slow
    assert quick
    assert (quick.extended_to, quick.held, quick.spent, quick.group) == (later, True, False, "A")
    assert quick.public_key
