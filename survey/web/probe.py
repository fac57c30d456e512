"""Asking the database whether it is there, without waiting for it longer than a watching machine would."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, current_app

from survey.storage.database import transaction
from survey.storage.schema import fingerprint, newest_revision, present_revision

from .context import vault

SECONDS = 2.0
"""How long an answer is waited for. A database that hangs has none."""
_NAME = "minping_probe"


@dataclass(frozen=True)
class DatabaseState:
    """Whether the database answered, and whether it has this programme's tables and belongs to this node."""

    up: bool
    ready: bool


_AWAY = DatabaseState(up=False, ready=False)


@dataclass
class _Asking:
    began: float
    answered: threading.Event = field(default_factory=threading.Event)
    state: DatabaseState = _AWAY


class Probe:
    """One question at a time in a thread of its own: however many ask, one connection waits."""

    def __init__(self, ask: Callable[[], DatabaseState], seconds: float = SECONDS) -> None:
        self._ask = ask
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asking: _Asking | None = None

    def state(self) -> DatabaseState:
        """Return what the database says, or that it does not say anything in time."""
        with self._lock:
            asking = self._asking
            if asking is None or asking.answered.is_set():
                asking = self._asking = _Asking(time.monotonic())
                threading.Thread(target=self._go, args=(asking,), name="probe", daemon=True).start()
        left = asking.began + self._seconds - time.monotonic()
        return asking.state if asking.answered.wait(max(0.0, left)) else _AWAY

    def _go(self, asking: _Asking) -> None:
        try:
            asking.state = self._ask()
        except Exception:  # whatever kept it from answering: it did not
            asking.state = _AWAY
        finally:
            asking.answered.set()


def attach(app: Flask) -> None:
    """Give an application its probe."""

    def ask() -> DatabaseState:
        with app.app_context():
            if present_revision() != newest_revision():
                return DatabaseState(up=True, ready=False)
            with transaction() as session:
                return DatabaseState(up=True, ready=fingerprint(session) == vault().fingerprint())

    app.extensions[_NAME] = Probe(ask)


def database_state() -> DatabaseState:
    """Return whether the database of this application answers and is ready, within ``SECONDS``."""
    probe: Probe = current_app.extensions[_NAME]
    return probe.state()
