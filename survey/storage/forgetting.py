"""Which tables hold deleted rows that the database's files have yet to forget, and since when.

Noted in the transaction that deletes, so that an act that is taken up again waits for those who were there
then, not for whoever has come since; and so that the worker finds what an erased trial run left behind.
"""

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, text
from sqlalchemy.exc import OperationalError

from survey.domain.errors import OldReaders, Unavailable
from survey.domain.operations.retention import Holder, HolderKind

from .tables import ToForgetRow

BOX = ("ballots", "tokens", "codes_given")
"""The tables that voters' requests write to."""

SMS = ("sms_entries", "sms_outbox", "sms_replies", "sms_seen")
"""The tables with rows of single clients of a campaign by text message."""

OPT_OUTS = ("sms_opt_outs",)
"""The table of who wants no messages: nothing in it is deleted, but it is written anew."""

# Of two that delete at once the later one counts, whichever wrote last.
_NOTE = {
    "postgresql": text(
        "INSERT INTO to_forget (table_name, transaction_id) "
        "VALUES (:table, CAST(CAST(pg_current_xact_id() AS text) AS bigint)) ON CONFLICT (table_name) "
        "DO UPDATE SET transaction_id = greatest(to_forget.transaction_id, excluded.transaction_id)"
    ),
    "sqlite": text(
        "INSERT INTO to_forget (table_name, transaction_id) VALUES (:table, :random) "
        "ON CONFLICT (table_name) DO UPDATE SET transaction_id = excluded.transaction_id"
    ),
}
TRIES = 40
PAUSE_SECONDS = 0.25
_LOCK_SECONDS = 10
"""How long to wait for a table: voters of other campaigns stand behind whoever waits for it."""
_LOCK_NOT_AVAILABLE = "55P03"
_FARTHEST = 2**30
"""Ages of transactions are told apart up to 2³¹; whoever is older than this counts as older than the mark."""


def note(connection: Connection, tables: Iterable[str]) -> None:
    """Note that this transaction deletes rows of these tables.

    SQLite has no numbers of transactions; there a random one tells one note from the next.
    """
    for table in sorted(tables):  # in one order, so that two do not wait for each other
        bound: dict[str, object] = {"table": table}
        if connection.dialect.name == "sqlite":
            bound |= {"random": secrets.randbits(60)}
        connection.execute(_NOTE[connection.dialect.name], bound)


def noted(connection: Connection) -> dict[str, int]:
    """Return the tables of which the files have rows to forget, with the transaction that deleted them."""
    rows = connection.execute(select(ToForgetRow.table_name, ToForgetRow.transaction_id))
    # Names become part of a statement, so only those of our own tables count, whoever wrote the rows.
    return {
        row.table_name: row.transaction_id for row in rows if row.table_name in ToForgetRow.metadata.tables
    }


def clear(connection: Connection, marks: dict[str, int]) -> None:
    """Drop notes, but not those that were renewed meanwhile."""
    for table, number in marks.items():
        connection.execute(
            delete(ToForgetRow).where(ToForgetRow.table_name == table, ToForgetRow.transaction_id == number)
        )


def clear_all(connection: Connection) -> None:
    """Drop all notes: those of a restored backup are of files that are elsewhere."""
    connection.execute(delete(ToForgetRow))


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
