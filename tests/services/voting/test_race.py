"""Many clients with the same codes at once: one ballot a code, whoever is first."""

import http.client
import queue
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from survey.config import Settings
from survey.secrecy.receipt import new_receipt
from tests.builders import EXAMPLES
from tests.conftest import settings_on
from tests.job import Cast, Voter, ask, connected, in_threads, minping, read_codes, receipts, totals
from tests.lengths import times
from tests.serving import Served, served

pytestmark = pytest.mark.slow

CODE = "town-annual"
CLIENTS = 64
CODES, TIMES = 120, 3


def opened(
    database: str, folder: Path, request: pytest.FixtureRequest, number: int
) -> tuple[Settings, list[str]]:
    """Make an instance with an open campaign and codes of one rater group."""
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    settings = settings_on(database, folder, server)
    minping(settings, "campaign", "load", EXAMPLES / f"{CODE}.toml")
    minping(settings, "campaign", "arm", CODE)
    order = ("--group", "B", "--count", str(number), "--csv", folder / "codes.csv")
    minping(settings, "token", "issue", CODE, *order)
    minping(settings, "campaign", "open", CODE)
    return settings, read_codes(folder / "codes.csv")["B"]


def cast_once(running: Served, code: str, receipt: str) -> tuple[int, dict[str, Any]]:
    """Cast over a connection of its own, again until there is an answer."""
    fields = {"code": code, "receipt": receipt, "c1.de": "excellent", "c2.ji": "basic"}
    for _ in range(100):
        try:
            with Voter(running.host, running.port) as voter:
                return voter.post("/v/cast", fields)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    raise AssertionError("no answer")


def test_each_code_three_times_at_once(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    settings, codes = opened(database, tmp_path, request, CODES)
    answers: dict[str, list[int]] = {code: [] for code in codes}
    work: queue.SimpleQueue[str] = queue.SimpleQueue()
    for code in codes:
        for _ in range(TIMES):
            work.put(code)  # next to each other, so that they go out at the same moment
    start = threading.Barrier(CLIENTS)

    def client(done: Cast) -> None:
        start.wait(60)
        while True:
            try:
                code = work.get_nowait()
            except queue.Empty:
                return
            receipt = new_receipt()
            status, answer = cast_once(running, code, receipt)
            answers[code].append(status)
            if status == 201:
                assert answer["receipt"] == receipt
                done.receipts.append(receipt)
            else:
                assert answer["error"] == "already-cast"

    with served(settings) as running, in_threads(CLIENTS, client) as done:
        pass
    assert {tuple(sorted(statuses)) for statuses in answers.values()} == {(201, 409, 409)}
    assert ask(settings, "SELECT count(*) FROM ballots") == CODES
    total = minping(settings, "turnout", CODE, "--json").value["total"]
    assert (total["issued"], total["returned"]) == (CODES, CODES)
    minping(settings, "campaign", "close", CODE)
    counted_in_full(settings, tmp_path, done.receipts)


def counted_in_full(settings: Settings, folder: Path, known: list[str]) -> None:
    said = minping(settings, "campaign", "count", CODE)
    assert said.err == ""
    assert receipts(settings, CODE) == sorted(known)
    total = totals(settings, CODE, folder)
    assert (total["returned"], total["valid"], total["unreadable"]) == (len(known), len(known), 0)


@pytest.mark.parametrize("turn", range(times(1, 3)))
def test_a_ballot_cast_during_the_close_is_counted_or_refused(
    database: str, turn: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, codes = opened(database, tmp_path, request, 600)
    work = iter(codes)
    under_way = threading.Semaphore(0)
    refused: list[str] = []

    def client(done: Cast) -> None:
        while (code := next(work, None)) is not None:
            receipt = new_receipt()
            status, answer = cast_once(running, code, receipt)
            under_way.release()
            if status == 201:
                done.receipts.append(receipt)
                continue
            assert (status, answer["error"]) == (403, "closed")
            refused.append(code)
            return

    with served(settings) as running, in_threads(16, client) as done:
        for _ in range(random.Random(turn).randint(30, 150)):
            assert under_way.acquire(timeout=60)
        minping(settings, "campaign", "close", CODE)
    assert refused
    assert done.receipts
    with connected(settings) as connection:
        kept = [bytes(row[0]) for row in connection.exec_driver_sql("SELECT sealed FROM ballots")]
    assert len(kept) == len(set(kept)) == len(done.receipts)
    counted_in_full(settings, tmp_path, done.receipts)
