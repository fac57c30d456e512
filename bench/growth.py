"""M6: what casting, turnout and results cost with few and with many ballots in the box."""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from survey.config import Settings
from survey.instance import ready_app
from survey.services import keeping, procedure
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests import builders
from tests.office import Office

from . import opening
from .setting import CAMPAIGN, Drivers, cast_only, environment, gunicorn

FEW, MANY = 1000, 1_000_000
SERVING = ("--workers", "2", "--worker-class", "gthread", "--threads", "1", "--keep-alive", "30")
PAGES = {"turnout page": "/turnout", "campaign page": ""}
RESULTS = {"results page": "/results", "counted campaign page": ""}


def measure(folder: Path, turns: int, requests: int, most: int = MANY) -> dict[str, Any]:
    """Return each figure for the smaller and the larger box, and how many times as much the larger costs."""
    boxes = {}
    for number in (FEW, most):
        boxes[number] = opening.boxed(folder / f"m6-{number}", number, requests * (turns + 1))
    costs = _casting(boxes, turns, requests)
    for number, (settings, _) in boxes.items():
        costs[number] |= _pages(settings, PAGES, turns)
        _count(settings)
        costs[number] |= _pages(settings, RESULTS, turns)
    few, many = costs.values()
    return {name: {"few": few[name], "many": many[name], "times": many[name] / few[name]} for name in few}


def _casting(
    boxes: dict[int, tuple[Settings, list[str]]], turns: int, requests: int
) -> dict[int, dict[str, float]]:
    """Cast into both boxes in turn; return the server's processor time and the waits, in milliseconds."""
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in boxes}
    drivers = Drivers()
    try:
        for turn in range(turns + 1):
            for number, (settings, codes) in boxes.items():
                journeys = cast_only(codes[turn * requests : (turn + 1) * requests])
                with gunicorn("survey:create_app()", environment(settings), SERVING) as server:
                    drivers.load(server, journeys[: requests // 10])  # warms up
                    taken = drivers.load(server, journeys[requests // 10 :])
                if taken["errors"]:
                    raise RuntimeError(f"{taken['errors']} ballots were refused")
                if turn:
                    found[number].append(taken)
    finally:
        drivers.close()
    return {
        number: {
            "cast, server CPU ms": median(turn["server_ms"] for turn in taken),
            "cast, ms each": median(1000 / turn["rate"] for turn in taken),
        }
        for number, taken in found.items()
    }


def _pages(settings: Settings, pages: dict[str, str], turns: int) -> dict[str, float]:
    with ready_app(settings, pages=True) as app:
        office = Office(app, role="viewer")
        return {
            f"{name}, ms": 1000 * _median(turns, lambda path=path: _fetched(office, path))  # type: ignore[misc]
            for name, path in pages.items()
        }


def _fetched(office: Office, path: str) -> None:
    answer = office.client.get(f"/admin/c/{CAMPAIGN}{path}")
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status}")


def _count(settings: Settings) -> None:
    with ready_app(settings):
        procedure.close(CAMPAIGN, builders.BY)
        with transaction() as session:
            campaign = find_campaign(session, CAMPAIGN)
        procedure.count(CAMPAIGN, keeping.seed_of(campaign, settings.keys, ()), builders.BY)


def _median(turns: int, act: Callable[[], object]) -> float:
    act()  # warms up
    taken = []
    for _ in range(turns):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.growth", description=__doc__)
    parser.add_argument("--ballots", type=int, default=MANY, help="ballots in the larger box")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--requests", type=int, default=1000, help="ballots cast in a turn")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="minping-bench-", ignore_cleanup_errors=True) as folder:
        found = measure(Path(folder), chosen.turns, chosen.requests, chosen.ballots)
    for name, figures in found.items():
        few, many = f"{figures['few']:8.2f}", f"{figures['many']:8.2f}"
        print(f"{name:28} {FEW}: {few}  {chosen.ballots}: {many}  {figures['times']:.2f} times (≤ 1.15)")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
