"""A real Caddy with deploy/caddy/Caddyfile before a real gunicorn: nothing spooled, nothing logged."""

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.domain.ballot.packing import MAX_BODY
from survey.web.server.receiving import MAX_OF_OFFICES, MAX_OF_SCANS
from tests.secrecy.bytes_on_disk import files_below, found_in

from .conftest import Backend
from .fronted import DEPLOY, Running, caddy, free_port, program, wait_until_quiet
from .journey import ask, ballot, half_sent, hang_up, needles, send, unread, upload, vote
from .watching import open_files, watched

pytestmark = pytest.mark.slow

SITE = DEPLOY / "caddy" / "Caddyfile"
LOGGERS = "exclude http.log http.handlers http.stdlib tls.handshake events"
WORDY = {"level INFO": "level DEBUG"}
OWN = ("/home/config/", "/home/data/")
"""Caddy keeps its configuration and its certificates there, and notes the time in a lock beside them."""


@pytest.fixture(scope="module")
def front(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with caddy(backend.server.port, tmp_path_factory.mktemp("front") / "caddy") as server:
        yield server


def test_a_whole_journey_leaves_no_file_and_no_line(backend: Backend, front: Running) -> None:
    codes = [backend.codes.pop() for _ in range(3)]
    places = [one.folder / name for one in (front, backend.server) for name in ("temporary", "home", "work")]
    with watched(*places) as watch:
        statuses = vote(front, codes[0])
        assert statuses[:9] == [200, 200, 200, 422, 201, 409, 404, 404, 200]
        # Caddy 2.6 has no word of its own for a body that is too large.
        assert statuses[9] in (413, 503)
        hang_up(front, codes[1])
        for held in (half_sent(front, "/v/cast", codes[2]), unread(front, codes[2])):
            with contextlib.closing(held):
                wait_until_quiet(front, backend.server)
                names = open_files(front.pids())
                assert {name for name in names if not name.startswith(str(front.folder / "logs"))} == set()
        assert upload(front, backend.cookie) == 422
        assert {name for name in watch.seen() if not any(own in name for own in OWN)} == set()
    assert found_in(files_below(backend.server.folder, front.folder), needles(*codes)) == set()
    assert "using provided configuration" in (front.folder / "logs" / "output.log").read_text()


@pytest.mark.parametrize(
    ("changes", "logged"),
    [({}, set()), (WORDY, set()), (WORDY | {LOGGERS: ""}, {"127.0.0.77", "code"})],
    ids=["as it stands", "however wordy", "control"],
)
def test_nor_when_minping_is_away(
    backend: Backend, tmp_path: Path, changes: dict[str, str], logged: set[str]
) -> None:
    code = backend.codes[0]
    with caddy(free_port(), tmp_path / "caddy", changes, status=503) as alone:
        away = ask(alone, "GET", f"/v?code={code}")
        hang_up(alone, code)
    assert (away.status, away.headers["retry-after"], away.headers["cache-control"]) == (503, "5", "no-store")
    assert "请稍后重试" in away.body.decode()
    met = {name.split(",")[0] for name, _ in found_in(files_below(alone.folder), needles(code))}
    assert met >= logged
    assert logged or met == set()


def test_slow_voters_hold_up_nobody(backend: Backend, front: Running) -> None:
    with contextlib.ExitStack() as open_ones:
        for _ in range(12):
            open_ones.enter_context(contextlib.closing(half_sent(front, "/v/ballot", backend.codes[0])))
        wait_until_quiet(front, backend.server)
        assert send(front, "/v/ballot", {"code": backend.codes[0]}).status == 200


def test_what_a_voter_wrote_is_not_compressed(backend: Backend, front: Running) -> None:
    answer = send(front, "/v/review", ballot(backend.codes[0]), Accept_Encoding="gzip")
    assert (answer.status, answer.headers.get("content-encoding")) == (200, None)


def test_minping_learns_that_the_way_is_safe(backend: Backend, front: Running) -> None:
    code = {"code": backend.codes[0]}
    assert "本页没有加密传输" not in send(front, "/v/ballot", code).body.decode()
    assert ask(front, "GET", "/admin/login").status == 200


def test_the_file_is_well_formed_as_it_stands() -> None:
    command = [program("caddy"), "adapt", "--adapter", "caddyfile", "--config", str(SITE), "--pretty"]
    environment = os.environ | {"MINPING_CADDY_BUFFERS": "buffer_requests"}
    adapted = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert adapted.returncode == 0, adapted.stderr
    assert '"minping.example.org"' in adapted.stdout
    assert '"logs"' not in adapted.stdout.partition('"apps"')[2], "an access log"
    formatted = subprocess.run(
        [program("caddy"), "fmt", str(SITE)], capture_output=True, text=True, check=True
    )
    assert formatted.stdout == SITE.read_text()


def test_limits_are_those_of_minping() -> None:
    sizes = re.findall(r"max_size (\d+)(\w+)$", SITE.read_text(), re.MULTILINE)
    scans, large, small = (int(number) << {"KiB": 10, "MiB": 20}[unit] for number, unit in sizes)
    assert scans == MAX_OF_SCANS
    assert large == MAX_OF_OFFICES
    assert small > MAX_BODY
    assert "request_buffers 17MiB" in SITE.read_text()
