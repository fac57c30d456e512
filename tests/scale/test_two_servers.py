"""Two server processes on one database: neither counts twice, and the loss of one loses nothing."""

import itertools
import queue
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from survey.config import Settings
from survey.secrecy.receipt import new_receipt
from survey.secrecy.vault import FILE
from tests.job import Cast, ask, in_threads, minping
from tests.lengths import CHAOS, times
from tests.services.voting.test_kill import Load, accounted
from tests.services.voting.test_race import CODE, cast_once, counted_in_full, opened
from tests.serving import free_port, served, start

pytestmark = pytest.mark.slow

CLIENTS = 12
RACED = times(40, 400)
KILLS = times(2, 12)
AT_A_TIME = 60


def beside(settings: Settings, folder: Path) -> Settings:
    """Make the folder of a node for voters: of the first one's it has their secrets and nothing else."""
    if settings.sqlite_file:
        return settings
    instance = folder / "another"
    instance.mkdir(mode=0o700)
    shutil.copy(settings.instance / FILE, instance / FILE)
    return replace(settings, instance=instance, keys=instance / "keys")


def test_each_code_three_times_at_two_servers(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, codes = opened(database, tmp_path, request, RACED)
    answers: dict[str, list[int]] = {code: [] for code in codes}
    with served(settings) as one, served(beside(settings, tmp_path)) as other:
        work: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        for place, code in enumerate(codes):
            for turn in range(3):
                work.put((code, (place + turn) % 2))  # each code goes to both, as many begin with either
        begin = threading.Barrier(CLIENTS)

        def client(done: Cast) -> None:
            begin.wait(60)
            while True:
                try:
                    code, server = work.get_nowait()
                except queue.Empty:
                    return
                receipt = new_receipt()
                status, _ = cast_once((one, other)[server], code, receipt)
                answers[code].append(status)
                if status == 201:
                    done.receipts.append(receipt)

        with in_threads(CLIENTS, client) as done:
            pass
    assert {tuple(sorted(statuses)) for statuses in answers.values()} == {(201, 409, 409)}
    assert ask(settings, "SELECT count(*) FROM ballots") == RACED
    minping(settings, "campaign", "close", CODE)
    counted_in_full(settings, tmp_path, done.receipts)


class Roaming(Load):
    """Clients that try one server, then the other; they cast as many ballots as they are allowed to."""

    def __init__(self, ports: list[int], codes: list[str]) -> None:
        self._ports = itertools.cycle(ports)
        self.allowed = threading.Semaphore(0)
        super().__init__(ports[0], codes)

    @property
    def port(self) -> int:
        return next(self._ports)

    @port.setter
    def port(self, _first: int) -> None:
        pass

    def client(self, _done: Cast) -> None:
        while self.allowed.acquire() and not self.stop.is_set():
            code, receipt = self.codes.get_nowait(), new_receipt()
            self.cast(code, receipt)
            self.in_box[code] = receipt

    def wait_for(self, number: int) -> None:
        """Wait until so many ballots are known to be in."""
        pause = threading.Event()
        for _ in range(6000):
            if len(self.in_box) >= number:
                return
            pause.wait(0.01)
        raise AssertionError(f"{len(self.in_box)} ballots of {number}")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"] if CHAOS else ["postgresql"], indirect=True)
def test_one_of_two_servers_killed_under_load(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings, codes = opened(database, tmp_path, request, AT_A_TIME * KILLS)
    nodes = [settings, beside(settings, tmp_path)]
    load = Roaming([free_port(), free_port()], codes)
    ports = [next(load._ports), next(load._ports)]
    servers = [start(node, port) for node, port in zip(nodes, ports, strict=True)]
    try:
        with in_threads(CLIENTS, load.client):
            try:
                for kill in range(KILLS):
                    before, lost = len(load.in_box), kill % 2
                    load.allowed.release(AT_A_TIME)
                    load.wait_for(before + AT_A_TIME // 3)
                    servers[lost].kill()
                    load.wait_for(before + AT_A_TIME)  # over the other one
                    servers[lost] = start(nodes[lost], ports[lost])
            finally:
                load.stop.set()
                load.allowed.release(CLIENTS)
    finally:
        for server in servers:
            server.kill()
    assert load.cut  # the kills hit requests under way
    assert len(load.in_box) == AT_A_TIME * KILLS
    accounted(settings, tmp_path, load)
