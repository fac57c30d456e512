"""The beat of the office's worker: left each half minute where every web server can read it.

That is the database; with SQLite a file beside it, since a row written each half minute would be a clock
between the ballots of its log. It carries what only a worker looks up, so that no request goes out to the
network.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.domain.errors import MinpingError
from survey.domain.operations.health import Beat
from survey.secrecy import web_certificate
from survey.secrecy.custody import replace_private
from survey.storage.database import transaction
from survey.storage.operations import health_rows
from survey.version import __version__
from survey.web.server import logs

FILE = "beat.json"
EVERY_SECONDS = 30.0
CERTIFICATE_EVERY = timedelta(hours=1)
_SECONDS = 5.0

Ending = tuple[datetime | None, str | None]


class Heart:
    """Beats for the office's worker, and looks at the certificate once an hour."""

    def __init__(self, settings: Settings, now: Callable[[], datetime], app: Flask) -> None:
        self._settings = settings
        self._now = now
        self._app = app
        self._looked_at: datetime | None = None
        self._ending: Ending = (None, None)

    def beat_on(self, ended: Event) -> None:
        """Beat until it is ended, in a thread of its own: a long job does not hold it up."""
        while True:
            try:
                with self._app.app_context():
                    self.leave()
            except (MinpingError, SQLAlchemyError) as error:
                logs.say("no beat was left", level="warning", failure=type(error).__name__)
            if ended.wait(EVERY_SECONDS):
                return

    def leave(self) -> None:
        """Leave a beat where every server can read it; raises ``Unavailable``, ``NoSpace``, ``BadFile``."""
        beat = self.beat()
        if self._settings.sqlite_file:
            replace_private(self._settings.instance / FILE, beat)
            return
        with transaction(write=True) as session:
            health_rows.put_beat(session, beat)

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


def latest(session: Session, settings: Settings) -> Beat | None:
    """Return the last beat of the office's worker."""
    if not settings.sqlite_file:
        return read_beat(health_rows.find_beat(session))
    try:
        return read_beat((settings.instance / FILE).read_bytes())
    except OSError:
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
