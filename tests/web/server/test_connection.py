"""What a connection may say and is answered: the server's loop with a small application behind it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask, Response, request

from survey.web.server import receiving
from survey.web.server.receiving import MAX_FIELDS, MAX_HEAD
from survey.web.server.shares import ThreadShare
from tests.serving import InProcess, in_process


class Echo:
    """An application that says what it was asked, and lets a test hold its answers."""

    def __init__(self) -> None:
        self.app = Flask("echo")
        self.app.secret_key = b"k"
        self.app.add_url_rule("/<path:path>", "say", self.say, methods=["GET", "POST"])
        self.app.add_url_rule("/r/pieces", "pieces", lambda: Response(iter([b"ab", b"", b"cd"])))
        self.app.add_url_rule("/r/short", "short", self.short)
        self.app.add_url_rule("/r/nothing", "nothing", lambda: ("", 204))
        self.app.add_url_rule("/r/held", "held", self.held)
        self.arrived, self.go_on = threading.Event(), threading.Event()

    def say(self, path: str) -> Any:
        said = request.headers.get("X-Forwarded-For", "")
        return f"{request.method} {path} {request.query_string.decode()} {request.get_data().decode()} {said}"

    def short(self) -> Response:
        return Response(iter([b"ab"]), headers={"Content-Length": "9"})

    def held(self) -> str:
        self.arrived.set()
        assert self.go_on.wait(30)
        return "late"


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def server(echo: Echo) -> Iterator[InProcess]:
    with in_process(echo.app) as running:
        yield running
        echo.go_on.set()


def talk(server: InProcess, *sent: str, to_the_end: bool = True) -> bytes:
    """Send pieces one after the other; return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), 30) as sock:
        for piece in sent:
            sock.sendall(piece.encode("latin-1"))
        if to_the_end:
            with suppress(OSError):  # the server may have broken off already
                sock.shutdown(socket.SHUT_WR)
        answer = b""
        while came := sock.recv(65_536):
            answer += came
    return answer


def head(path: str = "/r/x", *lines: str, method: str = "GET", version: str = "1.1") -> str:
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: x", *lines, "", ""])


CLOSE = "Connection: close"


def test_one_connection_too_many_waits_until_another_ends(echo: Echo) -> None:
    def connected() -> socket.socket:
        return socket.create_connection(("127.0.0.1", server.port), 30)

    with in_process(echo.app, most=2) as server, connected() as first, connected() as second:
        for one in (first, second):
            one.sendall(head().encode())
            assert one.recv(1000).startswith(b"HTTP/1.1 200")
        with connected() as third:
            third.sendall(head().encode())
            second.sendall(head().encode())
            assert second.recv(1000).startswith(b"HTTP/1.1 200")
            assert len(server.dispatcher.connections) == 2
            first.close()
            assert third.recv(1000).startswith(b"HTTP/1.1 200")


def test_requests_of_one_connection_are_answered_in_their_order(server: InProcess) -> None:
    sent = "".join(head(f"/r/{number}") for number in range(5)) + head("/v/x", CLOSE)
    answer = talk(server, sent, to_the_end=False)
    assert [answer.find(f"GET {path}".encode()) > 0 for path in ("r/0", "r/4", "v/x")] == [True] * 3
    assert answer.count(b"HTTP/1.1 200 OK") == 6
    assert answer.find(b"GET r/0") < answer.find(b"GET r/4") < answer.find(b"GET v/x")


def test_who_asks_without_end_before_an_answer_is_given_up(echo: Echo, server: InProcess) -> None:
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        talk(server, head("/r/held") * 200_000)
    echo.go_on.set()
    assert talk(server, head("/v/x")).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("size", [1, 7])
def test_a_request_may_come_in_the_smallest_pieces(server: InProcess, size: int) -> None:
    whole = head("/r/a%20b?c=d", "Content-Length: 5", CLOSE, method="POST") + "hello"
    answer = talk(server, *(whole[at : at + size] for at in range(0, len(whole), size)), to_the_end=False)
    assert b"POST r/a b c=d hello" in answer


def test_a_body_in_chunks(server: InProcess) -> None:
    chunks = "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Forwarded-For: after\r\n\r\n"
    answer = talk(server, head("/r/x", "Transfer-Encoding: chunked", CLOSE, method="POST") + chunks)
    assert b"POST r/x  abcde \r\n" in answer + b"\r\n"


def test_leave_to_send_a_body(server: InProcess) -> None:
    expecting = head("/r/x", "Expect: 100-continue", "Content-Length: 3", CLOSE, method="POST")
    answer = talk(server, expecting, "abc", to_the_end=False)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    far_too_much = head("/r/x", "Expect: 100-continue", "Content-Length: 3000000", CLOSE, method="POST")
    assert talk(server, far_too_much).startswith(b"HTTP/1.1 413")


