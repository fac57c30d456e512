"""Answers as bytes: heads, and bodies whose end can be told."""

from collections.abc import Sequence
from http import HTTPStatus
from time import time
from typing import Any

from werkzeug.http import http_date

from .receiving import Request
from .refusing import refusal

Headers = Sequence[tuple[str, str]]


class _Clock:
    """The line that tells the time, worked out once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._line = ""

    def line(self) -> str:
        """Return the header ``Date`` as a line."""
        second = int(time())
        if second != self._second:
            self._line, self._second = f"Date: {http_date(second)}\r\n", second
        return self._line


_clock = _Clock()


def head(status: str, headers: Headers, more: str = "") -> bytes:
    """Write the head of an answer, with ``more`` lines of the server's own.

    Raises ``ValueError`` where a header would be more than one line.
    """
    text = "".join([f"HTTP/1.1 {status}\r\n", *[f"{name}: {value}\r\n" for name, value in headers]])
    if text.count("\n") != len(headers) + 1 or text.count("\r") != len(headers) + 1:
        raise ValueError("a header has more than one line")
    date = "" if "\nDate: " in text else _clock.line()
    return f"{text}{more}{date}\r\n".encode("latin-1")


def refused(request: Request) -> bytes:
    """Write the answer to a request that does not reach the application."""
    as_json = "application/json" in request.environ.get("HTTP_ACCEPT", "").lower()
    status, headers, body = refusal(request.refused, as_json=as_json)
    return head(status, headers, CLOSE) + (b"" if request.environ.get("REQUEST_METHOD") == "HEAD" else body)


CLOSE = "Connection: close\r\n"


class Framing:
    """How the body of one answer is told from what comes after it."""

    def __init__(self, request: Request, status: str, headers: Headers, *, closing: bool) -> None:
        """``closing`` tells that no other answer follows; a body without a length may make it so."""
        number = int(status[:3])
        self.has_body = request.environ["REQUEST_METHOD"] != "HEAD" and not (
            number < 200 or number in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        )
        self.left = _length(headers) if self.has_body else None
        self._chunked = False
        more = ""
        if self.has_body and self.left is None:
            self._chunked = request.environ["SERVER_PROTOCOL"] == "HTTP/1.1"
            closing = closing or not self._chunked
            more = "Transfer-Encoding: chunked\r\n" if self._chunked else ""
        self.closes = closing
        self.head = head(status, headers, more + (CLOSE if closing else ""))

    def piece(self, data: bytes) -> bytes:
        """Return a piece of the body as it is sent; never more of it than was announced."""
        if not self.has_body or not data:
            return b""
        if self._chunked:
            return b"%x\r\n%s\r\n" % (len(data), data)
        if self.left is not None:
            data = data[: self.left]
            self.left -= len(data)
        return data

    @property
    def end(self) -> bytes:
        """What ends the body."""
        return b"0\r\n\r\n" if self._chunked else b""


def _length(headers: Headers) -> int | None:
    for name, value in headers:
        if name.lower() == "content-length":
            return int(value)
    return None


class Started:
    """What an application calls before its body: WSGI's ``start_response``."""

    status = ""
    headers: Headers = ()
    sent = False

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> Any:
        """Note status and headers."""
        if exc_info and self.sent:
            raise exc_info[1]
        self.status, self.headers = status, headers
        return self._write

    def _write(self, data: bytes) -> None:
        raise NotImplementedError("nothing here writes but by its body")
