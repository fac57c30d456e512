"""What waitress takes from connections: bodies as large as their senders may send, and as there is room for.

A byte a second is no sign of life.
"""

import copy
import json
import weakref
from contextlib import suppress
from socket import SHUT_RDWR
from threading import Condition, Lock
from typing import Any

from flask import Flask
from markupsafe import escape
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import Error

from survey.domain.ballot.packing import MAX_BODY
from survey.domain.definition.schema import N_
from survey.web import languages
from survey.web.office_session import OFFICE

from .shares import notes_login

MAX_ACCEPTED = MAX_BODY + 16 * 1024
"""Bodies up to here reach the application, which refuses them in plain words; larger ones are cut off.

What is sent in chunks counts with what frames them.
"""
MAX_OF_OFFICES = 17 << 20
"""From somebody who has logged in to the organisers' pages, some of which take files."""
MAX_HEAD = 32 * 1024
ORDINARY = 32 * 1024
"""Bodies up to here, any ballot without long texts, need no room beside that of their connection."""
ROOM = 32 << 20
"""Memory for all larger bodies of people without a login together; who finds it taken is told to come again.

Two thousand connections with an ordinary body each, and this, are less than 100 MiB.
"""
PATIENCE_SECONDS = 60
WORTH_WAITING_FOR = 64 * 1024
"""A request has to be complete, or that many bytes of it to have come, within the time of patience.

A ballot from the slowest telephone line is; a connection that is fed a byte a second is given up. So is one
that takes less of an answer in that time, while a thread waits to write on.
"""
_COME_BACK_SECONDS = 5

_ANSWERS = {
    413: ("413 Request Entity Too Large", "too-large", N_("提交的内容过大。")),
    503: ("503 Service Unavailable", "unavailable", N_("系统正忙，没有收到。请过几秒钟再试一次。")),
}
_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{chinese}</title></head><body><h1>{chinese}</h1>{others}</body></html>
"""
_HEADERS = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]


def plain_page(chinese: str) -> str:
    """Return a refusal as a page in every language: in which one was asked is not known yet."""
    others = (
        f'<p lang="{of.tag}">{escape(languages.catalogue(of).gettext(chinese))}</p>'
        for of in languages.LANGUAGES[1:]
    )
    return _PAGE.format(chinese=chinese, others="".join(others))


class NoRoom(Error):
    """Too much is being received already."""

    code = 503
    reason = "Service Unavailable"


class _PlainErrorTask(ErrorTask):
    """Answers what never reaches the application with the same keys, as a page or as JSON."""

    def execute(self) -> None:
        answer = _ANSWERS.get(self.request.error.code)
        if answer is None:
            super().execute()
            return
        self.status, key, chinese = answer
        as_json = "application/json" in self.request.headers.get("ACCEPT", "").lower()
        text = plain_page(chinese)
        if as_json:
            text = json.dumps({"error": key, "message": chinese, "fields": {}}, ensure_ascii=False)
        body = text.encode()
        kind = "application/json" if as_json else "text/html; charset=utf-8"
        self.response_headers += [
            *_HEADERS,
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        if self.request.error.code == NoRoom.code:
            self.response_headers.append(("Retry-After", str(_COME_BACK_SECONDS)))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Room:
    """Memory that may be taken, and has to be given back."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = Lock()

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


class _Parser(HTTPRequestParser):
    """Knows from a request's head how large its body may be, and whether there is room for it."""

    adj: Any
    app: Flask
    room: Room
    completed: bool
    content_length: int
    body_bytes_received: int
    logged_in = False
    _taken: "weakref.finalize[[int], _Parser] | None" = None

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("Bad URI") from error
        if self.path.startswith(OFFICE):
            self.logged_in = notes_login(self.app, self.headers.get("COOKIE", ""))
        if self.logged_in:
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = MAX_OF_OFFICES

    def received(self, data: bytes) -> int:
        """Take bytes of a request; return how many."""
        consumed: int = super().received(data)
        if not self.completed and self._needs_room() and not self._finds_room():
            self.error = NoRoom("no room for large bodies")
            self.completed = True
            self.body_rcv = None
        return consumed

    def close(self) -> None:
        """Forget the body."""
        super().close()
        if self._taken is not None:
            self._taken()

    def _needs_room(self) -> bool:
        if self.logged_in or self._taken is not None:
            return False
        return max(self.content_length, self.body_bytes_received) > ORDINARY

    def _finds_room(self) -> bool:
        if not self.room.take(MAX_ACCEPTED):
            return False
        # However this request ends: most that take their time are never answered.
        self._taken = weakref.finalize(self, self.room.give_back, MAX_ACCEPTED)
        self._taken.atexit = False
        return True


class _Channel(HTTPChannel):
    """A connection that is idle while its request comes too slowly, and leaves sending to its thread.

    It is given up where its client takes too little of an answer that a thread waits to get rid of.
    """

    adj: Any
    server: Any
    socket: Any
    connected: bool
    outbuf_lock: Condition
    requests: list[Any]
    total_outbufs_len: int
    last_activity: float
    will_close: bool
    _active_since = 0.0
    _came = 0

    def writable(self) -> bool:
        """Return whether waitress' main thread has something to send.

        While a request is being answered, the thread that does it sends by itself, unless it waits because
        there is too much. The main thread would find again and again, without end, that there is something to
        send and that it cannot, and so keep the interpreter's lock from just that thread.
        """
        if self.will_close:
            # Waitress closes when it can send, which it never can where the client takes nothing.
            with suppress(OSError):
                self.socket.shutdown(SHUT_RDWR)
        answering = self.requests and self.total_outbufs_len < self.adj.outbuf_high_watermark
        if answering and not (self.will_close or self.close_when_flushed):
            return False
        return bool(super().writable())

    def write_soon(self, data: Any) -> int:
        """Take a piece of an answer, once the client has taken enough of what there is."""
        # Waitress would wait without end: to it, nobody is idle who is being answered.
        with self.outbuf_lock:
            while self.connected and self._is_full():
                before = self.total_outbufs_len
                self.server.pull_trigger()
                went_on = self.outbuf_lock.wait_for(self._may_go_on, PATIENCE_SECONDS)
                if not went_on and before - self.total_outbufs_len < WORTH_WAITING_FOR:
                    self.will_close = True  # waitress' main thread does, and wakes this one
        return int(super().write_soon(data))

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Give up who asks again before taking what there is; waitress would have its thread wait for that.

        Voters' threads, too. No browser sends a request before the answer to the one before has come.
        """
        if self._is_full():
            self.will_close = True
            self.server.pull_trigger()

    def _is_full(self) -> bool:
        return bool(self.total_outbufs_len > self.adj.outbuf_high_watermark)

    def _may_go_on(self) -> bool:
        return not self.connected or not self._is_full()

    def received(self, data: bytes) -> bool:
        """Take bytes; waitress has just noted that something came."""
        begins = self.request is None
        self._came += len(data)
        more: bool = super().received(data)
        if begins or self.request is None or self._came >= WORTH_WAITING_FOR:
            self._active_since, self._came = self.last_activity, 0
        self.last_activity = self._active_since
        return more


def channel_for(app: Flask) -> type[HTTPChannel]:
    """Return what a connection to an application is."""
    parser = type("_ParserOfApp", (_Parser,), {"app": app, "room": Room(ROOM)})
    return type("_ChannelOfApp", (_Channel,), {"parser_class": parser, "error_task_class": _PlainErrorTask})
