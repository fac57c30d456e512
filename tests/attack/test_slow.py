"""Clients that hold on: idle, slow, far too large. The others go on voting (R11)."""

import contextlib
import resource
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import waitress.channel
from flask import Flask
from waitress.adjustments import Adjustments

from survey.config import Settings
from survey.instance import ready_app
from survey.web.serving import CONNECTIONS, PATIENCE_SECONDS, WORTH_WAITING_FOR, _channel_for, allow_files
from tests.builders import a_definition, running_campaign
from tests.lengths import times
from tests.serving import Served, post, served

pytestmark = pytest.mark.slow

IDLE = times(1_100, 1_800)
"""More than ``select`` can look at, fewer than the server takes."""
SLOW = 20
BODY = 20 << 20
FIELDS = {"c1.de": "excellent", "c1.neng": "competent"}


@pytest.fixture
def many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def codes(settings: Settings) -> list[str]:
    with ready_app(settings, pages=True) as app:
        return running_campaign(app, a_definition(groups=("A",)), 20).codes["A"]


def connected(server: Served, holding: contextlib.ExitStack) -> socket.socket:
    return holding.enter_context(socket.create_connection((server.host, server.port), 30))


def vote(server: Served, code: str) -> int:
    return post(server.host, server.port, "/v/cast", {"code": code, **FIELDS})[0]


def test_clients_that_hold_on_keep_nobody_from_voting(
    settings: Settings, codes: list[str], many_files: None
) -> None:
    with served(settings) as server, contextlib.ExitStack() as holding:
        for _ in range(IDLE):
            connected(server, holding)
        assert vote(server, codes[0]) == 201
        slow = [connected(server, holding) for _ in range(SLOW)]
        for number, one in enumerate(slow):
            # Half of them never finish their head, the others never finish their body.
            head = b"POST /v/cast HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n"
            one.sendall(head if number % 2 else head + b"\r\ncode=")
        for code in codes[1:10]:
            assert vote(server, code) == 201
            for one in slow:
                one.sendall(b"a")
        assert server.process.poll() is None
    assert server.process.returncode == 0


def test_a_body_far_too_large_is_cut_off_and_takes_no_memory(settings: Settings, codes: list[str]) -> None:
    with served(settings) as server:
        process = psutil.Process(server.process.pid)
        assert vote(server, codes[0]) == 201
        before = process.memory_info().rss
        for head in (f"Content-Length: {BODY}", "Transfer-Encoding: chunked"):
            answers = [sent_whole(server, path, head) for path in ("/v/cast", "/o/x", "/admin/new") * 3]
            # Where the server closed first, the answer can be lost on its way; it never takes the body.
            assert set(answers) <= {413, None}, answers
            assert 413 in answers
        assert process.memory_info().rss - before < BODY
        assert vote(server, codes[1]) == 201


def sent_whole(server: Served, path: str, header: str) -> int | None:
    """Send a body of 20 MB as a client does that does not listen; return the status it then finds."""
    piece = b"x" * 65_536
    with contextlib.ExitStack() as holding:
        sock = connected(server, holding)
        sock.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            for _ in range(BODY // len(piece)):
                framed = b"%x\r\n%s\r\n" % (len(piece), piece) if "chunked" in header else piece
                sock.sendall(framed)
        with contextlib.suppress(OSError):
            answer = sock.recv(4096)
            return int(answer.split()[1]) if answer else None
    return None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What waitress takes for the time; it stands until somebody moves it."""
    now = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(waitress.channel, "time", SimpleNamespace(time=lambda: now.seconds))
    return now


@pytest.fixture
def connection() -> Iterator[tuple[Any, socket.socket]]:
    """A connection as waitress holds it, and its other end."""
    ours, theirs = socket.socketpair()
    server = SimpleNamespace(active_channels={}, add_task=lambda channel: channel.requests.clear())
    app = Flask("slow")
    app.secret_key = b"k"
    channel = _channel_for(app)(server, ours, ("127.0.0.1", 1), Adjustments(), map={})
    with theirs:
        yield channel, theirs
    channel.close()


def test_a_byte_a_second_is_no_sign_of_life(clock: Any, connection: tuple[Any, socket.socket]) -> None:
    channel, client = connection
    client.sendall(b"POST /v/cast HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n\r\n")
    channel.handle_read()
    for _ in range(PATIENCE_SECONDS + 1):
        clock.seconds += 1
        client.sendall(b"a")
        channel.handle_read()
    assert channel.last_activity < clock.seconds - PATIENCE_SECONDS  # when maintenance closes it


def test_who_sends_much_or_begins_anew_is_alive(clock: Any, connection: tuple[Any, socket.socket]) -> None:
    channel, client = connection
    head = f"POST /admin/new HTTP/1.1\r\nHost: x\r\nContent-Length: {2 * WORTH_WAITING_FOR}\r\n\r\n"
    client.sendall(head.encode())
    channel.handle_read()
    for _ in range(2):
        clock.seconds += PATIENCE_SECONDS - 1
        for _ in range(WORTH_WAITING_FOR // 4096):
            client.sendall(b"x" * 4096)
            channel.handle_read()
        assert channel.last_activity == clock.seconds
    assert channel.request is None  # this one is complete; the next comes after a while
    clock.seconds += 2 * PATIENCE_SECONDS
    client.sendall(b"G")
    channel.handle_read()
    assert channel.last_activity == clock.seconds


def test_connections_and_files_fit(many_files: None) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    allowed = allow_files()
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert allowed < soft
    assert allowed == CONNECTIONS or soft == hard
