"""Nobody with the disk and without the key finds whose ballot is whose: thirty polls of forty voters.

Before the close code and sealed ballot can be joined (both databases must make them durable together), so
there only what is inside is at stake. After it the join itself must be at chance, for a key that turns up
later must not help.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey.config import Settings
from survey.storage.database import db
from survey.storage.operations import copying
from tests.conftest import settings_on
from tests.postgres import Postgres

from . import polls as making
from .attacker import Score, attack, content_hits, leaks, linked, sizes
from .evidence import Disk
from .polls import VOTERS, Poll, quick_app
from .postgres_disk import PostgresDisk, log_position
from .sqlite_disk import Film, SqliteDisk

POLLS = 30
STATES = ("open", "closed", "certified", "shredded")


@dataclass
class Taken:
    """Copies of everything on disk in every state, and the truth."""

    polls: list[Poll]
    disks: dict[str, Disk]


def _database_file(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _run(database: str, folder: Path, postgres: Postgres | None) -> Taken:
    """Take thirty interleaved polls of one instance through all states, copying the disk in each."""
    settings = settings_on(database, folder, postgres)
    url = settings.database_url.replace("+psycopg", "")
    taken = Taken([], {})
    with quick_app(settings) as app:
        taken.polls = [making.open_poll(app, f"poll-{number}") for number in range(POLLS)]
        film = Film(_database_file(settings).with_name("minping.sqlite3-wal")) if not postgres else None
        since = log_position(url) if postgres else None

        def copy(state: str) -> None:
            backup = folder / f"{state}.backup"
            copying.write_backup(db.engine, "test", "{}", backup, datetime.now(UTC))
            taken.disks[f"{state} backup"] = SqliteDisk(backup, folder / f"{state}-backup")
            if postgres:
                taken.disks[state] = PostgresDisk(url, postgres.data, since)
            else:
                with_film = film if state == "open" else None
                taken.disks[state] = SqliteDisk(_database_file(settings), folder / state, with_film)

        if film:
            film.take()
        making.cast_all(taken.polls, film.take if film else None)
        copy("open")
        making.close_all(app, taken.polls)
        copy("closed")
        making.certify_all(app, taken.polls)
        copy("certified")
        making.shred_all(taken.polls)
        copy("shredded")
    return taken


Runs = Callable[[int], Taken]
"""Gives the first run, or a second one where the first must be confirmed."""


@contextmanager
def _runs(database: str, folder: Path, postgres: Postgres | None) -> Iterator[Runs]:
    made: list[Taken] = []

    def run(number: int) -> Taken:
        while len(made) <= number:
            made.append(_run(database, folder / str(len(made)), postgres))
        return made[number]

    try:
        yield run
    finally:
        for taken in made:
            for disk in taken.disks.values():
                disk.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def runs(
    database: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Runs]:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    with _runs(database, tmp_path_factory.mktemp("polls"), server) as run:
        yield run


@pytest.fixture(scope="module")
def taken(runs: Runs) -> Taken:
    return runs(0)


def _confirmed(
    found: dict[str, Score], runs: Runs, again: Callable[[Taken], dict[str, Score]]
) -> dict[str, Score]:
    """Keep what leaks in fresh polls too: of a hundred honest strategies chance lifts one over the bound."""
    if not found:
        return found
    return {name: score for name, score in leaks(again(runs(1))).items() if name in found}


ORDERS = {"sqlite": {"key", "bytes", "cells", "log", "film"}, "postgresql": {"key", "ctid", "xmin"}}


def test_the_attacker_has_all_rows_to_work_with(taken: Taken, database: str) -> None:
    orders = taken.disks["open"].evidence(taken.polls[0].code).sealed.keys()
    assert orders >= ORDERS[database] | (
        {"large values", "pg_waldump"} if database == "postgresql" else set()
    )
    for state in ("open", "closed", "certified", "open backup", "closed backup"):
        found = taken.disks[state].evidence(taken.polls[0].code)
        for rows in (*found.sealed.values(), *found.spent.values()):
            assert len(set(rows)) == VOTERS
    for state in ("certified", "shredded"):
        found = taken.disks[state].evidence(taken.polls[0].code)
        for rows in (*found.receipts.values(), *found.texts.values()):
            assert len(set(rows)) == VOTERS


@pytest.mark.parametrize("state", [*STATES[1:], *(f"{state} backup" for state in STATES)])
def test_nothing_is_linked_to_a_voter(taken: Taken, runs: Runs, state: str) -> None:
    def scores(of: Taken) -> dict[str, Score]:
        return attack(of.disks[state], of.polls)

    found = scores(taken)
    assert found
    assert _confirmed(leaks(found), runs, scores) == {}


def test_before_the_close_a_link_shows_no_content(taken: Taken, runs: Runs, database: str) -> None:
    mark = "film" if database == "sqlite" else "xmin"

    def scores(of: Taken) -> dict[str, Score]:
        total = Score()
        for poll in of.polls:
            guess = linked(of.disks["open"], poll, mark)
            # Expected: before the close the disk does join codes to sealed ballots.
            assert [guess[place] for place in range(VOTERS)] == [voter.sealed for voter in poll.voters]
            hits = content_hits(guess, poll.voters)
            total = Score(total.hits + hits.hits, total.first + hits.first, total.last + hits.last)
        return {"content": total}

    assert _confirmed(leaks(scores(taken)), runs, scores) == {}


@pytest.mark.parametrize("state", ["open", "closed", "certified"])
def test_all_sealed_ballots_are_equally_long(taken: Taken, state: str) -> None:
    found = sizes(taken.disks[state], taken.polls)
    assert list(found.values()) == [POLLS * VOTERS]
