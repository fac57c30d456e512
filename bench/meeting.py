"""M3: a meeting. Voters come when they come, not when a server is ready for them."""

import argparse
import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .driver import arrive
from .servers import KINDS, serving_as
from .setting import DRIVERS, Drivers, opened, whole_journeys
from .table import Row, alone, medians, say

CROWDS = ((1000, 60.0), (300, 5.0))
"""How many voters arrive within how many seconds."""
MINUTES = 2
"""Turns of the crowd that takes a minute."""


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Let each crowd come to each server, on SQLite; the servers take turns."""
    found = {}
    for voters, seconds in CROWDS:
        # A minute's crowd has thousands of requests in it; two of them are enough.
        turns = min(chosen.turns, MINUTES) if seconds >= 60 else chosen.turns
        if chosen.quick:
            voters, seconds, turns = voters // 10, seconds / 10, 1
        settings, codes = opened(folder / f"m3-{voters}", len(KINDS) * voters * turns)
        taken: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
        with contextlib.ExitStack() as running:
            servers = {kind: running.enter_context(serving_as(kind, settings)) for kind in KINDS}
            for turn in range(turns):
                for kind, server in servers.items():
                    batch, codes = codes[:voters], codes[voters:]
                    one = _crowd(drivers, server.address, whole_journeys(batch), seconds, turn)
                    taken[kind].append(one)
        for kind, each in taken.items():
            found[f"{voters} in {seconds:g} s, {kind}"] = medians(each)
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
    for name, turn in found.items():
        crowd, _, kind = name.partition(", ")
        yield alone(f"M3 {crowd}: p99 of requests, ms", f"{1000 * turn['p99']:.0f}", "< 500", server=kind)
        yield alone(f"M3 {crowd}: slowest request, ms", f"{1000 * turn['slowest']:.0f}", server=kind)
        yield alone(f"M3 {crowd}: errors", turn["errors"], "0", server=kind)