def test_answers_without_a_body(server: InProcess) -> None:
    answer = talk(server, head(method="HEAD") + head("/r/nothing") + head("/r/last", CLOSE))
    asked, nothing, last = answer.split(b"HTTP/1.1 ")[1:]
    assert asked.startswith(b"200")
    assert asked.endswith(b"\r\n\r\n")
    assert b"Content-Length: " in asked
    assert nothing.startswith(b"204")
    assert nothing.endswith(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in nothing
    assert b"GET r/last" in last


def test_a_body_without_a_length_has_an_end(server: InProcess) -> None:
    answer = talk(server, head("/r/pieces") + head("/r/last", CLOSE))
    assert b"Transfer-Encoding: chunked\r\n" in answer
    assert b"\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\nHTTP/1.1 200" in answer
    old = talk(server, head("/r/pieces", version="1.0") + head("/r/last"))
    assert b"Connection: close\r\n" in old
    assert old.endswith(b"\r\n\r\nabcd")


def test_an_answer_that_is_not_whole_is_broken_off(server: InProcess) -> None:
    with pytest.raises(ConnectionResetError):
        talk(server, head("/r/short"))


def test_the_last_answer_says_so_and_others_do_not(server: InProcess) -> None:
    assert b"Connection: close" in talk(server, head("/r/x", CLOSE), to_the_end=False)
    assert b"Connection: close" not in talk(server, head())
    assert b"Connection: close" in talk(server, head(version="1.0"), to_the_end=False)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("nonsense\r\n\r\n", 400),
        ("GET /r/x HTTP/9.9\r\n\r\n", 400),
        ("GET /r/x HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        ("POST /r/x HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("POST /r/x HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /r/x HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("POST /r/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n", 400),
        ("GET /r/x HTTP/1.1\r\nHost: x\r\n folded: x\r\n\r\n", 400),
        ("GET /r/x HTTP/1.1\r\nA b: c\r\n\r\n", 400),
        ("GET /r/x HTTP/1.1\r\nA: b\0c\r\n\r\n", 400),
        ("GET /r/x HTTP/1.1\r\n" + "A: b\r\n" * (MAX_FIELDS + 1) + "\r\n", 431),
        ("GET /r/x HTTP/1.1\r\nA: " + "b" * MAX_HEAD + "\r\n\r\n", 431),
        ("GET /r/x HTTP/1.1\r\nA: " + "b" * 3 * MAX_HEAD, 431),
        ("GET /r/" + "x" * MAX_HEAD + " HTTP/1.1\r\n\r\n", 431),
        ("POST /r/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + "A: b\r\n" * MAX_HEAD, 431),
        ("POST /r/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + "b" * 20 * MAX_HEAD, 431),
        ("POST /r/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + "A" * 20 * MAX_HEAD, 431),
        ("POST /r/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;" + "a" * 20 * MAX_HEAD, 431),
    ],
)
def test_what_cannot_be_taken_is_refused_and_the_rest_not_read(
    server: InProcess, sent: str, status: int
) -> None:
    answer = talk(server, sent + head("/r/hidden"))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.count(b"HTTP/1.1") == 1
    assert b"Connection: close\r\n" in answer


def test_a_refusal_comes_after_the_answers_before_it(server: InProcess) -> None:
    answer = talk(server, head("/r/one") + "nonsense\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1 400") == 1


def test_another_protocol_is_not_spoken(server: InProcess) -> None:
    upgrade = head("/r/x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA")
    answer = talk(server, upgrade + "PRI * HTTP/2.0\r\n\r\n", to_the_end=False)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1


def test_no_header_passes_for_another(server: InProcess) -> None:
    answer = talk(server, head("/r/x", "X_Forwarded_For: 1.2.3.4", CLOSE))
    assert b"1.2.3.4" not in answer
    answer = talk(server, head("/r/x", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 5.6.7.8", CLOSE))
    assert b"1.2.3.4, 5.6.7.8" in answer


def test_an_address_in_full_is_taken_as_a_path(server: InProcess) -> None:
    assert b"GET r/x a=b" in talk(server, head("http://x/r/x?a=b#c", CLOSE))


def test_who_has_nothing_more_to_say_is_answered(echo: Echo, server: InProcess) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 30) as sock:
        sock.sendall(head("/r/held").encode())
        assert echo.arrived.wait(30)
        sock.shutdown(socket.SHUT_WR)
        echo.go_on.set()
        answer = b""
        while came := sock.recv(65_536):
            answer += came
    assert answer.endswith(b"late")


def test_an_application_that_fails_outside_of_itself_is_answered_by_an_end(
    echo: Echo, server: InProcess, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_given: Any) -> Any:
        raise ValueError("7K3M-9XTQ")

    monkeypatch.setattr(echo.app, "wsgi_app", fail)
    answer = talk(server, head("/r/x"))
    assert answer.startswith(b"HTTP/1.1 500")
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "7K3M" not in said
    assert '"time"' not in said


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("pieces", [1, 3])
def test_a_file_that_is_handed_out_once_is_kept_for_an_office_that_left(
    echo: Echo, monkeypatch: pytest.MonkeyPatch, stays: bool, pieces: int
) -> None:
    monkeypatch.setattr(receiving, "share_of", lambda _path, **_more: ThreadShare.OFFICES)
    taken, ended = [], threading.Event()

    def file() -> Iterator[bytes]:
        try:
            for _ in range(pieces):
                yield b"once"
            taken.append(True)
        finally:
            ended.set()

    def hand_out() -> Response:
        echo.held()
        return Response(file(), headers={"Content-Length": str(4 * pieces)})

    echo.app.add_url_rule("/admin/file", "file", hand_out)
    with in_process(echo.app) as server, socket.create_connection(("127.0.0.1", server.port), 30) as sock:
        sock.sendall(head("/admin/file").encode())
        assert echo.arrived.wait(30)
        if not stays:
            sock.close()
            while not all(one.ended for one in server.dispatcher.connections):
                pass
        echo.go_on.set()
        assert ended.wait(30)
    assert taken == [True] * stays


def test_what_no_page_is_asked_by_is_answered_all_the_same(app: Flask) -> None:
    with in_process(app) as server:
        for asked in (
            "OPTIONS *",
            "CONNECT a:1",
            "GET a",
            "GET ?",
            "TRACE /v",
            "GET //v",
            "GET /%00",
            "GET /%ff",
        ):
            answer = talk(server, f"{asked} HTTP/1.1\r\nHost: x\r\n\r\n")
            assert answer[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4"), asked
        assert talk(server, "GET /v HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 ")
