"""M11: what a request costs beside other campaigns: a ballot's page, the list of campaigns, a turnout."""

import argparse
import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from survey.config import Settings, read_settings
from survey.instance import make_instance, ready_app
from tests import builders
from tests.counted import counted
from tests.family import memory_of
from tests.signing_in import an_account, cookie_of

from .driver import http_request
from .servers import serving_as
from .setting import Drivers, Server
from .table import SERVE, Row, beside, say

FORMS = {"1 + 7 persons × 6 lines": "town-annual", "146 persons × 1 line": "college-term"}
SMALL = 30
"""Codes of the campaign whose turnout is looked at."""
ADDRESSES = {"list": "/admin/", "its last page": "/admin/?page={last}", "looked through": "/admin/?q=500"}
A_PAGE = 50
WARM = 8
LOOKS = 40
"""Looks of a turn at one page."""


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Ask for the same with few and with many things beside, in turns; return processor milliseconds."""
    many, listed, codes = (20, 60, 20_000) if chosen.quick else (200, 500, 400_000)
    found: dict[str, Any] = {"many": many, "listed": listed, "codes": codes, "ballot": {}}
    for name, example in FORMS.items():
        found["ballot"][name] = _ballots(chosen, folder / f"m11-{example}", drivers, example, many)
    found["list"] = _list(chosen, folder / "m11-list", listed)
    found["turnout"] = _turnout(chosen, folder / "m11-turnout", codes)
    return found


def _ballots(
    chosen: argparse.Namespace, folder: Path, drivers: Drivers, example: str, many: int
) -> dict[str, float]:
    instances = {which: _open(folder / which, example, n) for which, n in (("one", 1), ("many", many))}
    taken: dict[str, list[float]] = {which: [] for which in instances}
    rng = random.Random(11)
    with contextlib.ExitStack() as running:
        servers = {
            which: running.enter_context(serving_as(SERVE, settings))
            for which, (settings, _) in instances.items()
        }
        for turn in range(chosen.turns + 1):
            for which, server in servers.items():
                codes = instances[which][1]
                # In the first turn each process answers for each campaign and rater group, most likely.
                asked = rng.choices(codes, k=chosen.requests) if turn else WARM * codes
                each = drivers.load(server, [[_ballot(code)] for code in asked], 16)
                if each["errors"]:
                    raise RuntimeError(f"{each['errors']} ballots were not shown")
                if turn:
                    taken[which].append(each["server_ms"])
                say(f"  M11 turn {turn} {example}, {which} open: {each['server_ms']:.2f} ms")
        memory = {f"{which} MB": _resident(server) for which, server in servers.items()}
    return {which: median(each) for which, each in taken.items()} | memory


def _open(folder: Path, example: str, number: int) -> tuple[Settings, list[str]]:
    """Make an instance with so many campaigns open; return a code of each of their rater groups."""
    settings = _made(folder)
    codes = []
    with ready_app(settings) as app:
        for data in _numbered(example, number):
            groups = builders.running_campaign(app, data, 1).codes.values()
            codes += [code for group in groups for code in group[:1]]
    return settings, codes


def _made(folder: Path) -> Settings:
    settings = read_settings({"MINPING_INSTANCE": str(folder)})
    make_instance(settings)
    return settings


def _numbered(example: str, number: int) -> Iterator[dict[str, Any]]:
    """Write so many definitions that differ in code and title, with no numbers planned."""
    for place in range(number):
        data = builders.example(example)
        data["campaign"] |= {"code": f"{example}-{place}", "title": f"{data['campaign']['title']} {place}"}
        for group in data["groups"]:
            group.pop("issue", None)
        yield data


def _ballot(code: str) -> bytes:
    return http_request("POST", "/v/ballot", urlencode({"code": code}).encode(), accept="text/html")


def _list(chosen: argparse.Namespace, folder: Path, number: int) -> dict[str, dict[str, float]]:
    instances = {which: _listed(folder / which, n) for which, n in (("few", A_PAGE), ("many", number))}
    paths = {name: path.format(last=number // A_PAGE) for name, path in ADDRESSES.items()}
    return {name: _looks(chosen.turns, instances, path) for name, path in paths.items()}


def _listed(folder: Path, number: int) -> tuple[Settings, str]:
    """Make an instance with campaigns at every stage; return the cookie of somebody who sees them all."""
    settings = _made(folder)
    with ready_app(settings, pages=True) as app:
        for place, data in enumerate(_numbered("town-annual", number)):
            if place % 4 == 0:
                counted(data)
            elif place % 4 == 1:
                builders.armed_campaign(app, data)
            else:
                running = builders.running_campaign(app, data, 20)
                if place % 4 == 2:
                    builders.close(app, running.code)
        return settings, _cookie(app)


def _cookie(app: Any) -> str:
    cookie = cookie_of(app, an_account("owner", name="王芳"))
    return f"{cookie['name']}={cookie['value']}"


def _turnout(chosen: argparse.Namespace, folder: Path, codes: int) -> dict[str, float]:
    instances = {which: _issued(folder / which, n) for which, n in (("few", 0), ("many", codes))}
    return _looks(chosen.turns, instances, "/admin/c/small/turnout")


def _issued(folder: Path, codes: int) -> tuple[Settings, str]:
    """Make an instance with a small campaign open, beside one with so many codes."""
    settings = _made(folder)
    with ready_app(settings, pages=True) as app:
        if codes:
            data = builders.a_definition(groups=["A"])
            data["campaign"]["code"] = "large"
            builders.running_campaign(app, data, codes)
        builders.running_campaign(app, builders.a_definition(groups=["A"]), SMALL)
        return settings, _cookie(app)


def _looks(turns: int, instances: dict[str, tuple[Settings, str]], path: str) -> dict[str, float]:
    """Look at the same page of each instance in turn, by its default server."""
    taken: dict[str, list[float]] = {which: [] for which in instances}
    with contextlib.ExitStack() as running:
        servers = {
            which: (running.enter_context(serving_as(SERVE, settings)), cookie)
            for which, (settings, cookie) in instances.items()
        }
        for turn in range(turns + 1):
            for which, (server, cookie) in servers.items():
                before = server.cpu()
                for _ in range(LOOKS):
                    server.fetch(path, cookie)
                if turn:  # the first warms up
                    taken[which].append(1000 * (server.cpu() - before) / LOOKS)
    say(f"  M11 {path}: {taken}")
    return {which: median(each) for which, each in taken.items()}


def _resident(server: Server) -> float:
    """Return the memory of a server's processes in MB."""
    return memory_of(server.process.pid) / 2**20


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for name, figures in found["ballot"].items():
        what = f"{name}, {found['many']} campaigns open"
        ours, theirs = figures["many"], figures["one"]
        asked = f"M11 POST /v/ballot, CPU ms: {what}; reference: 1"
        yield beside(asked, ours, theirs, "≤ 1.2", places=2, server=SERVE)
        yield beside(
            f"M11 memory MB: {what}; reference: 1", figures["many MB"], figures["one MB"], server=SERVE
        )
    for name, figures in found["list"].items():
        what = f"M11 campaigns, {name}, CPU ms: {found['listed']}; reference: {A_PAGE}"
        yield beside(what, figures["many"], figures["few"], "≤ 100", places=1, server=SERVE, of_ratio=False)
    what = f"M11 turnout of {SMALL} codes, CPU ms: beside {found['codes']} codes; reference: none beside"
    yield beside(what, found["turnout"]["many"], found["turnout"]["few"], "≤ 1.2", places=2, server=SERVE)
