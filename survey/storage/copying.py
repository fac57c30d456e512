"""Copying a whole database into a file and back, every table in the order of its primary key.

Ballots and codes have random keys, so their order in a backup says nothing about the order of casting.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from survey.domain.errors import BadFile

from .foreign import require_plain, require_readable
from .tables import Base

_BATCH = 1000
_MARK = "minping_backup"
_FORMAT = 1


def write_backup(engine: Engine, revision: str, secrets: str, target: Path, at: datetime) -> None:
    """Write a consistent copy of the database into a new SQLite file.

    ``secrets`` are the instance's own (without them restored codes would be worthless); the private keys of
    boxes are never in a backup.
    """
    copy = create_engine(f"sqlite:///{target}", hide_parameters=True)
    try:
        with _snapshot(engine) as source, copy.begin() as out:
            Base.metadata.create_all(out)
            _copy(source, out)
            out.execute(
                text(f"CREATE TABLE {_MARK} (format INTEGER, revision TEXT, secrets TEXT, taken_at TEXT)")
            )
            out.execute(
                text(f"INSERT INTO {_MARK} VALUES (:format, :revision, :secrets, :at)"),  # noqa: S608
                {
                    "format": _FORMAT,
                    "revision": revision,
                    "secrets": secrets,
                    "at": at.astimezone(UTC).isoformat(),
                },
            )
    finally:
        copy.dispose()


def read_mark(path: Path) -> tuple[str, str, datetime]:
    """Return revision, secrets and time of a backup; raises ``BadFile`` where the file is none."""
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as found:
            require_plain(found, {_MARK, *Base.metadata.tables})
            damage = found.execute("PRAGMA integrity_check").fetchone()[0]
            form, revision, secrets, at = found.execute(f"SELECT * FROM {_MARK}").fetchone()  # noqa: S608
            taken_at = datetime.fromisoformat(at)
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise BadFile(f"{path} is no backup of Minping") from error
    if damage != "ok" or form != _FORMAT:
        raise BadFile(f"{path} is damaged, or of another version")
    return revision, secrets, taken_at


def require_empty(engine: Engine) -> None:
    """Refuse with ``BadFile`` a database that is in use."""
    with engine.connect() as found:
        if any(found.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables):
            raise BadFile("this instance is in use; restore into a new one (MINPING_INSTANCE)")


def read_backup(engine: Engine, path: Path) -> None:
    """Copy a backup into an empty, migrated database, all or nothing."""
    copy = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", hide_parameters=True)
    try:
        with copy.connect() as source, engine.begin() as out:
            _copy(source, out)
            require_readable(out)
            _restart_sequences(out)
    except (SQLAlchemyError, ValueError, TypeError, LookupError) as error:
        # Without the cause's message: it could quote a row.
        raise BadFile(f"{path} holds rows that no backup of Minping has ({type(error).__name__})") from None
    finally:
        copy.dispose()


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Read everything as of one moment."""
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


def _copy(source: Connection, out: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        ordered = select(table).order_by(*table.primary_key.columns)
        rows = iter(source.execute(ordered, execution_options={"yield_per": _BATCH}).mappings())
        while batch := [dict(row) for row in islice(rows, _BATCH)]:
            out.execute(insert(table), batch)


def _restart_sequences(out: Connection) -> None:
    if out.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        out.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608
                f"COALESCE((SELECT MAX({column.name}) FROM {table.name}), 0) + 1, false)"
            )
        )


def require_revision(revision: str, newest: str | None) -> None:
    """Refuse with ``BadFile`` a backup of another version of the tables."""
    if revision != newest:
        raise BadFile(
            f"the backup has tables of version {revision}, this programme of {newest}; use that programme"
        )
