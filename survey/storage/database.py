"""Connecting: SQLite by default, PostgreSQL where the settings name one."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic, sleep
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, CursorResult, Engine, Result, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.domain.errors import Deadlocked, NoSpace, Unavailable

# So that the base knows these too:
from .assessment import assessment_tables  # noqa: F401
from .assessment.reports import report_tables  # noqa: F401
from .tables import Base

BUSY_SECONDS = 20
"""How long a SQLite connection waits for another one's transaction."""

MAX_CONNECTIONS = 256
"""More than any number of threads: a request waits for a lock, never for a connection."""
CONNECT_SECONDS = 10
"""How long to wait for PostgreSQL to take a connection."""
IDLE_SECONDS = 600
"""How long PostgreSQL waits for the next statement of a transaction."""
CAMPAIGN_LOCKS = 0x6D696E70
"""The name space of advisory locks, one a campaign."""
AUDIT_LOCK = 0x6D696E71

db = SQLAlchemy(model_class=Base)

_WRITES = {"minping_write": True}
_writing = Lock()
_ASK_AGAIN_SECONDS = 0.002
_DEADLOCK_DETECTED = "40P01"


def take_write_lock(execute: Callable[[str], object]) -> None:
    """Begin a transaction with SQLite's write lock, as soon as no other process has it.

    Left to itself SQLite sleeps longer each time it finds the lock taken, up to a tenth of a second, while
    others take it in between. One thread of a process asks at a time, so it may ask more often.
    """
    until = monotonic() + BUSY_SECONDS
    execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                execute("BEGIN IMMEDIATE")
                return
            except (sqlite3.OperationalError, OperationalError) as error:
                if not _is_busy(error) or monotonic() > until:
                    raise
            sleep(_ASK_AGAIN_SECONDS)
    finally:
        execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _is_busy(error: sqlite3.OperationalError | OperationalError) -> bool:
    orig = error.orig if isinstance(error, OperationalError) else error
    return getattr(orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


class WriteTurn:
    """The turn of one of this process's threads to write to SQLite, which has one writer at a time.

    SQLite itself tells nobody that the lock is free: whoever finds it taken sleeps, up to a tenth of a second
    at a time, and may find it taken again. Threads that wait here are woken.
    """

    def __init__(self) -> None:
        self._mine = False

    def take(self) -> None:
        """Wait for the turn; whoever waited in vain asks SQLite, as other processes do."""
        self._mine = self._mine or _writing.acquire(timeout=BUSY_SECONDS)

    def give_back(self) -> None:
        """Give the turn to the next one that writes, if it was taken."""
        if self._mine:
            self._mine = False
            _writing.release()


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine options for a database URL.

    Parameters are kept out of every error message and log: they hold sealed ballots and code digests.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        options |= {"connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None}, "pool_size": 20}
    else:
        options |= {"connect_args": _postgresql_options(), "pool_pre_ping": True}
    options["max_overflow"] = MAX_CONNECTIONS
    return options


def _postgresql_options() -> dict[str, Any]:
    """Return what every connection asks for: ballots on the disk, and an end to waiting for the dead."""
    server = {
        # Whatever the server's default: a ballot is acknowledged when it is on the disk.
        "synchronous_commit": "on",
        # A machine that vanished in a transaction must not hold a campaign's lock for hours.
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in server.items()),
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }


@contextmanager
def transaction(*, write: bool = False) -> Iterator[Session]:
    """Open one transaction; commit at the end, roll back on an exception.

    Raises ``Unavailable`` where the database cannot do its part: full disk, lost connection, endless lock.

    ``write`` takes SQLite's write lock at once, so that what was read cannot change before the commit.
    """
    session = db.session()
    session.rollback()
    turn = WriteTurn()
    try:
        if write:
            if session.get_bind().dialect.name == "sqlite":
                turn.take()
            session.connection(execution_options=_WRITES)
        yield session
        session.commit()
    except OperationalError as error:
        session.invalidate()
        raise named_failure(error) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        try:
            session.close()
        finally:
            turn.give_back()


def named_failure(error: Exception) -> Unavailable:
    """Return the named error for a database that cannot do its part, by what its driver said.

    It is ``Deadlocked`` where another transaction was waited for that waited for this one.
    """
    orig = error.orig if isinstance(error, OperationalError) else error
    said = str(orig or "").strip().partition("\n")[0] or "no answer"
    # What SQLite meets on a full disk before it can tell, its journal's index for one.
    said += "; is the disk full?" if said == "disk I/O error" else ""
    kind = Deadlocked if getattr(orig, "sqlstate", None) == _DEADLOCK_DETECTED else Unavailable
    return kind(f"the database refused ({said}); nothing was changed, try again", said)


@contextmanager
def named_failures() -> Iterator[None]:
    """Name what fails outside ``transaction``: ``Unavailable`` a database, ``NoSpace`` a full disk."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        raise named_failure(error) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise NoSpace(f"{error.filename or 'the disk'}: {error.strerror}") from error


def watch(engine: Engine) -> None:
    """Prepare every SQLite connection of an engine; PostgreSQL needs nothing."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("minping_write", False)
    if write:
        take_write_lock(connection.exec_driver_sql)
    else:
        connection.exec_driver_sql("BEGIN")


def changed_rows(result: Result[Any]) -> int:
    """Return how many rows a statement changed."""
    return cast("CursorResult[Any]", result).rowcount


def lock_campaign(session: Session, campaign_id: int) -> None:
    """Hold a campaign's lock alone to the end of the transaction, as whoever closes does; voters share it.

    On SQLite the transaction was begun with the write lock, which is stronger.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:space, :campaign)"),
            {"space": CAMPAIGN_LOCKS, "campaign": campaign_id},
        )


def lock_audit(session: Session) -> None:
    """Hold the audit log's lock to the end of the transaction, so that its chain has no fork."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:space, 0)"), {"space": AUDIT_LOCK})
