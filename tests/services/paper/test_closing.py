"""The close with paper ballots: what is ready goes in, what is open holds it up, the key goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from survey.config import Settings
from survey.domain.definition.campaign import State
from survey.domain.errors import (
    BadFile,
    NoPaper,
    NotCollecting,
    PaperKeyLost,
    ScansUnderWay,
    SheetsWait,
    Unavailable,
    Unfinished,
    WrongKey,
    WrongState,
)
from survey.domain.operations.job import Job
from survey.instance import ready_app
from survey.secrecy.paper_key import new_paper_key, paper_key_path, write_paper_key
from survey.services.audit import audit
from survey.services.campaigns import campaigns as closed
from survey.services.campaigns import deadlines, procedure
from survey.services.paper.closing import settle_rest
from survey.services.paper.scan_jobs import KIND
from survey.services.results.publishing import accounting
from survey.storage import forgetting, paper_rows
from survey.storage.database import db, transaction
from survey.storage.operations import job_rows
from survey.web.context import settings
from tests.builders import BY, Running, a_definition, cast, close, collect, count, running_campaign
from tests.faults.killing import killed_at
from tests.job import attempt, minping
from tests.services.campaigns.test_procedure import Copies
from tests.sheets import void_beside

from .urn import a_paper_definition, a_sheet, a_torn_sheet, collecting_campaign, find, keep, keep_paper_key


def key_file() -> Path:
    return paper_key_path(settings().keys, "small")


def left() -> int:
    with transaction() as session:
        return len(paper_rows.sheet_keys(session, find()))


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in audit.history(session, "small")]


def last_facts(act: str) -> dict[str, Any]:
    with transaction() as session:
        return [facts for entry, facts in audit.history(session, "small") if entry.act == act][-1]


def with_sheets(app: Flask, ready: int, *more: str) -> Running:
    """Begin to collect, with sheets that are ready and ``more`` that say something else."""
    running, key = collecting_campaign(app)
    sheets = [a_sheet(key, find(), code) for code in running.codes["A"][:ready]]
    sheets += [
        a_sheet(key, find(), code, "B", said) for code, said in zip(running.codes["B"], more, strict=False)
    ]
    keep(key, sheets)
    return running


def test_what_is_ready_goes_in_and_nothing_is_left(each_app: Flask) -> None:
    with_sheets(each_app, 3, "poor")
    close(each_app, "small")
    found = find()
    assert (found.state, found.shaken, found.forgotten) == (State.CLOSED, True, True)
    assert not key_file().exists()
    assert left() == 0
    total = count(each_app, "small").count.accounting.total
    assert (total.returned, total.valid, total.paper) == (4, 4, 4)
    assert last_facts("close")["codes"] == {"A": [8, 0, 3], "B": [8, 0, 1]}
    with db.engine.begin() as connection:
        assert not forgetting.noted(connection).keys() & set(paper_rows.TABLES)


def test_what_is_open_holds_the_close_up(each_app: Flask) -> None:
    running, key = collecting_campaign(each_app)
    codes = running.codes["A"]
    keep(key, [a_sheet(key, find(), codes[0]), a_sheet(key, find(), codes[1], said="?")])
    keep(key, [a_torn_sheet(key, find(), codes[2])])
    with pytest.raises(SheetsWait) as refused:
        close(each_app, "small")
    assert (refused.value.waiting, refused.value.incomplete) == (1, 1)
    assert "put-in" not in acts()
    assert (find().stage, left(), key_file().exists()) == ("collecting", 3, True)


def test_what_was_voided_while_it_waited_holds_nothing_up(app: Flask) -> None:
    running, key = collecting_campaign(app)
    code = running.codes["A"][0]
    keep(key, [a_sheet(key, find(), code, said="?")])
    void_beside("small", code)
    close(app, "small")
    assert count(app, "small").count.accounting.total.returned == 0
    assert last_facts("put-in")["refused"] == {"voided": 1}


def test_before_collecting_it_is_refused_by_name(app: Flask) -> None:
    running_campaign(app, a_paper_definition(), 1)
    with pytest.raises(NotCollecting, match="minping paper collect small"):
        close(app, "small")


def test_where_nothing_was_printed_no_key_is_needed(each_app: Flask) -> None:
    running = running_campaign(each_app, a_paper_definition(), 3)
    cast(each_app, running.codes["A"][0], {})
    collect(each_app, "small")
    close(each_app, "small")
    assert find().forgotten
    assert count(each_app, "small").count.accounting.total.returned == 1


def test_scans_under_way_hold_the_close_up(app: Flask) -> None:
    with_sheets(app, 1)
    with transaction(write=True) as session:
        job = Job("a" * 32, KIND, "small", 1, {"files": ["x"]}, 0, datetime.now(UTC))
        job_rows.add_job(session, job)
    with pytest.raises(ScansUnderWay):
        close(app, "small")
    assert left() == 1


def test_without_its_key_it_is_closed_only_where_somebody_says_so(each_app: Flask) -> None:
    with_sheets(each_app, 3)
    key_file().unlink()
    with pytest.raises(PaperKeyLost):
        close(each_app, "small")
    assert (find().stage, left()) == ("collecting", 3)
    procedure.close("small", BY, settings().keys, without_paper=True)
    assert (find().forgotten, left()) == (True, 0)
    assert last_facts("close")["paper_unread"] == 3
    total = count(each_app, "small").count.accounting.total
    assert (total.returned, total.unused) == (0, 16)


@pytest.mark.parametrize("broken", ["another", "damaged"])
def test_a_key_that_opens_nothing_is_as_good_as_lost(app: Flask, broken: str) -> None:
    with_sheets(app, 2)
    key_file().unlink()
    if broken == "another":
        write_paper_key(key_file(), new_paper_key("small"))
    else:
        key_file().write_text("{}")
    with pytest.raises((WrongKey, BadFile)):
        close(app, "small")
    procedure.close("small", BY, settings().keys, without_paper=True)
    assert find().forgotten
    assert not key_file().exists()


def test_nothing_is_given_up_that_can_be_read(app: Flask) -> None:
    with_sheets(app, 2)
    with pytest.raises(WrongState, match="leave --without-paper out"):
        procedure.close("small", BY, settings().keys, without_paper=True)
    assert left() == 2


@pytest.mark.parametrize("lost", [False, True])
def test_where_nothing_waits_there_is_nothing_to_give_up(app: Flask, lost: bool) -> None:
    with_sheets(app, 0)
    if lost:
        key_file().unlink()
    with pytest.raises(WrongState, match="leave --without-paper out"):
        procedure.close("small", BY, settings().keys, without_paper=True)
    assert find().stage == "collecting"
    close(app, "small")


def test_there_is_no_paper_to_give_up_where_none_is_voted_on(app: Flask) -> None:
    running_campaign(app, a_definition(), 1)
    with pytest.raises(NoPaper):
        procedure.close("small", BY, settings().keys, without_paper=True)
    assert find().state is State.OPEN


@pytest.mark.parametrize("ready", [0, 2])
def test_what_is_to_be_forgotten_is_noted_before_the_log_is_written(each_app: Flask, ready: int) -> None:
    with_sheets(each_app, ready)
    campaign, said = find(), list[str]()

    def listen(*arguments: Any) -> None:
        said.extend(table for table in ("to_forget", "audit") if f"INSERT INTO {table} (" in arguments[2])

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        with transaction(write=True) as session:
            settle_rest(session, campaign, settings().keys, BY)
            closed.close(session, "small", BY)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert said == ["to_forget"] * 2 + ["audit"] * (2 if ready else 1)


def test_whoever_closes_paper_says_where_keys_are(app: Flask) -> None:
    with_sheets(app, 1)
    with pytest.raises(ValueError, match="folder of keys"):
        procedure.close("small", BY)
    assert left() == 1


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    def fail(*_: object) -> None:
        raise Unavailable("the database went away", "gone")

    with monkeypatch.context() as patched:
        patched.setattr(procedure, name, fail)
        yield


@pytest.mark.parametrize("name", ["destroy_paper_key", "forget_deleted"])
def test_an_interrupted_close_is_taken_up_by_the_clock(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with_sheets(each_app, 2)
    with broken(monkeypatch, name), pytest.raises(Unfinished):
        close(each_app, "small")
    assert (find().state, find().forgotten, left()) == (State.CLOSED, False, 0)
    assert key_file().exists() == (name == "destroy_paper_key")
    assert deadlines.close_due(datetime.now(UTC), settings().keys) == ["small"]
    assert find().forgotten
    assert not key_file().exists()
    assert count(each_app, "small").count.accounting.total.valid == 2


def prepared(made: Settings) -> None:
    """Leave an instance with two ballots of phones, and four sheets that are ready."""
    with ready_app(made) as app, app.app_context():
        running = running_campaign(app, a_paper_definition(), 8)
        for code in running.codes["B"][:2]:
            cast(app, code, {"c1.de": "poor"})
        key = keep_paper_key()
        collect(app, "small")
        keep(key, [a_sheet(key, find(), code) for code in running.codes["A"][:4]])


@pytest.mark.slow
def test_killed_before_any_step_it_is_taken_up(
    each_settings: Settings, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    prepared(each_settings)
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    copies = Copies(each_settings, server, tmp_path / "copies")
    order = ("campaign", "close", "small")
    step, stride = 1, 3 if server else 1
    while True:
        copy = copies.fresh()
        killed = killed_at(copy, order, step)
        if killed:
            assert attempt(copy, *order).status == 0
        minping(copy, "campaign", "count", "small")
        with ready_app(copy) as app, app.app_context(), transaction() as session:
            total = accounting(session, find()).total
            assert (total.returned, total.valid, total.paper, total.unreadable) == (6, 6, 4, 0)
            assert session.execute(text("SELECT count(*) FROM paper_sheets")).scalar_one() == 0
        assert not paper_key_path(copy.keys, "small").exists()
        if not killed:
            break
        step += stride
    assert step > 20
