"""deploy/gunicorn.conf.py by itself."""

import contextlib
import http.client
import os
import runpy
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.config import Settings
from tests.builders import ROOT
from tests.secrecy.bytes_on_disk import found_in
from tests.serving import get, post

from .conftest import Backend
from .fronted import DEPLOY, gunicorn, wait_until_quiet
from .journey import ADDRESS, AGENT

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "gunicorn", "-c", str(DEPLOY / "gunicorn.conf.py")]


def test_it_is_refused_in_one_line_where_init_is_due(tmp_path: Path) -> None:
    environment = os.environ | {"MINPING_INSTANCE": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(COMMAND, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    said = [line for line in ran.stderr.splitlines() if not line.startswith("[")]
    assert said == [f"minping: {tmp_path} holds no secrets; run: minping init"]


REFUSED = 'minping: {name} "{number}" cannot be used; write a number, as 4'
NAMES = ("MINPING_WORKERS", "MINPING_THREADS")


def test_a_number_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    environment = os.environ | {NAMES[0]: "many", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(COMMAND, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == REFUSED.format(name=NAMES[0], number="many") + "\n"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("number", ["many", "-1", "0", "2.5"])
def test_every_number_that_is_none_is_refused(
    name: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, number)
    with pytest.raises(SystemExit) as refusal:
        runpy.run_path(COMMAND[-1])
    assert refusal.value.code == REFUSED.format(name=name, number=number)


def test_what_it_cannot_read_is_not_logged(backend: Backend) -> None:
    """gunicorn's own words for it name the address, or the path."""
    log = backend.server.folder / "logs" / "output.log"
    before = log.read_text()
    code = backend.codes[0]
    for sent in (
        f"GET /v/{code} HTTP/9.9\r\n\r\n",
        f"GET /v/{code} HTTP/1.1\r\nContent-Length: {code}\r\nUser-Agent: {AGENT}\r\n\r\n",
        f"GET /{code}{'y' * 5000} HTTP/1.1\r\n\r\n",
        f"GET /v HTTP/1.1\r\n{code}\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", backend.server.port), 30, (ADDRESS, 0)) as raw:
            raw.sendall(sent.encode())
            with contextlib.suppress(ConnectionResetError):
                assert raw.recv(1000).startswith(b"HTTP/1.1 4")
    wait_until_quiet(backend.server)
    assert log.read_text() == before
    assert found_in([log], {"address": ADDRESS.encode(), "code": code.encode()}) == set()


HELD = 8
"""Clients whose body never ends: twice as many as there are threads for voters."""


def ballot(port: int, code: str, timeout: float = 30) -> int:
    return post("127.0.0.1", port, "/v/ballot", {"code": code}, timeout=timeout)[0]


@contextlib.contextmanager
def held_on(port: int, *paths: str) -> Iterator[None]:
    """Keep whatever thread reads it waiting for the rest of a body, for the length of a block."""
    with contextlib.ExitStack() as holding:
        for path in paths:
            for _ in range(HELD):
                one = holding.enter_context(socket.create_connection(("127.0.0.1", port), 30))
                form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3000"
                one.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{form}\r\n\r\nname=".encode())
        yield


def test_threads_of_others_can_all_be_held_without_voters_noticing(backend: Backend) -> None:
    port = backend.server.port
    with held_on(port, "/receipt", "/admin/login", "/%61dmin/login", "/r/x", "//receipt"):
        for code in backend.codes[10:20]:
            assert ballot(port, code) == 200
    assert get("127.0.0.1", port, "/admin/login")[0] == 200
    assert get("127.0.0.1", port, "/receipt")[0] == 200


def test_control_with_gunicorns_own_worker_they_keep_voters_out(
    backend: Backend, settings: Settings, tmp_path: Path
) -> None:
    with (
        gunicorn(settings, tmp_path, "--worker-class", "gthread") as server,
        held_on(server.port, "/receipt"),
        pytest.raises(TimeoutError),
    ):
        ballot(server.port, backend.codes[10], timeout=1)


def test_one_connection_asks_for_pages_of_every_share(backend: Backend) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", backend.server.port, timeout=30)) as kept:
        kept.connect()
        socket_kept = kept.sock
        for path, status in [("/v", 200), ("/receipt", 200), ("/admin/login", 200), ("/r/x", 404)] * 3:
            kept.request("GET", path)
            answer = kept.getresponse()
            assert (answer.status, len(answer.read()) > 0) == (status, True)
        office = {"Cookie": backend.cookie}
        for path in ("/admin/", "/v", "/admin/"):
            kept.request("GET", path, headers=office)
            answer = kept.getresponse()
            answer.read()
            assert answer.status == 200
        assert kept.sock is socket_kept


FILTERED = """
import logging, runpy, sys, threading
conf = runpy.run_path(sys.argv[1])
log = logging.getLogger("gunicorn.error")
log.addHandler(logging.StreamHandler(sys.stdout))
log.addFilter(conf["_AboutProcesses"]())

def request():
    log.warning("Invalid request from ip=127.0.0.77")
    try:
        raise OSError("POST /v/cast 127.0.0.77")
    except OSError:
        log.exception("Error handling request %s", "/v/ABCD")

log.warning("Worker (pid:7) was sent SIGKILL")
thread = threading.Thread(target=request)
thread.start()
thread.join()
"""


def test_of_requests_only_the_kind_of_failure_is_said() -> None:
    command = [sys.executable, "-c", FILTERED, str(DEPLOY / "gunicorn.conf.py")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "Worker (pid:7) was sent SIGKILL\nfailure in a request: OSError\n"
