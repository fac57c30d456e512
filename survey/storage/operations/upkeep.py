"""What must happen outside a transaction: giving back the space that held the old order or the old rows."""

import shutil
import time
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from survey.domain.errors import NoSpace

from .. import forgetting
from ..database import named_failures


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

    SQLite: ``VACUUM``, then the write-ahead log is emptied. PostgreSQL: ``VACUUM FULL``, for a plain one
    frees dead rows but leaves their bytes; its log and archives are beyond reach, which is why ballots are
    sealed. Raises ``OldReaders`` where somebody may still see the deleted rows, which keeps them in the
    files, and ``Unavailable`` where the database has no room, goes away or did not do it.
    """
    with named_failures():
        with engine.begin() as connection:
            found = forgetting.noted(connection)
        _forget(engine, {table: found.get(table) for table in (*forgetting.BOX, *more)}, forgetting.TRIES)


def forget_noted(engine: Engine) -> None:
    """Remove what an act left to be forgotten, if any did; waits for nobody, else as ``forget_deleted``."""
    with named_failures():
        with engine.begin() as connection:
            found = forgetting.noted(connection)
        if found:
            _forget(engine, dict(found), 1)


def _forget(engine: Engine, since: dict[str, int | None], tries: int) -> None:
    if engine.dialect.name == "postgresql":
        forgetting.forget(engine, since, tries=tries)
    else:
        _vacuum_sqlite(engine)
    with engine.begin() as connection:
        forgetting.clear(connection, {table: mark for table, mark in since.items() if mark is not None})


def _vacuum_sqlite(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for attempt in range(forgetting.TRIES):
            try:
                cursor.execute("VACUUM")
                break
            except Exception as error:
                if "locked" not in str(error) or attempt == forgetting.TRIES - 1:
                    raise
                time.sleep(forgetting.PAUSE_SECONDS)
        for _ in range(forgetting.TRIES):
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            time.sleep(forgetting.PAUSE_SECONDS)
        raise OperationalError("PRAGMA wal_checkpoint(TRUNCATE)", None, Exception("database is locked"))
    finally:
        raw.close()


def _file(engine: Engine) -> Path | None:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)
