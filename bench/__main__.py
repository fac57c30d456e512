"""Run the measurements M1 to M16: each figure beside its reference, taken in the same run, in one table."""

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from . import (
    assessment,
    cast,
    counting,
    floods,
    growth,
    lying_beside,
    meeting,
    neighbours,
    network,
    nodes,
    office,
    ratees,
    replies,
    slips,
    starting,
    workers,
)
from .page import write_into
from .setting import CLIENTS, Drivers
from .table import NotMeasured, Row, failed, missing, print_table, say

PACKAGES = ("Flask", "gunicorn", "httptools", "SQLAlchemy", "cryptography", "psycopg")


class Part(NamedTuple):
    """What gives rows of a measure: figures are taken, then laid out."""

    measure: Callable[[argparse.Namespace, Path, Drivers], dict[str, Any]]
    rows: Callable[[dict[str, Any]], Iterator[Row]]


MEASURES: Mapping[str, Sequence[Part]] = {
    "M1": [Part(cast.m1, cast.m1_rows)],
    "M2": [Part(cast.m2, cast.m2_rows)],
    "M3": [Part(meeting.measure, meeting.rows)],
    "M4": [Part(slips.measure, slips.rows)],
    "M5": [Part(counting.measure, counting.rows)],
    "M6": [Part(growth.measure, growth.rows)],
    "M7": [Part(network.measure, network.rows)],
    "M8": [Part(office.measure, office.rows)],
    "M9": [Part(starting.measure, starting.rows)],
    "M10": [Part(nodes.measure, nodes.rows)],
    "M11": [Part(lying_beside.measure, lying_beside.rows), Part(neighbours.measure, neighbours.rows)],
    "M12": [Part(ratees.measure, ratees.rows)],
    "M13": [Part(floods.measure, floods.rows)],
    "M14": [Part(workers.measure, workers.rows)],
    "M15": [Part(assessment.measure, assessment.rows)],
    "M16": [Part(replies.measure, replies.rows)],
}
"""What each measure is made of, in the order of the table; a module with more rows is added to its list."""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns, smaller sizes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the rows into this page's table too")
    parser.add_argument(
        "--only", type=_named, action="extend", metavar="M1,M12", help="measure only these", default=[]
    )
    parser.add_argument("--turns", type=int, help="turns of each (5; quick 3)")
    parser.add_argument("--requests", type=int, help="ballots a turn (3000; quick 600)")
    parser.add_argument("--ballots", type=int, help="ballots to open and count (1000000; quick 2000)")
    parser.add_argument("--box", type=int, help="ballots in the larger box of M6 (1000000; quick 5000)")
    parser.add_argument("--slips", type=int, help="slips of one job (10000; quick 1000)")
    parser.add_argument("--codes", type=int, help="codes to issue (100000; quick 5000)")
    parser.add_argument("--ratees", type=int, help="ratees of the file of M14 (1000; quick 200)")
    parser.add_argument("--worker-class", default="gthread", choices=["sync", "gthread"])
    parser.add_argument("--threads", type=int, default=1, help="threads of the reference's workers (gthread)")
    chosen = parser.parse_args()
    chosen.turns = chosen.turns or (3 if chosen.quick else 5)
    chosen.requests = chosen.requests or (600 if chosen.quick else 3000)
    chosen.ballots = min(chosen.ballots or (2000 if chosen.quick else 1_000_000), 1_000_000)
    chosen.box = chosen.box or (5000 if chosen.quick else 1_000_000)
    chosen.slips = chosen.slips or (1000 if chosen.quick else 10_000)
    chosen.ratees = chosen.ratees or (200 if chosen.quick else 1000)
    chosen.codes = chosen.codes or (5000 if chosen.quick else 100_000)
    chosen.only = [name for name in MEASURES if name in chosen.only or not chosen.only]
    return chosen


def _named(written: str) -> list[str]:
    names = written.upper().split(",")
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    return names


def circumstances(chosen: argparse.Namespace) -> dict[str, Any]:
    """Say where the figures come from."""
    with closing(sqlite3.connect(":memory:")) as connection:
        sqlite = connection.execute("SELECT sqlite_version()").fetchone()[0]
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": os.cpu_count(),
        "load_before": _load(),
        "versions": ", ".join(
            [
                f"Python {platform.python_version()}",
                f"SQLite {sqlite}",
                *(f"{name} {_version(name)}" for name in PACKAGES),
            ]
        ),
        "turns": chosen.turns,
        "requests": chosen.requests,
        "clients": CLIENTS,
        "sizes": "quick" if chosen.quick else "full",
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def taken(
    name: str, chosen: argparse.Namespace, folder: Path, drivers: Drivers
) -> tuple[list[Any], list[Row], bool]:
    """Take one measure, whatever becomes of it; return figures, rows and whether an error happened."""
    figures: list[Any] = []
    rows: list[Row] = []
    erred = False
    for number, part in enumerate(MEASURES[name]):
        own = folder / f"{name}-{number}"
        own.mkdir()
        try:
            figures.append(part.measure(chosen, own, drivers))
            rows += part.rows(figures[-1])
        except (NotMeasured, ImportError) as error:
            rows.append(missing(name, str(error)))
        except Exception as error:  # the others are measured all the same
            traceback.print_exc()
            rows.append(missing(name, f"an error happened, {type(error).__name__}"))
            erred = True
    if not MEASURES[name]:
        rows.append(missing(name, "nothing here measures it yet"))
    return figures, rows, erred or any(map(failed, rows))


def main() -> int:
    chosen = options()
    where = circumstances(chosen)
    figures: dict[str, Any] = {}
    rows: dict[str, list[Row]] = {}
    loads: dict[str, str] = {}
    erred = []
    drivers = Drivers()
    try:
        with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
            # M6 leaves a large box, counted, that M5 need not fill.
            for name in sorted(chosen.only, key=lambda name: name == "M5"):
                before, began = _load(), time.monotonic()
                figures[name], rows[name], wrong = taken(name, chosen, Path(folder), drivers)
                loads[name] = f"load {before} before, {_load()} after"
                say(f"{name}: {time.monotonic() - began:.0f} s, {loads[name]}")
                erred += [name] if wrong else []
    finally:
        drivers.close()
    where["load_after"] = _load()
    say("")
    for key, value in where.items():
        say(f"{key}: {value}")
    rows = {name: rows[name] for name in chosen.only}
    print_table(row for part in rows.values() for row in part)
    if chosen.quick:
        say("quick: sizes are smaller than those that the targets are of")
    if chosen.write:
        write_into(chosen.write, rows, where, loads)
    if chosen.json:
        figures = {name: parts[0] if len(parts) == 1 else parts for name, parts in figures.items()}
        chosen.json.write_text(json.dumps({"circumstances": where, **figures}, indent=2) + "\n")
    if erred:
        say(f"errors happened in {', '.join(erred)}")
    return 1 if erred else 0


if __name__ == "__main__":
    sys.exit(main())
