"""Copies of SQLite's files, read as rows, as pages and as the frames of the write-ahead log."""

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from .bytes_on_disk import read
from .evidence import Evidence
from .sqlite_pages import BEGINNING, FRAME, frames_of, pages_of, rows_in

Times = dict[bytes, int]


class Film:
    """The write-ahead log, copied after each cast: which rows were new in it."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.ballots: Times = {}
        self.spent: Times = {}
        self.casts = 0
        self._salts = b""
        self._end = 32

    def take(self) -> None:
        """Look at what one cast appended."""
        with self.log.open("rb") as log:
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
        rows = rows_in(frames_of(head + b"".join(fresh)))
        for known, seen in ((self.ballots, rows.ballots), (self.spent, rows.spent)):
            for row in seen:
                known.setdefault(row, self.casts)
        self.casts += 1


class SqliteDisk:
    """A copied SQLite file with its write-ahead log, or a backup."""

    def __init__(self, source: Path, folder: Path, film: Film | None = None) -> None:
        folder.mkdir(parents=True)
        for path in (source, *source.parent.glob(f"{source.name}-*")):
            (folder / path.name).write_bytes(read(path))
        copied = folder / source.name
        wal = copied.with_name(f"{source.name}-wal")
        log = wal.read_bytes() if wal.exists() else b""
        self.film = film
        self.present = rows_in(dict(chain(pages_of(copied.read_bytes()), frames_of(log))).items())
        self.logged = rows_in(chain(frames_of(log, stale=True), frames_of(log)))
        self.main = sqlite3.connect(copied)

    def close(self) -> None:
        self.main.close()

    def evidence(self, code: str) -> Evidence:
        """Collect what these files tell about one campaign."""
        [campaign] = self._column("SELECT id FROM campaigns WHERE code = ?", code)
        box = self._column("SELECT sealed FROM ballots WHERE campaign_id = ? ORDER BY key", campaign)
        sealed = {whole[:BEGINNING]: whole for whole in box}
        spent = self._column("SELECT digest FROM tokens WHERE campaign_id = ? AND spent > 0", campaign)
        found = Evidence()
        for column, table, order, orders in (
            ("receipt", "receipts", "receipt", found.receipts),
            ("text", "texts", "key", found.texts),
        ):
            for by in ("rowid", order):
                query = f"SELECT {column} FROM {table} WHERE campaign_id = ? ORDER BY {by}"
                orders[by] = self._column(query, campaign)
        film = self.film or Film(Path())
        for name, keys in _orders(self.present.ballots, self.logged.ballots, film.ballots, set(sealed)):
            found.sealed[name] = [sealed[key] for key in keys]
        if box:
            found.sealed["key"] = box
        found.spent |= _orders(self.present.spent, self.logged.spent, film.spent, set(spent))
        if self.film:
            found.sealed_marks["film"] = {sealed[k]: n for k, n in film.ballots.items() if k in sealed}
            found.spent_marks["film"] = {d: film.spent[d] for d in spent if d in film.spent}
        return found

    def _column(self, query: str, value: object) -> list[Any]:
        return [row[0] for row in self.main.execute(query, (value,))]


def _orders(
    present: dict[bytes, tuple[int, int]],
    logged: dict[bytes, tuple[int, int]],
    filmed: Times,
    rows: set[bytes],
) -> Iterator[tuple[str, list[bytes]]]:
    """Name the rows' orders: by their bytes, by page and cell, by first appearance in the log, by film."""
    if not rows:
        return
    yield "bytes", sorted(rows)
    yield "cells", sorted((row for row in rows if row in present), key=lambda row: present[row])
    # A dictionary keeps the order in which its keys came.
    for name, times in (("log", {row: time for time, row in enumerate(logged)}), ("film", filmed)):
        if rows & times.keys():
            yield name, sorted(sorted(rows), key=lambda row: times.get(row, len(times)))
