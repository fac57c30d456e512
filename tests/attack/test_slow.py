"""Clients that hold on: idle, slow, far too large. The others go on voting (R11)."""

import asyncio
import contextlib
import resource
import socket
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.ballot.packing import MAX_BODY
from survey.instance import ready_app
from survey.web.server import connection as connections
from survey.web.server import receiving
from survey.web.server.connection import IDLE_SECONDS, PATIENCE_SECONDS, WORTH_WAITING_FOR, Connection
from survey.web.server.gunicorn_worker import CONNECTIONS, allow_files
from survey.web.server.receiving import (
    FIRST_SECONDS,
    MAX_ACCEPTED,
    MAX_HEAD,
    MAX_OF_SCANS,
    ORDINARY,
    ROOM,
    Reader,
    Request,
    Room,
)
from survey.web.server.shares import OTHERS, ThreadShare
from tests.builders import a_definition, running_campaign
from tests.lengths import times
from tests.serving import InProcess, Served, in_process, post, served

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
        assert vote(server, codes[0]) == 201
        before = server.memory()
        for head in (f"Content-Length: {BODY}", "Transfer-Encoding: chunked"):
            answers = [sent_whole(server, path, head) for path in ("/v/cast", "/o/x", "/admin/new") * 3]
            # Where the server closed first, the answer can be lost on its way; it never takes the body.
            assert set(answers) <= {413, None}, answers
            assert 413 in answers
        assert server.grown_since(before) < BODY
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


class Wire(asyncio.Transport):
    """Stands for a client: takes all that it is sent, unless it is told to take nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self.unsent = 0

    def write(self, data: Any) -> None:
        self.unsent += len(data) if self.unsent else 0

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def close(self) -> None:
        self.closed = True

    abort = close


class Handling:
    """What a connection hands its requests to: each is answered some time."""

    ending = False

    def __init__(self) -> None:
        self.app = Flask("slow")
        self.app.secret_key = b"k"
        self.requests: list[Request] = []

    def reader(self, connection: Connection) -> Reader:
        return Reader(self.app, Room(ROOM), {}, connection.come, connection.go_on)

    def come(self, connection: Connection, request: Request) -> None:
        self.requests.append(request)

    def opened(self, connection: Connection) -> None:
        pass

    def closed(self, connection: Connection) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What connections take for the time; it stands until somebody moves it."""
    now = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(connections, "monotonic", lambda: now.seconds)
    return now


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def connection(clock: SimpleNamespace, wire: Wire) -> Connection:
    made = Connection(Handling())
    made.connection_made(wire)
    return made


@pytest.mark.parametrize("sent", [b"", b"POST /v/cast HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n\r\n"])
def test_a_byte_a_second_is_no_sign_of_life(
    clock: SimpleNamespace, connection: Connection, wire: Wire, sent: bytes
) -> None:
    connection.data_received(sent or b"GET /v?")
    for second in range(PATIENCE_SECONDS + 2):
        assert wire.closed == (second > PATIENCE_SECONDS)
        clock.seconds += 1
        connection.data_received(b"a")
        connection.look(clock.seconds)


