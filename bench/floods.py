"""M13: voters' journeys beside floods of others, by ``minping serve`` and as deployed.

Each flood is one process of clients that ask as fast as they are answered; a quiet turn and one beside the
flood alternate on the same running server. Four voters at once: as many as leave the machine room, so that
waiting shows and not the processors.
"""

import argparse
import contextlib
import http.client
import multiprocessing
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from survey.config import Settings
from survey.instance import ready_app
from survey.secrecy.receipt import new_receipt
from survey.services.campaigns import campaigns
from survey.storage.database import transaction
from tests import builders
from tests.documents.rosters import person, workbook
from tests.published import certified, publish
from tests.serving import end as end_process
from tests.serving import environment_of
from tests.signing_in import an_account, cookie_of

from .browsing import Browser
from .servers import KINDS, serving_as
from .setting import Drivers, Server, opened, whole_journeys
from .slow import CLIENTS, plagued
from .table import PRODUCTION, SERVE, Row, alone, beside, medians, say

SMALL, LARGE, PRINTED, DRAFT = "college-term", "many-ratees", "printed", "draft-0"
SIZES = {"online": 60, "panel": 25, "leaders": 9}
CONNECTIONS = 16
JOURNEYS = 5
"""A turn is as many journeys as ``--requests`` says, divided by this."""
FEWER = 3
"""Turns of each flood in production, which is measured beside the default."""
BODIES = "slow and large bodies"
"""200 clients at a byte a second, 4 that send 20 MB."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LOOK_SECONDS = 0.5
"""How often somebody looks how far a job has come."""
_REST_SECONDS = 30
_IDLE = 0.1
"""The part of a core that a server takes with nothing to do, at most."""


@dataclass(frozen=True)
class Flooded:
    """What a client of a flood has: the server, somebody's login, and when to end."""

    address: tuple[str, int]
    cookie: str
    end: Event


Client = Callable[[Flooded], None]


def _again(ask: Callable[[Browser], None], *, logged_in: bool = True) -> Client:
    """Make a client that asks again and again."""

    def client(on: Flooded) -> None:
        browser = Browser(on.address, on.cookie if logged_in else "")
        while not on.end.is_set():
            try:
                ask(browser)
            except (OSError, http.client.HTTPException):
                browser.close()
        browser.close()

    return client


def _get(path: str, *, logged_in: bool = True) -> Client:
    return _again(lambda browser: browser.get(path), logged_in=logged_in)


def _wrong_login(name: str = "") -> Client:
    """Ask for the login page once, then try names that nobody has, or one where somebody is logged in."""

    def client(on: Flooded) -> None:
        form = ""

        def ask(browser: Browser) -> None:
            nonlocal form
            if not form:
                browser.get("/admin/login")
                form = browser.page
            # Whatever the last try was answered with.
            browser.path, browser.page = "/admin/login", form
            if not browser.submit(name=name or secrets.token_hex(8), password="not the password"):
                raise RuntimeError("there is no form to log in by")

        _again(ask, logged_in=False)(on)

    return client


def _receipt(on: Flooded) -> None:
    server = http.client.HTTPConnection(*on.address, timeout=120)
    while not on.end.is_set():
        try:
            server.request("POST", "/receipt", urlencode({"receipt": new_receipt()}), _FORM)
            server.getresponse().read()
        except (OSError, http.client.HTTPException):
            server.close()
    server.close()


def _upload(on: Flooded) -> None:
    """Send a long roster, to be looked at."""
    section = builders.example("town-annual")["sections"][1]["key"]
    people = [person(f"测评对象{number}", f"职务{number}", 测评表=section) for number in range(5000)]
    data = workbook(people)
    page = f"/admin/c/{DRAFT}/setup/roster"

    def ask(browser: Browser) -> None:
        browser.get(page)
        if not browser.submit(file=("roster.xlsx", data)):
            raise RuntimeError(f"{page} asks for no file: {browser.status}")

    _again(ask)(on)


def _large_export(on: Flooded) -> None:
    """Ask for the workbook of a thousand; where it is made as a job, wait for it, fetch it, ask again."""

    def ask(browser: Browser) -> None:
        browser.get(f"/admin/c/{LARGE}/results.xlsx")
        if browser.submit("/exports"):
            _wait(browser, on.end)
            browser.submit("/file")

    _again(ask)(on)


def _slips(on: Flooded) -> None:
    """Ask for ten thousand slips; those of before are thrown away."""

    def ask(browser: Browser) -> None:
        page = f"/admin/c/{PRINTED}/codes"
        browser.get(page)
        if not browser.submit("/codes", which="group", group="A", number="10000"):
            raise RuntimeError(f"{page} makes no slips: {browser.status}")
        _wait(browser, on.end)

    _again(ask)(on)


def _wait(browser: Browser, end: Event) -> None:
    """Look at a job until it is no longer under way; at the end, cancel it."""
    while 'action="' in browser.page and "/cancel" in browser.page:
        if end.wait(_LOOK_SECONDS):
            browser.submit("/cancel")
        else:
            browser.get(browser.path)


FLOODS: dict[str, tuple[int, Client]] = {
    "logins of ever new names": (CONNECTIONS, _wrong_login()),
    "logins of one name": (CONNECTIONS, _wrong_login("王芳")),
    "a public page": (CONNECTIONS, _get(f"/r/{SMALL}", logged_in=False)),
    "receipts": (CONNECTIONS, _receipt),
    "the list of campaigns": (2, _get("/admin/")),
    "small workbooks": (2, _get(f"/admin/c/{SMALL}/results.xlsx")),
    "a large workbook": (1, _large_export),
    "10000 slips": (1, _slips),
    "rosters sent": (2, _upload),
}
"""How many connections ask at once, and for what; ``BODIES`` beside."""


