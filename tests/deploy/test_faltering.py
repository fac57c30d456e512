"""What proxies write when Minping falters or a voter does: nothing, however wordy their logs are made."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.secrecy.bytes_on_disk import files_below, found_in

from .fronted import Running, caddy, nginx, wait_until_quiet
from .journey import ask, ballot, half_sent, hang_up, needles, send
from .test_caddy import LOGGERS, WORDY

pytestmark = pytest.mark.slow

CODE = "7K3M-9QXA-BC2D-EFGH"
PATIENCE = 2
"""Seconds after which these voters go away; nginx is made to do so sooner."""
READY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
HASTE = {
    "client_body_timeout 10s;": "client_body_timeout 1s;",
    "proxy_read_timeout 60s;": "proxy_read_timeout 1s;",
}
LOGS_LEFT_ON = {"access_log off;": "", "error_log /dev/null emerg;": ""}
"""As Debian's own nginx.conf has it."""
ANSWERS = {
    "nothing": b"",
    "no HTTP": b"\x00\xff" + CODE.encode() + b"\r\n\r\n",
    "half a head": b"HTTP/1.1 201 Created\r\nX-Code: " + CODE.encode(),
    "half a body": b"HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n" + CODE.encode(),
    "a head far too long": b"HTTP/1.1 201 Created\r\nX-Long: " + CODE.encode() + b"y" * 90_000 + b"\r\n\r\n",
    "a bad header": b"HTTP/1.1 201 Created\r\n" + CODE.encode() + b"\r\nContent-Length: 0\r\n\r\n",
}


class Faltering:
    """A server in Minping's place that is ready, and then answers with ``answer`` and goes away."""

    def __init__(self) -> None:
        self.answer: bytes | None = b""
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self._held: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._falter(client)

    def _falter(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            client.settimeout(10)
            asked = client.recv(65536)
            if asked.startswith(b"GET /readyz"):
                client.sendall(READY)
            elif self.answer is None:
                self._held.append(client)  # and never a word
                return
            else:
                client.sendall(self.answer)
        client.close()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for client in self._held:
            client.close()


@pytest.fixture
def faltering() -> Iterator[Faltering]:
    server = Faltering()
    yield server
    server.close()


def suffer(front: Running, server: Faltering) -> set[int]:
    """Let voters meet every failure; return what they were told."""
    told = set()
    for answer in (*ANSWERS.values(), None):
        server.answer = answer
        with contextlib.suppress(OSError, HTTPException):
            told.add(send(front, f"/v/cast?code={CODE}", ballot(CODE), timeout=PATIENCE).status)
    with contextlib.closing(half_sent(front, f"/v/cast?{CODE}", CODE)) as held, contextlib.suppress(OSError):
        held.settimeout(PATIENCE)
        held.recv(100)
    hang_up(front, CODE)
    told.add(send(front, f"/v/cast?code={CODE}", ballot(CODE, 600_000), timeout=PATIENCE).status)
    told.add(
        ask(front, "GET", f"/v?code={CODE}", timeout=PATIENCE, Cookie="minping-code=" + CODE * 3000).status
    )
    wait_until_quiet(front)
    return told


def met(front: Running) -> set[str]:
    """Return what was found of a voter in all that the proxy wrote: each needle's name up to its spelling."""
    return {name.split(",")[0] for name, _ in found_in(files_below(front.folder), needles(CODE))}


@pytest.mark.parametrize(
    ("changes", "written"),
    [({}, set()), (LOGS_LEFT_ON, {"code", "127.0.0.77", "RecognisablePhone/77"})],
    ids=["as it stands", "control"],
)
def test_nginx(faltering: Faltering, tmp_path: Path, changes: dict[str, str], written: set[str]) -> None:
    with nginx(faltering.port, tmp_path / "nginx", HASTE | changes) as front:
        assert {400, 413, 503} <= suffer(front, faltering)
    assert met(front) == written


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, set()),
        (WORDY, set()),
        (WORDY | {LOGGERS: ""}, {"code", "127.0.0.77", "203.0.113.77", "RecognisablePhone/77"}),
    ],
    ids=["as it stands", "however wordy", "control"],
)
def test_caddy(faltering: Faltering, tmp_path: Path, changes: dict[str, str], written: set[str]) -> None:
    with caddy(faltering.port, tmp_path / "caddy", changes) as front:
        assert {431, 503} <= suffer(front, faltering)
    assert met(front) == written
    said = (front.folder / "logs" / "output.log").read_text(errors="replace")
    assert ("client_hello" in said) == bool(written), "a browser's greeting, with the moment it came"
