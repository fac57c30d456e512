"""How much memory bodies may take: scanned ballots may be larger than other files, one at a time."""

import gc

import pytest
from flask import Flask

from survey.web.server import receiving
from survey.web.server.receiving import (
    BARRED_SECONDS,
    FIRST_SECONDS,
    LEAST_RATE,
    MAX_OF_OFFICES,
    MAX_OF_SCANS,
    ROOM,
    ROOM_FOR_SCANS,
    Reader,
    Request,
    Room,
)

SCANS = (
    *("/admin/c/small/paper", "/admin/c/small/paper/try"),
    *("/admin/a/qy/reports/2026-05/unit/t3", "/admin/a/qy/reports/2026-05/indicator/air"),
)
OTHERS = (
    "/admin/c/small/paper/counted",
    "/admin/c/small/paper/try/x",
    "/admin/c/small/codes",
    "/admin/c/a/b/paper",
    "/admin/new",
)


class Wire:
    """Stands for a connection that sends requests."""

    def __init__(self, app: Flask, scans: Room) -> None:
        self.came: list[Request] = []
        self.reader = Reader(app, Room(ROOM), {}, self.came.append, lambda: None, (), scans)

    def begin(self, path: str, length: int | None, login: str = "one") -> int:
        """Send a head; return the status with which it is refused, 0 if it is not."""
        framing = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
        self.reader.feed(f"POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {login}\r\n{framing}\r\n\r\n".encode())
        return self.came[-1].refused if self.came else 0

    def send(self, size: int) -> int:
        """Send so many bytes in pieces; return the status with which they are refused."""
        piece = b"x" * (1 << 20)
        for _ in range(size >> 20):
            self.reader.feed(b"%x\r\n%s\r\n" % (len(piece), piece))
            if self.came:
                return self.came[-1].refused
        return 0


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(receiving, "noted_login", lambda _app, cookies: cookies or "one")
    return Flask("receiving")


@pytest.mark.parametrize("path", SCANS)
def test_scans_may_be_large(logged_in: Flask, path: str) -> None:
    assert Wire(logged_in, Room(ROOM_FOR_SCANS)).begin(path, MAX_OF_SCANS) == 0
    assert Wire(logged_in, Room(ROOM_FOR_SCANS)).begin(path, MAX_OF_SCANS + 1) == 413


@pytest.mark.parametrize("path", OTHERS)
def test_nothing_else_may(logged_in: Flask, path: str) -> None:
    assert Wire(logged_in, Room(ROOM_FOR_SCANS)).begin(path, MAX_OF_OFFICES) == 0
    assert Wire(logged_in, Room(ROOM_FOR_SCANS)).begin(path, MAX_OF_OFFICES + 1) == 413


def test_strangers_may_not() -> None:
    app = Flask("receiving")
    app.secret_key = b"k"
    app.config["SESSION_COOKIE_NAME"] = "x"
    assert Wire(app, Room(ROOM_FOR_SCANS)).begin(SCANS[0], MAX_OF_OFFICES) == 413


@pytest.mark.parametrize("length", [MAX_OF_SCANS, None])
def test_one_at_a_time_and_the_next_once_it_is_done(logged_in: Flask, length: int | None) -> None:
    scans = Room(ROOM_FOR_SCANS)
    first, second = Wire(logged_in, scans), Wire(logged_in, scans)
    assert first.begin(SCANS[0], length) == 0
    if length is None:
        assert first.send(MAX_OF_OFFICES + (1 << 20)) == 0
    assert second.begin(SCANS[0], MAX_OF_SCANS) == 503
    # What other files need is not of that room.
    assert Wire(logged_in, scans).begin(SCANS[0], MAX_OF_OFFICES) == 0
    assert Wire(logged_in, scans).begin("/admin/new", MAX_OF_OFFICES) == 0
    first.reader.close()
    del first
    gc.collect()
    assert Wire(logged_in, scans).begin(SCANS[0], MAX_OF_SCANS) == 0


@pytest.mark.parametrize("sent", [0, 30])
def test_one_slow_login_does_not_keep_the_room(
    logged_in: Flask, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    """Who sends less than the least rate is given up, and finds no room for a while; all others do."""
    clock = [1000.0]
    monkeypatch.setattr(receiving, "monotonic", lambda: clock[0])
    scans = Room(ROOM_FOR_SCANS)
    slow = Wire(logged_in, scans)
    assert slow.begin(SCANS[2], None if sent else MAX_OF_SCANS, "slow") == 0
    assert slow.send(sent << 20) == 0
    assert not slow.reader.is_too_slow(clock[0] + FIRST_SECONDS)
    enough = (sent << 20) // LEAST_RATE
    assert not slow.reader.is_too_slow(clock[0] + enough)
    clock[0] += max(enough, FIRST_SECONDS) + 1
    assert slow.reader.is_too_slow(clock[0])
    slow.reader.close()
    del slow
    gc.collect()
    assert Wire(logged_in, scans).begin(SCANS[2], MAX_OF_SCANS, "slow") == 503
    assert Wire(logged_in, scans).begin(SCANS[2], MAX_OF_OFFICES, "slow") == 0
    assert Wire(logged_in, scans).begin(SCANS[2], MAX_OF_SCANS, "other") == 0
    gc.collect()
    clock[0] += BARRED_SECONDS + 1
    assert Wire(logged_in, scans).begin(SCANS[2], MAX_OF_SCANS, "slow") == 0


def test_what_needs_no_such_room_is_not_timed(logged_in: Flask) -> None:
    wire = Wire(logged_in, Room(ROOM_FOR_SCANS))
    assert wire.begin(SCANS[2], MAX_OF_OFFICES) == 0
    assert not wire.reader.is_too_slow(1e9)


def test_without_a_length_it_ends_at_the_same_size(logged_in: Flask) -> None:
    wire = Wire(logged_in, Room(ROOM_FOR_SCANS))
    wire.begin(SCANS[0], None)
    assert wire.send(MAX_OF_SCANS + (2 << 20)) == 413
