"""What a voter's request may read and write, column by column; anything new fails until it is argued for.

Add a line here only with the reason why an administrator who reads that column a year later learns nothing
of who cast which ballot, and say the same in docs/secrecy.md.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from survey.domain.ballot.packing import MAX_BODY
from survey.services.voting import tokens
from survey.storage.database import db, transaction
from survey.storage.tables import BallotRow, Base, TokenRow
from survey.web.context import vault
from survey.web.security import VOTER, declared_access
from tests.builders import (
    BY,
    EXAMPLES,
    ROOT,
    a_definition,
    armed_campaign,
    close,
    count,
    issue,
    running_campaign,
)
from tests.by_turns import by_turns, go_on
from tests.statement_files import running as running_with_files

WRITTEN = {
    "tokens.spent": "the same for all who voted by phone; the shake rewrites it with every other row's",
    "ballots.campaign_id": "the same for all ballots of a campaign",
    "ballots.key": "fresh random bytes, drawn anew by the shake",
    "ballots.sealed": "encrypted to a key that the database never has; all equally long",
}
WRITTEN_WHERE_CODES_ARE_HANDED_OUT = {
    "tokens.digest": "a keyed digest of random bits; the device's address and time are not stored",
    "tokens.campaign_id": "the same for all codes of a campaign",
    "tokens.rater_group": "the first rater group, the same for all codes that devices ask for",
    "tokens.spent": "0 for every new code",
    "tokens.voided": "0 for every new code",
    "codes_given.campaign_id": "the same for all codes of a campaign",
    "codes_given.number": "how many codes there are, which counting them tells as well; gone after the close",
}
_STANDING = (
    "public_key",
    "shaken",
    "forgotten",
    "held",
    "publication",
    "unit",
    "trial_of",
    "extended_to",
    "postponed_to",
    "corrected",
    "wording",
    "statements",
    "collecting",
)
_STATEMENTS = ("ratee", "ratee_name", "name", "pages", "size", "digest", "text_digest", "text_bytes")
READ = {
    **dict.fromkeys(
        (f"campaigns.{name}" for name in ("id", "code", "definition", "digest", "state", "custody")),
        "what the campaign is; no voter changes it",
    ),
    **dict.fromkeys(
        (f"campaigns.{name}" for name in _STANDING),
        "where the campaign stands; no voter changes it",
    ),
    **dict.fromkeys(
        (f"tokens.{name}" for name in ("digest", "campaign_id", "rater_group", "spent", "voided")),
        "whether a code may be used, and how many were handed out",
    ),
    **dict.fromkeys(
        (f"codes_given.{name}" for name in ("campaign_id", "number")),
        "whether the ceiling leaves room for one more code",
    ),
    **dict.fromkeys(
        (f"statement_files.{name}" for name in ("campaign", "text", "content", *_STATEMENTS)),
        "reports of those rated, the same for every code that asks; no voter changes them",
    ),
    **dict.fromkeys(
        (f"turns.{name}" for name in ("campaign_id", "revision", "handing_in", "standing")),
        "whose turn it is, the same for every code and for whoever asks; no voter changes it",
    ),
    **dict.fromkeys(
        (f"receipts.{name}" for name in ("receipt", "times", "campaign_id")),
        "whether a receipt is among those published",
    ),
}
COLUMNS = {
    TokenRow: ["digest", "campaign_id", "rater_group", "spent", "voided"],
    BallotRow: ["campaign_id", "key", "sealed"],
}
JSON = {"Accept": "application/json"}
_TURNING = {"code": "turning", "title": "逐人测评", "organiser": "考核组", "turns": True}
BALLOT = {"c1.de": "poor", "form.comment": "意见"}
_COLUMNS = {
    f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns
}


@contextmanager
def _recorded() -> Iterator[list[str]]:
    """Note every statement that reaches a driver, whoever gives it."""
    said: list[str] = []

    def note(statement: str) -> None:
        said.append(" ".join(statement.replace('"', "").split()))

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *rest: Any, **more: Any) -> Any:
            note(query if isinstance(query, str) else query.decode())
            return super().execute(query, *rest, **more)

    def listen(raw: Any, _record: Any) -> None:
        if isinstance(raw, sqlite3.Connection):
            raw.set_trace_callback(note)
        else:
            raw.cursor_factory = Cursor

    db.engine.dispose()
    event.listen(db.engine, "connect", listen)
    try:
        yield said
    finally:
        event.remove(db.engine, "connect", listen)
        db.engine.dispose()


def _written(statement: str) -> set[str]:
    """Return the columns that a statement writes; what is neither known nor a reading fails."""
    if found := re.match(r"INSERT INTO (\w+) \(([^)]*)\)", statement):
        return {f"{found[1]}.{name.strip()}" for name in found[2].split(",")}
    if found := re.match(r"UPDATE (\w+) SET (.*?) WHERE", statement):
        return {f"{found[1]}.{name}" for name in re.findall(r"(\w+) ?=", found[2])}
    # How long a connection waits for SQLite's lock by itself: nothing of it is stored.
    known = r"SELECT |BEGIN|COMMIT$|ROLLBACK$|;$|PRAGMA busy_timeout=(0|20000)$"
    assert re.match(known, statement), f"a voter's request does: {statement}"
    assert not re.search(r"\b(INTO|nextval|setval|pg_notify)\b", statement), statement
    return set()


def _rows(table: Any) -> list[Any]:
    with db.engine.connect() as connection:
        return sorted(map(repr, connection.execute(select(table)).all()))


def _everything_else(*written: str) -> dict[str, Any]:
    return {
        table.name: _rows(table)
        for table in Base.metadata.sorted_tables
        if table.name not in ("tokens", "ballots", *written)
    }


def _coded(app: Flask) -> dict[str, str]:
    """Make a campaign with a code in every state that a voter can meet."""
    data = a_definition()
    data["sections"][0]["comment"] = True
    running = running_with_files(app, data)
    good, voided, *_ = running.codes["A"]
    with transaction(write=True) as session:
        tokens.void(session, vault(), running.code, [voided], BY)
    waiting = a_definition(campaign={"code": "waiting", "title": "未开始", "organiser": "考核组"})
    armed_campaign(app, waiting)
    over = a_definition(campaign={"code": "over", "title": "已结束", "organiser": "考核组"})
    ended = running_campaign(app, over, 2)
    close(app, "over")
    count(app, "over")
    early = issue(app, "waiting", {"A": 1})["A"][0]
    turning = running_campaign(app, by_turns(2, campaign=_TURNING), 2)
    go_on(app, code=turning.code)
    late, turn = ended.codes["A"][0], turning.codes["A"][0]
    return {"good": good, "voided": voided, "early": early, "late": late, "turn": turn, "wrong": "X" * 16}


def _vote(client: FlaskClient, codes: dict[str, str], headers: dict[str, str]) -> set[int]:
    """Walk every address of a voter with every code; return the statuses met."""
    met = {client.get("/v", headers=headers).status_code}
    met.add(client.get("/static/voter/voter.js", headers=headers).status_code)
    for campaign in ("turning", "small", "waiting", "over", "none"):
        met.add(client.get(f"/v/turn/{campaign}", headers=headers).status_code)
    for kind in ("wrong", "voided", "early", "late", "turn", "good", "good"):
        for asked in ("0000", "0000.pdf", "0009"):
            fields = {"code": codes[kind], "statement": asked}
            met.add(client.post("/v/statement", data=fields, headers=headers).status_code)
        for page in ("/v/ballot", "/v/review", "/v/cast"):
            fields = {"code": codes[kind], **BALLOT}
            for posted in (fields, fields | {"c1.de": "no such grade"}):
                met.add(client.post(page, data=posted, headers=headers).status_code)
    met.add(client.post("/v/cast", data={"code": codes["good"]}, content_type="text/plain").status_code)
    met.add(client.post("/v/cast", data=b"x" * (MAX_BODY + 1), headers=headers).status_code)
    for path in ("/v/cast", "/v/", "/v/nowhere", "/o", "/o/", "/o/a/b"):
        met.add(client.get(path, headers=headers).status_code)
    for receipt in ("AAAA-AAAA-AAAA", "none"):
        met.add(client.post("/receipt", data={"receipt": receipt}, headers=headers).status_code)
    return met | {client.get("/receipt", headers=headers).status_code}


def _ask(client: FlaskClient, headers: dict[str, str]) -> set[int]:
    """Let a device ask for a code, use it and come back."""
    met = {
        client.get(f"/o/{code}", headers=headers).status_code
        for code in ("public-satisfaction", "small", "none")
    }
    made = client.post("/o/public-satisfaction", headers=JSON).get_json()["code"]
    met.add(client.post("/o/public-satisfaction", headers=headers).status_code)
    met.add(client.post("/v/cast", data={"code": made}, headers=headers).status_code)
    return met | {client.post("/o/public-satisfaction", headers=headers).status_code}


@pytest.mark.parametrize("headers", [{}, JSON], ids=["html", "json"])
def test_only_what_is_argued_for_is_written_and_read(each_app: Flask, headers: dict[str, str]) -> None:
    codes = _coded(each_app)
    before = _everything_else()
    with _recorded() as said:
        met = _vote(each_app.test_client(), codes, headers)
    assert met == {200, 201, 403, 404, 405, 409, 413, 422}
    assert set().union(*map(_written, said)) == WRITTEN.keys()
    _assert_read(said)
    assert _everything_else() == before


def test_a_device_that_asks_for_a_code_leaves_only_the_code(each_app: Flask) -> None:
    running_campaign(each_app, EXAMPLES / "public-satisfaction.toml", 0)
    before = _everything_else("codes_given")
    with _recorded() as said:
        met = _ask(each_app.test_client(), {}) | _ask(each_app.test_client(), JSON)
    assert met == {200, 201, 404, 409}
    assert set().union(*map(_written, said)) == WRITTEN.keys() | WRITTEN_WHERE_CODES_ARE_HANDED_OUT.keys()
    _assert_read(said, "codes_given")
    assert _everything_else("codes_given") == before


def _assert_read(said: list[str], *more: str) -> None:
    named = {name for statement in said for name in re.findall(r"\b\w+\.\w+\b", statement)} & _COLUMNS
    assert named <= READ.keys() | WRITTEN.keys()
    tables = {
        name for statement in said for name in re.findall(r"(?:FROM|JOIN|INTO|UPDATE) (\w+)", statement)
    }
    assert tables - {"pg_advisory_xact_lock_shared"} <= {
        *("campaigns", "tokens", "ballots", "receipts", "statement_files", "turns"),
        *more,
    }


def test_every_address_of_voters_was_walked(app: Flask) -> None:
    codes = _coded(app)
    running_campaign(app, EXAMPLES / "public-satisfaction.toml", 0)
    walked: set[str] = set()
    app.before_request_funcs.setdefault(None, []).append(lambda: walked.add(_endpoint()))
    _vote(app.test_client(), codes, {})
    _ask(app.test_client(), {})
    voters = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        # What a gateway brings is walked in test_sms.py: it has a list of its own of what it may write.
        if VOTER in (declared_access(app, rule.endpoint) or ()) and rule.endpoint != "sms.take"
    }
    assert voters <= walked


def _endpoint() -> str:
    from flask import request

    return request.endpoint or ""


@pytest.mark.parametrize("table", list(COLUMNS))
def test_codes_and_ballots_have_no_other_column(each_app: Flask, table: Any) -> None:
    assert [column.name for column in table.__table__.columns] == COLUMNS[table]
    with db.engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table.__tablename__}")).keys()
    assert sorted(found) == sorted(COLUMNS[table])


def test_the_document_argues_for_every_column_written() -> None:
    document: Path = ROOT / "docs" / "secrecy.md"
    said = document.read_text("utf-8")
    missing = [name for name in WRITTEN | WRITTEN_WHERE_CODES_ARE_HANDED_OUT if f"`{name}`" not in said]
    assert missing == []
