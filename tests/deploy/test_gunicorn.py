"""deploy/gunicorn.conf.py by itself."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import ROOT
from tests.secrecy.bytes_on_disk import found_in

from .conftest import Backend
from .fronted import DEPLOY, wait_until_quiet
from .journey import ADDRESS, AGENT

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "gunicorn", "-c", str(DEPLOY / "gunicorn.conf.py")]


def test_it_is_refused_in_one_line_where_init_is_due(tmp_path: Path) -> None:
    environment = os.environ | {"MINPING_INSTANCE": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(COMMAND, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    said = [line for line in ran.stderr.splitlines() if not line.startswith("[")]
    assert said == [f"minping: {tmp_path} holds no secrets; run: minping init"]


@pytest.mark.parametrize("name", ["MINPING_WORKERS", "MINPING_THREADS"])
@pytest.mark.parametrize("number", ["many", "-1", "0", "2.5"])
def test_a_number_that_is_none_is_refused_in_one_line(tmp_path: Path, name: str, number: str) -> None:
    environment = os.environ | {name: number, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(COMMAND, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == f'minping: {name} "{number}" cannot be used; write a number, as 4\n'


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
