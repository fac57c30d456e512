"""A year under way goes into a backup and comes back as it was, on either database; a changed one not."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey.config import Settings, read_settings
from survey.domain.assessment.facts import Stage
from survey.instance import ready_app
from survey.services.assessment import evidence, standings
from survey.storage.database import transaction
from survey.storage.tables import Base
from tests.job import attempt, minping
from tests.sample_year import SAMPLE_CODE

from .sample_taken import accept, close, current, issued, take_all

TABLES = [
    table
    for table in Base.metadata.sorted_tables
    if table.name == "assessments" or "assessment_id" in table.columns
]


@contextmanager
def under_way(settings: Settings) -> Iterator[Flask]:
    with ready_app(settings) as app:
        issued()
        take_all()
        close("2026-05")
        accept("2026-05,t1,output,1", "2026-06,t1,output,2")
        yield app


def known() -> tuple[Any, ...]:
    """Return all that is known of the year, and its rows."""
    with transaction() as session:
        standing = standings.standing_of(session, SAMPLE_CODE, "2026-05")
        rests_on = evidence.evidence_of(session, current())
        rows = [
            tuple(row)
            for table in TABLES
            for row in session.execute(select(table).order_by(*table.primary_key.columns))
        ]
    return current(), standing, rests_on, rows


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_year_is_restored_elsewhere(
    each_settings: Settings, target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with under_way(each_settings):
        before = known()
    assert before[0].stage is Stage.RUNNING
    file = tmp_path / "year.backup"
    minping(each_settings, "backup", file)
    settings = fresh(target, tmp_path / "other", request)
    minping(settings, "restore", file)
    minping(settings, "audit", "verify")
    with ready_app(settings):
        assert known() == before
        # What was taken goes on where it stood.
        accept("2026-07,t1,output,3")
        assert [one.bulletin for one in close("2026-06")] == [6]


def fresh(target: str, folder: Path, request: pytest.FixtureRequest) -> Settings:
    folder.mkdir()
    environment = {"MINPING_INSTANCE": str(folder / "instance")}
    if target == "postgresql":
        server = request.getfixturevalue("postgres")
        environment["MINPING_DATABASE_URL"] = server.new_database(f"restored_{os.urandom(6).hex()}")
    return read_settings(environment)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE assessment_versions SET targets = '[]'",
        "UPDATE closed_periods SET content = '{}' WHERE period = '2026-02'",
        "UPDATE assessments SET stage = 'decided!'",
    ],
)
def test_what_was_changed_in_a_backup_is_not_restored(
    settings: Settings, tmp_path: Path, change: str
) -> None:
    with under_way(settings):
        pass
    file = tmp_path / "year.backup"
    minping(settings, "backup", file)
    with closing(sqlite3.connect(file)) as found, found:
        found.execute(change)
    other = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})
    said = attempt(other, "restore", file)
    assert said.status != 0
    assert f"the backup holds an assessment that cannot be read: assessment {SAMPLE_CODE}" in said.err
