"""Serving with waitress: many threads, bodies in memory only, an orderly end."""

import errno
import logging
import resource

from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from survey.domain.ballot.packing import MAX_BODY
from survey.domain.errors import BadSetting

from .dispatching import Dispatcher
from .receiving import MAX_ACCEPTED, MAX_HEAD, MAX_OF_OFFICES, PATIENCE_SECONDS, channel_for
from .shares import take_turns

CONNECTIONS = 2000
"""Open at once; more wait until one of these ends."""
_FILES_BESIDE = 200
WATERMARK = 8 * MAX_BODY
"""Bytes of an answer in memory; whoever writes it then waits for the client."""


def allow_files() -> int:
    """Raise this process's limit of open files to what connections need, as far as it may; return how many.

    Many systems begin with 1,024 files, which a hall of telephones reaches.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, max(soft - _FILES_BESIDE, 1))


def listen(app: Flask, host: str, port: int, threads: int) -> BaseWSGIServer | MultiSocketServer:
    """Take the address, for ``serve`` to answer at; raises ``BadSetting`` where it is not to be had.

    The threads are for voters; others have a few of their own beside.
    """
    # Waitress would log the addresses of voters who go away, and the paths of failures.
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    try:
        server = create_server(
            app,
            _dispatcher=Dispatcher(threads),
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_body_size=MAX_ACCEPTED,
            max_request_header_size=MAX_HEAD,
            # Nothing that anybody sends may be spooled to a file.
            inbuf_overflow=MAX_OF_OFFICES,
            outbuf_overflow=16 * MAX_BODY,
            # Nor may slips on their way out: a download waits for its client long before that.
            outbuf_high_watermark=WATERMARK,
            channel_timeout=PATIENCE_SECONDS,
            connection_limit=allow_files(),
            # Otherwise waitress looks at no more than 1,024 files: the next connection would end the server.
            asyncore_use_poll=True,
        )
    except OSError as error:
        raise BadSetting(_not_to_be_had(host, port, error)) from error
    except ValueError as error:  # waitress could not find the host
        raise BadSetting(f"there is no address {host} here; choose with --host, 0.0.0.0 is all") from error
    channel_class = channel_for(app)
    for channel in (server, *getattr(server, "map", {}).values()):
        channel.channel_class = channel_class
    return server


def _not_to_be_had(host: str, port: int, error: OSError) -> str:
    """Return the sentence that says what keeps an address from being taken, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"something else listens on port {port} already; end it, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} is not for this user; choose one from 1024 on with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"this machine has no address {host}; choose with --host, 0.0.0.0 is all"
    return f"cannot listen at {host}, port {port}: {error.strerror}"


def serve(server: BaseWSGIServer | MultiSocketServer, host: str, port: int) -> None:
    """Serve until ``SystemExit``, which a signal raises; requests under way are finished first."""
    take_turns()
    print(f"serving at http://{host}:{port}", flush=True)
    server.run()  # gives its threads five seconds
    server.close()
