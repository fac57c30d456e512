"""A light client: requests written beforehand, raw sockets in one loop, many connections at once."""

import contextlib
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

READ = 1 << 18
PATIENCE_SECONDS = 120


@dataclass
class Turn:
    """What one turn of load gave; times in seconds, ``latency`` by step of the journey."""

    seconds: float = 0.0
    driver_cpu: float = 0.0
    errors: int = 0
    latency: list[list[float]] = field(default_factory=list)


class _Client:
    """One connection, which takes journeys one after the other from a shared stack."""

    def __init__(self, loop: "_Loop") -> None:
        self.loop = loop
        self.sock: socket.socket | None = None
        self.journey: list[bytes] = []
        self.step = 0
        self.answer = b""
        self.began = 0.0

    def next_journey(self) -> None:
        if not self.loop.journeys:
            self.loop.running -= 1
            self.close()
            return
        self.journey, self.step = self.loop.journeys.pop(), 0
        self.send()

    def send(self) -> None:
        self.began = time.perf_counter()
        self.answer = b""
        for _ in range(2):
            try:
                if self.sock is None:
                    self.connect()
                assert self.sock is not None
                self.sock.sendall(self.journey[self.step])
                return
            except OSError:
                self.close()  # a kept connection may have been closed meanwhile; once more on a new one
        self.failed()

    def connect(self) -> None:
        self.sock = socket.create_connection(self.loop.address, PATIENCE_SECONDS)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.loop.selector.register(self.sock, selectors.EVENT_READ, self)

    def close(self) -> None:
        if self.sock is not None:
            self.loop.selector.unregister(self.sock)
            self.sock.close()
            self.sock = None

    def failed(self) -> None:
        self.loop.turn.errors += 1
        self.close()
        self.next_journey()

    def readable(self) -> None:
        assert self.sock is not None
        try:
            came = self.sock.recv(READ)
        except OSError:
            came = b""
        self.answer += came
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self.answered(head.lower())
        elif not came:
            self.failed()

    def answered(self, head: bytes) -> None:
        self.loop.turn.latency[self.step].append(time.perf_counter() - self.began)
        if b"connection: close" in head:
            self.close()
        if int(head[9:12]) not in (200, 201):
            self.loop.turn.errors += 1
            self.step = len(self.journey)
        self.step += 1
        if self.step < len(self.journey):
            self.send()
        else:
            self.next_journey()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise ValueError("an answer without Content-Length")


class _Loop:
    def __init__(self, address: tuple[str, int], journeys: list[list[bytes]]) -> None:
        self.address = address
        self.journeys = journeys
        self.selector = selectors.DefaultSelector()
        self.turn = Turn(latency=[[] for _ in journeys[0]] if journeys else [])
        self.running = 0

    def run(self, clients: int) -> Turn:
        began, cpu = time.perf_counter(), time.process_time()
        self.running = clients
        for _ in range(clients):
            _Client(self).next_journey()
        while self.running:
            events = self.selector.select(PATIENCE_SECONDS)
            if not events:
                raise TimeoutError("no server answers any more")
            for key, _ in events:
                with contextlib.suppress(ValueError):
                    key.data.readable()
        self.turn.seconds = time.perf_counter() - began
        self.turn.driver_cpu = time.process_time() - cpu
        self.selector.close()
        return self.turn


def drive(address: tuple[str, int], journeys: list[list[bytes]], clients: int) -> dict[str, Any]:
    """Run journeys (each a list of whole requests) over so many connections; return what they gave."""
    return vars(_Loop(address, list(journeys)).run(clients))


class _Arrivals(_Loop):
    """A loop in which every journey has its own connection and its own moment."""

    def __init__(
        self, address: tuple[str, int], journeys: list[list[bytes]], moments: Sequence[float]
    ) -> None:
        super().__init__(address, [])
        self.turn.latency = [[] for _ in journeys[0]]
        self.coming = sorted(zip(moments, journeys, strict=True), key=itemgetter(0), reverse=True)

    def run_all(self) -> Turn:
        began = time.perf_counter()
        while self.coming or self.running:
            now = time.perf_counter() - began
            while self.coming and self.coming[-1][0] <= now:
                self.journeys.append(self.coming.pop()[1])
                self.running += 1
                _Client(self).next_journey()
            patience = self.coming[-1][0] - now if self.coming else PATIENCE_SECONDS
            events = self.selector.select(patience)
            if not events and not self.coming:
                raise TimeoutError("no server answers any more")
            for key, _ in events:
                key.data.readable()
        self.turn.seconds = time.perf_counter() - began
        self.selector.close()
        return self.turn


def arrive(address: tuple[str, int], journeys: list[list[bytes]], moments: Sequence[float]) -> dict[str, Any]:
    """Begin each journey at its moment (seconds from now), whatever became of the others."""
    return vars(_Arrivals(address, journeys, moments).run_all())


def http_request(method: str, path: str, body: bytes = b"", accept: str = "application/json") -> bytes:
    """Write one HTTP request."""
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {accept}"]
    if method == "POST":
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body
