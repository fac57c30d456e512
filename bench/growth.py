"""M6: what casting, turnout and results cost with few and with many ballots in the box."""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from survey.config import Settings
from survey.instance import ready_app
from survey.services.campaigns import procedure
from survey.services.custody import key_files
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from tests import builders
from tests.office import Office

from . import opening
from .setting import CAMPAIGN, Drivers, cast_only, minping
from .table import Row, beside, say

FEW = 1000
PAGES = {"turnout page": "/turnout", "campaign page": ""}
RESULTS = {"results page": "/results", "counted campaign page": ""}


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Return each figure for the smaller and the larger box."""
    turns, requests = chosen.turns, max(chosen.requests // 3, 10)
    boxes = {}
    for number in (FEW, chosen.box):
        boxes[number] = opening.boxed(folder / f"m6-{number}", number, requests * (turns + 1))
    costs = _casting(boxes, turns, requests, drivers)
    for number, (settings, _) in boxes.items():
        costs[number] |= _pages(settings, PAGES, turns)
        _count(settings)
        costs[number] |= _pages(settings, RESULTS, turns)
    few, many = costs.values()
    return {"ballots": chosen.box} | {name: {"few": few[name], "many": many[name]} for name in few}


def _casting(
    boxes: dict[int, tuple[Settings, list[str]]], turns: int, requests: int, drivers: Drivers
) -> dict[int, dict[str, float]]:
    """Cast into both boxes in turn; return the server's processor time and the waits, in milliseconds."""
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in boxes}
    for turn in range(turns + 1):
        for number, (settings, codes) in boxes.items():
            journeys = cast_only(codes[turn * requests : (turn + 1) * requests])
            with minping(settings, "--no-worker") as server:
                drivers.load(server, journeys[: requests // 10])  # warms up
                taken = drivers.load(server, journeys[requests // 10 :])
            if taken["errors"]:
                raise RuntimeError(f"{taken['errors']} ballots were refused")
            if turn:
                found[number].append(taken)
            say(f"  M6 turn {turn}, {number} in the box: {taken['server_ms']:.2f} ms a ballot")
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
        procedure.count(CAMPAIGN, key_files.seed_of(campaign, settings.keys, ()), builders.BY)


def _median(turns: int, act: Callable[[], object]) -> float:
    act()  # warms up
    taken = []
    for _ in range(turns):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return median(taken)


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for name, figures in found.items():
        if name != "ballots":
            what = f"M6 {name}; reference: {FEW} ballots"
            yield beside(
                f"{what}, ours {found['ballots']}", figures["many"], figures["few"], "≤ 1.15", places=2
            )
