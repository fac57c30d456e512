"""M8: what the office waits for: codes, a long roster, the results of 146 persons as a page and as files."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from survey.config import read_settings
from survey.documents.export.exporting import rendered
from survey.documents.export.results_json import results_json
from survey.documents.roster.merge import merge_roster
from survey.documents.roster.reader import read_roster
from survey.domain.count.results import work_out
from survey.instance import make_instance, ready_app
from survey.services.results import reporting
from survey.storage.database import transaction
from tests import builders
from tests.counted import counted
from tests.documents.rosters import GROUPS, SECTIONS, person, workbook
from tests.office import Office

from .setting import GROUP, Drivers, environment
from .slips import armed
from .table import Row, alone, beside

CAMPAIGN = "college-term"
SIZES = {"online": 600, "panel": 25, "leaders": 9}
FILES = ("xlsx", "docx", "pdf", "csv", "zip")
TARGETS = {"page": "≤ 300", "xlsx": "≤ 5000", "docx": "≤ 5000"}
CODES_OF = "town-annual"
ROSTER = 5000


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Issue codes, take a roster in, show and write results; return the seconds of each."""
    return {
        "codes": {"number": chosen.codes, "seconds": _codes(folder / "m8-codes", chosen.codes, chosen.turns)},
        "roster": _roster(chosen.turns),
        "results": _results(folder / "m8-results", chosen.turns),
    }


def _codes(folder: Path, number: int, turns: int) -> float:
    """Issue codes by the command that does, written to a file as it does."""
    taken = []
    for turn in range(turns):
        settings = armed(folder / str(turn))
        command = ["token", "issue", CODES_OF, "--group", GROUP, "--count", str(number)]
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "survey.cli", *command, "--csv", str(folder / f"codes-{turn}.csv")],
            env=os.environ | environment(settings),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        taken.append(time.perf_counter() - began)
    return median(taken)


def _roster(turns: int) -> float:
    """Read a workbook of persons, check it and take it into a definition."""
    data = workbook([person(f"测评对象{number}", f"职务{number}") for number in range(ROSTER)])
    document = builders.example(CODES_OF)
    sections = {"cadres": SECTIONS["cadres"]}

    def load() -> None:
        read = read_roster(data, "roster.xlsx", sections, GROUPS)
        if read.faults or len(read.rows) != ROSTER:
            raise RuntimeError("the roster was not taken")
        merge_roster(document, read.rows, replace=True)

    return _median(turns, load)


def _results(folder: Path, turns: int) -> dict[str, Any]:
    """Show and write results; the reference is the JSON as a value, every number and nothing of its look."""
    settings = read_settings({"MINPING_INSTANCE": str(folder)})
    make_instance(settings)
    with ready_app(settings, pages=True) as app:
        definition = counted(builders.example(CAMPAIGN), SIZES)
        office = Office(app, role="viewer")
        page = f"/admin/c/{definition.code}/results"
        found: dict[str, Any] = {"persons": len(definition.ratees)}
        found["page"] = _median(turns, lambda: _fetched(office, page))
        with transaction() as session:
            reported = reporting.report(session, definition.code)
        results, printed = work_out(definition, reported.count), reported.report()
        found["reference"] = _median(turns, lambda: results_json(results, reported.campaign.state))
        found["report"] = _median(turns, lambda: _made(definition.code))
        for kind in FILES:
            found[kind] = _median(turns, lambda kind=kind: rendered(kind, printed))
    return found


def rows(found: dict[str, Any]) -> Iterator[Row]:
    codes, results = found["codes"], found["results"]
    target = "≤ 5" if codes["number"] >= 100_000 else ""
    yield alone(f"M8 {codes['number']} codes issued, s", f"{codes['seconds']:.1f}", target)
    yield alone(f"M8 roster of {ROSTER} read, s", f"{found['roster']:.1f}", "≤ 3")
    for name in ("page", "report", *FILES):
        what = f"M8 results of {results['persons']}, {name} ms"
        target = TARGETS.get(name, "")
        yield beside(what, 1000 * results[name], 1000 * results["reference"], target, of_ratio=False)


def _fetched(office: Office, page: str) -> None:
    answer = office.client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{page}: {answer.status}")


def _made(code: str) -> None:
    with transaction() as session:
        reported = reporting.report(session, code)
    reported.report()


def _median(turns: int, act: Callable[[], object]) -> float:
    act()  # warms up
    taken = []
    for _ in range(turns):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return median(taken)
