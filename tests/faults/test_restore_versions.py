"""Backups of older programmes are taken over whole; those of newer ones are refused before anything is done.

``older`` holds what the older programmes themselves wrote: a campaign that was open and one that was signed
and published, with the key file and the codes of the first.
"""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from survey.config import Settings, read_settings
from survey.domain.definition.campaign import Publication
from survey.instance import ready_app
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results.publishing import current_edition
from survey.storage import schema
from survey.storage.database import transaction
from tests.job import ask, attempt, minping, receipts, totals
from tests.lengths import CHAOS

from .stages import CODE, JSON, Stages, at, left_alone

pytestmark = pytest.mark.slow

OLDER = Path(__file__).parent / "older"
REVISIONS = sorted(path.stem for path in OLDER.glob("*.json"))
# The way does not depend on the database; one of them is enough for every change.
CASES = [
    (revision, kind)
    for revision in REVISIONS
    for kind in ("sqlite", "postgresql")
    if CHAOS or kind == "sqlite" or revision == REVISIONS[0]
]


def unpacked(revision: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    file = folder / f"{revision}.minping"
    file.write_bytes(gzip.decompress((OLDER / f"{revision}.minping.gz").read_bytes()))
    return file, json.loads((OLDER / f"{revision}.json").read_text())


def fresh(kind: str, folder: Path, request: pytest.FixtureRequest) -> Settings:
    environment = {"MINPING_INSTANCE": str(folder / "instance")}
    if kind == "postgresql":
        server = request.getfixturevalue("postgres")
        environment["MINPING_DATABASE_URL"] = server.new_database(f"older_{folder.name}".lower()[:60])
    return read_settings(environment)


def test_every_older_version_has_a_backup_here() -> None:
    known = schema.revisions()
    assert known[: len(REVISIONS)] == REVISIONS
    assert len(REVISIONS) >= 3


@pytest.mark.parametrize(("revision", "kind"), CASES)
def test_a_backup_of_an_older_programme_is_taken_over(
    revision: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file, told = unpacked(revision, tmp_path)
    before = file.read_bytes()
    settings = fresh(kind, tmp_path, request)
    said = minping(settings, "restore", file)
    assert "campaign open small" in said.err
    assert file.read_bytes() == before
    assert not list(settings.instance.glob("older-backup-*"))
    minping(settings, "audit", "verify")
    assert totals(settings, "done", tmp_path) == told["total"]
    assert receipts(settings, "done") == told["receipts"]["done"]
    goes_on(settings, told)
    assert ask(settings, "SELECT version_num FROM alembic_version") == schema.newest_revision()


def goes_on(settings: Settings, told: dict[str, Any]) -> None:
    """Use what was restored: the same codes open, the same ballots are counted, what was public is."""
    spent, unused = told["codes"][0], told["codes"][-1]
    with ready_app(settings, pages=True) as app:
        voter = app.test_client()
        assert cast(voter, unused)[0] == 403
        minping(settings, "campaign", "open", CODE)
        assert cast(voter, spent)[0] == 409
        status, answer = cast(voter, unused)
        assert status == 201
        assert voter.get("/r/done").status_code == 200
        with transaction() as session:
            edition = current_edition(session, find_campaign(session, "done"))
        assert edition is not None
        assert (edition.number, edition.level) == (1, Publication.PUBLIC)
    minping(settings, "campaign", "close", CODE)
    (settings.keys / f"{CODE}.key").write_text(json.dumps(told["key"]))
    minping(settings, "campaign", "count", CODE)
    assert receipts(settings, CODE) == sorted([*told["receipts"][CODE], answer["receipt"]])
    minping(settings, "audit", "verify")


def cast(voter: Any, code: str) -> tuple[int, Any]:
    answer = voter.post("/v/cast", data={"code": code, "r.k": "good"}, headers=JSON)
    return answer.status_code, answer.get_json()


def test_a_backup_of_a_newer_programme_is_refused_before_anything_is_done(
    stages: Stages, tmp_path: Path
) -> None:
    file = tmp_path / "newer.minping"
    minping(stages.copy("open", tmp_path / "source"), "backup", file)
    with closing(sqlite3.connect(file)) as found, found:
        found.execute("UPDATE minping_backup SET revision = '9999'")
    (tmp_path / "other").mkdir()
    with left_alone(tmp_path / "other"):
        said = attempt(at(tmp_path / "other"), "restore", file)
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "9999" in said.err
    assert "bring Minping up to date" in said.err


@pytest.mark.parametrize(
    ("revision", "damage"),
    [
        ("0001", "DROP TABLE campaigns"),
        ("0001", "ALTER TABLE tokens RENAME digest TO other"),
        ("", "DROP TABLE audit"),
        ("", "UPDATE campaigns SET state = 'gone'"),
        ("", "UPDATE campaigns SET digest = code, definition = 'x'"),
        ("", "UPDATE audit SET at = 'yesterday'"),
    ],
)
def test_a_backup_with_damaged_tables_leaves_an_empty_instance(
    revision: str, damage: str, stages: Stages, tmp_path: Path
) -> None:
    if revision:
        file, _ = unpacked(revision, tmp_path)
    else:
        file = tmp_path / "kept.minping"
        minping(stages.copy("open", tmp_path / "source"), "backup", file)
    with closing(sqlite3.connect(file)) as found, found:
        found.execute(damage)
    settings = at(tmp_path / "other")
    said = attempt(settings, "restore", file)
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1), said
    assert ask(settings, "SELECT count(*) FROM campaigns") == 0
    whole, _ = unpacked("0002", tmp_path)
    minping(settings, "restore", whole)
