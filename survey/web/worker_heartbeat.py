"""The beat of a worker: left each minute beside the queue, where every web server can read it.

It carries what only a worker looks up, so that no request goes out to the network.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.domain.operations.health import Beat
from survey.secrecy import web_certificate
from survey.version import __version__
from survey.web.server import logs

KEY = "beat"
EVERY_SECONDS = 30.0
CERTIFICATE_EVERY = timedelta(hours=1)
_SECONDS = 5.0

Ending = tuple[datetime | None, str | None]


class Storage(Protocol):
    """Where beats are left: the queue's own storage."""

    def put_data(self, key: str, value: bytes) -> object:
        """Keep a value under a key."""


class Heart:
    """Beats for one worker, and looks at the certificate once an hour."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._looked_at: datetime | None = None
        self._ending: Ending = (None, None)

    @contextmanager
    def beating(self, storage: Storage) -> Iterator[None]:
        """Beat for the length of a block, in a thread of its own: a long job does not hold it up."""
        ended = threading.Event()

        def go_on() -> None:
            while True:
                self._try(storage, ended)
                if ended.wait(EVERY_SECONDS):
                    return

        thread = threading.Thread(target=go_on, name="beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(1)

    def _try(self, storage: Storage, ended: threading.Event) -> None:
        import psycopg

        beat = self.beat()
        try:
            # Looking at the certificate may have outlasted the worker, which has closed its storage then.
            if not ended.is_set():
                storage.put_data(KEY, beat)
        except (sqlite3.Error, psycopg.Error) as error:
            logs.say("no beat was left", level="warning", failure=type(error).__name__)

    def beat(self) -> bytes:
        """Return a beat as it is left."""
        now = self._now()
        if self._looked_at is None or now - self._looked_at >= CERTIFICATE_EVERY:
            self._looked_at = now
            self._ending = ending_of(self._settings)
        ends_at, fault = self._ending
        left = {
            "at": now.isoformat(),
            "version": __version__,
            "ends_at": ends_at.isoformat() if ends_at else None,
            "fault": fault,
        }
        return json.dumps(left).encode()


def ending_of(settings: Settings) -> Ending:
    """Return when the certificate ends, or the kind of failure; neither where there is no encryption."""
    base = urlsplit(settings.base_url)
    if base.scheme != "https":
        return None, None
    try:
        if settings.certificate:
            return web_certificate.end_of_file(settings.certificate), None
        return web_certificate.end_of_server(base.hostname or "", base.port or 443, _SECONDS), None
    except (OSError, ValueError) as error:
        return None, type(error).__name__


def latest(session: Session, file: Path | None, queue: str) -> Beat | None:
    """Return the last beat of any worker; ``file`` is that of the queue, ``None`` where PostgreSQL has it."""
    if file is None:
        if session.scalar(text("SELECT to_regclass('huey_kv')")) is None:
            return None
        rows = text("SELECT value FROM huey_kv WHERE queue = :queue AND key = :key")
        return read_beat(session.scalar(rows, {"queue": queue, "key": KEY}))
    if not file.exists():
        return None
    try:
        with closing(sqlite3.connect(file, timeout=1)) as found:
            left = found.execute("SELECT value FROM kv WHERE queue = ? AND key = ?", (queue, KEY)).fetchone()
            return read_beat(left[0]) if left else None
    except sqlite3.Error:
        return None


def read_beat(left: Any) -> Beat | None:
    """Read what a worker left; ``None`` where it is none."""
    try:
        found = json.loads(bytes(left))
        ends_at = found["ends_at"]
        return Beat(
            datetime.fromisoformat(found["at"]),
            str(found["version"]),
            datetime.fromisoformat(ends_at) if ends_at else None,
            found["fault"],
        )
    except (TypeError, ValueError, KeyError):
        return None
