"""What a voter's request asks of the database: a few fixed statements, on the driver's own connection.

A session of SQLAlchemy costs more than all of them together (docs/performance.md). Whoever has a session may
give the same statements through it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from .database import CAMPAIGN_LOCKS, WriteTurn, db, named_failure, take_write_lock

_SHARE = "SELECT pg_advisory_xact_lock_shared(?, ?)"


class FastConnection:
    """One connection, used by one request."""

    def __init__(self, driver: Any, dialect: str, turn: WriteTurn) -> None:
        self._driver = driver
        self._turn = turn
        self.dialect = dialect

    def run(self, statement: str, values: tuple[object, ...]) -> Any:
        """Give a statement, its values marked by ``?``; return the driver's cursor."""
        return self._driver.execute(_in(self.dialect, statement), values)

    def begin(self) -> None:
        """Take SQLite's write lock; PostgreSQL's transaction begins with the first statement."""
        if self.dialect == "sqlite":
            self._turn.take()
            take_write_lock(self._driver.execute)


Executor = FastConnection | Session
"""Where a fixed statement may be given."""


@contextmanager
def fast_connection(engine: Engine | None = None) -> Iterator[FastConnection]:
    """Open a fast connection; commit at the end what was done in it, roll back on an exception.

    ``engine`` is given where there is no application's context to take it from. Before ``begin`` nothing may
    be written. Raises ``Unavailable`` where the database cannot do its part.
    """
    engine = engine or db.engine
    pooled = None
    turn = WriteTurn()
    try:
        pooled = engine.raw_connection()
        yield FastConnection(pooled.driver_connection, engine.dialect.name, turn)
        pooled.commit()
    except (engine.dialect.loaded_dbapi.OperationalError, OperationalError) as error:
        if pooled is not None:
            pooled.invalidate()
        raise named_failure(error) from error
    finally:
        try:
            if pooled is not None:
                pooled.close()  # rolls back what was not committed
        finally:
            turn.give_back()


def run(conn: Executor, statement: str, *values: object) -> Any:
    """Give a fixed statement, its values marked by ``?``; return what has ``fetchone`` and ``rowcount``."""
    if isinstance(conn, FastConnection):
        return conn.run(statement, values)
    connection = conn.connection()
    return connection.exec_driver_sql(_in(connection.dialect.name, statement), values)


def share_lock(conn: Executor, campaign_id: int) -> None:
    """Share a campaign's lock with other voters to the end of the transaction.

    Whoever closes the campaign has it alone. SQLite's write lock, taken at the beginning, is stronger.
    """
    if (conn.dialect if isinstance(conn, FastConnection) else conn.get_bind().dialect.name) == "postgresql":
        run(conn, _SHARE, CAMPAIGN_LOCKS, campaign_id)


@lru_cache(maxsize=32)
def _in(dialect: str, statement: str) -> str:
    return statement if dialect == "sqlite" else statement.replace("?", "%s")
