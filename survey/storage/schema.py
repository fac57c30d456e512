"""Bringing the schema up to date, and telling whether it is."""

from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text

from .database import db

FOLDER = Path(__file__).resolve().parent / "migrations"


def attach(app: Flask) -> None:
    """Make migrations known to an application."""
    # Here and not above: commands that migrate nothing would wait a third of a second for it.
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(FOLDER))


def bring_up_to_date(app: Flask) -> None:
    """Run the migrations that the database lacks."""
    from flask_migrate import upgrade

    attach(app)
    upgrade(directory=str(FOLDER))


def newest_revision() -> str:
    """Return the revision that this programme needs: its files are named after them, in order."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def present_revision() -> str | None:
    """Return the revision that the database has, or ``None`` where it has no tables yet."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
