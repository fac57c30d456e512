"""A server that is killed under load loses nothing that it acknowledged, and counts nothing twice."""

import http.client
import queue
import random
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from survey.config import Settings
from survey.secrecy.receipt import new_receipt
from tests import loaded
from tests.job import Cast, Voter, ask, in_threads, minping, receipts, totals
from tests.lengths import times
from tests.serving import environment_of, free_port, start

from .test_race import CODE, opened

pytestmark = pytest.mark.slow

KILLS = times(4, 20)
CLIENTS = 16
PASSWORDS = "a passphrase of the teller\na passphrase of the scrutineer\n"


class Load:
    """Clients that go on casting while servers come and go, each ballot until it is known to be in."""

    def __init__(self, port: int, codes: list[str]) -> None:
        self.port = port
        self.codes: queue.SimpleQueue[str] = queue.SimpleQueue()
        for code in codes:
            self.codes.put(code)
        self.stop = threading.Event()
        self.cut = 0
        self.known_by_refusal = 0
        self.in_box: dict[str, str] = {}

    def client(self, _done: Cast) -> None:
        while not self.stop.is_set():
            code, receipt = self.codes.get_nowait(), new_receipt()
            self.cast(code, receipt)
            self.in_box[code] = receipt

    def cast(self, code: str, receipt: str) -> None:
        """Send one request again and again until its answer says that the ballot is in."""
        fields = {"code": code, "receipt": receipt, "c3.qin": "competent"}
        sent_before = False
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with Voter("127.0.0.1", self.port) as voter:
                    status, answer = voter.post("/v/cast", fields)
            except ConnectionRefusedError:
                time.sleep(0.02)
                continue
            except (OSError, http.client.HTTPException):
                self.cut += 1
                sent_before = True
                continue
            if status == 409:
                assert sent_before, "a code was spent by nobody"
                self.known_by_refusal += 1
            else:
                assert status == 201, answer
                assert answer["receipt"] == receipt
            return
        raise AssertionError("no answer")


def test_server_killed_again_and_again_under_load(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, codes = opened(database, tmp_path, request, times(1500, 6000))
    load = Load(free_port(), codes)
    rng = random.Random(10)
    served = start(settings, load.port)
    with in_threads(CLIENTS, load.client):
        for kill in range(KILLS + 1):
            before = len(load.in_box)
            while len(load.in_box) < before + 20:
                assert load.codes.qsize() > CLIENTS
                time.sleep(0.01)
            if kill == KILLS:
                break
            time.sleep(rng.random() * 0.15)
            served.kill()
            served = start(settings, load.port)
        load.stop.set()
    served.kill()
    assert load.cut >= KILLS  # the kills hit requests under way
    accounted(settings, tmp_path, load)


def accounted(settings: Settings, folder: Path, load: Load) -> None:
    """Close and count: exactly what the clients know to be in, each once."""
    known = sorted(load.in_box.values())
    turnout = minping(settings, "turnout", CODE, "--json").value["total"]
    ballots = ask(settings, "SELECT count(*) FROM ballots")
    assert turnout["returned"] == ballots == len(known)
    minping(settings, "campaign", "close", CODE)
    minping(settings, "campaign", "count", CODE)
    assert receipts(settings, CODE) == known
    total = totals(settings, CODE, folder)
    assert (total["returned"], total["valid"], total["unreadable"]) == (len(known), len(known), 0)


def begin(settings: Settings, *arguments: str) -> loaded.Started:
    nowhere = subprocess.DEVNULL
    return loaded.start(*arguments, env=environment_of(settings), stdout=nowhere, stderr=nowhere)


def kill_soon_after(
    process: loaded.Started, settings: Settings, states: tuple[str, ...], wait: float
) -> None:
    """Kill a command a moment after the campaign has reached one of some states."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if ask(settings, "SELECT state FROM campaigns") in states:
            time.sleep(wait)
            break
        time.sleep(0.002)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()


def filled(settings: Settings, codes: list[str]) -> Load:
    """Cast a ballot with every code, through one server."""
    load = Load(free_port(), codes)
    served = start(settings, load.port)

    def client(_done: Cast) -> None:
        while True:
            try:
                code, receipt = load.codes.get_nowait(), new_receipt()
            except queue.Empty:
                return
            load.cast(code, receipt)
            load.in_box[code] = receipt

    with in_threads(CLIENTS, client):
        pass
    served.kill()
    return load


def test_close_and_shred_killed_at_random_moments(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, codes = opened(database, tmp_path, request, 400)
    load = filled(settings, codes)
    for wait in (0.0, 0.005, 0.02, 0.05):
        kill_soon_after(begin(settings, "campaign", "close", CODE), settings, ("closed",), wait)
        assert ask(settings, "SELECT state FROM campaigns") == "closed"
        assert ask(settings, "SELECT count(*) FROM ballots") == len(codes)
        assert ask(settings, "SELECT count(*) FROM tokens WHERE spent = 1") == len(codes)
    accounted(settings, tmp_path, load)
    make_signers(settings)
    order = ("campaign", "certify", CODE, "--teller", "teller", "--scrutineer", "scrutineer")
    minping(settings, *order, "--passwords-stdin", stdin=PASSWORDS)
    before = totals(settings, CODE, tmp_path)
    for wait in (0.0, 0.01, 0.03):
        kill_soon_after(begin(settings, "campaign", "shred", CODE, "--yes"), settings, ("shredding",), wait)
    if ask(settings, "SELECT state FROM campaigns") != "shredded":
        minping(settings, "campaign", "shred", CODE, "--yes")
    shredded(settings)
    assert totals(settings, CODE, tmp_path) == before
    assert receipts(settings, CODE) == sorted(load.in_box.values())


def make_signers(settings: Settings) -> None:
    """Make the two accounts that sign."""
    for name, password in zip(("teller", "scrutineer"), PASSWORDS.splitlines(), strict=True):
        order: tuple[Any, ...] = ("admin", "create", name, "--role", "scrutineer", "--password-stdin")
        minping(settings, *order, stdin=f"{password}\n")


def shredded(settings: Settings) -> None:
    """Nothing is left of ballots, codes and key, and the log holds."""
    assert ask(settings, "SELECT state FROM campaigns") == "shredded"
    for table in ("ballots", "tokens"):
        assert ask(settings, f"SELECT count(*) FROM {table}") == 0
    assert not list(settings.keys.iterdir())
    minping(settings, "audit", "verify")
