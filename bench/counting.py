"""M5: opening and counting beside bare opens a second on every core."""

import argparse
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from . import opening
from .setting import Drivers
from .table import Row, beside, medians, say
from .table import alone as one

TARGETS = {"100000": "≥ 0.85", "1000000": "≥ 0.90"}
"""By the number of ballots; in smaller boxes starting and ending weigh as much as the work."""


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Open and count boxes of two sizes."""
    cores = os.cpu_count() or 1
    found: dict[str, Any] = {}
    for number in (max(chosen.ballots // 10, 1), chosen.ballots):
        settings = opening.COUNTED.get(number) or opening.filled(folder / f"m5-{number}", number)
        turns = []
        for turn in range(chosen.turns if number <= 200_000 else 1):
            with closing(opening.BareOpens(opening.packed_size(), cores)) as reference:
                bare, bare_us = reference.measure()
            counted = opening.count_apart(settings)
            # M6 has cast some more into the box that it leaves.
            ballots = counted["ballots"]
            assert (ballots >= number, counted["unreadable"], counted["findings"]) == (True, 0, [])
            counted["rate"] = ballots / counted["seconds"]
            counted["reference"] = bare
            counted["cpu_us"], counted["bare_us"] = 1e6 * counted["cpu"] / ballots, bare_us
            turns.append(counted)
            say(
                f"  M5 turn {turn} of {number}: {counted['rate']:.0f}/s, "
                f"bare opens {bare:.0f}/s on {cores} cores"
            )
        found[str(number)] = medians(turns)
    return found


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for number, turn in found.items():
        target = TARGETS.get(number, "")
        yield beside(f"M5 opened and counted/s, {number}", turn["rate"], turn["reference"], target)
        yield beside(f"M5 CPU µs a ballot, {number}", turn["cpu_us"], turn["bare_us"])
        yield one(f"M5 memory growth MB, {number}", f"{turn['growth_mb']:.0f}", "≤ 300")
