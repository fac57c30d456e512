"""Controls: the same attacker must win where a part of the design is taken away, else it proves nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.secrecy.box import BoxKey, Slot, box_info
from survey.secrecy.custody import read_key_file
from survey.services.campaigns import procedure
from survey.services.custody.key_files import key_path
from survey.storage import box_rows
from survey.web.context import settings
from tests.postgres import Postgres

from . import polls as making
from .attacker import attack, content_hits, linked
from .evidence import Disk
from .polls import VOTERS, Poll, quick_app
from .postgres_disk import PostgresDisk, log_position
from .sqlite_disk import Film, SqliteDisk

# Few enough that SQLite does not begin its write-ahead log anew in between.
POLLS = 2
ALL = POLLS * VOTERS


def _polls(app: Flask) -> list[Poll]:
    return [making.open_poll(app, f"poll-{number}") for number in range(POLLS)]


def _copier(
    database: str, each: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[..., Disk]:
    if database == "sqlite":
        file = Path(each.database_url.removeprefix("sqlite:///"))
        return lambda film=None: SqliteDisk(file, tmp_path / "copied", film)
    server: Postgres = request.getfixturevalue("postgres")
    url = each.database_url.replace("+psycopg", "")
    since = log_position(url)
    return lambda film=None: PostgresDisk(url, server.data, since)


def test_ballots_that_are_not_sealed_are_read(
    database: str,
    each_settings: Settings,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Slot, "seal", lambda self, packed: packed)
    copy = _copier(database, each_settings, tmp_path, request)
    with quick_app(each_settings) as app:
        polls = _polls(app)
        film = Film(each_settings.instance / "minping.sqlite3-wal") if database == "sqlite" else None
        if film:
            film.take()
        making.cast_all(polls, film.take if film else None)
        disk = copy(film)
        mark = "film" if film else "xmin"
        hits = sum(content_hits(linked(disk, poll, mark), poll.voters).hits for poll in polls)
        disk.close()
    assert hits == ALL


def test_without_the_shake_the_key_tells_all(
    database: str,
    each_settings: Settings,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(box_rows, "shake", lambda session, campaign: None)
    if database == "sqlite":  # there the files must keep the old order too; PostgreSQL's VACUUM does not help
        monkeypatch.setattr(procedure, "forget_deleted", lambda engine: None)
    copy = _copier(database, each_settings, tmp_path, request)
    with quick_app(each_settings) as app:
        polls = _polls(app)
        making.cast_all(polls)
        making.close_all(app, polls)
        disk = copy()
        assert _best(disk, polls) >= 0.95 * ALL
        if database == "postgresql":
            scores = attack(disk, polls)
            assert scores["sealed joined to codes by xmin"].hits == ALL
            assert scores["sealed by xmin = casting order"].hits == ALL
            assert sum(_opened_hits(disk, poll) for poll in polls) == ALL
        disk.close()


def test_a_shake_whose_old_rows_stay_in_the_files_is_undone(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procedure, "forget_deleted", lambda engine: None)
    with quick_app(settings) as app:
        polls = _polls(app)
        making.cast_all(polls)
        making.close_all(app, polls)
        disk = SqliteDisk(settings.instance / "minping.sqlite3", tmp_path / "copied")
        assert attack(disk, polls)["sealed by log = casting order"].hits == ALL
        disk.close()


def _best(disk: Disk, polls: list[Poll]) -> int:
    return max(score.hits for score in attack(disk, polls).values())


def _opened_hits(disk: Disk, poll: Poll) -> int:
    """Open what the transaction ids give to each voter, with the key."""
    definition = poll.running.definition
    key = BoxKey(read_key_file(key_path(settings().keys, poll.code)))
    guess = linked(disk, poll, "xmin")
    info = box_info(poll.code, definition.digest)
    return sum(key.open(guess[place], info) == voter.packed for place, voter in enumerate(poll.voters))
