"""What the server takes from connections: bodies as large as senders may send, and as there is room for."""

import re
import weakref
from collections.abc import Callable, Sequence
from io import BytesIO
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from survey.domain.ballot.packing import MAX_BODY
from survey.web.office_session import OFFICE

from .shares import ThreadShare, noted_login, share_of

MAX_ACCEPTED = MAX_BODY + 16 * 1024
"""Bodies up to here reach the application, which refuses them in plain words; larger ones are cut off."""
MAX_OF_OFFICES = 17 << 20
"""From somebody who has logged in to the organisers' pages, some of which take files."""
MAX_OF_SCANS = 65 << 20
"""From the same, to the pages that take scanned ballots or evidence: 64 MiB of files and what is around."""
MAX_HEAD = 32 * 1024
MAX_FIELDS = 100
"""Lines of a head; browsers send a score, proxies add a few."""
ORDINARY = 32 * 1024
"""Bodies up to here, any ballot without long texts, need no room beside that of their connection."""
ROOM = 32 << 20
"""Memory for all larger bodies of people without a login together; who finds it taken is told to come again.

Two thousand connections with an ordinary body each, and this, are less than 100 MiB.
"""
ROOM_FOR_SCANS = MAX_OF_SCANS
"""Memory for all bodies beyond ``MAX_OF_OFFICES``: one at a time, the next is told to come again."""
LEAST_RATE = 64 * 1024
"""Bytes a second that whoever holds that room has to send, on the average from the first minute on.

Without it one login held the room for a day: to the connection a kilobyte a second is a sign of life.
"""
FIRST_SECONDS = 60
BARRED_SECONDS = 15 * 60
"""How long who was too slow gets no such room: others find it free meanwhile."""
_TAKES_SCANS = re.compile(rf"{OFFICE}/(c/[^/]+/paper(/try)?|a/[^/]+/reports/[^/]+/(unit|indicator)/[^/]+)")

Environ = dict[str, Any]
TrustedHeader = tuple[str, str]
"""Its name in WSGI's environment, and the value that tells of HTTPS."""


