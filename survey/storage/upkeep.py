"""What must happen outside a transaction: giving back the space that held the old order or the old rows."""

import shutil
import time
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from survey.domain.errors import NoSpace

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
            f"{path.parent} has {free >> 20} MiB free, {needed >> 20} MiB are needed; make room first"
        )


def forget_deleted(engine: Engine) -> None:
    """Remove every trace of deleted and rewritten rows from the database's own files.

    SQLite: ``VACUUM``, then the write-ahead log is emptied. PostgreSQL: ``VACUUM`` of the box's tables, so
    that dead rows go; its log and archives are beyond reach, which is why ballots are sealed.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ballots"))
            connection.execute(text("VACUUM tokens"))
            connection.execute(text("VACUUM codes_given"))
            return
    _vacuum_sqlite(engine)


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
