"""What measurements are taken on: instances with an open campaign, ballots, servers, load."""

import argparse
import contextlib
import http.client
import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from survey.config import Settings, read_settings
from survey.instance import make_instance, ready_app
from survey.secrecy.receipt import new_receipt
from survey.services.campaigns import campaigns
from survey.storage.database import transaction
from tests import builders
from tests.family import each, family
from tests.serving import end, environment_of, free_port

from .driver import PATIENCE_SECONDS, drive, http_request

CAMPAIGN = "town-annual"
GROUP = "C"
CLIENTS = 64
DRIVERS = 2

WORKERS = ("--workers", "2")
CONF = Path(__file__).resolve().parent.parent / "deploy" / "gunicorn.conf.py"

_spawn = multiprocessing.get_context("spawn")


def opened(folder: Path, number: int, database_url: str | None = None) -> tuple[Settings, list[str]]:
    """Make an instance with ``town-annual`` open, and so many codes of its largest group."""
    environment = {"MINPING_INSTANCE": str(folder)}
    if database_url:
        environment["MINPING_DATABASE_URL"] = database_url
    settings = read_settings(environment)
    make_instance(settings)
    with ready_app(settings) as app:
        definition = builders.armed_campaign(app, builders.example(CAMPAIGN))
        codes = builders.issue(app, definition.code, {GROUP: number})[GROUP]
        with transaction(write=True) as session:
            campaigns.open_voting(session, CAMPAIGN, settings.base_url, allow_http=False, by=builders.BY)
    return settings, codes


def answers(rng: random.Random) -> dict[str, str]:
    """Fill in one ballot: 48 answers, no grade oftener than its quota allows."""
    data = builders.example(CAMPAIGN)
    scales = {scale["key"]: [grade["key"] for grade in scale["grades"]] for scale in data["scales"]}
    forms = {form["key"]: form for form in data["sections"]}
    limited = {(quota["section"], quota["criterion"], quota["grade"]) for quota in data["quotas"]}
    made = {}
    for ratee in data["ratees"]:
        form = forms[ratee["section"]]
        for criterion in form["criteria"]:
            grades = [g for g in scales[form["scale"]] if (form["key"], criterion["key"], g) not in limited]
            made[f"{ratee['key']}.{criterion['key']}"] = rng.choice(grades)
    return made


def cast_bodies(codes: list[str]) -> list[bytes]:
    """Write what a voter's browser posts to ``/v/cast``, one body a code."""
    rng = random.Random(48)
    ballots = [answers(rng) for _ in range(50)]
    bodies = []
    for number, code in enumerate(codes):
        fields = {"code": code, "receipt": new_receipt(), **ballots[number % len(ballots)]}
        bodies.append(urlencode(fields).encode())
    return bodies


def cast_only(codes: list[str]) -> list[list[bytes]]:
    return [[http_request("POST", "/v/cast", body)] for body in cast_bodies(codes)]


def whole_journeys(codes: list[str]) -> list[list[bytes]]:
    """Write the three requests of each voter, as a browser asks for pages."""
    entry = http_request("GET", "/v", accept="text/html")
    return [
        [
            entry,
            http_request("POST", "/v/ballot", urlencode({"code": code}).encode(), accept="text/html"),
            http_request("POST", "/v/cast", body, accept="text/html"),
        ]
        for code, body in zip(codes, cast_bodies(codes), strict=True)
    ]


@dataclass
class Server:
    """A running server."""

    address: tuple[str, int]
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Return the seconds of processor time that all its processes took so far."""
        return cpu_of(family(self.process.pid))

    def ask(self, method: str, path: str, cookie: str = "") -> tuple[int, bytes]:
        """Send one request; return the status and the body of what is answered."""
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, headers={"Cookie": cookie} if cookie else {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def fetch(self, path: str, cookie: str = "") -> bytes:
        """Return the body of a page; raises ``RuntimeError`` where there is none."""
        status, body = self.ask("GET", path, cookie)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        return body


def cpu_of(processes: list[psutil.Process]) -> float:
    return float(sum(each(processes, lambda process: sum(process.cpu_times()[:2]))))


def serving(chosen: argparse.Namespace) -> tuple[str, ...]:
    """Return gunicorn's options for the reference."""
    threads = ("--threads", str(chosen.threads)) if chosen.worker_class == "gthread" else ()
    return (*WORKERS, "--worker-class", chosen.worker_class, *threads, "--keep-alive", "30")


@contextlib.contextmanager
def minping(settings: Settings, *options: str) -> Iterator[Server]:
    """Serve an instance with ``minping serve``, as it is without options, for the length of a block."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "survey.cli", "serve", "--port", str(port), *options],
        env=environment_of(settings),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(port, process)
        yield Server(("127.0.0.1", port), process)
    finally:
        end(process, 20)


def deployed(settings: Settings) -> contextlib.AbstractContextManager[Server]:
    """Serve an instance as it is run in earnest, but for the proxy, for the length of a block."""
    return gunicorn("survey:create_app()", environment(settings), ("-c", str(CONF)))


@contextlib.contextmanager
def gunicorn(application: str, environment: dict[str, str], options: tuple[str, ...]) -> Iterator[Server]:
    """Serve an application by gunicorn for the length of a block."""
    port = free_port()
    bind = ("--bind", f"127.0.0.1:{port}", "--log-level", "critical", "--no-control-socket")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *bind, *options, application],
        env=os.environ | environment,
    )
    try:
        wait_until_ready(port, process)
        yield Server(("127.0.0.1", port), process)
    finally:
        end(process, 20)


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            status = connection.getresponse().status
            connection.close()
            if status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not get ready")


def environment(settings: Settings) -> dict[str, str]:
    return {name: value for name, value in environment_of(settings).items() if name.startswith("MINPING_")}


class Drivers:
    """Processes that put load on a server; they are started once, before anything is measured."""

    def __init__(self) -> None:
        self.pool = _spawn.Pool(DRIVERS)
        self.pool.map(abs, range(DRIVERS))

    def close(self) -> None:
        self.pool.terminate()
        self.pool.join()

    def load(self, server: Server, journeys: list[list[bytes]], clients: int = CLIENTS) -> dict[str, Any]:
        """Let ``clients`` connections take the journeys; return rates, times and processor time."""
        cpu, began = server.cpu(), time.perf_counter()
        shares = [(server.address, journeys[n::DRIVERS], clients // DRIVERS) for n in range(DRIVERS)]
        turns = self.pool.starmap(drive, shares)
        seconds = time.perf_counter() - began
        steps = zip(*(turn["latency"] for turn in turns), strict=True)
        latency = [sorted(value for part in step for value in part) for step in steps]
        driver = sum(turn["driver_cpu"] for turn in turns)
        return {
            "rate": len(journeys) / seconds,
            "p50": _quantile(latency[-1], 0.5),
            "p95": _quantile(latency[-1], 0.95),
            "p99": _quantile(latency[-1], 0.99),
            "server_ms": 1000 * (server.cpu() - cpu) / len(journeys),
            "driver_share": driver / seconds / (os.cpu_count() or 1),
            "errors": sum(turn["errors"] for turn in turns),
        }


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