def test_who_sends_much_or_begins_anew_is_alive(
    clock: SimpleNamespace, connection: Connection, wire: Wire
) -> None:
    head = f"POST /v/cast HTTP/1.1\r\nHost: x\r\nContent-Length: {2 * WORTH_WAITING_FOR}\r\n\r\n"
    connection.data_received(head.encode())
    for _ in range(2):
        clock.seconds += PATIENCE_SECONDS - 1
        for _ in range(WORTH_WAITING_FOR // 4096):
            connection.data_received(b"x" * 4096)
        connection.look(clock.seconds)
    connection.finish(b"answer")
    clock.seconds += PATIENCE_SECONDS + 1  # the next comes after a while
    connection.data_received(b"G")
    clock.seconds += PATIENCE_SECONDS - 1
    connection.look(clock.seconds)
    assert not wire.closed


def test_who_holds_the_room_for_large_files_has_to_send(
    clock: SimpleNamespace, connection: Connection, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enough for a connection to live on is not enough to keep everybody else's files out."""
    monkeypatch.setattr(receiving, "monotonic", lambda: clock.seconds)
    monkeypatch.setattr(receiving, "noted_login", lambda _app, _cookies: "member")
    page = "/admin/a/qy/reports/2026-05/unit/t3"
    head = f"POST {page} HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_OF_SCANS}\r\n\r\n"
    connection.data_received(head.encode())
    for _ in range(FIRST_SECONDS // 30):
        clock.seconds += 30
        connection.data_received(b"x" * WORTH_WAITING_FOR)
        connection.look(clock.seconds)
        assert not wire.closed
    clock.seconds += 1
    connection.look(clock.seconds)
    assert wire.closed


def test_whoever_waits_for_an_answer_is_waited_for(
    clock: SimpleNamespace, connection: Connection, wire: Wire
) -> None:
    connection.data_received(b"GET /r/x HTTP/1.1\r\nHost: x\r\n\r\n")
    for _ in range(10):
        clock.seconds += PATIENCE_SECONDS
        connection.look(clock.seconds)
    assert not wire.closed
    connection.finish(b"answer")
    clock.seconds += IDLE_SECONDS - 1
    connection.look(clock.seconds)
    assert not wire.closed
    clock.seconds += 2
    connection.look(clock.seconds)
    assert wire.closed


VOTERS_THREADS = 2
PIECE = 64 * 1024
LONG = 200
"""Pieces: more than a server and two systems keep for a client that takes nothing."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcess]:
    """A server that waits a second for whoever takes nothing."""
    monkeypatch.setattr(connections, "PATIENCE_SECONDS", 1)
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
    with in_process(app, VOTERS_THREADS, look=0.1) as server:
        yield server


def asked(server: InProcess, path: str, holding: contextlib.ExitStack, times: int = 1) -> socket.socket:
    """Ask for something so many times at once, as a client that has hardly any room for it."""
    one = holding.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(20)
    one.connect(("127.0.0.1", server.port))
    one.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * times)
    return one


def test_who_asks_for_a_report_and_reads_nothing_keeps_no_thread_from_the_others(
    impatient: InProcess,
) -> None:
    with contextlib.ExitStack() as holding:
        for _ in range(OTHERS[ThreadShare.STATEMENTS]):
            asked(impatient, "/v/statement", holding)
        answer = asked(impatient, "/v/statement/short", holding).recv(4096)
        assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("share", ["/r", "/v"])
def test_who_asks_again_and_again_and_reads_nothing_keeps_no_thread(
    impatient: InProcess, monkeypatch: pytest.MonkeyPatch, share: str
) -> None:
    monkeypatch.setattr(connections, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    with contextlib.ExitStack() as holding:
        for _ in range(VOTERS_THREADS):
            asked(impatient, f"{share}/long", holding, times=9)
        answer = asked(impatient, f"{share}/short", holding).recv(4096)
        assert answer.startswith(b"HTTP/1.1 200")


def test_a_whole_answer_that_nobody_takes_is_forgotten(impatient: InProcess) -> None:
    with contextlib.ExitStack() as holding:
        waiting = asked(impatient, "/r/long", holding)
        assert waiting.recv(4).startswith(b"HTTP")
        until = time.monotonic() + 20
        while impatient.dispatcher.connections:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_who_reads_slowly_gets_all_of_a_report(impatient: InProcess) -> None:
    with contextlib.ExitStack() as holding:
        one = asked(impatient, "/v/statement", holding)
        begun, taken = time.monotonic(), 0
        while taken < PIECE * LONG:
            piece = one.recv(PIECE)
            assert piece
            taken += len(piece)
            time.sleep(len(piece) / PIECE / 60)
        assert time.monotonic() - begun > 2 * connections.PATIENCE_SECONDS


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
    with served(settings, processes=1) as server, contextlib.ExitStack() as holding:
        assert vote(server, codes[0]) == 201
        before = server.memory()
        for path, framing in (("/v/cast", "length"), ("/admin/login", "chunked")):
            for _ in range(MANY // 2):
                one = connected(server, holding)
                with contextlib.suppress(OSError):  # refused and closed, where there is no room
                    one.sendall(almost(path, framing))
        assert vote(server, codes[1]) == 201
        assert server.grown_since(before) < 2 * ROOM
        refused = ask_whole(server, f"code={codes[2]}&pad={'x' * (2 * ORDINARY)}", "application/json")
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"Retry-After" in refused
        assert b'"unavailable"' in refused
        assert "系统正忙".encode() in ask_whole(server, "x" * (2 * ORDINARY), "text/html")
    with served(settings, processes=1) as server:
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
@pytest.mark.parametrize("framing", [f"Content-Length: {MAX_ACCEPTED + 1}", "Transfer-Encoding: chunked"])
def test_what_is_cut_off_is_refused_in_the_words_that_were_asked_for(
    app: Flask, accept: str, framing: str
) -> None:
    head = f"POST /v/cast HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n{framing}\r\n\r\n"
    body = b"%x\r\n%s" % (2 * MAX_ACCEPTED, bytes(2 * MAX_ACCEPTED))
    with in_process(app) as server, socket.create_connection(("127.0.0.1", server.port), 30) as client:
        client.sendall(head.encode())
        client.sendall(body if "chunked" in framing else b"")
        answer = b""
        while piece := client.recv(65_536):
            answer += piece
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
