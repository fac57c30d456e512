"""Bringing the schema up to date, telling whether it is, and to which secrets the database belongs."""

from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, delete, insert, inspect, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from survey.domain.errors import BadFile

from .database import db, engine_options
from .tables import InstanceRow

FOLDER = Path(__file__).resolve().parent / "migrations"
_NUMBER = 1


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


def has_tables(url: str) -> bool:
    """Return whether a database has been made an instance's already."""
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.connect() as connection:
            return inspect(connection).has_table("alembic_version")
    finally:
        engine.dispose()


def newest_revision() -> str:
    """Return the revision that this programme needs."""
    return revisions()[-1]


def revisions() -> list[str]:
    """Return all revisions, the first one first: the files of migrations are named after them, in order."""
    return sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def require_known(revision: str) -> None:
    """Refuse with ``BadFile`` a backup of tables that only another version of this programme has."""
    if revision not in revisions():
        raise BadFile(
            f"the backup has tables of version {revision}, this programme knows those up to "
            f"{newest_revision()}; bring Minping up to date, then restore"
        )


def bring_file_up_to_date(path: Path, revision: str) -> None:
    """Run the migrations that a SQLite file of an older revision lacks; its rows stay.

    Raises ``BadFile`` where its tables are not those of that revision.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    try:
        with engine.begin() as connection:
            # What is left of a copy after a failure is thrown away, so no journal need lie beside it.
            connection.exec_driver_sql("PRAGMA journal_mode=OFF")
            config.attributes["connection"] = connection
            command.stamp(config, revision)
            command.upgrade(config, "head")
    except (SQLAlchemyError, ValueError, KeyError) as error:
        if isinstance(error, OperationalError) and "full" in str(error.orig):
            raise
        raise BadFile(f"the backup does not hold the tables of version {revision}") from error
    finally:
        engine.dispose()


def present_revision() -> str | None:
    """Return the revision that the database has, or ``None`` where it has no tables yet."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def fingerprint(session: Session) -> bytes | None:
    """Return the fingerprint of the secrets that the database belongs to, ``None`` before it has one."""
    return session.scalar(select(InstanceRow.fingerprint).where(InstanceRow.number == _NUMBER))


def earlier_fingerprint(session: Session) -> bytes | None:
    """Return the same of a database of any revision: earlier ones have no place for it."""
    known = inspect(session.connection()).has_table(InstanceRow.__tablename__)
    return fingerprint(session) if known else None


def set_fingerprint(session: Session, value: bytes) -> None:
    """Write down to which secrets the database belongs."""
    session.execute(delete(InstanceRow))
    session.execute(insert(InstanceRow).values(number=_NUMBER, fingerprint=value))
