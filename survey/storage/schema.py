"""Bringing the schema up to date, and telling whether it is."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade

from .database import db

FOLDER = Path(__file__).resolve().parent / "migrations"


def attach(app: Flask) -> None:
    """Make migrations known to an application."""
    Migrate(app, db, directory=str(FOLDER))


def bring_up_to_date() -> None:
    """Run the migrations that the database lacks."""
    upgrade(directory=str(FOLDER))


def newest_revision() -> str | None:
    """Return the revision that this programme needs."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config).get_current_head()


def present_revision() -> str | None:
    """Return the revision that the database has, or ``None`` where it has no tables yet."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
