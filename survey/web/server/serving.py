"""``minping serve``: gunicorn's processes with an application that is there before they begin."""

import errno
import fcntl
import logging
import os
import socket
import tempfile
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from survey.domain.errors import BadSetting

from . import logs
from .gunicorn_worker import SharingWorker, allow_files

BACKLOG = 2048
GRACE_SECONDS = 7
"""For requests under way when the server is told to end, which it has to within ten."""
HEARTBEAT_SECONDS = 60
_AGAIN_SECONDS = 2.0


def usual_processes() -> int:
    """Return how many processes a server has that nobody chose the number for: one a core, two at least.

    Where one is lost, another goes on. More than four are worth their memory only to whoever chooses so.
    """
    return min(max(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, 2), 4)


def listen(host: str, port: int) -> list[socket.socket]:
    """Take the address, for ``serve`` to answer at; raises ``BadSetting`` where it is not to be had."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise BadSetting(f"there is no address {host} here; choose with --host, 0.0.0.0 is all") from error
    listening: list[socket.socket] = []
    missing: OSError | None = None
    for family, _, _, _, address in dict.fromkeys(places):
        try:
            listening.append(_bound(family, address))
        except OSError as error:
            # A name may stand for an address of a kind that this machine does not have, beside another.
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise BadSetting(_not_to_be_had(host, port, error)) from error
            missing = error
    if not listening:
        raise BadSetting(_not_to_be_had(host, port, missing or OSError())) from missing
    return listening


def _bound(family: int, address: Any) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def _not_to_be_had(host: str, port: int, error: OSError) -> str:
    """Return the sentence that says what keeps an address from being taken, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"something else listens on port {port} already; end it, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} is not for this user; choose one from 1024 on with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"this machine has no address {host}; choose with --host, 0.0.0.0 is all"
    return f"cannot listen at {host}, port {port}: {error.strerror}"


class Seat:
    """A place that one of several processes has, and whose end frees it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 – as long as the processes

    def take(self) -> bool:
        """Take it for this process, unless another has it."""
        try:
            # Locks of this kind are a process's own, whoever opened the file.
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


class _ServingWorker(SharingWorker):
    """A process of ``minping serve``; whichever finds the seat for it free does long work instead."""

    def run(self) -> None:
        work = self.app.work
        if work is None or not self.app.seat.take():
            super().run()
            return
        for listener in self.sockets:
            listener.sock.close()
        try:
            work(self.notify)
        except Exception as error:
            logs.say("long work broke off and begins anew", level="error", failure=type(error).__name__)
            time.sleep(_AGAIN_SECONDS)
            raise SystemExit(1) from None


class _QuietLogger(Logger):
    """gunicorn's log, led into the server's own lines: its sentences could quote what somebody sent."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002
        self.error_log.handlers.clear()
        self.error_log.setLevel(logging.ERROR)
        self.error_log.propagate = True
        self.access_log.handlers.clear()
        self.access_log.setLevel(logging.CRITICAL)


class _Arbiter(Arbiter):
    """gunicorn's master: its terminal's end is its end."""

    handle_hup = Arbiter.handle_term

    def handle_usr2(self) -> None:
        """Do not start a second server beside, which could not know how it was called."""


class _Serving(BaseApplication):
    """An application as gunicorn's master knows it."""

    def __init__(self, app: Flask, settings: dict[str, Any], work: Callable[..., None] | None) -> None:
        self._app = app
        self._settings = settings
        self.work = work
        self.seat = Seat()
        super().__init__()

    def load_config(self) -> None:
        """Set what is not as gunicorn has it by itself."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, which is there already."""
        return self._app


def serve(
    app: Flask,
    listening: list[socket.socket],
    processes: int,
    threads: int,
    work: Callable[[Callable[[], None]], None] | None,
) -> None:
    """Serve until ``SystemExit``, which a signal raises; requests under way are finished first.

    ``threads`` are for voters, in each process; others have a few of their own beside. ``work`` is done in a
    process of its own, once however many serve, and given what it has to call every few seconds.
    """
    allow_files()
    settings = {
        "bind": [f"fd://{sock.fileno()}" for sock in listening],
        "workers": processes + (work is not None),
        "threads": threads,
        "worker_class": _ServingWorker,
        "logger_class": _QuietLogger,
        "graceful_timeout": GRACE_SECONDS,
        "timeout": HEARTBEAT_SECONDS,
        "preload_app": True,
        # A heartbeat must not wait for a disk.
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112
        # Nobody stands before it whose word would be believed.
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "child_exit": _lost,
    }
    master = os.getpid()
    try:
        _Arbiter(_Serving(app, settings, work)).run()
    finally:
        if os.getpid() == master:  # the others come out here as well
            logs.say("the server ended")


def _lost(arbiter: Any, _worker: Any) -> None:
    """Log that a process ended which nobody told to."""
    if arbiter.LISTENERS:
        logs.say("a process of the server was lost and begins anew", level="error")
