"""M10: two servers on one PostgreSQL beside one, and the processor time of each part of a journey."""

import argparse
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from survey.config import Settings
from survey.secrecy.vault import FILE

from .cast import NO_POSTGRESQL, postgresql
from .driver import drive
from .setting import Drivers, Server, cpu_of, minping, opened, whole_journeys
from .table import NotMeasured, Row, alone, beside, medians, say

CLIENTS = 32
"""Connections to each server."""
SERVING = ("--processes", "1", "--threads", "1", "--no-worker")


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Put load on one server, then on two; return the rates and where the time goes."""
    with postgresql(folder / "m10-server") as (url, processes):
        if not url:
            raise NotMeasured(NO_POSTGRESQL)
        found = _turns(chosen, folder, url, processes[0], drivers)
    one, two = medians(found[1]), medians(found[2])
    # With a core for each server and enough for the driver, what is left to share is the database.
    return {"one": one, "two": two, "nodes_to_a_core_of_database": one["web_ms"] / one["database_ms"]}


def _turns(
    chosen: argparse.Namespace, folder: Path, url: str, database: psutil.Process, drivers: Drivers
) -> dict[int, list[dict[str, float]]]:
    requests = max(2 * chosen.requests // 3, 10)
    settings, codes = opened(folder / "m10", 2 * requests * (chosen.turns + 1), url)
    found: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    with ExitStack() as running:
        nodes = (settings, another(settings, folder / "m10-two"))
        servers = [running.enter_context(minping(node, *SERVING)) for node in nodes]
        for turn in range(chosen.turns + 1):
            for number in found:
                batch, codes = codes[:requests], codes[requests:]
                taken = _load(drivers, servers[:number], database, whole_journeys(batch))
                if turn:  # the first warms up
                    found[number].append(taken)
                say(f"  M10 turn {turn}, {number} servers: {taken['rate']:.0f} journeys/s")
    return found


def another(settings: Settings, instance: Path) -> Settings:
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


def rows(found: dict[str, Any]) -> Iterator[Row]:
    one, two = found["one"], found["two"]
    yield beside("M10 journeys/s, two servers; reference: one", two["rate"], one["rate"], "≥ 1.7")
    for name in ("web", "database", "driver"):
        yield alone(f"M10 CPU ms a journey, {name}", f"{one[f'{name}_ms']:.2f}")
    yield alone(
        "M10 web cores that a core of the database feeds", f"{found['nodes_to_a_core_of_database']:.1f}"
    )
