"""Measure M7: the results of ``college-term`` (146 persons, three groups) as a page and as files."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from survey.config import read_settings
from survey.documents.exporting import rendered
from survey.documents.results_json import results_json
from survey.instance import make_instance, ready_app
from survey.services import reporting
from survey.storage.database import transaction
from tests import builders
from tests.counted import counted
from tests.office import Office

CAMPAIGN = "college-term"
SIZES = {"online": 600, "panel": 25, "leaders": 9}
FILES = ("xlsx", "pdf", "csv", "zip")


def measure(folder: Path, turns: int) -> dict[str, Any]:
    """Count a campaign; return the median seconds of its page, of its files, and of the reference.

    The reference is the JSON as a value: it holds every number, and nothing of how it is shown.
    """
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
        found["reference"] = _median(turns, lambda: results_json(reported.results, reported.campaign.state))
        found["report"] = _median(turns, lambda: _made(definition.code))
        for kind in FILES:
            found[kind] = _median(turns, lambda kind=kind: rendered(kind, reported.report))
    return found


def _fetched(office: Office, page: str) -> None:
    answer = office.client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{page}: {answer.status}")


def _made(code: str) -> None:
    with transaction() as session:
        reporting.report(session, code)


def _median(turns: int, act: Callable[[], object]) -> float:
    act()  # warms up
    taken = []
    for _ in range(turns):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return median(taken)
