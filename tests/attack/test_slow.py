"""Clients that hold on: idle, slow, far too large. The others go on voting (R11)."""

import contextlib
import logging
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import waitress.channel
from flask import Flask
from waitress.adjustments import Adjustments

from survey.config import Settings
from survey.domain.ballot.packing import MAX_BODY
from survey.instance import ready_app
from survey.web.server import receiving, serving
from survey.web.server.receiving import (
    MAX_ACCEPTED,
    MAX_HEAD,
    ORDINARY,
    PATIENCE_SECONDS,
    ROOM,
    WORTH_WAITING_FOR,
    channel_for,
)
from survey.web.server.serving import CONNECTIONS, allow_files
from survey.web.server.shares import OTHERS, ThreadShare
from tests.builders import a_definition, running_campaign
from tests.lengths import times
from tests.serving import Served, free_port, post, served

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
    limits = Adjustments(max_request_body_size=MAX_ACCEPTED)
    server = SimpleNamespace(
        adj=limits, active_channels={}, add_task=lambda channel: channel.requests.clear()
    )
    app = Flask("slow")
    app.secret_key = b"k"
    channel = channel_for(app)(server, ours, ("127.0.0.1", 1), limits, map={})
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


VOTERS_THREADS = 2
PIECE = 64 * 1024
LONG = 200
"""Pieces: more than a server and two systems keep for a client that takes nothing."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server that waits a second for whoever takes nothing."""
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", 1)
    monkeypatch.setattr(serving, "PATIENCE_SECONDS", 1)
    app = Flask("slow")
    app.secret_key = b"k"
    answers: dict[str, Callable[[], Any]] = {
        "/v/statement": lambda: (b"x" * PIECE for _ in range(LONG)),
        "/v/statement/short": lambda: "short",
        "/r/long": lambda: b"x" * PIECE * LONG,
        "/r/short": lambda: "short",
        "/v/long": lambda: b"x" * PIECE * LONG,
        "/v/short": lambda: "short",
    }
    for path, answer in answers.items():
        app.add_url_rule(path, path, answer)
    port = free_port()
    log = logging.getLogger("waitress")
    level = log.level
    server = serving.listen(app, "127.0.0.1", port, VOTERS_THREADS)
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            server.asyncore.loop(timeout=0.1, map=server._map, use_poll=True, count=1)
            server.maintenance(time.time())  # waitress looks every thirty seconds

    thread = threading.Thread(target=run)
    thread.start()
    yield server
    ended.set()
    thread.join()
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.task_dispatcher.shutdown()
    server.close()
    log.setLevel(level)


def asked(server: Any, path: str, holding: contextlib.ExitStack, times: int = 1) -> socket.socket:
    """Ask for something so many times at once, as a client that has hardly any room for it."""
    one = holding.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(20)
    one.connect(("127.0.0.1", int(server.effective_port)))
    one.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * times)
    return one


def test_who_asks_for_a_report_and_reads_nothing_keeps_no_thread_from_the_others(impatient: Any) -> None:
    with contextlib.ExitStack() as holding:
        for _ in range(OTHERS[ThreadShare.STATEMENTS]):
            asked(impatient, "/v/statement", holding)
        answer = asked(impatient, "/v/statement/short", holding).recv(4096)
        assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("share", ["/r", "/v"])
def test_who_asks_again_and_again_and_reads_nothing_keeps_no_thread(
    impatient: Any, monkeypatch: pytest.MonkeyPatch, share: str
) -> None:
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    with contextlib.ExitStack() as holding:
        for _ in range(VOTERS_THREADS):
            asked(impatient, f"{share}/long", holding, times=9)
        answer = asked(impatient, f"{share}/short", holding).recv(4096)
        assert answer.startswith(b"HTTP/1.1 200")


def test_a_whole_answer_that_nobody_takes_is_forgotten(impatient: Any) -> None:
    with contextlib.ExitStack() as holding:
        waiting = asked(impatient, "/r/long", holding)
        assert waiting.recv(4).startswith(b"HTTP")
        until = time.monotonic() + 20
        while impatient.active_channels:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_who_reads_slowly_gets_all_of_a_report(impatient: Any) -> None:
    with contextlib.ExitStack() as holding:
        one = asked(impatient, "/v/statement", holding)
        begun, taken = time.monotonic(), 0
        while taken < PIECE * LONG:
            piece = one.recv(PIECE)
            assert piece
            taken += len(piece)
            time.sleep(len(piece) / PIECE / 60)
        assert time.monotonic() - begun > 2 * receiving.PATIENCE_SECONDS


