"""M10: two servers on one PostgreSQL beside one, and the processor time of each part of a journey."""

import argparse
import json
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from survey.config import Settings
from survey.secrecy.vault import FILE

from .driver import drive
from .setting import Drivers, Server, cpu_of, environment, gunicorn, opened, whole_journeys

CLIENTS = 32
"""Connections to each server."""
SERVING = ("--workers", "1", "--worker-class", "gthread", "--threads", "1", "--keep-alive", "30")


def measure(folder: Path, turns: int, requests: int) -> dict[str, Any]:
    """Put load on one server, then on two; return the rates, their ratio, and where the time goes."""
    from tests.postgres import Postgres

    (folder / "postgres").mkdir()
    postgres = Postgres(folder / "postgres")
    try:
        pid = int((postgres.data / "postmaster.pid").read_text().split()[0])
        found = _turns(folder, postgres.new_database("nodes"), psutil.Process(pid), turns, requests)
    finally:
        postgres.stop()
    one, two = (_medians(found[number]) for number in (1, 2))
    web, shared = one["web_ms"], one["database_ms"]
    return {
        "one": one,
        "two": two,
        "ratio": two["rate"] / one["rate"],
        # With a core for each server and enough for the driver, what is left to share is the database.
        "nodes_to_a_core_of_database": web / shared,
    }


def _turns(
    folder: Path, url: str, database: psutil.Process, turns: int, requests: int
) -> dict[int, list[dict[str, float]]]:
    settings, codes = opened(folder / "one", 2 * requests * (turns + 1), url)
    found: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    drivers = Drivers()
    try:
        with ExitStack() as running:
            nodes = (settings, _another(settings, folder / "two"))
            servers = [
                running.enter_context(gunicorn("survey:create_app()", environment(node), SERVING))
                for node in nodes
            ]
            for turn in range(turns + 1):
                for number in found:
                    batch, codes = codes[:requests], codes[requests:]
                    taken = _load(drivers, servers[:number], database, whole_journeys(batch))
                    if turn:  # the first warms up
                        found[number].append(taken)
    finally:
        drivers.close()
    return found


def _another(settings: Settings, instance: Path) -> Settings:
    """Make the folder of a second node: of the first one's it has the secrets only."""
    instance.mkdir(mode=0o700)
    shutil.copy(settings.instance / FILE, instance / FILE)
    return replace(settings, instance=instance, keys=instance / "keys")


def _load(
    drivers: Drivers, servers: list[Server], database: psutil.Process, journeys: list[list[bytes]]
) -> dict[str, float]:
    processes = [database, *database.children(recursive=True)]
    web, base = sum(server.cpu() for server in servers), cpu_of(processes)
    began = time.perf_counter()
    number = len(servers)
    shares = [(server.address, journeys[place::number], CLIENTS) for place, server in enumerate(servers)]
    turns = drivers.pool.starmap(drive, shares, chunksize=1)
    seconds = time.perf_counter() - began
    errors = sum(turn["errors"] for turn in turns)
    if errors:
        raise RuntimeError(f"{errors} journeys failed")
    processes = [database, *database.children(recursive=True)]
    share = 1000 / len(journeys)
    return {
        "rate": len(journeys) / seconds,
        "web_ms": share * (sum(server.cpu() for server in servers) - web),
        "database_ms": share * (cpu_of(processes) - base),
        "driver_ms": share * sum(turn["driver_cpu"] for turn in turns),
    }


def _medians(turns: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(turn[name] for turn in turns) for name in turns[0]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.nodes", description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--requests", type=int, default=2000, help="journeys a turn")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
        found = measure(Path(folder), chosen.turns, chosen.requests)
    print(f"cores: {os.cpu_count()}")
    for name in ("one", "two"):
        figures = found[name]
        print(
            f"{name} server(s): {figures['rate']:.0f} journeys/s; "
            f"CPU ms a journey: web {figures['web_ms']:.2f}, "
            f"database {figures['database_ms']:.2f}, driver {figures['driver_ms']:.2f}"
        )
    print(f"two beside one: {found['ratio']:.2f} times (≥ 1.7 on separate cores)")
    print(f"web cores that one core of the database feeds: {found['nodes_to_a_core_of_database']:.1f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
