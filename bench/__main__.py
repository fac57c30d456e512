"""Run the measurements M1 to M10 and M13: each figure beside its reference, taken in the same run."""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import cast, counting, floods, growth, meeting, network, nodes, office, slips, starting
from .setting import CLIENTS, Drivers, serving
from .table import Row, print_table, say

PACKAGES = ("Flask", "gunicorn", "httptools", "SQLAlchemy", "cryptography", "psycopg")
Measure = Callable[[argparse.Namespace, Path, Drivers], dict[str, Any]]
Rows = Callable[[dict[str, Any]], Iterator[Row]]
MEASURES: dict[str, tuple[Measure, Rows]] = {
    "M1": (cast.m1, cast.m1_rows),
    "M2": (cast.m2, cast.m2_rows),
    "M3": (meeting.measure, meeting.rows),
    "M4": (slips.measure, slips.rows),
    "M5": (counting.measure, counting.rows),
    "M6": (growth.measure, growth.rows),
    "M7": (network.measure, network.rows),
    "M8": (office.measure, office.rows),
    "M9": (starting.measure, starting.rows),
    "M10": (nodes.measure, nodes.rows),
    "M13": (floods.measure, floods.rows),
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure only this")
    parser.add_argument("--turns", type=int, help="turns of each (5; quick 3)")
    parser.add_argument("--requests", type=int, help="ballots a turn (3000; quick 600)")
    parser.add_argument("--ballots", type=int, help="ballots to open and count (100000; quick 2000)")
    parser.add_argument("--box", type=int, help="ballots in the larger box of M6 (1000000; quick 5000)")
    parser.add_argument("--slips", type=int, help="slips of one job (10000; quick 1000)")
    parser.add_argument("--codes", type=int, help="codes to issue (100000; quick 5000)")
    parser.add_argument("--worker-class", default="gthread", choices=["sync", "gthread"])
    parser.add_argument("--threads", type=int, default=1, help="threads a worker of the reference")
    chosen = parser.parse_args()
    chosen.turns = chosen.turns or (3 if chosen.quick else 5)
    chosen.requests = chosen.requests or (600 if chosen.quick else 3000)
    chosen.ballots = min(chosen.ballots or (2000 if chosen.quick else 100_000), 1_000_000)
    chosen.box = chosen.box or (5000 if chosen.quick else 1_000_000)
    chosen.slips = chosen.slips or (1000 if chosen.quick else 10_000)
    chosen.codes = chosen.codes or (5000 if chosen.quick else 100_000)
    chosen.only = chosen.only or list(MEASURES)
    return chosen


def circumstances(chosen: argparse.Namespace) -> dict[str, Any]:
    """Say where the figures come from."""
    with closing(sqlite3.connect(":memory:")) as connection:
        sqlite = connection.execute("SELECT sqlite_version()").fetchone()[0]
    return {
        "cores": os.cpu_count(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "sqlite": sqlite,
        **{name.lower(): version(name) for name in PACKAGES},
        "turns": chosen.turns,
        "requests": chosen.requests,
        "clients": CLIENTS,
        "gunicorn_options": " ".join(serving(chosen)),
    }


def main() -> None:
    chosen = options()
    where = circumstances(chosen)
    for name, value in where.items():
        say(f"{name}: {value}")
    found: dict[str, Any] = {}
    drivers = Drivers()
    try:
        with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
            for name, (measure, _) in MEASURES.items():
                if name in chosen.only:
                    found[name] = measure(chosen, Path(folder), drivers)
    finally:
        drivers.close()
    where["load_after"] = [round(load, 2) for load in os.getloadavg()]
    print_table(row for name, figures in found.items() if figures for row in MEASURES[name][1](figures))
    say(f"load average before {where['load_before']}, after {where['load_after']}")
    if chosen.json:
        chosen.json.write_text(json.dumps({"circumstances": where, **found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