def test_connections_and_files_fit(many_files: None) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    allowed = allow_files()
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert allowed < soft
    assert allowed == CONNECTIONS or soft == hard


MANY = times(300, 1_000)


def test_large_bodies_of_strangers_take_no_more_room_than_there_is(
    settings: Settings, codes: list[str], many_files: None
) -> None:
    """Each holds most of what one may send; ordinary ballots, and who has logged in, go on."""
    with served(settings) as server, contextlib.ExitStack() as holding:
        process = psutil.Process(server.process.pid)
        assert vote(server, codes[0]) == 201
        before = process.memory_info().rss
        for path, framing in (("/v/cast", "length"), ("/admin/login", "chunked")):
            for _ in range(MANY // 2):
                one = connected(server, holding)
                with contextlib.suppress(OSError):  # refused and closed, where there is no room
                    one.sendall(almost(path, framing))
        assert vote(server, codes[1]) == 201
        assert process.memory_info().rss - before < 2 * ROOM
        refused = ask_whole(server, f"code={codes[2]}&pad={'x' * (2 * ORDINARY)}", "application/json")
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"Retry-After" in refused
        assert b'"unavailable"' in refused
        assert "系统正忙".encode() in ask_whole(server, "x" * (2 * ORDINARY), "text/html")
    with served(settings) as server:
        # Room is given back as they go, whether they were answered or not.
        with contextlib.ExitStack() as holding:
            for _ in range(ROOM // MAX_ACCEPTED):
                connected(server, holding).sendall(almost("/v/cast", "length"))
            assert ask_whole(server, "x" * (2 * ORDINARY), "").startswith(b"HTTP/1.1 503")
        large = f"code={codes[2]}&pad={'x' * (2 * ORDINARY)}"
        while ask_whole(server, large, "").startswith(b"HTTP/1.1 503"):
            pass  # until the server has met the ends of their connections
        for _ in range(2 * ROOM // MAX_ACCEPTED):
            assert ask_whole(server, large, "application/json").startswith(b"HTTP/1.1 409")


def almost(path: str, framing: str) -> bytes:
    """A request that lacks its last bytes."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    body = b"x" * (MAX_BODY - 1000)
    if framing == "chunked":
        return f"{head}Transfer-Encoding: chunked\r\n\r\n{MAX_BODY:x}\r\n".encode() + body
    return f"{head}Content-Length: {MAX_BODY}\r\n\r\n".encode() + body


def ask_whole(server: Served, body: str, accept: str) -> bytes:
    """Post a ballot of one's own length; return the whole answer."""
    with socket.create_connection((server.host, server.port), 30) as sock:
        head = "POST /v/cast HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
        kind = f"application/x-www-form-urlencoded\r\nAccept: {accept}"
        sock.sendall(f"{head}{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            sock.sendall(body.encode())
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := sock.recv(65_536):
                answer += piece
        return answer


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_what_is_cut_off_is_refused_in_the_words_that_were_asked_for(
    connection: tuple[Any, socket.socket], accept: str
) -> None:
    channel, client = connection
    channel.server.add_task = channel.server.pull_trigger = lambda *_: None
    head = f"POST /v/cast HTTP/1.1\r\nHost: x\r\nAccept: {accept}"
    client.sendall(f"{head}\r\nContent-Length: {MAX_ACCEPTED + 1}\r\n\r\n".encode())
    channel.handle_read()
    channel.service()
    client.settimeout(10)
    channel.handle_write()
    answer = client.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 413")
    assert f"Content-Type: {accept}".encode() in answer
    assert ("too-large" in answer.decode()) == (accept == "application/json")
    assert "提交的内容过大" in answer.decode()


def test_a_head_without_end_is_cut_off(settings: Settings) -> None:
    with served(settings) as server, contextlib.ExitStack() as holding:
        one = connected(server, holding)
        with contextlib.suppress(OSError):
            one.sendall(b"GET /v HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"y" * (2 * MAX_HEAD))
        with contextlib.suppress(ConnectionResetError):
            assert b" 431 " in one.recv(100)
