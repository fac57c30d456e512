"""Backups that somebody changed: restored as they are, or refused with one line and nothing stored (R7)."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from survey.config import Settings, read_settings
from survey.instance import make_folders, ready_app
from tests.attack.strangeness import mutated
from tests.builders import a_definition, cast, running_campaign
from tests.conftest import _blank_file
from tests.job import attempt, minping
from tests.lengths import times

pytestmark = pytest.mark.slow


@pytest.fixture
def backup(settings: Settings, tmp_path: Path) -> bytes:
    with ready_app(settings, pages=True) as app:
        running = running_campaign(app, a_definition(groups=("A",)), 3)
        cast(app, running.codes["A"][0], {"c1.de": "excellent"})
    minping(settings, "backup", tmp_path / "backup")
    return (tmp_path / "backup").read_bytes()


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """An instance that exists and holds nothing: what a restore fills."""
    made = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})
    make_folders(made)
    assert made.sqlite_file is not None
    made.sqlite_file.write_bytes(_blank_file())
    return made


def rows(settings: Settings) -> int:
    """Count what an instance holds."""
    assert settings.sqlite_file is not None
    with closing(sqlite3.connect(settings.sqlite_file)) as found:
        tables = ("campaigns", "tokens", "ballots", "audit", "accounts", "drafts")
        return sum(int(found.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]) for table in tables)


def restored(settings: Settings, content: bytes, folder: Path) -> bool:
    """Restore into an empty instance; a refusal is one line and leaves it empty."""
    assert settings.sqlite_file is not None
    for suffix in ("-wal", "-shm"):
        settings.sqlite_file.with_name(settings.sqlite_file.name + suffix).unlink(missing_ok=True)
    settings.sqlite_file.write_bytes(_blank_file())
    file = folder / "changed"
    file.write_bytes(content)
    said = attempt(settings, "restore", file)
    if said.status == 0:
        assert rows(settings) > 0
        return True
    assert (said.status, said.out) == (1, ""), said
    assert said.err.count("\n") == 1, said
    assert "Traceback" not in said.err
    assert rows(settings) == 0
    return False


def test_a_spoilt_backup_is_refused(backup: bytes, empty: Settings, tmp_path: Path) -> None:
    assert restored(empty, backup, tmp_path)
    dice = random.Random(7)
    taken = sum(restored(empty, mutated(dice, backup), tmp_path) for _ in range(times(25, 1_000)))
    assert taken < times(25, 1_000)


def changed(backup: bytes, folder: Path, *statements: str) -> bytes:
    file = folder / "to-change"
    file.write_bytes(backup)
    with closing(sqlite3.connect(file, isolation_level=None)) as found:
        for statement in statements:
            found.execute(statement)
    return file.read_bytes()


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i+1 FROM n) SELECT i digest, 1 campaign_id FROM n"
HOSTILE: dict[str, tuple[str, ...]] = {
    "an endless view for a table": ("DROP TABLE tokens", f"CREATE VIEW tokens AS {ENDLESS}"),
    "an endless mark": ("DROP TABLE minping_backup", f"CREATE VIEW minping_backup AS {ENDLESS}"),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM ballots; END",),
    "a table of a module": ("CREATE VIRTUAL TABLE extra USING fts5(a)",),
    "one more table": ("CREATE TABLE extra (a)",),
    "a generated column": ("ALTER TABLE drafts ADD COLUMN b AS (1)",),
    "a mark of another time": ("UPDATE minping_backup SET taken_at = 'x'",),
    "a mark without secrets": ("UPDATE minping_backup SET secrets = '" + "[" * 50_000 + "'",),
    "a mark of numbers": ("UPDATE minping_backup SET secrets = 5, taken_at = 7",),
    "no mark": ("DELETE FROM minping_backup",),
    "no table of campaigns": ("DROP TABLE campaigns",),
    "a campaign that is no definition": ("UPDATE campaigns SET definition = '" + "[" * 50_000 + "'",),
    "a definition of another shape": ("UPDATE campaigns SET definition = '{}'",),
    "a state that is none": ("UPDATE campaigns SET state = 'won'",),
    "a code that is a path": ("UPDATE campaigns SET code = '../../x'",),
    "a moment that is none": ("UPDATE audit SET at = 'x'",),
    "bytes for a text": ("UPDATE campaigns SET code = x'ff00'",),
    "a text for a number": ("UPDATE tokens SET spent = 'x'",),
    "codes of no campaign": ("UPDATE tokens SET campaign_id = 99",),
}


TAKEN = ("a text for a number", "codes of no campaign")
"""What says nothing wrong to anybody: such codes open nothing."""


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_backup_does_no_harm(what: str, backup: bytes, empty: Settings, tmp_path: Path) -> None:
    if restored(empty, changed(backup, tmp_path, *HOSTILE[what]), tmp_path):
        assert what in TAKEN