class Room:
    """Memory that may be taken, and has to be given back."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = Lock()
        self._barred: dict[str, float] = {}

    def take(self, number: int) -> bool:
        """Take so many bytes, if there are as many."""
        with self._lock:
            if number > self._left:
                return False
            self._left -= number
            return True

    def give_back(self, number: int) -> None:
        """Return so many bytes that were taken."""
        with self._lock:
            self._left += number

    def bar(self, login: str, until: float) -> None:
        """Keep a login from this room until a moment."""
        with self._lock:
            self._barred = {one: end for one, end in self._barred.items() if end > monotonic()}
            self._barred[login] = until

    def admits(self, login: str) -> bool:
        """Return whether a login is not barred."""
        with self._lock:
            return self._barred.get(login, 0.0) <= monotonic()


class Request:
    """A whole request in memory, or the status with which it is refused."""

    __slots__ = ("__weakref__", "environ", "keep_alive", "refused", "share")

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.share = ThreadShare.VOTERS
        self.keep_alive = True
        self.refused = 0


class Reader:
    """Makes requests of the bytes of one connection; the parser is llhttp, by way of ``httptools``.

    ``came`` is called with each whole request, ``go_on`` where a client waits for leave to send its body.
    """

    def __init__(
        self,
        app: Flask,
        room: Room,
        common: Environ,
        came: Callable[[Request], None],
        go_on: Callable[[], None],
        trusted: Sequence[TrustedHeader] = (),
        scans: Room | None = None,
    ) -> None:
        """``common`` is what the environments of all requests of a connection have alike.

        ``trusted`` are the headers that are believed to tell of HTTPS; ``room`` is for bodies of people
        without a login, ``scans`` for those of ``MAX_OF_SCANS``.
        """
        self._app = app
        self._room = room
        self._scans = scans or Room(ROOM_FOR_SCANS)
        self._common = common
        self._came = came
        self._go_on = go_on
        self._trusted = trusted
        self._parser = HttpRequestParser(self)
        self._request = Request({})
        self._url = b""
        self._body: BytesIO | None = None
        self._in_head = self._in_body = self._brought = False
        self._head = self._fields = self._length = 0
        self._unread = 0
        self._limit = MAX_ACCEPTED
        self._has_room = self._has_scan_room = self._came_whole = False
        self._login, self._scan_since = "", 0.0
        self.deaf = False

    @property
    def between(self) -> bool:
        """Return whether no request has begun that is not whole."""
        return not (self._in_head or self._in_body)

    def is_too_slow(self, now: float) -> bool:
        """Return whether a body holds the room for scans and comes too slowly; its login is barred then."""
        held = now - self._scan_since
        if not (self._in_body and self._has_scan_room) or held <= FIRST_SECONDS:
            return False
        if self._length >= held * LEAST_RATE:
            return False
        self._scans.bar(self._login, now + BARRED_SECONDS)
        return True

    def feed(self, data: bytes) -> None:
        """Take bytes; once a request was refused, nothing more is read of what follows."""
        if self.deaf:
            return
        self._came_whole = self._brought = False
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self.deaf = True  # the request is answered as any other, and is the last one
        except HttpParserError:
            self._refuse(400)
        # What stands behind another request counts from the next bytes on.
        if not (self.between or self._came_whole or self.deaf):
            # A body's pieces are counted as such; a line without end before, between or after them is not.
            self._unread = 0 if self._brought else self._unread + len(data)
            if self._unread > MAX_HEAD:
                self._refuse(431)

    def close(self) -> None:
        """Forget what came of a request that will not be whole: now, not at the next search for garbage."""
        self.deaf = True
        self._request, self._body = Request({}), None
        del self._parser, self._came, self._go_on

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_head, self._in_body = True, False
        self._head = self._fields = self._length = self._unread = 0
        self._limit, self._has_room, self._has_scan_room = MAX_ACCEPTED, False, False
        self._login = ""
        self._url, self._body = b"", None
        self._request = Request(self._common.copy())

    def on_url(self, url: bytes) -> None:
        """Take what is asked for."""
        self._url += url
        self._head += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a line of the head, or of what may come after a body."""
        self._head += len(name) + len(value) + 4
        self._fields += 1
        if self._head > MAX_HEAD or self._fields > MAX_FIELDS:
            self._refuse(431)
        if self.deaf or not self._in_head:
            return  # what comes after a body is nobody's business
        key = _USUAL[name] if name in _USUAL else _named(name)
        if key is None:
            return
        environ, text = self._request.environ, value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ', '}{text}"
        environ[key] = text

    def on_headers_complete(self) -> None:
        """Find whose a request is, and how much it may bring."""
        if self.deaf:
            return
        parser, request = self._parser, self._request
        environ = request.environ
        self._in_head, self._in_body, self._brought = False, True, True
        version = parser.get_http_version()
        if version not in ("1.1", "1.0"):
            self._refuse(505)
            return
        if self._head > MAX_HEAD:
            self._refuse(431)
            return
        environ["REQUEST_METHOD"] = parser.get_method().decode("ascii")
        environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
        request.keep_alive = version == "1.1" and parser.should_keep_alive() and not parser.should_upgrade()
        path, environ["QUERY_STRING"] = _parts(self._url)
        environ["PATH_INFO"] = path
        if any(environ.get(name) == value for name, value in self._trusted):
            environ["wsgi.url_scheme"] = "https"
        self._login = (
            noted_login(self._app, environ.get("HTTP_COOKIE", "")) if path.startswith(OFFICE) else ""
        )
        request.share = share_of(path, logged_in=bool(self._login))
        if self._login:
            self._limit = MAX_OF_SCANS if _TAKES_SCANS.fullmatch(path) else MAX_OF_OFFICES
            self._has_room = True
        coming = int(environ.get("CONTENT_LENGTH") or 0)
        chunked = environ.pop("HTTP_TRANSFER_ENCODING", None)
        if chunked is not None and chunked.lower() != "chunked":
            self._refuse(501)
        elif coming > self._limit:
            self._refuse(413)
        elif coming > ORDINARY and not self._finds_room(coming):
            self._refuse(503)
        elif (coming or chunked) and environ.get("HTTP_EXPECT", "").lower() == "100-continue":
            self._go_on()

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        if self.deaf:
            return
        self._brought = True
        self._length += len(piece)
        if self._length > self._limit:
            self._refuse(413)
        elif self._length > ORDINARY and not self._finds_room(self._length):
            self._refuse(503)
        else:
            if self._body is None:
                self._body = BytesIO()
            self._body.write(piece)

    def on_message_complete(self) -> None:
        """Hand the whole request on."""
        if self.deaf:
            return
        body = self._body or BytesIO()
        body.seek(0)
        request, self._request, self._body = self._request, Request({}), None
        self._in_body, self._came_whole = False, True
        request.environ["wsgi.input"] = body
        if self._length:
            request.environ["CONTENT_LENGTH"] = str(self._length)
        if not request.keep_alive:
            self.deaf = True
        self._came(request)

    def _finds_room(self, length: int) -> bool:
        """Return whether there is room for a body of so many bytes, and keep it for this request."""
        self._has_room = self._has_room or self._takes(self._room, MAX_ACCEPTED)
        if length <= MAX_OF_OFFICES:
            return self._has_room
        if not self._has_scan_room and self._scans.admits(self._login):
            self._has_scan_room, self._scan_since = self._takes(self._scans, MAX_OF_SCANS), monotonic()
        return self._has_scan_room

    def _takes(self, room: Room, number: int) -> bool:
        if not room.take(number):
            return False
        # However this request ends: most that take their time are never answered.
        weakref.finalize(self._request, room.give_back, number).atexit = False
        return True

    def _refuse(self, status: int) -> None:
        if self.deaf:
            return
        self.deaf, self._in_head, self._in_body = True, False, False
        request, self._request, self._body = self._request, Request({}), None
        request.refused, request.keep_alive = status, False
        self._came(request)


def _named(name: bytes) -> str | None:
    """Return how WSGI calls a header; ``None`` where an underscore would make it pass for another."""
    if b"_" in name:
        return None
    text = name.decode("latin-1").upper().replace("-", "_")
    return text if text in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{text}"


_USUAL = {
    spelled: _named(spelled)
    for name in (
        *("Host", "Connection", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Cookie"),
        *("Content-Type", "Content-Length", "Cache-Control", "Origin", "Upgrade-Insecure-Requests"),
        *("Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "X-Forwarded-Proto"),
        *("X-Forwarded-For", "Referer", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "Priority"),
    )
    for spelled in (name.encode(), name.lower().encode())
}
"""The names that nearly all requests bring, so that they need not be worked out each time."""


def _parts(url: bytes) -> tuple[str, str]:
    """Return the decoded path and the query of what was asked for, which a proxy may give in full."""
    url = url.partition(b"#")[0]
    if not url.startswith(b"/") and b"://" in url:
        host, _, query = url.partition(b"://")[2].partition(b"?")
        path = b"/" + host.partition(b"/")[2]
    else:
        path, _, query = url.partition(b"?")
    if b"%" in path:
        path = unquote_to_bytes(path)
    return path.decode("latin-1"), query.decode("latin-1")
