"""The notes of what files have to forget: the latest counts, and none outlives the files that it is about."""

from pathlib import Path

import pytest
from flask import Flask

from survey import create_app
from survey.services.campaigns import campaigns
from survey.services.operations import backup, restoring
from survey.storage import forgetting
from survey.storage.database import db, transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, running_campaign
from tests.conftest import settings_on
from tests.postgres import Postgres


def note(*tables: str) -> dict[str, int]:
    """Note deletions, in a transaction of their own, and return all notes."""
    with db.engine.begin() as connection:
        forgetting.note(connection, tables)
    with db.engine.connect() as connection:
        return forgetting.noted(connection)


def test_a_note_that_was_renewed_meanwhile_stays(each_app: Flask) -> None:
    earlier = note("ballots", "tokens")
    later = note("tokens")
    assert earlier["tokens"] != later["tokens"]
    with db.engine.begin() as connection:
        forgetting.clear(connection, earlier)
        assert forgetting.noted(connection) == {"tokens": later["tokens"]}
        forgetting.clear(connection, later)
        assert forgetting.noted(connection) == {}


def test_of_two_that_delete_at_once_the_later_counts(tmp_path: Path, postgres: Postgres) -> None:
    with create_app(settings_on("postgresql", tmp_path, postgres)).app_context():
        with db.engine.connect() as first, first.begin():
            first.exec_driver_sql("SELECT pg_current_xact_id()")  # begun first, writes last
            second = note("tokens")
            forgetting.note(first, ["tokens"])
        with db.engine.connect() as connection:
            assert forgetting.noted(connection) == second
        db.engine.dispose()


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_restored_instance_has_nothing_to_forget(
    to: str, each_app: Flask, tmp_path: Path, postgres: Postgres
) -> None:
    running_campaign(each_app, a_definition(), 2)
    with transaction(write=True) as session:
        campaigns.close(session, "small", BY)
        campaigns.shake(session, "small", BY)
    with db.engine.connect() as connection:
        assert set(forgetting.noted(connection)) == set(forgetting.BOX)
    backup.write(settings().instance, tmp_path / "one", BY)
    made = settings_on(to, tmp_path / "new", postgres if to == "postgresql" else None)
    with create_app(made).app_context():
        restoring.restore(made.instance, restoring.find(tmp_path / "one"), BY)
        with db.engine.connect() as connection:
            assert forgetting.noted(connection) == {}
        db.engine.dispose()
