"""Shares of a server's threads, so that voters always have some: whoever asks, by the address asked for.

A request that belongs to others waits among its own kind and is answered by threads of its own. While voters
are being answered it also begins later: in one process only one thread works at a time, so threads of its own
alone would not keep it out of their way.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from threading import Condition, Lock
from types import MappingProxyType

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature

from .office_session import OFFICE


class Share(StrEnum):
    """Who may be asking."""

    VOTERS = "voters"
    READERS = "readers"
    OFFICES = "offices"
    DOOR = "door"
    """Whoever is at the organisers' pages without a login, be it thousands."""


OTHERS: Mapping[Share, int] = MappingProxyType({Share.READERS: 2, Share.OFFICES: 4, Share.DOOR: 2})
"""Threads of a process beside those for voters. A count takes one of the offices' for as long as it lasts."""

SWITCH_SECONDS = 0.001
"""How long a thread may go on while another waits for its turn; Python's own is five times that.

A voter's request gives its turn away a dozen times, for the database and the network.
"""
WAIT_SECONDS = 0.05
"""How long others wait for a moment without voters; then one of them begins all the same."""

_VOTERS = re.compile(r"/(v|o|static|healthz|readyz)(/|\Z)")
_OFFICES = re.compile(rf"{OFFICE}(/|\Z)")


def share_of(path: str, *, logged_in: bool) -> Share:
    """Return to whom a request belongs, by its decoded path."""
    # The router takes several slashes for one.
    path = re.sub("/{2,}", "/", path)
    if _VOTERS.match(path):
        return Share.VOTERS
    if _OFFICES.match(path):
        return Share.OFFICES if logged_in else Share.DOOR
    return Share.READERS


def notes_login(app: Flask, cookies: str) -> bool:
    """Tell whether a ``Cookie`` header notes a login; whether that still holds is asked later."""
    name = re.escape(app.config["SESSION_COOKIE_NAME"])
    found = re.search(rf"(?:^|[;,])[ \t]*{name}=([^;\s]+)", cookies)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if found is None or serializer is None:
        return False
    try:
        return "_user_id" in serializer.loads(found[1])
    except BadSignature:
        return False


class Turns:
    """Voters first: counts those who are being answered, and lets the others begin in between."""

    def __init__(self, patience: float = WAIT_SECONDS) -> None:
        self._patience = patience
        self._voters = 0
        self._changed = Condition(Lock())
        self._gate = Lock()

    def come(self) -> None:
        """A voter's request is there."""
        with self._changed:
            self._voters += 1

    def go(self) -> None:
        """It has been answered."""
        with self._changed:
            self._voters -= 1
            if not self._voters:
                self._changed.notify_all()

    @contextmanager
    def voting(self) -> Iterator[None]:
        """Count a voter's request for the length of a block."""
        self.come()
        try:
            yield
        finally:
            self.go()

    def wait(self) -> None:
        """Wait until no voter is being answered, but not for ever; one after the other."""
        with self._gate, self._changed:
            self._changed.wait_for(lambda: not self._voters, self._patience)
