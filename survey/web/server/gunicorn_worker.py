"""gunicorn's processes: each with a loop for its connections, and threads in shares for the work.

gunicorn itself sees to the processes: how many there are, a new one for one that is lost, signals, the end.
"""

import asyncio
import os
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address, ip_network
from threading import Thread
from time import monotonic
from typing import Any

from gunicorn.workers.base import Worker

from survey.domain.operations.failure import kind_and_places

from . import logs
from .connection import Connection
from .dispatching import Dispatcher
from .receiving import TrustedHeader
from .shares import SharedMoment, take_turns

CONNECTIONS = 2000
"""Open at once in a process; more wait until one of these ends."""
FILES_BESIDE = 200
LOOK_SECONDS = 1.0
"""How often somebody looks whether a client takes too long, and gunicorn hears that all is well."""
_END_SECONDS = 0.05
_VOTED = SharedMoment()
"""Made where the workers come from: all voters may have come to one, while a flood is at another."""


def allow_files() -> int:
    """Raise this process's limit of open files to what connections need, as far as it may; return how many.

    Many systems begin with 1,024 files, which a hall of telephones reaches.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        except OSError:  # whoever started it does not allow that
            soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, max(soft - FILES_BESIDE, 1))


class SharingWorker(Worker):
    """A worker whose ``threads`` are for voters; others have a few of their own beside."""

    _life: tuple[int, int] | None = None
    """A pipe that the master holds open as long as it lives."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        if SharingWorker._life is None:
            SharingWorker._life = os.pipe()

    def init_process(self) -> None:
        """Begin; whoever kills the master ends its processes, too, so that the address is free."""
        if self._life is not None:
            theirs, masters = self._life
            os.close(masters)
            Thread(target=_end_with, args=(theirs,), daemon=True).start()
        super().init_process()

    def init_signals(self) -> None:
        """Forget what the master does with signals, and leave them to the loop."""
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGWINCH):
            signal.signal(number, signal.SIG_IGN)

    def run(self) -> None:
        """Answer until told to end; requests under way are finished first."""
        take_turns()
        try:
            asyncio.run(self._serve())
        except Exception as error:  # gunicorn would print what it says, which may be anything
            logs.say("a process of the server failed", level="error", **kind_and_places(error))
            raise SystemExit(1) from None

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            loop.add_signal_handler(number, told.set)
        trust = _trusted(self.cfg)
        dispatcher = Dispatcher(self.wsgi, loop, self.cfg.threads, voted=_VOTED, trust=trust)
        listeners = [Listener(one.sock, dispatcher, allow_files()) for one in self.sockets]
        while not told.is_set():
            self.notify()
            dispatcher.look(monotonic())
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), LOOK_SECONDS)
        for listener in listeners:
            listener.close()
        dispatcher.end()
        until = monotonic() + self.cfg.graceful_timeout
        while dispatcher.is_busy and monotonic() < until:
            self.notify()
            await asyncio.sleep(_END_SECONDS)


def _end_with(life: int) -> None:
    os.read(life, 1)  # returns when nobody has the other end any more
    os._exit(1)


def _trusted(cfg: Any) -> Callable[[Any], Sequence[TrustedHeader]]:
    """Return what tells by a connection's other end which headers are believed to tell of HTTPS."""
    headers = [
        (f"HTTP_{name.upper().replace('-', '_')}", value) for name, value in cfg.secure_scheme_headers.items()
    ]
    everybody = "*" in cfg.forwarded_allow_ips
    networks = [ip_network(one, strict=False) for one in cfg.forwarded_allow_ips if one != "*"]

    def trust(peer: Any) -> Sequence[TrustedHeader]:
        # Over a socket in a folder only those come who may open it.
        if everybody or not isinstance(peer, tuple):
            return headers
        return headers if any(ip_address(peer[0].partition("%")[0]) in one for one in networks) else ()

    return trust


class Listener:
    """Takes connections at one address, as long as there are not too many."""

    def __init__(self, sock: socket.socket, dispatcher: Dispatcher, most: int) -> None:
        """Begin in the running loop; ``sock`` is shared with other processes."""
        self._sock = sock
        self._dispatcher = dispatcher
        self._most = most
        self._loop = asyncio.get_running_loop()
        self._listening = False
        self._beginning: set[asyncio.Task[Any]] = set()
        sock.setblocking(False)
        dispatcher.when_fewer.append(self.listen)
        self.listen()

    def listen(self) -> None:
        """Take connections."""
        if not self._listening and self._sock.fileno() >= 0:
            self._listening = True
            self._loop.add_reader(self._sock.fileno(), self._accept)

    def close(self) -> None:
        """Take none any more."""
        self._wait()
        self._sock.close()

    def _wait(self) -> None:
        if self._listening:
            self._listening = False
            self._loop.remove_reader(self._sock.fileno())

    def _accept(self) -> None:
        # One at a time, so that the other processes get their part.
        try:
            sock, _ = self._sock.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError:  # out of files: again, when there may be some
            self._wait()
            self._loop.call_later(LOOK_SECONDS, self.listen)
            return
        begun = self._loop.connect_accepted_socket(lambda: Connection(self._dispatcher), sock)
        task = self._loop.create_task(begun)
        self._beginning.add(task)
        task.add_done_callback(self._begun)
        if len(self._dispatcher.connections) + len(self._beginning) >= self._most:
            self._wait()

    def _begun(self, task: "asyncio.Task[Any]") -> None:
        self._beginning.discard(task)
        if not task.cancelled():
            task.exception()  # a client that went away at once is nobody's failure
