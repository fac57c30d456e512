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


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Open and count boxes of two sizes."""
    cores = os.cpu_count() or 1
    found: dict[str, Any] = {}
    for number in (max(chosen.ballots // 10, 1), chosen.ballots):
        settings = opening.filled(folder / f"m5-{number}", number)
        turns = []
        for turn in range(chosen.turns if number <= 200_000 else 1):
            with closing(opening.BareOpens(opening.packed_size(), cores)) as reference:
                bare, bare_us = reference.measure()
            counted = opening.count_apart(settings)
            assert (counted["ballots"], counted["unreadable"], counted["notes"]) == (number, 0, [])
            counted["rate"] = number / counted["seconds"]
            counted["reference"] = bare
            counted["cpu_us"], counted["bare_us"] = 1e6 * counted["cpu"] / number, bare_us
            turns.append(counted)
            say(
                f"  M5 turn {turn} of {number}: {counted['rate']:.0f}/s, "
                f"bare opens {bare:.0f}/s on {cores} cores"
            )
        found[str(number)] = medians(turns)
    return found


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for number, turn in found.items():
        yield beside(f"M5 opened and counted/s, {number}", turn["rate"], turn["reference"], "≥ 0.75")
        yield beside(f"M5 CPU µs a ballot, {number}", turn["cpu_us"], turn["bare_us"])
        yield one(f"M5 memory growth MB, {number}", f"{turn['growth_mb']:.0f}", "≤ 300")
