"""M3: a meeting. Voters come when they come, not when a server is ready for them."""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.serving import served

from .driver import arrive
from .setting import DRIVERS, Drivers, opened, whole_journeys
from .table import Row, alone, medians, say

CROWDS = ((1000, 60.0), (300, 5.0))
"""How many voters arrive within how many seconds."""


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Let each crowd come to ``minping serve`` as it is without options, on SQLite."""
    crowds = [(voters, seconds / 10) for voters, seconds in CROWDS] if chosen.quick else CROWDS
    found = {}
    for voters, seconds in crowds:
        voters = voters // 10 if chosen.quick else voters
        turns = max(1, chosen.turns // 2)
        settings, codes = opened(folder / f"m3-{voters}", voters * turns)
        made = []
        with served(settings) as server:
            for turn in range(turns):
                journeys = whole_journeys(codes[turn * voters : (turn + 1) * voters])
                made.append(_crowd(drivers, (server.host, server.port), journeys, seconds, turn))
        found[f"{voters} in {seconds:g} s"] = medians(made)
    return found


def _crowd(
    drivers: Drivers, address: tuple[str, int], journeys: list[list[bytes]], seconds: float, turn: int
) -> dict[str, Any]:
    rng = random.Random(turn)
    moments = sorted(rng.uniform(0, seconds) for _ in journeys)
    shares = [(address, journeys[n::DRIVERS], moments[n::DRIVERS]) for n in range(DRIVERS)]
    turns = drivers.pool.starmap(arrive, shares)
    taken = sorted(time for one in turns for step in one["latency"] for time in step)
    errors = sum(one["errors"] for one in turns)
    p99 = taken[min(int(len(taken) * 0.99), len(taken) - 1)]
    say(f"  M3 turn {turn}: {len(journeys)} in {seconds:g} s, p99 {1000 * p99:.0f} ms, {errors} errors")
    return {"p50": taken[len(taken) // 2], "p99": p99, "slowest": taken[-1], "errors": errors}


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for crowd, turn in found.items():
        yield alone(f"M3 {crowd}: p99 of requests, ms", f"{1000 * turn['p99']:.0f}", "< 500")
        yield alone(f"M3 {crowd}: slowest request, ms", f"{1000 * turn['slowest']:.0f}")
        yield alone(f"M3 {crowd}: errors", turn["errors"], "0")
