"""Several processes as one server: one that is lost, long work done once, an orderly end."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from survey.config import Settings
from survey.domain.errors import BadSetting
from survey.instance import ready_app
from survey.web.server import gunicorn_worker, serving
from survey.web.server.serving import Seat
from tests.builders import a_definition, running_campaign
from tests.family import each
from tests.serving import environment_of, free_port, get, post

PROCESSES = 2
FIELDS = {"c1.de": "excellent", "c1.neng": "competent"}


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Started:
    """A ``minping serve`` of two processes, one for long work, and what it logs."""

    def __init__(self, settings: Settings, log: Path, *options: str) -> None:
        self.port, self.log = free_port(), log
        command = [sys.executable, "-m", "survey.cli", "serve", "--port", str(self.port), *options]
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [*command, "--processes", str(PROCESSES)],
                env=environment_of(settings),
                stdout=subprocess.DEVNULL,
                stderr=file,
            )
        self.main = psutil.Process(self.process.pid)

    def answers(self) -> bool:
        try:
            return get("127.0.0.1", self.port, "/readyz")[0] == 200
        except OSError:
            return False

    def said(self, event: str) -> int:
        return self.log.read_text().count(f'"{event}"')

    def children(self) -> set[int]:
        seen = each(self.main.children(), lambda child: (child.pid, child.status()))
        return {pid for pid, status in seen if status != psutil.STATUS_ZOMBIE}


@contextmanager
def serve(settings: Settings, log: Path, *options: str) -> Iterator[Started]:
    server = Started(settings, log, *options)
    try:
        wait_for(server.answers)
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@pytest.fixture
def codes(settings: Settings) -> list[str]:
    with ready_app(settings, pages=True) as app:
        return running_campaign(app, a_definition(groups=("A",)), 5).codes["A"]


@pytest.mark.slow
def test_a_process_that_is_lost_begins_anew_and_long_work_is_done_by_one(
    settings: Settings, codes: list[str], tmp_path: Path
) -> None:
    with serve(settings, tmp_path / "log") as server:
        wait_for(lambda: server.said("the worker began") == 1)
        wait_for(lambda: len(server.children()) == PROCESSES + 1)
        for lost, number in enumerate(server.children(), 1):
            os.kill(number, signal.SIGKILL)
            wait_for(
                lambda lost=lost: server.said("a process of the server was lost and begins anew") == lost
            )  # type: ignore[misc]
            wait_for(lambda: len(server.children()) == PROCESSES + 1)
            wait_for(server.answers)
        # One of the three had the work; another took it up.
        wait_for(lambda: server.said("the worker began") == 2)
        assert post("127.0.0.1", server.port, "/v/cast", {"code": codes[0], **FIELDS})[0] == 201


@pytest.mark.slow
def test_with_its_master_all_processes_end(settings: Settings, codes: list[str], tmp_path: Path) -> None:
    with serve(settings, tmp_path / "log") as server:
        wait_for(lambda: len(server.children()) == PROCESSES + 1)
        children = [psutil.Process(number) for number in server.children()]
        server.process.kill()
        _, left = psutil.wait_procs(children, timeout=30)
        assert left == []


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_is_being_answered_at_the_end_gets_the_answer(
    settings: Settings, codes: list[str], tmp_path: Path, sign: signal.Signals
) -> None:
    assert settings.sqlite_file is not None
    statuses = []
    with serve(settings, tmp_path / "log", "--no-worker") as server:
        with closing(sqlite3.connect(settings.sqlite_file, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")

            def cast() -> None:
                statuses.append(post("127.0.0.1", server.port, "/v/cast", {"code": codes[0], **FIELDS})[0])

            voter = threading.Thread(target=cast)
            voter.start()
            busy = len(server.main.net_connections())
            wait_for(
                lambda: max(each(server.main.children(), lambda child: len(child.net_connections()))) > busy
            )
            server.process.send_signal(sign)
            wait_for(lambda: not server.answers())  # it takes nobody any more
            database.execute("COMMIT")
        voter.join(30)
        assert statuses == [201]
        assert server.process.wait(30) == 0
    assert server.said("the server ended") == 1


def test_a_seat_is_had_by_one_process_until_that_ends() -> None:
    seat = Seat()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, b"1" if seat.take() else b"0")
        signal.pause()
    try:
        assert os.read(reading, 1) == b"1"
        assert not seat.take()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert seat.take()
    seat._file.close()


@pytest.mark.parametrize(
    ("allowed", "peer", "believed"),
    [
        (["127.0.0.1", "::1"], ("127.0.0.1", 1), True),
        (["127.0.0.1", "::1"], ("::1", 1, 0, 0), True),
        (["127.0.0.1", "::1"], ("192.0.2.1", 1), False),
        (["127.0.0.1"], ("fe80::1%eth0", 1, 0, 2), False),
        (["192.0.2.0/24"], ("192.0.2.1", 1), True),
        (["*"], ("192.0.2.1", 1), True),
        ([], ("127.0.0.1", 1), False),
        ([], "", True),
    ],
)
def test_whose_word_for_https_is_believed(allowed: list[str], peer: object, believed: bool) -> None:
    headers = {"X-FORWARDED-PROTO": "https"}
    trust = gunicorn_worker._trusted(
        SimpleNamespace(forwarded_allow_ips=allowed, secure_scheme_headers=headers)
    )
    assert list(trust(peer)) == ([("HTTP_X_FORWARDED_PROTO", "https")] if believed else [])


def test_a_name_with_several_addresses_is_listened_at_by_all_that_there_are() -> None:
    port = free_port()
    listening = serving.listen("localhost", port)
    try:
        assert "127.0.0.1" in [one.getsockname()[0] for one in listening]
        with pytest.raises(BadSetting, match="something else listens"):
            serving.listen("127.0.0.1", port)
    finally:
        for one in listening:
            one.close()
