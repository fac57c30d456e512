"""Backups taken under load and restored elsewhere: whole, in balance, shut until an owner reopens."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from survey.config import Settings, read_settings
from survey.instance import ready_app
from survey.secrecy.receipt import new_receipt
from tests.conftest import settings_on
from tests.job import Cast, attempt, in_threads, minping, receipts, totals
from tests.services.voting.test_race import CODE, cast_once, opened
from tests.serving import served

pytestmark = pytest.mark.slow

CODES = 400
KINDS = ("sqlite", "postgresql")


def backup_under_load(settings: Settings, codes: list[str], target: Path) -> tuple[list[str], dict[str, str]]:
    """Take a backup while voters cast; return receipts acknowledged before it and all, by code."""
    work = iter(codes[:-1])  # one is kept for afterwards
    under_way = threading.Semaphore(0)
    acknowledged: dict[str, str] = {}
    enough = threading.Event()

    def client(_done: Cast) -> None:
        while not enough.is_set() and (code := next(work, None)) is not None:
            receipt = new_receipt()
            status, _ = cast_once(running, code, receipt)
            assert status == 201
            acknowledged[code] = receipt
            under_way.release()

    with served(settings) as running, in_threads(12, client):
        for _ in range(60):
            assert under_way.acquire(timeout=60)
        before = list(acknowledged.values())
        minping(settings, "backup", target)
        enough.set()
    return before, acknowledged


def restored(target: str, folder: Path, file: Path, request: pytest.FixtureRequest) -> Settings:
    """Restore a backup into a new instance on the other machine, so to speak."""
    folder.mkdir()
    environment = {"MINPING_INSTANCE": str(folder / "instance")}
    if target == "postgresql":
        server = request.getfixturevalue("postgres")
        environment["MINPING_DATABASE_URL"] = server.new_database(f"restored_{os.urandom(6).hex()}")
    settings = read_settings(environment)
    said = minping(settings, "restore", file)
    assert f"campaign open {CODE}" in said.err
    return settings


def in_balance(file: Path) -> int:
    """Return the ballots in a backup, as many as spent codes."""
    with closing(sqlite3.connect(file)) as found:
        (ballots,) = found.execute("SELECT count(*) FROM ballots").fetchone()
        (spent,) = found.execute("SELECT count(*) FROM tokens WHERE spent = 1").fetchone()
        orders = [
            [row[0] for row in found.execute(f"SELECT {key} FROM {table} WHERE campaign_id = 1")]
            for table, key in (("ballots", "key"), ("tokens", "digest"))
        ]
    assert ballots == spent
    assert all(order == sorted(order) for order in orders)  # nothing tells who came first
    return int(ballots)


@pytest.mark.parametrize("target", KINDS)
def test_backup_under_load_is_restored_elsewhere(
    database: str, target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, codes = opened(database, tmp_path, request, CODES)
    file = tmp_path / "backup.sqlite3"
    *voting, unused = codes
    before, acknowledged = backup_under_load(settings, voting, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    ballots = in_balance(file)
    assert len(before) <= ballots <= len(acknowledged)

    other = restored(target, tmp_path / "other", file, request)
    turnout = minping(other, "turnout", CODE, "--json").value["total"]
    assert turnout == {"issued": CODES, "voided": 0, "returned": ballots}
    minping(other, "audit", "verify")
    assert vote(other, unused)[0] == 403
    minping(other, "campaign", "open", CODE)
    late = vote(other, unused)
    assert late[0] == 201

    minping(other, "campaign", "close", CODE)
    assert "key file" in attempt(other, "campaign", "count", CODE).err
    key = f"{CODE}.key"
    (other.keys / key).write_bytes((settings.keys / key).read_bytes())
    assert minping(other, "campaign", "count", CODE).err == ""
    total = totals(other, CODE, tmp_path)
    assert (total["returned"], total["valid"], total["unreadable"]) == (ballots + 1, ballots + 1, 0)
    found = set(receipts(other, CODE))
    assert set(before) <= found <= {*acknowledged.values(), late[1]["receipt"]}
    minping(other, "audit", "verify")


def vote(settings: Settings, code: str) -> tuple[int, Any]:
    with ready_app(settings, pages=True) as app:
        answer = app.test_client().post(
            "/v/cast", data={"code": code, "c1.de": "basic"}, headers={"Accept": "application/json"}
        )
        return answer.status_code, answer.get_json()


def test_there_and_back_again_changes_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """SQLite to PostgreSQL to SQLite: the same codes open, the same ballots are in the box."""
    settings, codes = opened("sqlite", tmp_path, request, 8)
    status, first = vote(settings, codes[0])
    assert status == 201
    (settings.keys / f"{CODE}.key").rename(tmp_path / "kept.key")
    for number, kind in enumerate(("postgresql", "sqlite")):
        file = tmp_path / f"backup?{number}#%41"  # addresses of SQLite know such marks
        minping(settings, "backup", file)
        settings = restored(kind, tmp_path / kind, file, request)
    minping(settings, "campaign", "open", CODE)
    assert vote(settings, codes[0])[0] == 409
    status, second = vote(settings, codes[1])
    assert status == 201
    minping(settings, "campaign", "close", CODE)
    (tmp_path / "kept.key").rename(settings.keys / f"{CODE}.key")
    minping(settings, "campaign", "count", CODE)
    assert receipts(settings, CODE) == sorted((first["receipt"], second["receipt"]))
    minping(settings, "audit", "verify")


def test_restoring_is_refused_where_it_would_mix(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    minping(settings, "backup", file)
    assert attempt(settings, "backup", file).status == 1
    assert "in use" in attempt(settings, "restore", file).err
    half = tmp_path / "half"
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    folder = tmp_path / "other"
    folder.mkdir()
    other = settings_on("sqlite", folder, None)
    said = attempt(other, "restore", half)
    assert (said.status, said.err.count("\n")) == (1, 1)
    minping(other, "restore", file)
