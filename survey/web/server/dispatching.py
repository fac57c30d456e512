"""Requests, each to the threads of its share; answers, back to their connections."""

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from flask import Flask

from survey.domain.ballot.packing import MAX_BODY
from survey.domain.operations.failure import kind_and_places

from . import logs
from .connection import Connection, Gone
from .framing import CLOSE, Framing, Headers, Started, head, refused
from .receiving import ROOM, ROOM_FOR_SCANS, Environ, Reader, Request, Room, TrustedHeader
from .shares import OTHERS, SharedMoment, ThreadShare, Turns

MAX_QUEUED = 2000
"""Requests of one share that wait for its threads: as many as connections, one of each."""
WATERMARK = 8 * MAX_BODY
"""Bytes of an answer in memory; whoever writes it then waits for the client."""
CLOSE_SECONDS = 5
WATERMARK_OF_STATEMENTS = 128 * 1024
"""The same while a report goes to a phone: a whole hall may ask, and each thread waits for its phone."""

AtOnce = Callable[[Environ], tuple[str, Headers, bytes] | None]
"""What answers some requests without waiting for anything."""
_Asked = tuple[Connection, Request]


class Dispatcher:
    """As many queues as there are shares, each with threads of its own."""

    def __init__(
        self,
        app: Flask,
        loop: asyncio.AbstractEventLoop,
        voters: int,
        voted: SharedMoment | None = None,
        trust: Callable[[Any], Sequence[TrustedHeader]] = lambda _peer: (),
    ) -> None:
        """Start the threads, ``voters`` of them for those; ``loop`` is where the connections are.

        ``trust`` tells by a connection's other end which headers are believed to tell of HTTPS.
        """
        self.turns = Turns(voted=voted)
        self.connections: set[Connection] = set()
        self.ending = False
        self.when_fewer: list[Callable[[], None]] = []
        """What is called when a connection has ended."""
        self._app = app
        self._at_once: AtOnce = getattr(app.wsgi_app, "at_once", lambda _environ: None)
        self._loop = loop
        self._room = Room(ROOM)
        self._scans = Room(ROOM_FOR_SCANS)
        self._trust = trust
        self._calls: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._called = False
        self._queues: dict[ThreadShare, SimpleQueue[_Asked | None]] = {}
        self._threads = []
        for share in ThreadShare:
            queue = self._queues[share] = SimpleQueue()
            for _ in range(OTHERS.get(share, voters)):
                thread = Thread(target=self._work, args=(share, queue), name=share, daemon=True)
                self._threads.append((thread, queue))
                thread.start()

    def opened(self, connection: Connection) -> None:
        """Note a connection."""
        connection.limit_buffer(WATERMARK)
        self.connections.add(connection)

    def closed(self, connection: Connection) -> None:
        """Forget it."""
        self.connections.discard(connection)
        for call in () if self.ending else self.when_fewer:
            call()

    def look(self, now: float) -> None:
        """Give up connections that take too long."""
        for connection in list(self.connections):
            connection.look(now)

    def end(self) -> None:
        """Close all connections that wait for nothing, the others after their answer."""
        self.ending = True
        for connection in list(self.connections):
            connection.end()

    @property
    def is_busy(self) -> bool:
        """Return whether anybody waits for an answer still."""
        return any(connection.is_waited_for for connection in self.connections)

    def reader(self, connection: Connection) -> Reader:
        """Return what reads the bytes of a connection."""
        transport = connection.transport
        name, peer = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        here = name if isinstance(name, tuple) else ("localhost", 0)
        there = peer if isinstance(peer, tuple) else ("", 0)
        common = _COMMON | {
            "SERVER_NAME": str(here[0]),
            "SERVER_PORT": str(here[1]),
            "REMOTE_ADDR": str(there[0]),
            "REMOTE_PORT": str(there[1]),
        }
        return Reader(
            self._app,
            self._room,
            common,
            connection.come,
            connection.go_on,
            self._trust(peer),
            self._scans,
        )

    def come(self, connection: Connection, request: Request) -> None:
        """Answer what takes no time, and put anything else into the queue of its share."""
        if request.share is ThreadShare.VOTERS:
            ready = self._ready(request)
            if ready is not None:
                status, headers, body = ready
                connection.finish(head(status, headers, "" if request.keep_alive else CLOSE) + body)
                return
            self.turns.come()
        queue = self._queues[request.share]
        if queue.qsize() < MAX_QUEUED:
            queue.put((connection, request))
            return
        # More than can be connected: these ask, go away, and ask again.
        if request.share is ThreadShare.VOTERS:
            self.turns.go()
        request.refused, request.keep_alive = 503, False
        connection.finish(refused(request))

    def _ready(self, request: Request) -> tuple[str, Any, bytes] | None:
        try:
            return self._at_once(request.environ)
        except Exception:  # whatever it is, a thread answers it as its own
            return None

    def close(self) -> None:
        """End the threads, after what they have begun."""
        for _, queue in self._threads:
            queue.put(None)
        for thread, _ in self._threads:
            thread.join(CLOSE_SECONDS)

    def call(self, function: Callable[..., None], *given: Any) -> None:
        """Have the loop call a function; what several threads ask for at once it does at once."""
        self._calls.append((function, given))
        if not self._called:
            self._called = True
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._do_calls)

    def _do_calls(self) -> None:
        self._called = False
        calls = self._calls
        while calls:
            function, given = calls.popleft()
            try:
                function(*given)
            except Exception as error:  # the others' answers wait behind it
                logs.say_timeless("failure in the server", **kind_and_places(error))

    def _work(self, share: ThreadShare, queue: "SimpleQueue[_Asked | None]") -> None:
        voters = share is ThreadShare.VOTERS
        while asked := queue.get():
            connection, request = asked
            try:
                # A voter may have gone with the ballot on its way; of others nobody is left to answer.
                if voters or not connection.lost:
                    with nullcontext() if voters else self.turns.others(share):
                        self._answer(connection, request)
            except BaseException:  # no request may cost a thread
                self.call(connection.break_off)
            finally:
                if voters:
                    self.turns.go()
                del asked, connection, request

    def _answer(self, connection: Connection, request: Request) -> None:
        started = Started()
        try:
            body = self._app(request.environ, started)
            try:
                self._send(connection, request, started, body)
            finally:
                if hasattr(body, "close"):
                    body.close()
        except Gone:
            self.call(connection.break_off)
        except Exception as error:  # an application answers its own failures, this one did not
            logs.say_timeless("failure in the server", **kind_and_places(error))
            if started.sent:
                self.call(connection.break_off)
            else:
                request.refused, request.keep_alive = 500, False
                self.call(connection.finish, refused(request))

    def _send(self, connection: Connection, request: Request, started: Started, body: Any) -> None:
        if type(body) is list and len(body) == 1:
            framing = Framing(request, started.status, started.headers, closing=not request.keep_alive)
            request.keep_alive = not framing.closes
            self.call(connection.finish, framing.head + framing.piece(body[0]) + framing.end)
            return
        pieces = iter(body)
        first = next(pieces, b"")
        framing = Framing(request, started.status, started.headers, closing=not request.keep_alive)
        started.sent = True
        request.keep_alive = not framing.closes
        data = framing.head + framing.piece(first)
        if framing.left == 0 or not framing.has_body:
            self.call(connection.write, data, Event())
            _require(connection, request)
            deque(pieces, maxlen=0)  # somebody may want to know that all of it was taken
        else:
            if request.share is ThreadShare.STATEMENTS:
                self.call(connection.limit_buffer, WATERMARK_OF_STATEMENTS)
            self._write(connection, request, data)
            for piece in pieces:
                self._write(connection, request, framing.piece(piece))
        if framing.left:
            raise Gone
        self.call(connection.finish, framing.end)
        if request.share is ThreadShare.STATEMENTS:
            self.call(connection.limit_buffer, WATERMARK)

    def _write(self, connection: Connection, request: Request, data: bytes) -> None:
        """Hand a piece to the loop, and wait until the client has taken enough of what there is."""
        written = Event()
        self.call(connection.write, data, written)
        written.wait()
        _require(connection, request)


def _require(connection: Connection, request: Request) -> None:
    """Go on only while somebody is there: a file that is handed out once is kept for whoever left.

    An office that says no more has gone; of anybody else it may only mean that nothing else will be asked.
    """
    if connection.lost or (connection.ended and request.share is ThreadShare.OFFICES):
        raise Gone


_COMMON: Environ = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
}
