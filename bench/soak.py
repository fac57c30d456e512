"""R12: hours of voting in one go; what the server holds on to meanwhile.

python -m bench.soak --journeys 500000
"""

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import psutil

from tests.family import each, family, memory_of

from .setting import Drivers, Server, minping, opened, whole_journeys
from .table import alone, print_table, say

PARTS = 20
SETTLED = 4
"""After so many parts every cache is full and every thread has run: growth is counted from there."""


def measure(journeys: int, folder: Path) -> list[dict[str, Any]]:
    """Let voters vote in parts; return after each the server's memory, open files and errors so far."""
    part = journeys // PARTS
    settings, codes = opened(folder, part * PARTS)
    found: list[dict[str, Any]] = []
    drivers = Drivers()
    try:
        with minping(settings, "--no-worker") as server:
            for number in range(PARTS):
                turn = drivers.load(server, whole_journeys(codes[number * part : (number + 1) * part]))
                held = _held(server)
                found.append({**held, "voted": (number + 1) * part, **turn})
                say(
                    f"  {(number + 1) * part} journeys, {turn['rate']:.0f}/s, {held}, {turn['errors']} errors"
                )
    finally:
        drivers.close()
    return found


def _held(server: Server) -> dict[str, float]:
    running = family(server.process.pid)
    return {
        "memory_mb": round(memory_of(server.process.pid) / 2**20, 1),
        "files": sum(each(running, psutil.Process.num_fds)),
        "threads": sum(each(running, psutil.Process.num_threads)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--journeys", type=int, default=500_000)
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    say(f"cores: {os.cpu_count()}, load before: {[round(load, 2) for load in os.getloadavg()]}")
    with tempfile.TemporaryDirectory(prefix="minping-soak-", ignore_cleanup_errors=True) as folder:
        found = measure(chosen.journeys, Path(folder) / "soak")
    settled, last = found[SETTLED - 1], found[-1]
    print_table(
        [
            alone("R12 journeys", last["voted"], "500000"),
            alone("R12 errors", sum(turn["errors"] for turn in found), "0"),
            alone(
                "R12 memory MB, settled and at the end",
                f"{settled['memory_mb']} → {last['memory_mb']}",
                "flat",
            ),
            alone("R12 open files", f"{settled['files']} → {last['files']}", "flat"),
            alone("R12 threads", f"{settled['threads']} → {last['threads']}", "flat"),
            alone("R12 journeys/s, settled and at the end", f"{settled['rate']:.0f} → {last['rate']:.0f}"),
        ]
    )
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
