"""All the files in which an instance could have left something, on either database."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from survey.config import Settings
from tests.postgres import Postgres

from .bytes_on_disk import files_below, read


class Places:
    """The files of one instance: its folder, and those of its database where that is PostgreSQL."""

    def __init__(self, settings: Settings, postgres: Postgres | None) -> None:
        self.settings = settings
        self.postgres = postgres
        self.since = time.time()

    def instance_files(self) -> list[Path]:
        """List the files of the instance folder, without the folder of keys."""
        return [
            path for path in files_below(self.settings.instance) if self.settings.keys not in path.parents
        ]

    def files(self) -> list[Path]:
        """List these and PostgreSQL's: tables and what of its write-ahead log is younger than this."""
        return [*self.instance_files(), *self._of_postgres()]

    def live_values(self) -> bytes:
        """Return every value of every table, whatever the database."""
        if not self.postgres:
            return b"".join(map(read, self.instance_files()))
        with psycopg.connect(self._url()) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return b"".join(_copied(connection, name) for (name,) in tables)

    def _url(self) -> str:
        return self.settings.database_url.replace("+psycopg", "")

    def _of_postgres(self) -> Iterator[Path]:
        if not self.postgres:
            return
        with psycopg.connect(self._url(), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT oid::text FROM pg_database WHERE datname = current_database()")
            [oid] = row.fetchone() or [""]
        for folder in (self.postgres.data / "base" / oid, self.postgres.data / "pg_wal"):
            for path in files_below(folder):
                if path.stat().st_mtime >= self.since - 1:
                    yield path


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as rows:
        return b"".join(bytes(piece) for piece in rows)
