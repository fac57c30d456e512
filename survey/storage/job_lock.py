"""Who works on a job: a lock that ends with the process that holds it, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from survey.domain.errors import Unavailable

JOB_LOCKS = 0x6D696E72
"""The name space of advisory locks, one a job."""
LOCK = ".lock"


@contextmanager
def hold_job(engine: Engine, folder: Path, key: str) -> Iterator[bool]:
    """Try to hold a job for the length of a block; gives whether that was possible.

    PostgreSQL keeps the lock with a connection of its own, so it holds between machines; with SQLite all
    workers share the hand-out folder, where it is a file's. Raises ``Unavailable``.
    """
    holding = _on_postgresql(engine, key) if engine.dialect.name == "postgresql" else _on_file(folder, key)
    with holding as held:
        yield held


@contextmanager
def _on_file(folder: Path, key: str) -> Iterator[bool]:
    path = folder / f"{key}{LOCK}"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


@contextmanager
def _on_postgresql(engine: Engine, key: str) -> Iterator[bool]:
    place = {
        "space": JOB_LOCKS,
        "number": int.from_bytes(sha256(key.encode()).digest()[:4], "big", signed=True),
    }
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Out of the pool: closing it gives the lock back, whatever happened to it.
        connection.detach()
        held = connection.scalar(text("SELECT pg_try_advisory_lock(:space, :number)"), place)
    except OperationalError as error:
        raise Unavailable("the database cannot be reached; the job stays where it is") from error
    try:
        yield bool(held)
    finally:
        with suppress(OperationalError):
            # A closed connection gives its locks back only once the server has noticed.
            if held:
                connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), place)
            connection.close()
