"""M6: what casting, turnout and results cost with few and with many ballots in the box."""

import argparse
import contextlib
import time
from collections.abc import Iterator
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
from .servers import KINDS, serving_as
from .setting import CAMPAIGN, Drivers, cast_only
from .table import NONE, Row, beside, say

FEW = 1000
PAGES = {"turnout page": "/turnout", "campaign page": ""}
RESULTS = {"results page": "/results", "counted campaign page": ""}


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Return each figure for the smaller and the larger box."""
    turns, requests = chosen.turns, max(chosen.requests // 3, 10)
    spare = len(KINDS) * requests * (turns + 1)
    boxes = {number: opening.boxed(folder / f"m6-{number}", number, spare) for number in (FEW, chosen.box)}
    costs = _casting(boxes, turns, requests, drivers)
    settings = {number: box[0] for number, box in boxes.items()}
    _add(costs, _pages(settings, PAGES, turns))
    for one in settings.values():
        _count(one)
    _add(costs, _pages(settings, RESULTS, turns))
    opening.COUNTED[chosen.box] = settings[chosen.box]
    few, many = costs.values()
    return {"ballots": chosen.box} | {name: {"few": few[name], "many": many[name]} for name in few}


def _add(costs: dict[int, dict[str, float]], more: dict[int, dict[str, float]]) -> None:
    for number, figures in more.items():
        costs[number] |= figures


def _casting(
    boxes: dict[int, tuple[Settings, list[str]]], turns: int, requests: int, drivers: Drivers
) -> dict[int, dict[str, float]]:
    """Cast into both boxes in turn; return the server's processor time and the waits, in milliseconds."""
    found: dict[int, dict[str, float]] = {number: {} for number in boxes}
    for place, kind in enumerate(KINDS):
        taken: dict[int, list[dict[str, Any]]] = {number: [] for number in boxes}
        with contextlib.ExitStack() as running:
            servers = {n: running.enter_context(serving_as(kind, box[0])) for n, box in boxes.items()}
            for turn in range(turns + 1):
                at = requests * (place * (turns + 1) + turn)
                for number, server in servers.items():
                    one = drivers.load(server, cast_only(boxes[number][1][at : at + requests]))
                    if one["errors"]:
                        raise RuntimeError(f"{one['errors']} ballots were refused")
                    if turn:  # the first warms up
                        taken[number].append(one)
                    say(f"  M6 turn {turn}, {kind}, {number} in the box: {one['server_ms']:.2f} ms a ballot")
        for number, each in taken.items():
            found[number][f"{kind}: cast, CPU ms"] = median(turn["server_ms"] for turn in each)
            found[number][f"{kind}: cast, ms each"] = median(1000 / turn["rate"] for turn in each)
    return found


def _pages(settings: dict[int, Settings], pages: dict[str, str], turns: int) -> dict[int, dict[str, float]]:
    """Open each page of both campaigns in turn; return processor time in milliseconds."""
    found: dict[int, dict[str, float]] = {number: {} for number in settings}
    with contextlib.ExitStack() as ready:
        offices = {
            number: Office(ready.enter_context(ready_app(one, pages=True)), role="viewer")
            for number, one in settings.items()
        }
        for name, path in pages.items():
            taken: dict[int, list[float]] = {number: [] for number in settings}
            for _ in range(turns + 1):
                for number, office in offices.items():
                    taken[number].append(_fetched(office, path))
            for number, each in taken.items():
                found[number][f"{NONE}: {name}, CPU ms"] = 1000 * median(each[1:])  # the first warms up
    return found


def _fetched(office: Office, path: str) -> float:
    """Open a page; return the seconds of processor time that it took."""
    began = time.process_time()
    answer = office.client.get(f"/admin/c/{CAMPAIGN}{path}")
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return time.process_time() - began


def _count(settings: Settings) -> None:
    with ready_app(settings):
        procedure.close(CAMPAIGN, builders.BY)
        with transaction() as session:
            campaign = find_campaign(session, CAMPAIGN)
        procedure.count(CAMPAIGN, key_files.seed_of(campaign, settings.keys, ()), builders.BY)


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for name, figures in found.items():
        if name != "ballots":
            kind, _, what = name.partition(": ")
            what = f"M6 {what}, {found['ballots']} ballots in the box; reference: {FEW}"
            yield beside(what, figures["many"], figures["few"], "≤ 1.15", places=2, server=kind)
