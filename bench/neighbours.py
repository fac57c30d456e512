"""M11: what acts on a campaign of thirty codes cost beside many other campaigns, and alone."""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import insert, select, update

from survey.config import read_settings
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import State
from survey.instance import make_instance, ready_app
from survey.services.audit import audit
from survey.services.campaigns import campaigns, procedure, trial
from survey.services.custody import key_files
from survey.services.voting import tokens
from survey.storage import token_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from survey.storage.operations import upkeep
from survey.storage.tables import BallotRow, CampaignRow, TokenRow
from survey.web.context import settings, vault
from tests import builders

from .cast import postgresql
from .setting import Drivers
from .table import Row, beside, say

CODES = 30
CAMPAIGNS, OTHER_CODES, OTHER_BALLOTS = 200, 400_000, 100_000
"""What lies beside."""
ENGINES = ("SQLite", "PostgreSQL")
FORGETTING = "the files forget"
_SEALED_BYTES = 3247
_BATCH = 5000
_TEMPLATE = "other-0"

Times = dict[str, list[float]]


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Return the seconds of each act alone and beside others, by database."""
    share = min(chosen.ballots / OTHER_BALLOTS, 1.0)
    found = {}
    for engine in ENGINES:
        with ExitStack() as running:
            urls = [_database(running, folder / f"m11-{engine}-{place}", engine) for place in range(2)]
            if urls[0] == urls[1] == "":
                continue
            # In turn, so that a slower minute of the machine falls on both.
            taken = _acts_of_both(folder / f"m11-{engine}", urls, chosen.turns, share)
        found[engine] = {act: [median(times[act]) for times in taken] for act in taken[0]}
        say(f"  M11 {engine}: {len(taken[0])} acts measured")
    return found


def _database(running: ExitStack, folder: Path, engine: str) -> str | None:
    """Return the address of a database, ``None`` for SQLite's own, nothing where there can be none."""
    return None if engine == "SQLite" else running.enter_context(postgresql(folder))[0] or ""


def _acts_of_both(folder: Path, urls: list[str | None], turns: int, share: float) -> list[Times]:
    taken: list[Times] = [defaultdict(list), defaultdict(list)]
    made = []
    for place, url in enumerate(urls):
        environment = {"MINPING_INSTANCE": f"{folder}-{place}"}
        read = read_settings(environment | ({"MINPING_DATABASE_URL": url} if url else {}))
        make_instance(read)
        made.append(read)
    with ready_app(made[1]) as app:
        _fill(app, share)
    for turn in range(turns + 1):
        for read, times in zip(made, taken, strict=True):
            with ready_app(read) as app, app.app_context():
                _acts(app, f"m11-{turn}", times if turn else defaultdict(list))
    return taken


def _fill(app: Flask, share: float) -> None:
    """Put other campaigns beside, with codes, ballots, and acts in the log."""
    data = builders.a_definition()
    data["campaign"]["code"] = _TEMPLATE
    builders.running_campaign(app, data, CODES)
    with transaction(write=True) as session:
        table = CampaignRow.__table__
        first = dict(session.execute(select(table)).mappings().one())
        others = range(2, CAMPAIGNS + 2)
        session.execute(insert(table), [first | {"id": one, "code": f"other-{one}"} for one in others])
        if session.get_bind().dialect.name == "postgresql":
            session.connection().exec_driver_sql("SELECT setval('campaigns_id_seq', max(id)) FROM campaigns")
        for one in others:
            for act in (Act.LOAD, Act.ARM, Act.ISSUE, Act.OPEN):
                audit.record(session, builders.BY, act, f"other-{one}", groups={"A": CODES}, planned=True)
    _rows(TokenRow, int(OTHER_CODES * share), lambda: {"digest": os.urandom(16), "rater_group": "A"})
    _rows(
        BallotRow,
        int(OTHER_BALLOTS * share),
        lambda: {"key": os.urandom(16), "sealed": os.urandom(_SEALED_BYTES)},
    )


def _rows(row: Any, number: int, one: Callable[[], dict[str, Any]]) -> None:
    for start in range(0, number, _BATCH):
        places = range(start, min(start + _BATCH, number))
        with transaction(write=True) as session:
            session.connection().execute(
                insert(row.__table__), [{"campaign_id": place % CAMPAIGNS + 2} | one() for place in places]
            )


def _acts(app: Flask, code: str, times: Times) -> None:
    """Take one campaign from its codes to its end, and erase another; note what each act took."""
    data = builders.a_definition()
    data["campaign"]["code"] = code
    builders.armed_campaign(app, data)
    with _timed(times, "codes issued"), transaction(write=True) as session:
        issued = tokens.issue(session, vault(), code, {"A": CODES}, builders.BY)
    codes = [token for _, token in issued.tokens]
    with _timed(times, "voting opened"), transaction(write=True) as session:
        campaigns.open_voting(session, code, "http://127.0.0.1", allow_http=False, by=builders.BY)
    with _timed(times, "a code voided"), transaction(write=True) as session:
        tokens.void(session, vault(), code, codes[:1], builders.BY)
    for token in codes[1:]:
        builders.cast(app, token, {"c1.de": "excellent"})
    with _timed(times, "turnout"), transaction() as session:
        token_rows.turnout(session, find_campaign(session, code))
    with _timed(times, "the minute's tidying"):
        procedure.forget_left()
        procedure.destroy_former_keys(settings().keys)
    with _apart(times, procedure), _timed(times, "closed and shaken"):
        procedure.close(code, builders.BY)
    with transaction() as session:
        seed = key_files.seed_of(find_campaign(session, code), settings().keys, ())
    with _timed(times, "box opened and counted"):
        procedure.count(code, seed, builders.BY)
    with transaction(write=True) as session:  # signing reads the whole log, which is its purpose
        session.execute(update(CampaignRow).where(CampaignRow.code == code).values(state=State.CERTIFIED))
    with _apart(times, procedure), _timed(times, "shredded"):
        procedure.shred(code, settings().keys, builders.BY)
    _erase_trial(code, data, times)


def _erase_trial(code: str, data: dict[str, Any], times: Times) -> None:
    draft = f"{code}-draft"
    data["campaign"]["code"] = draft
    with transaction(write=True) as session:
        campaigns.load(session, data, builders.BY)
        made = trial.begin(session, draft, builders.BY)
    with _apart(times, trial), _timed(times, "a trial run erased"):
        trial.erase(made.code, settings().keys, settings().instance, builders.BY)


@contextmanager
def _timed(times: Times, act: str) -> Iterator[None]:
    before = sum(times[FORGETTING])
    began = time.perf_counter()
    yield
    times[act].append(time.perf_counter() - began - sum(times[FORGETTING]) + before)


@contextmanager
def _apart(times: Times, module: Any) -> Iterator[None]:
    """Time by itself what makes the database's files forget, which reads all that is in them."""

    def forget(*given: Any) -> None:
        began = time.perf_counter()
        upkeep.forget_deleted(*given)
        times[FORGETTING].append(time.perf_counter() - began)

    with patch.object(module, "forget_deleted", forget):
        yield


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for engine, acts in found.items():
        for act, (alone, among) in acts.items():
            what = f"M11 {act}, {engine}, ms; reference: alone"
            yield beside(what, 1000 * among, 1000 * alone, "" if act == FORGETTING else "≤ 1.2", places=1)
