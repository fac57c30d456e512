"""Codes: the ceiling of an open campaign, exact and cheap whoever asks at once; counting a campaign's own."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.domain.errors import CeilingReached
from survey.services.campaigns import campaigns
from survey.services.campaigns.campaigns import find_campaign
from survey.services.voting import open_entry, tokens
from survey.storage import box_rows, token_rows
from survey.storage.database import db, transaction
from survey.storage.token_rows import add_tokens
from survey.web.context import vault
from tests.builders import BY, EXAMPLES, a_definition, armed_campaign, close, running_campaign
from tests.conftest import settings_on
from tests.job import Cast, ask, in_threads, minping
from tests.services.voting.test_open_entry import NOW
from tests.serving import post, served

CODE = "public-satisfaction"
CEILING, CLIENTS = 37, 24


def opened(app: Flask, ceiling: int) -> None:
    data = a_definition(groups=("A",))
    data["campaign"] |= {"entry": "open", "ceiling": ceiling}
    armed_campaign(app, data)
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)


def take(number: int = 1) -> None:
    for _ in range(number):
        with transaction(write=True) as session:
            open_entry.hand_out(session, vault(), "small", NOW)


def known() -> int | None:
    with db.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT number FROM codes_given").scalar()


def served_on(database: str, folder: Path, request: pytest.FixtureRequest) -> Settings:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    settings = settings_on(database, folder, server)
    text = (EXAMPLES / f"{CODE}.toml").read_text()
    source = folder / "campaign.toml"
    source.write_text(text.replace('entry = "open"', f'entry = "open"\nceiling = {CEILING}'))
    minping(settings, "campaign", "load", source)
    minping(settings, "campaign", "arm", CODE)
    minping(settings, "campaign", "open", CODE)
    return settings


@pytest.mark.slow
def test_two_processes_at_once_give_out_exactly_as_many(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = served_on(database, tmp_path, request)
    answers: list[tuple[int, bytes]] = []
    start = threading.Barrier(2 * CLIENTS)

    def client_of(port: int) -> Any:
        def client(_done: Cast) -> None:
            start.wait(60)
            for _ in range(2):
                answers.append(post("127.0.0.1", port, f"/o/{CODE}", {}))

        return client

    with served(settings) as one, served(settings) as two:
        with in_threads(CLIENTS, client_of(one.port)), in_threads(CLIENTS, client_of(two.port)):
            pass
        late = post("127.0.0.1", one.port, f"/o/{CODE}", {})
    given = {body for status, body in answers if status == 200}
    refused = [body for status, body in answers if status == 403]
    assert len(given) == CEILING
    assert len(given) + len(refused) == len(answers) == 4 * CLIENTS
    assert all(b'"full"' in body for body in [*refused, late[1]])
    assert ask(settings, "SELECT count(*) FROM tokens") == CEILING
    assert minping(settings, "turnout", CODE, "--json").value["total"]["issued"] == CEILING


def test_codes_are_counted_once_and_not_at_every_request(each_app: Flask) -> None:
    opened(each_app, 5000)
    with transaction(write=True) as session:
        campaign = find_campaign(session, "small")
        add_tokens(session, campaign, {number.to_bytes(16): "A" for number in range(3000)})
    take()
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        take(3)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert not [statement for statement in said if "count(" in statement]
    assert not [statement for statement in said if "FROM tokens" in statement]
    assert known() == 3004


def test_codes_that_administrators_add_count_too(each_app: Flask) -> None:
    opened(each_app, 10)
    take(4)
    with transaction(write=True) as session:
        tokens.issue(session, vault(), "small", {"A": 5}, BY)
    take()
    with pytest.raises(CeilingReached):
        take()
    assert known() == 10


def test_a_ceiling_below_what_was_issued(app: Flask) -> None:
    opened(app, 3)
    with transaction(write=True) as session:
        tokens.issue(session, vault(), "small", {"A": 5}, BY)
    for _ in range(2):
        with pytest.raises(CeilingReached):
            take()


def test_a_request_that_fails_takes_no_room(each_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(each_app, 2)
    take()
    with monkeypatch.context() as broken:
        broken.setattr(open_entry.token_rows, "add_tokens", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take()
    assert known() == 1
    take()
    with pytest.raises(CeilingReached):
        take()


def test_the_number_is_gone_after_the_close(each_app: Flask) -> None:
    opened(each_app, 10)
    take(2)
    assert known() == 2
    close(each_app, "small")
    assert known() is None


def steps(statement: Callable[[Session], object]) -> int:
    """Count what SQLite does for a statement, in hundreds of its steps."""
    counted = 0

    def step() -> int:
        nonlocal counted
        counted += 1
        return 0

    with transaction() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(step, 100)
        try:
            statement(session)
        finally:
            driver.set_progress_handler(None, 0)
    return counted


def test_counting_a_campaign_reads_no_codes_of_others(app: Flask) -> None:
    running_campaign(app, a_definition(groups=("A",)), 30)
    with transaction() as session:
        campaign = find_campaign(session, "small")
    alone = steps(lambda session: token_rows.turnout(session, campaign))
    assert alone > 0, "control: steps are counted"
    other = replace(campaign, id=campaign.id + 1)
    with transaction(write=True) as session:
        add_tokens(session, other, {number.to_bytes(16): "A" for number in range(3000)})
    # As many, give or take where the last hundred ends: the codes of the other would be thousands.
    assert steps(lambda session: token_rows.turnout(session, campaign)) <= alone + 1
    assert steps(lambda session: token_rows.turnout(session, other)) > 50 * alone
    assert steps(lambda session: token_rows.issued_set(session, campaign)) <= 2 * alone


def test_spending_writes_to_no_index(app: Flask) -> None:
    """What an index would show of the order in which codes were spent, nobody has to forget."""
    with db.engine.connect() as connection:
        [table] = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'tokens'"
        ).scalars()
        [index] = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_tokens_campaign_id'"
        ).scalars()

        def written(statement: str, *values: object) -> set[int]:
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
            return {row.p2 for row in rows if row.opcode == "OpenWrite"}

        assert written(box_rows._SPEND, b"", 1, 1, "open") == {table}
        assert written("DELETE FROM tokens WHERE digest = ?", b"") == {table, index}, "control"
