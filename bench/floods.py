"""M13: voters' journeys beside floods of others, by ``minping serve`` and as deployed.

Each flood is one process of light clients that ask as fast as they are answered; a quiet turn and one beside
the flood alternate on the same running server. Four voters at once: as many as leave the machine room, so
that waiting shows and not the processors.
"""

import argparse
import contextlib
import http.client
import multiprocessing
import re
import secrets
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from survey.config import Settings
from survey.instance import ready_app
from survey.secrecy.receipt import new_receipt
from tests import builders
from tests.published import certified, publish
from tests.signing_in import an_account, cookie_of

from .setting import Drivers, Server, deployed, minping, opened, whole_journeys
from .slow import CLIENTS, plagued
from .table import Row, beside, medians

READ = "college-term"
SIZES = {"online": 60, "panel": 25, "leaders": 9}
CONNECTIONS = 16
JOURNEYS = 10
"""A turn is as many journeys as ``--requests`` says, divided by this."""

Ask = Callable[[http.client.HTTPConnection, dict[str, str]], None]


def _wrong_login(name: str, password: str = "not the password") -> Ask:
    """Ask for the login page once, then try names that nobody has, or one where somebody is logged in."""
    kept: dict[str, str] = {}

    def ask(server: http.client.HTTPConnection, headers: dict[str, str]) -> None:
        if not kept:
            server.request("GET", "/admin/login", headers=headers if name else {})
            page = server.getresponse()
            found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page.read())
            kept["token"] = found[1].decode() if found else ""
            kept["Cookie"] = (page.getheader("Set-Cookie") or "").partition(";")[0]
        fields = {"csrf_token": kept["token"], "name": name or secrets.token_hex(8), "password": password}
        server.request("POST", "/admin/login", urlencode(fields), FORM | {"Cookie": kept["Cookie"]})

    return ask


def _get(path: str) -> Ask:
    return lambda server, headers: server.request("GET", path, headers=headers)


def _receipt(server: http.client.HTTPConnection, _headers: dict[str, str]) -> None:
    server.request("POST", "/receipt", urlencode({"receipt": new_receipt()}), FORM)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FLOODS: dict[str, tuple[int, Callable[[], Ask]]] = {
    "logins": (CONNECTIONS, lambda: _wrong_login("")),
    "logins of one name": (CONNECTIONS, lambda: _wrong_login("王芳")),
    "public page": (CONNECTIONS, lambda: _get(f"/r/{READ}")),
    "receipts": (CONNECTIONS, lambda: _receipt),
    "exports": (2, lambda: _get(f"/admin/c/{READ}/results.xlsx")),
}
"""How many connections ask at once, and for what. ``bodies`` beside: 200 at a byte a second, 4 of 20 MB."""


def flood(address: tuple[str, int], name: str, cookie: str, ready: Event, end: Event) -> None:
    """Be all these clients until told to end."""
    number, kind = FLOODS[name]
    threads = [Thread(target=_go_on, args=(address, kind(), {"Cookie": cookie}, end)) for _ in range(number)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join()


def _go_on(address: tuple[str, int], ask: Ask, headers: dict[str, str], end: Event) -> None:
    server = http.client.HTTPConnection(*address, timeout=120)
    while not end.is_set():
        try:
            ask(server, headers)
            server.getresponse().read()
        except (OSError, http.client.HTTPException):
            server.close()
    server.close()


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
    finally:
        end.set()
        process.join(150)
        process.kill()


def _prepared(folder: Path, number: int) -> tuple[Settings, list[str], str]:
    """Make an instance where one campaign is open and another was published; return codes and a cookie."""
    settings, codes = opened(folder, number)
    with ready_app(settings, pages=True) as app:
        definition = certified(builders.example(READ), SIZES)
        publish(definition.code)
        cookie = cookie_of(app, an_account("viewer", name="王芳"))
    return settings, codes, f"{cookie['name']}={cookie['value']}"


def measure(chosen: argparse.Namespace, folder: Path, drivers: Drivers) -> dict[str, Any]:
    """Take turns without and with each flood; return the medians of both."""
    size = max(chosen.requests // JOURNEYS, 40)
    found: dict[str, Any] = {}
    for kind in ("serve", "deployed"):
        names = [*FLOODS, "bodies"] if kind == "serve" else list(FLOODS)
        number = 2 * size * (chosen.turns + 1) * len(names)
        settings, codes, cookie = _prepared(folder / f"m13-{kind}", number)
        with minping(settings) if kind == "serve" else deployed(settings) as server:
            for name in names:
                found[f"{kind} {name}"] = _turns(server, drivers, codes, name, cookie, size, chosen.turns)
    return found


def _turns(
    server: Server, drivers: Drivers, codes: list[str], name: str, cookie: str, size: int, turns: int
) -> dict[str, Any]:
    taken: dict[str, list[dict[str, Any]]] = {"quiet": [], "beside": []}
    for turn in range(turns + 1):
        for which, each in taken.items():
            journeys = whole_journeys([codes.pop() for _ in range(size)])
            with _around(server, name, cookie) if which == "beside" else contextlib.nullcontext():
                one = drivers.load(server, journeys, CLIENTS)
            if turn:  # the first warms up
                each.append(one)
    return {which: medians(each) for which, each in taken.items()}


def _around(server: Server, name: str, cookie: str) -> contextlib.AbstractContextManager[None]:
    if name == "bodies":
        return plagued(server.address, (0, 200, 4))
    return flooded(server.address, name, cookie)


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for name, one in found.items():
        ours, quiet = one["beside"], one["quiet"]
        what = f"M13 cast beside {name}, p99 ms ({ours['errors']} errors)"
        yield beside(what, 1000 * ours["p99"], 1000 * quiet["p99"], "≤ 2", 1)
