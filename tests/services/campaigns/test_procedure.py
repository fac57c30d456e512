"""Every act that ends a campaign, killed at each of its steps, is taken up or was never begun."""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from survey.config import Settings
from survey.instance import ready_app
from survey.secrecy.receipt import new_receipt
from survey.services.campaigns import procedure
from tests.job import attempt, dump, minping, receipts, totals
from tests.lengths import times
from tests.postgres import Postgres
from tests.services.voting.test_kill import PASSWORDS as STDIN
from tests.services.voting.test_kill import make_signers, shredded
from tests.services.voting.test_race import CODE, opened

pytestmark = pytest.mark.slow

BALLOTS, CODES = 12, 15
SIGNERS = ("--teller", "teller", "--scrutineer", "scrutineer", "--passwords-stdin")
ACTS: dict[str, tuple[str, ...]] = {
    "close": ("campaign", "close", CODE),
    "count": ("campaign", "count", CODE),
    "certify": ("campaign", "certify", CODE, *SIGNERS),
    "shred": ("campaign", "shred", CODE, "--yes"),
}

# Clean children, ready to run a command: a process that was forked from this one would hold its threads'
# locks and its connections.
_children = multiprocessing.get_context("forkserver")
_children.set_forkserver_preload(
    [__name__, "survey.cli.campaigns", "survey.web.application", "survey.services.accounts.accounts"]
)


class _Steps:
    """Ends its process before the step of a number: writes, their commits, and what no transaction holds."""

    def __init__(self, last: int) -> None:
        self.left = last
        self.wrote = False

    def take(self) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE", "CREATE", "DROP")):
            self.wrote = True
            self.take()

    def commit(self, _connection: Any) -> None:
        if self.wrote:
            self.wrote = False
            self.take()

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*given: Any) -> Any:
            self.take()
            done = work(*given)
            self.take()
            return done

        return stepped


def _run_until(settings: Settings, arguments: tuple[str, ...], step: int) -> None:
    steps = _Steps(step)
    event.listen(Engine, "before_cursor_execute", steps.statement)
    event.listen(Engine, "commit", steps.commit)
    for name in ("forget_deleted", "destroy"):
        setattr(procedure, name, steps.around(getattr(procedure, name)))
    os._exit(attempt(settings, *arguments, stdin=STDIN).status)


def killed_at(settings: Settings, act: str, step: int) -> bool:
    """Run an act that is killed before a step; tell whether it had that many."""
    child = _children.Process(target=_run_until, args=(settings, ACTS[act], step))
    child.start()
    child.join(60)
    status = child.exitcode
    child.close()
    assert status in (0, -signal.SIGKILL), status
    return status != 0


class Copies:
    """Fresh copies of one instance, as it was at a moment."""

    def __init__(self, settings: Settings, server: Postgres | None, folder: Path) -> None:
        self.settings, self.server, self.folder = settings, server, folder
        self.made = 0

    def fresh(self) -> Settings:
        self.made += 1
        instance = self.folder / f"copy-{self.made}"
        shutil.copytree(self.settings.instance, instance)
        url = f"sqlite:///{instance / 'minping.sqlite3'}"
        if self.server:
            source = self.settings.database_url.rpartition("/")[2].partition("?")[0]
            name = f"{source}_{self.made}_{self.folder.name[:20]}"
            with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
            url = self.server.url(name).replace("postgresql://", "postgresql+psycopg://")
        return replace(self.settings, instance=instance, keys=instance / "keys", database_url=url)


@pytest.fixture
def voted(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Settings, list[str]]:
    """An open campaign with some ballots, and their receipts."""
    settings, codes = opened(database, tmp_path, request, CODES)
    known = sorted(new_receipt() for _ in range(BALLOTS))
    with ready_app(settings, pages=True) as app:
        voter = app.test_client()
        for code, receipt in zip(codes, known, strict=False):
            answer = voter.post("/v/cast", data={"code": code, "receipt": receipt, "c1.de": "basic"})
            assert answer.status_code == 201
    make_signers(settings)
    return settings, known


@pytest.mark.parametrize("act", ACTS)
def test_act_killed_before_each_step(
    act: str,
    database: str,
    voted: tuple[Settings, list[str]],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    settings, known = voted
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    for before in list(ACTS)[: list(ACTS).index(act)]:
        minping(settings, *ACTS[before], stdin=STDIN)
    copies = Copies(settings, server, tmp_path / act)
    # What the steps are does not depend on the database.
    stride = times(3, 1) if server else 1
    step = 1
    while True:
        copy = copies.fresh()
        killed = killed_at(copy, act, step)
        was_begun = dump(copy) != dump(settings)
        if killed:
            resumed(copy, act, was_begun=was_begun)
        go_on_to_the_end(copy, act, known, tmp_path)
        if not killed:
            break
        step += stride
    assert step > 4, "the acts have more steps than that"


def resumed(settings: Settings, act: str, *, was_begun: bool) -> None:
    """Run a killed act again: it does what is left, and only what was done whole may refuse it."""
    said = attempt(settings, *ACTS[act], stdin=STDIN)
    finished = {"certify": "certified", "shred": "shredded"}
    assert said.status == 0 or (was_begun and f"is {finished[act]}" in said.err), said


def go_on_to_the_end(settings: Settings, act: str, known: list[str], folder: Path) -> None:
    """Take the rest of the way; the accounting is what it would have been."""
    for later in list(ACTS)[list(ACTS).index(act) + 1 :]:
        if later == "certify":
            break  # signing costs half a second of hashing and changes nothing here
        minping(settings, *ACTS[later])
    total = totals(settings, CODE, folder)
    named = ("issued", "returned", "unused", "valid", "unreadable")
    assert [total[name] for name in named] == [CODES, BALLOTS, CODES - BALLOTS, BALLOTS, 0]
    assert receipts(settings, CODE) == known
    minping(settings, "audit", "verify")
    if act == "shred":
        shredded(settings)
