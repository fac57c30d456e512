"""What must happen outside a transaction: giving back the space that held the old order or the old rows."""

import shutil
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from survey.domain.errors import NoSpace, OldReaders

from .database import named_failures

_TRIES = 40
_PAUSE_SECONDS = 0.25


def require_space(engine: Engine, share: float = 2.0) -> None:
    """Refuse with ``NoSpace`` where the disk cannot hold the database ``share`` times more (SQLite only).

    Rewriting the box needs room for the journal and for the copy that ``VACUUM`` makes. Where PostgreSQL
    keeps its files is not ours to know.
    """
    path = _file(engine)
    if path is None or not path.exists():
        return
    needed = int(path.stat().st_size * share)
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise NoSpace(
            f"{path.parent} has {free >> 20} MiB free, {(needed >> 20) + 1} MiB are needed; make room first"
        )


def forget_deleted(engine: Engine, *more: str) -> None:
    """Remove every trace of deleted and rewritten rows from the database's own files.

    On PostgreSQL from the box's tables, and from those named.

    SQLite: ``VACUUM``, then the write-ahead log is emptied. PostgreSQL: ``VACUUM FULL`` of the box's tables,
    for a plain one frees dead rows but leaves their bytes; its log and archives are beyond reach, which is
    why ballots are sealed. Raises ``OldReaders`` where a long transaction keeps the dead rows alive, and
    ``Unavailable`` where the database has no room or goes away.
    """
    with named_failures():
        if engine.dialect.name == "postgresql":
            _vacuum_postgresql(engine, *more)
        else:
            _vacuum_sqlite(engine)


def _vacuum_postgresql(engine: Engine, *more: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _wait_for_readers(connection)
        connection.execute(text("VACUUM FULL ballots"))
        connection.execute(text("VACUUM FULL tokens"))
        connection.execute(text("VACUUM codes_given"))
        for table in more:
            connection.execute(text(f"VACUUM FULL {table}"))


def _wait_for_readers(connection: Connection) -> None:
    now = connection.scalar(text("SELECT pg_current_xact_id()::xid::text"))
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_xmin IS NOT NULL "
        "AND datname = current_database() AND age(backend_xmin) > age(CAST(:now AS xid))"
    )
    for _ in range(_TRIES):
        if not connection.scalar(older, {"now": now}):
            return
        time.sleep(_PAUSE_SECONDS)
    raise OldReaders(
        "another session (a backup?) still reads the database as it was; nothing is lost: let it end, then "
        "give the same command again"
    )


def _vacuum_sqlite(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for attempt in range(_TRIES):
            try:
                cursor.execute("VACUUM")
                break
            except Exception as error:
                if "locked" not in str(error) or attempt == _TRIES - 1:
                    raise
                time.sleep(_PAUSE_SECONDS)
        for _ in range(_TRIES):
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            time.sleep(_PAUSE_SECONDS)
        raise OperationalError("PRAGMA wal_checkpoint(TRUNCATE)", None, Exception("database is locked"))
    finally:
        raw.close()


def _file(engine: Engine) -> Path | None:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)
