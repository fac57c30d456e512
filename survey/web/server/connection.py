"""One connection: its requests one after the other, its answers as fast as the client takes them.

All of it happens in the loop's thread but what is said to be another's. A byte a second is no sign of life.
"""

import asyncio
import socket
import struct
from collections import deque
from threading import Event
from time import monotonic
from typing import Any, Protocol

from .framing import refused
from .receiving import Reader, Request

PATIENCE_SECONDS = 60
WORTH_WAITING_FOR = 64 * 1024
"""A request has to be complete, or that many bytes of it to have come, within the time of patience.

A ballot from the slowest telephone line is; a connection that is fed a byte a second is given up. So is one
that takes less of an answer in that time.
"""
IDLE_SECONDS = 75
"""Between two requests: longer than proxies wait, so that none is closed while a ballot is on its way."""
LINGER_SECONDS = 2.0
LINGER_BYTES = 1 << 20
"""How long one that was refused may go on sending, so that it finds the answer, and not a broken line."""
MAX_WAITING = 16
"""Requests of one connection that came before the answer to the one before."""
_AT_ONCE = struct.pack("ii", 1, 0)
"""What makes the system tell the other end that a connection broke, and not that it ended."""


class Handler(Protocol):
    """What connections hand their requests to."""

    ending: bool

    def reader(self, connection: "Connection") -> Reader:
        """Return what reads the bytes of a connection."""

    def come(self, connection: "Connection", request: Request) -> None:
        """See to a request, whose answer is sent some time, from this thread or another."""

    def opened(self, connection: "Connection") -> None:
        """Note a connection."""

    def closed(self, connection: "Connection") -> None:
        """Forget it."""


class Gone(Exception):
    """Nobody is there any more to take an answer."""


class Connection(asyncio.Protocol):
    """What the server knows of one client."""

    transport: asyncio.Transport

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._waiting: deque[Request] = deque()
        self._answering: Request | None = None
        self._full = False
        self._writer: Event | None = None
        self._since = monotonic()
        self._came = 0
        self._written = self._taken = 0
        self._sending_since: float | None = None
        self.ended = False
        self._lingering = False
        self.lost = False

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.transport = transport
        self._reader = self._handler.reader(self)
        self._handler.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """End; a thread that waits to write on is told."""
        self.lost = True
        self._reader.close()
        self._waiting.clear()
        if self._writer is not None:
            self._writer.set()
        self._handler.closed(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes of requests."""
        self._came += len(data)
        if self._lingering:
            if self._came > LINGER_BYTES:
                self.transport.abort()
            return
        if self._reader.between or self._came >= WORTH_WAITING_FOR:
            self._since, self._came = monotonic(), 0
        self._reader.feed(data)

    def eof_received(self) -> bool:
        """Go on where an answer is under way."""
        self._reader.deaf = self.ended = True
        return self.is_waited_for

    def go_on(self) -> None:
        """Send leave to a client that waits for it before it sends its body."""
        if self._answering is None and not self._waiting:
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def come(self, request: Request) -> None:
        """Take a whole request: it is next, or waits for the one before."""
        if self._answering is None:
            self._begin(request)
            return
        if self._full or len(self._waiting) == MAX_WAITING:
            # No browser asks again before it has taken what there is.
            self._reader.deaf = True
            self.transport.abort()
            return
        self._waiting.append(request)
        self.transport.pause_reading()

    def _begin(self, request: Request) -> None:
        self._answering = request
        if request.refused:
            self.finish(refused(request))
        else:
            self._handler.come(self, request)

    def finish(self, data: bytes) -> None:
        """Send the last of an answer, and go on to the next request."""
        request, self._answering = self._answering, None
        if self.lost or request is None:
            return
        self._write(data)
        self._since, self._came = monotonic(), 0
        if not request.keep_alive or self._handler.ending:
            self._close(linger=bool(request.refused))
        elif self._waiting:
            if self._full:
                self.transport.abort()
                return
            following = self._waiting.popleft()
            if not self._waiting:
                self.transport.resume_reading()
            self._begin(following)
        elif self.ended:
            self._close(linger=False)

    def _close(self, *, linger: bool) -> None:
        self._waiting.clear()
        if linger and self.transport.can_write_eof():
            self.transport.write_eof()
            self._lingering = True
            self.transport.resume_reading()
        else:
            self.transport.close()

    def break_off(self) -> None:
        """End without the rest of an answer, so that nobody takes it for whole."""
        self._answering = None
        if not self.lost:
            sock = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self.transport.abort()

    def write(self, data: bytes, written: Event) -> None:
        """Send a piece of an answer, and tell its thread when there is room for more."""
        if self.lost:
            written.set()
            return
        self._write(data)
        if self._full:
            self._writer = written
        else:
            written.set()

    def _write(self, data: bytes) -> None:
        self._written += len(data)
        self.transport.write(data)

    def limit_buffer(self, size: int) -> None:
        """Have threads wait where more bytes than ``size`` are not sent yet."""
        self.transport.set_write_buffer_limits(high=size)

    def pause_writing(self) -> None:
        """Note that the client takes less than it is sent."""
        self._full = True

    def resume_writing(self) -> None:
        """Note that there is room again."""
        self._full = False
        if self._writer is not None:
            self._writer.set()
            self._writer = None

    def _unsent_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def look(self, now: float) -> None:
        """Give up whoever takes too long; called every now and then."""
        if self._lingering:
            if now - self._since > LINGER_SECONDS:
                self.transport.abort()
            return
        if unsent := self._unsent_bytes():
            taken = self._written - unsent
            if self._sending_since is None or taken - self._taken >= WORTH_WAITING_FOR:
                self._sending_since, self._taken = now, taken
            elif now - self._sending_since > PATIENCE_SECONDS:
                self.transport.abort()
            return
        self._sending_since = None
        if self._answering is None:
            patience = IDLE_SECONDS if self._reader.between else PATIENCE_SECONDS
            if now - self._since > patience or self._reader.is_too_slow(now):
                self.transport.close()
        else:
            self._since = now

    def end(self) -> None:
        """Close, unless somebody waits for an answer."""
        if not self.is_waited_for:
            self.transport.close()

    @property
    def is_waited_for(self) -> bool:
        """Return whether a request is being answered, or its answer being sent."""
        return self._answering is not None or bool(self._unsent_bytes())
