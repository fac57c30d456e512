"""Making PostgreSQL's files forget deleted rows, and making sure that they did (docs/decisions/0017).

``VACUUM FULL`` writes a table anew, but takes along every dead row that any transaction may still see: one of
this database, a writing one of *any* database of the cluster, a prepared one, a replication slot, a standby
with feedback. So they are waited for; and as nobody can list all reasons, the result is looked at: the table
must then have a new file, and its ``relfrozenxid`` must lie beyond the transaction that deleted the rows.
That is the bound by which ``VACUUM FULL`` kept dead rows, and PostgreSQL itself relies on it.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from survey.domain.errors import OldReaders, Unavailable
from survey.domain.operations.retention import Holder, HolderKind

TRIES = 40
PAUSE_SECONDS = 0.25
_LOCK_SECONDS = 10
"""How long to wait for a table: voters of other campaigns stand behind whoever waits for it."""
_LOCK_NOT_AVAILABLE = "55P03"
_FARTHEST = 2**30
"""Ages of transactions are told apart up to 2³¹; whoever is older than this counts as older than the mark."""


def forget(engine: Engine, marks: dict[str, int | None], *, tries: int = TRIES) -> None:
    """Write tables anew without the rows that were deleted up to a transaction, each with its own.

    ``None`` stands for all that is deleted by now. Raises ``OldReaders`` where somebody may still see such
    rows, and ``Unavailable`` where PostgreSQL did not write a table anew.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # what is set here must not come back to the pool
        connection.execute(text(f"SET lock_timeout = '{_LOCK_SECONDS}s'"))
        now = _next_transaction(connection)
        bounded = {table: _mark(mark, now) for table, mark in marks.items()}
        _wait(connection, max(bounded.values()), tries)
        for table, mark in bounded.items():
            _rewrite(connection, table, mark)


def _next_transaction(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_current_xact_id()::text")) or 0)


def _mark(mark: int | None, now: int) -> int:
    # One from the future comes from another cluster, by a dump of the database.
    return now if mark is None or mark > now else max(mark, now - _FARTHEST)


def _wait(connection: Connection, mark: int, tries: int) -> None:
    for _ in range(tries - 1):
        if not _holders(connection, mark):
            return
        time.sleep(PAUSE_SECONDS)
    if holders := _holders(connection, mark):
        raise OldReaders(holders)


# None of this needs a right that any role has not: where sessions of others are shown in part only, their
# transactions are in that part. A lazy vacuum has a snapshot, but none that keeps rows. Snapshots of other
# databases keep none of ours, unless their transaction writes. A logical slot's ``catalog_xmin`` keeps no row
# either, but by it the log, out of which every voter's transaction can be asked for. Whoever looks back no
# farther than the oldest transaction that writes is only held by that, and is not named.
_HOLDERS = text(
    """
    WITH mark AS (
      SELECT age(CAST(CAST(:mark AS text) AS xid)) AS age,
        age(CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS xid8)::xid) AS writing
    ),
    sessions AS (
      SELECT pid, datid IS NULL AS is_standby, application_name, coalesce(datname, '') AS database,
        age(backend_xid) AS writes,
        CASE WHEN (datid IS NULL OR datname = current_database())
          AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum) THEN age(backend_xmin) END AS reads
      FROM pg_stat_activity WHERE pid <> pg_backend_pid()
    )
    SELECT 'prepared' AS kind, gid AS name, database FROM pg_prepared_xacts, mark
      WHERE age(transaction) >= mark.age
    UNION ALL
    SELECT 'slot', slot_name, coalesce(database, '') FROM pg_replication_slots, mark
      WHERE greatest(age(xmin), age(catalog_xmin)) >= greatest(mark.age, mark.writing + 1)
        AND wal_status IS DISTINCT FROM 'lost'
    UNION ALL
    SELECT CASE WHEN is_standby THEN 'standby' ELSE 'session' END,
      CASE WHEN is_standby THEN application_name ELSE pid::text END, database
      FROM sessions, mark WHERE writes >= mark.age OR reads >= greatest(mark.age, mark.writing + 1)
    UNION ALL
    SELECT 'unknown', '', '' FROM mark WHERE mark.writing >= mark.age
    """
)


def _holders(connection: Connection, mark: int) -> list[Holder]:
    """List who may still see rows that a transaction deleted."""
    found = _read(connection.execute(_HOLDERS, {"mark": mark % 2**32}))
    return [one for one in found if one.kind is not HolderKind.UNKNOWN] or found


def _read(rows: Iterable[Any]) -> list[Holder]:
    return [Holder(HolderKind(kind), _printable(name), _printable(database)) for kind, name, database in rows]


def _printable(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)


# Of a table that is split by partitions: those of them that hold rows.
_FILES = text(
    """
    SELECT oid, pg_relation_filenode(oid), age(relfrozenxid) < age(CAST(CAST(:mark AS text) AS xid))
    FROM pg_class
    WHERE relkind = 'r' AND (oid = CAST(:table AS regclass)
      OR oid IN (SELECT relid FROM pg_partition_tree(CAST(:table AS regclass))))
    """
)


def _rewrite(connection: Connection, table: str, mark: int) -> None:
    bound = {"table": table, "mark": mark % 2**32}
    before = {row[0]: row[1] for row in connection.execute(_FILES, bound)}
    with _named_locks(connection, list(before)):
        connection.execute(text(f"VACUUM FULL {table}"))
    after = list(connection.execute(_FILES, bound))
    if any(before.get(oid) == file for oid, file, _ in after):
        raise Unavailable(f"the database did not write {table} anew; its role must own the table")
    if not all(is_past for _, _, is_past in after):
        raise OldReaders(_holders(connection, mark) or [Holder(HolderKind.UNKNOWN)])


_LOCKING = text(
    """
    SELECT DISTINCT 'session', pid::text, coalesce(datname, '')
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE granted AND database = datid AND datname = current_database() AND pid <> pg_backend_pid()
      AND relation = ANY(:tables)
    """
)


@contextmanager
def _named_locks(connection: Connection, tables: list[int]) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        found = _read(connection.execute(_LOCKING, {"tables": tables}))
        raise OldReaders(found or [Holder(HolderKind.UNKNOWN)]) from error