def flood(address: tuple[str, int], name: str, cookie: str, ready: Event, end: Event) -> None:
    """Be all these clients until told to end."""
    number, client = FLOODS[name]
    on = Flooded(address, cookie, end)
    threads = [Thread(target=client, args=(on,)) for _ in range(number)]
    for thread in threads:
        thread.start()
    # What takes long has begun by then.
    end.wait(1)
    ready.set()
    for thread in threads:
        thread.join()


@contextlib.contextmanager
def flooded(address: tuple[str, int], name: str, cookie: str) -> Iterator[None]:
    """Let a process of its own flood a server for the length of a block."""
    spawn = multiprocessing.get_context("spawn")
    ready, end = spawn.Event(), spawn.Event()
    process = spawn.Process(target=flood, args=(address, name, cookie, ready, end), daemon=True)
    process.start()
    try:
        if not ready.wait(60):
            raise RuntimeError("the flood did not begin")
        yield
        if not process.is_alive():
            raise RuntimeError(f"the flood of {name} ended too early")
    finally:
        end.set()
        process.join(150)
        process.kill()


def _prepared(folder: Path, number: int, drafts: int, ratees: int) -> tuple[Settings, list[str], str]:
    """Make an instance with one campaign open and all that is asked for; return codes and a cookie."""
    settings, codes = opened(folder, number)
    with ready_app(settings, pages=True) as app:
        certified(builders.example(SMALL), SIZES)
        publish(SMALL)
        keys = [f"p{place}" for place in range(ratees)]
        large = builders.a_definition(groups=("A", "B", "C"), ratees=keys, criteria=("a", "b", "c", "d", "e"))
        large["campaign"]["code"] = LARGE
        certified(large)
        printed = builders.a_definition()
        printed["campaign"]["code"] = PRINTED
        builders.armed_campaign(app, printed)
        with transaction(write=True) as session:
            for place in range(drafts):
                draft = builders.example("town-annual")
                draft["campaign"]["code"] = f"draft-{place}"
                campaigns.load(session, draft, builders.BY)
        cookie = cookie_of(app, an_account("owner", name="王芳"))
    return settings, codes, f"{cookie['name']}={cookie['value']}"


@contextlib.contextmanager
def _served(kind: str, settings: Settings) -> Iterator[Server]:
    """Serve, and let a worker do long work where the server has none of its own."""
    with serving_as(kind, settings) as server:
        if kind != PRODUCTION:
            yield server
            return
        command = [sys.executable, "-m", "survey.cli", "worker"]
        worker = subprocess.Popen(command, env=environment_of(settings), stdout=subprocess.DEVNULL)
        try:
            yield server
        finally:
            end_process(worker)


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Take turns without and with each flood; return the medians of both."""
    kinds, drafts, ratees = ((SERVE,), 50, 200) if chosen.quick else (KINDS, 500, 1000)
    size, turns = max(chosen.requests // JOURNEYS, 40), 1 if chosen.quick else chosen.turns
    names = [*FLOODS, BODIES]
    number = len(kinds) * size * (2 * turns * len(names) + 1)
    settings, codes, cookie = _prepared(folder / "m13", number, drafts, ratees)
    found: dict[str, Any] = {}
    for kind in kinds:
        # gunicorn without a proxy is kept busy by slow clients: deploy/nginx is for that.
        with _served(kind, settings) as server:
            _voted(server, drivers, codes, size)  # warms up
            for name in names if kind == SERVE else FLOODS:
                number = turns if kind == SERVE else min(turns, FEWER)
                found[f"{kind}: {name}"] = _turns(server, drivers, codes, name, cookie, size, number)
    return found


def _turns(
    server: Server, drivers: Drivers, codes: list[str], name: str, cookie: str, size: int, turns: int
) -> dict[str, Any]:
    taken: dict[str, list[dict[str, Any]]] = {"quiet": [], "beside": []}
    for _ in range(turns):
        taken["quiet"].append(_voted(server, drivers, codes, size))
        with _around(server, name, cookie):
            taken["beside"].append(_voted(server, drivers, codes, size))
        _rest(server)
    figures = {which: medians(each) for which, each in taken.items()}
    p99 = {which: f"{1000 * one['p99']:.0f} ms" for which, one in figures.items()}
    say(f"  M13 {name}: {p99}")
    return figures


def _voted(server: Server, drivers: Drivers, codes: list[str], size: int) -> dict[str, Any]:
    return drivers.load(server, whole_journeys([codes.pop() for _ in range(size)]), CLIENTS)


def _rest(server: Server) -> None:
    """Wait until a server has done what it was asked for, and what was cancelled has ended."""
    until = time.monotonic() + _REST_SECONDS
    while time.monotonic() < until:
        before = server.cpu()
        time.sleep(_LOOK_SECONDS)
        if server.cpu() - before < _IDLE * _LOOK_SECONDS:
            return


def _around(server: Server, name: str, cookie: str) -> contextlib.AbstractContextManager[None]:
    if name == BODIES:
        return plagued(server.address, (0, 200, 4))
    return flooded(server.address, name, cookie)


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for key, one in found.items():
        kind, _, name = key.partition(": ")
        ours, quiet = one["beside"], one["quiet"]
        yield beside(
            f"M13 cast beside {name}, p99 ms; reference: quiet",
            1000 * ours["p99"],
            1000 * quiet["p99"],
            "≤ 2",
            1,
            server=kind,
        )
        if ours["errors"] + quiet["errors"]:
            yield alone(f"M13 errors beside {name}", ours["errors"] + quiet["errors"], "0", server=kind)
