"""A voter who casts while the campaign is being closed, or its paper collected, is refused or counted."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.errors import Closed, WrongState
from survey.services.campaigns import procedure
from survey.services.paper import collecting
from survey.services.voting import casting
from survey.services.voting.casting import Sealed
from survey.services.voting.receipts import list_receipts
from survey.storage import token_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.web.context import vault
from tests.builders import BY, Running, a_definition, close, count, running_campaign
from tests.lengths import times

from .polls import quick_app

TRIALS = times(60, 200)
VOTERS = 4
GRADES = ("excellent", "competent", "poor", "-")


@contextmanager
def in_context(app: Flask, threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads with an application context, so a database session, of their own."""
    contexts: list[Any] = []

    def begin() -> None:
        context = app.app_context()
        context.push()
        contexts.append(context)

    with ThreadPoolExecutor(threads, initializer=begin) as pool:
        yield pool


def _sealed(running: Running) -> list[Sealed]:
    now = datetime.now(UTC)
    found = []
    for code, grade in zip(running.codes["A"], GRADES, strict=True):
        with transaction() as session:
            ticket = casting.admit(session, vault(), code, now)
        found.append(casting.seal(ticket, {"c1.de": [grade]}))
    return found


def _cast(barrier: Barrier, sealed: Sealed, delay: float) -> str | None:
    """Cast when all are ready; return the receipt of what was acknowledged."""
    barrier.wait()
    time.sleep(delay)
    try:
        with transaction(write=True) as session:
            receipt = casting.cast(session, sealed, datetime.now(UTC))
    except Closed:
        return None
    return receipt


def _close(barrier: Barrier, code: str, delay: float) -> None:
    barrier.wait()
    time.sleep(delay)
    procedure.close(code, BY)


def _collect(barrier: Barrier, code: str, delay: float) -> None:
    barrier.wait()
    time.sleep(delay)
    with transaction(write=True) as session:
        collecting.collect(session, code, BY)


def _trial(app: Flask, pool: ThreadPoolExecutor, number: int, *, paper: bool) -> int:
    """Race four voters against the close, or collecting; return how many were acknowledged."""
    campaign = {"code": f"race-{number}", "title": "小型测评", "organiser": "考核组"}
    data = a_definition(campaign=campaign, groups=["A"], ratees=["c1"], criteria=["de"])
    if paper:
        data["paper"] = {}
    running = running_campaign(app, data, VOTERS)
    barrier = Barrier(VOTERS + 1)
    casts: list[Future[str | None]] = [
        pool.submit(_cast, barrier, sealed, random.random() / 100) for sealed in _sealed(running)
    ]
    ending = _collect if paper else _close
    closing = pool.submit(ending, barrier, running.code, random.random() / 100)
    acknowledged = {receipt for cast in casts if (receipt := cast.result(60))}
    closing.result(60)
    if paper:
        close(app, running.code)
    counted = count(app, running.code)
    with transaction() as session:
        opened = set(list_receipts(session, running.code))
        spent = token_rows.turnout(session, find_campaign(session, running.code))["A"].returned
    assert opened == acknowledged
    assert counted.notes == ()
    assert spent == counted.count.accounting.total.valid == len(acknowledged)
    return len(acknowledged)


@pytest.mark.parametrize("paper", [False, True], ids=["close", "collect"])
def test_whoever_casts_while_it_closes_is_refused_or_counted(
    each_settings: Settings, monkeypatch: pytest.MonkeyPatch, paper: bool
) -> None:
    # What happens after the box is shut is no part of the race; rewriting the files takes most of the time.
    monkeypatch.setattr(procedure, "forget_deleted", lambda *_: None)
    with quick_app(each_settings) as app:
        with in_context(app, VOTERS + 1) as pool:
            outcomes = [_trial(app, pool, number, paper=paper) for number in range(TRIALS)]
        db.engine.dispose()
    # Had the close always come first or last, nothing would have been tried.
    assert sum(0 < acknowledged < VOTERS for acknowledged in outcomes) > TRIALS // 10


def test_a_box_is_not_opened_while_the_files_know_its_old_order(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise OSError("the machine went down")

    with quick_app(settings) as app:
        running = running_campaign(app, a_definition(), 2)
        with monkeypatch.context() as patched:
            patched.setattr(procedure, "forget_deleted", interrupted)
            with pytest.raises(OSError, match="went down"):
                procedure.close(running.code, BY)
        with pytest.raises(WrongState):
            count(app, running.code)
