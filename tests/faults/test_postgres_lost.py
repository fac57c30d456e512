"""PostgreSQL killed and restarted under load: readiness falls and returns; no ballot is lost or doubled."""

import queue
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from survey import create_app
from survey.config import Settings
from survey.domain.operations.job import JobState
from survey.instance import ready_app
from survey.secrecy.receipt import new_receipt
from survey.secrecy.token import new_token
from survey.storage import database
from tests.builders import EXAMPLES, a_definition, armed_campaign
from tests.conftest import settings_on
from tests.job import Cast, Voter, ask, in_threads, minping, read_codes, receipts, totals
from tests.jobs import an_account, found
from tests.jobs import ask as ask_for_slips
from tests.lengths import times
from tests.serving import Served, get, served

from .own_postgres import OwnPostgres
from .stages import JSON

pytestmark = pytest.mark.slow

CODE = "town-annual"
CLIENTS = 8
CODES = times(3000, 30_000)
BETWEEN = times(15, 150)
"""Ballots cast between two losses."""
MAX_ANSWER_LENGTH = 60


@pytest.fixture
def server() -> Iterator[OwnPostgres]:
    with tempfile.TemporaryDirectory(prefix="minping-own-", ignore_cleanup_errors=True) as folder:
        made = OwnPostgres(Path(folder))
        yield made
        made.stop()


def killed(server: OwnPostgres, running: Served) -> None:
    server.kill()
    until(lambda: ready(running) == 503)
    server.start()


def restarted(server: OwnPostgres, running: Served) -> None:
    server.stop_in_order()
    until(lambda: ready(running) == 503)
    server.start()


def recovered(server: OwnPostgres, _running: Served) -> None:
    server.kill_one_connection()


LOSSES: list[Callable[[OwnPostgres, Served], None]] = [killed, restarted, recovered]


def ready(running: Served) -> int:
    return get(running.host, running.port, "/readyz")[0]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Voters:
    """Clients that send each ballot until an answer says that it is in."""

    def __init__(self, running: Served, codes: list[str]) -> None:
        self.running = running
        self.codes: queue.SimpleQueue[str] = queue.SimpleQueue()
        for code in codes:
            self.codes.put(code)
        self.stop = threading.Event()
        self.in_box: dict[str, str] = {}
        self.refused = 0

    def client(self, _done: Cast) -> None:
        while not self.stop.is_set():
            code, receipt = self.codes.get_nowait(), new_receipt()
            self.cast(code, receipt)
            self.in_box[code] = receipt

    def cast(self, code: str, receipt: str) -> None:
        fields = {"code": code, "receipt": receipt, "c3.qin": "competent"}
        sent_before = False
        while True:
            status, answer = self.send(fields)
            if status == 503:
                assert answer["error"] == "unavailable"
                self.refused += 1
                sent_before = True
                time.sleep(0.02)
                continue
            # A refusal may hide that the ballot came in: the commit's answer was lost.
            assert status == 201 or (status == 409 and sent_before), (status, answer)
            return

    def send(self, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Send a ballot; every request has an answer, and has it in time."""
        with Voter(self.running.host, self.running.port, MAX_ANSWER_LENGTH) as voter:
            return voter.post("/v/cast", fields)


def opened(server: OwnPostgres, folder: Path) -> tuple[Settings, list[str]]:
    settings = settings_on("postgresql", folder, server)
    minping(settings, "campaign", "load", EXAMPLES / f"{CODE}.toml")
    minping(settings, "campaign", "arm", CODE)
    order = ("--group", "B", "--count", str(CODES), "--csv", folder / "codes.csv")
    minping(settings, "token", "issue", CODE, *order)
    minping(settings, "campaign", "open", CODE)
    return settings, read_codes(folder / "codes.csv")["B"]


def test_a_database_lost_again_and_again(server: OwnPostgres, tmp_path: Path) -> None:
    settings, codes = opened(server, tmp_path)
    with served(settings) as running:
        voters = Voters(running, codes)
        process = psutil.Process(running.process.pid)
        with in_threads(CLIENTS, voters.client):
            for number in range(times(3, 30)):
                more_are_in(voters)
                LOSSES[number % len(LOSSES)](server, running)
                until(lambda: ready(running) == 200)
            more_are_in(voters)
            voters.stop.set()
        assert process.is_running()
        assert voters.refused
        the_worker_is_back(settings)
    accounted(settings, tmp_path, sorted(voters.in_box.values()))


def the_worker_is_back(settings: Settings) -> None:
    """Hold that the server's worker takes jobs again."""
    with ready_app(settings) as app:
        armed_campaign(app, a_definition())
        job = ask_for_slips(an_account(), {"A": 6})
        until(lambda: found(job.key).state is JobState.DONE)


def test_a_database_that_takes_connections_and_says_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        app = create_app(replace(settings, database_url=url))
        answers: list[int] = []

        def visit() -> None:
            visitor = app.test_client()
            answers.append(visitor.get("/readyz").status_code)
            code = {"code": new_token()}
            answers.append(visitor.post("/v/cast", data=code, headers=JSON).status_code)
            answers.append(visitor.get("/healthz").status_code)

        thread = threading.Thread(target=visit, daemon=True)
        thread.start()
        thread.join(120)
        assert answers == [503, 503, 200]
        with app.app_context():
            database.db.engine.dispose()


def more_are_in(voters: Voters) -> None:
    before = len(voters.in_box)
    until(lambda: len(voters.in_box) >= before + BETWEEN)


def accounted(settings: Settings, folder: Path, known: list[str]) -> None:
    """Close and count: exactly what the clients know to be in, each once."""
    assert ask(settings, "SELECT count(*) FROM ballots") == len(known)
    assert ask(settings, "SELECT count(*) FROM tokens WHERE spent = 1") == len(known)
    minping(settings, "campaign", "close", CODE)
    minping(settings, "campaign", "count", CODE)
    assert receipts(settings, CODE) == known
    total = totals(settings, CODE, folder)
    assert (total["returned"], total["valid"], total["unreadable"]) == (len(known), len(known), 0)
    minping(settings, "audit", "verify")
