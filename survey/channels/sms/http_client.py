"""One request to a provider, which tells apart what was certainly not sent from what nobody knows."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

SECONDS = 15.0
MAX_ANSWER = 256 << 10


class NotReached(Exception):
    """There was no connection: the request was certainly not sent."""


class NoAnswer(Exception):
    """The request was handed over, and no whole answer came."""


@dataclass(frozen=True)
class HttpAnswer:
    """A provider's answer."""

    status: int
    body: bytes = field(repr=False)


def ask(
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    *,
    seconds: float = SECONDS,
) -> HttpAnswer:
    """Send one request and return the answer; raises ``NotReached`` or ``NoAnswer``.

    No redirection is followed and no proxy of the environment asked: keys go where they were meant to go.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, seconds)
    try:
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            raise NotReached from error
        try:
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request(method, target, body, dict(headers or {}))
            answer = connection.getresponse()
            content = answer.read(MAX_ANSWER + 1)
        except (OSError, HTTPException) as error:
            raise NoAnswer from error
    finally:
        connection.close()
    if len(content) > MAX_ANSWER:
        raise NoAnswer
    return HttpAnswer(answer.status, content)


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=seconds)
