"""Copies of SQLite's files, read as rows, as pages and as the frames of the write-ahead log."""

import shutil
import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from .evidence import Evidence
from .sqlite_pages import FRAME, Place, ballot_places, frames_of, in_order, pages_of, spent_places


class Film:
    """The write-ahead log, copied after each cast: which rows were new in it."""

    def __init__(self, wal: Path) -> None:
        self.wal = wal
        self.ballots: dict[bytes, int] = {}
        self.spent: dict[bytes, int] = {}
        self.casts = 0
        self._salts = b""
        self._end = 32

    def take(self) -> None:
        """Look at what one cast appended."""
        with self.wal.open("rb") as log:
            head = log.read(32)
            if head[16:24] != self._salts:  # the log was begun anew, over the old one
                self._salts, self._end = head[16:24], 32
            log.seek(self._end)
            tail = log.read()
        fresh = [
            frame
            for start in range(0, len(tail) - FRAME + 1, FRAME)
            if (frame := tail[start : start + FRAME])[8:16] == self._salts
        ]
        self._end += len(fresh) * FRAME
        images = list(frames_of(head + b"".join(fresh)))
        for found, reader in ((self.ballots, ballot_places), (self.spent, spent_places)):
            for row in reader(images):
                found.setdefault(row, self.casts)
        self.casts += 1


class SqliteDisk:
    """A copied SQLite file with its write-ahead log, or a backup."""

    def __init__(self, source: Path, folder: Path, film: Film | None = None) -> None:
        folder.mkdir(parents=True)
        self.film = film
        for path in (source, *source.parent.glob(f"{source.name}-*")):
            shutil.copy2(path, folder)
        copied = folder / source.name
        wal = copied.with_name(f"{source.name}-wal")
        log = wal.read_bytes() if wal.exists() else b""
        pages = dict(chain(pages_of(copied.read_bytes()), frames_of(log))).items()
        frames = [*frames_of(log, stale=True), *frames_of(log)]
        self.ballots = in_order(ballot_places(pages)), _times(ballot_places(frames)), film and film.ballots
        self.spent = in_order(spent_places(pages)), _times(spent_places(frames)), film and film.spent
        self.main = sqlite3.connect(copied)

    def close(self) -> None:
        self.main.close()

    def evidence(self, code: str) -> Evidence:
        """Collect what these files tell about one campaign."""
        [campaign] = self._column("SELECT id FROM campaigns WHERE code = ?", code)
        sealed = dict(self.main.execute("SELECT key, sealed FROM ballots WHERE campaign_id = ?", (campaign,)))
        spent = self._column("SELECT digest FROM tokens WHERE campaign_id = ? AND spent = 1", campaign)
        found = Evidence(
            receipts=self._orders("receipt", "receipts", campaign), texts=self._orders("text", "texts", campaign)
        )
        for name, keys in _orders(*self.ballots, set(sealed)):
            found.sealed[name] = [sealed[key] for key in keys]
        for name, digests in _orders(*self.spent, set(spent)):
            found.spent[name] = digests
        if self.film:
            found.sealed_marks["film"] = {sealed[k]: n for k, n in self.film.ballots.items() if k in sealed}
            found.spent_marks["film"] = {d: self.film.spent[d] for d in spent if d in self.film.spent}
        return found

    def _orders(self, column: str, table: str, campaign: int) -> dict[str, list[str]]:
        rows = f"SELECT {column} FROM {table} WHERE campaign_id = ? ORDER BY"
        key = "key" if table == "texts" else "receipt"
        return {by: self._column(f"{rows} {by}", campaign) for by in ("rowid", key)}

    def _column(self, query: str, value: object) -> list[Any]:
        return [row[0] for row in self.main.execute(query, (value,))]


def _times(places: dict[bytes, Place]) -> dict[bytes, int]:
    # A dictionary keeps the order in which its keys came.
    return {row: time for time, row in enumerate(places)}


def _orders(
    cells: list[bytes], logged: dict[bytes, int], filmed: dict[bytes, int] | None, rows: set[bytes]
) -> Iterator[tuple[str, list[bytes]]]:
    """Name the rows' orders: by key, by page and cell, by first appearance in the log, by film."""
    yield "key", sorted(rows)
    yield "cells", [row for row in cells if row in rows]
    for name, times in (("log", logged), ("film", filmed or {})):
        if rows & times.keys():
            yield name, sorted(sorted(rows), key=lambda row: times.get(row, len(times)))
