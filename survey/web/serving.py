"""Serving with waitress: many threads, bodies in memory only, an orderly end."""

import copy
import errno
import logging
import re
import resource
import signal
from types import FrameType
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.task import ErrorTask

from survey.domain.errors import BadSetting
from survey.domain.packing import LARGEST_BODY

LARGEST_ACCEPTED = 1 << 20
"""Bodies up to here reach the application, which refuses them in plain words; larger ones are cut off."""
LARGEST_OF_OFFICES = 17 << 20
"""From somebody who has logged in to the organisers' pages, some of which take files.

From anybody, two thousand connections at once could fill the memory with what was never going to be read.
"""
CONNECTIONS = 2000
"""Open at once; more wait until one of these ends."""
_FILES_BESIDE = 200
PATIENCE_SECONDS = 60
WORTH_WAITING_FOR = 64 * 1024
"""A request has to be complete, or that many bytes of it to have come, within the time of patience.

A ballot from the slowest telephone line is; a connection that is fed a byte a second is given up.
"""
_TOO_LARGE = '{"error": "too-large", "message": "提交的内容过大。", "fields": {}}'


class _PlainErrorTask(ErrorTask):
    """Answers what never reaches the application with the same key."""

    def execute(self) -> None:
        if self.request.error.code != 413:
            super().execute()
            return
        body = _TOO_LARGE.encode()
        self.status = "413 Request Entity Too Large"
        self.response_headers += [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Parser(HTTPRequestParser):
    """Knows from a request's head how large its body may be."""

    adj: Any
    app: Flask

    def parse_header(self, header_plus: bytes) -> None:
        target = header_plus.partition(b"\r\n")[0].split(b" ")[1:2]
        if target and target[0].startswith(b"/admin/") and _has_logged_in(self.app, header_plus):
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = self.adj.inbuf_overflow = LARGEST_OF_OFFICES
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("Bad URI") from error


def _has_logged_in(app: Flask, head: bytes) -> bool:
    """Tell whether a request's cookie notes a login; whether that still holds is asked later."""
    name = re.escape(app.config["SESSION_COOKIE_NAME"].encode())
    found = re.search(rb"(?im)^cookie:(?:[^\r\n]*;)?[ \t]*" + name + rb"=([^;\s]+)", head)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if found is None or serializer is None:
        return False
    try:
        return "_user_id" in serializer.loads(found[1].decode("latin-1"))
    except BadSignature:
        return False


class _Channel(HTTPChannel):
    """A connection that counts as idle while its request comes too slowly."""

    last_activity: float
    _active_since = 0.0
    _came = 0

    def received(self, data: bytes) -> bool:
        """Take bytes; waitress has just noted that something came."""
        begins = self.request is None
        self._came += len(data)
        more: bool = super().received(data)
        if begins or self.request is None or self._came >= WORTH_WAITING_FOR:
            self._active_since, self._came = self.last_activity, 0
        self.last_activity = self._active_since
        return more


def _channel_for(app: Flask) -> type[HTTPChannel]:
    parser = type("_ParserOfApp", (_Parser,), {"app": app})
    return type("_ChannelOfApp", (_Channel,), {"parser_class": parser, "error_task_class": _PlainErrorTask})


def allow_files() -> int:
    """Let this process open as many files as connections need, as far as it may; return how many connections.

    Many systems begin with 1,024 files, which a hall of telephones reaches.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, max(soft - _FILES_BESIDE, 1))


def listen(app: Flask, host: str, port: int, threads: int) -> BaseWSGIServer | MultiSocketServer:
    """Take the address, for ``serve`` to answer at; raises ``BadSetting`` where it is not to be had."""
    # Waitress would log the addresses of voters who go away, and the paths of failures.
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_body_size=LARGEST_ACCEPTED,
            # Nothing a voter sends may be spooled to a file.
            inbuf_overflow=4 * LARGEST_ACCEPTED,
            outbuf_overflow=16 * LARGEST_BODY,
            # Nor may slips on their way out: a download waits for its client long before that.
            outbuf_high_watermark=8 * LARGEST_BODY,
            channel_timeout=PATIENCE_SECONDS,
            connection_limit=allow_files(),
            # Otherwise waitress looks at no more than 1,024 files: the next connection would end the server.
            asyncore_use_poll=True,
        )
    except OSError as error:
        raise BadSetting(_not_to_be_had(host, port, error)) from error
    except ValueError as error:  # waitress could not find the host
        raise BadSetting(f"there is no address {host} here; choose with --host, 0.0.0.0 is all") from error
    channel_class = _channel_for(app)
    for channel in (server, *getattr(server, "map", {}).values()):
        channel.channel_class = channel_class
    return server


def _not_to_be_had(host: str, port: int, error: OSError) -> str:
    """Say what keeps an address from being taken, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"something else listens on port {port} already; end it, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} is not for this user; choose one from 1024 on with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"this machine has no address {host}; choose with --host, 0.0.0.0 is all"
    return f"cannot listen at {host}, port {port}: {error.strerror}"


def serve(server: BaseWSGIServer | MultiSocketServer, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    print(f"serving at http://{host}:{port}", flush=True)
    server.run()  # ends on SystemExit, after giving its threads five seconds
    server.close()
