"""Shares of a server's threads, so that voters always have some: whoever asks, by the address asked for.

A request that belongs to others waits among its own kind and is answered by threads of its own. While voters
are being answered it also begins later: in one process only one thread works at a time, so threads of its own
alone would not keep it out of their way.
"""

import gc
import math
import mmap
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from threading import Condition, Lock
from time import monotonic, thread_time
from types import MappingProxyType

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature

from survey.web.office_session import OFFICE


class ThreadShare(StrEnum):
    """Who may be asking."""

    VOTERS = "voters"
    STATEMENTS = "statements"
    """Voters who read somebody's report: a file of several MiB goes to a slow phone for minutes."""
    READERS = "readers"
    OFFICES = "offices"
    DOOR = "door"
    """Whoever is at the organisers' pages without a login, be it thousands."""


OTHERS: Mapping[ThreadShare, int] = MappingProxyType(
    {ThreadShare.STATEMENTS: 6, ThreadShare.READERS: 2, ThreadShare.OFFICES: 4, ThreadShare.DOOR: 2}
)
"""Threads of a process beside those for voters who vote.

A count takes one of the offices' for as long as it lasts, a report one of its own until the phone has it.
"""

SWITCH_SECONDS = 0.001
"""How long a thread may go on while another waits for its turn; Python's own is five times that.

A voter's request gives its turn away a few dozen times, for the database and the network.
"""
SWITCH_BESIDE_OTHERS = 0.0002
"""The same while somebody else's request is worked on, which never gives its turn away by itself.

Not always: threads that wait for their turn look up that often, which costs voters some of their time.
"""
WAIT_SECONDS = 0.05
"""How long others wait for a moment without voters; then one of them begins all the same."""
RESTS: Mapping[ThreadShare, int] = MappingProxyType(
    {ThreadShare.STATEMENTS: 3, ThreadShare.READERS: 3, ThreadShare.OFFICES: 3, ThreadShare.DOOR: 15}
)
"""How many times as long as it worked a share rests while there are voters: a flood has part of a core.

What counts is the time of the thread itself, not what it waited for.
"""
QUIET_SECONDS = 1.0
"""Without a voter's request for so long, nobody rests."""
MAX_REST = 1.0

_STATEMENTS = re.compile(r"/(?:v/statement)(/|\Z)")
_VOTERS = re.compile(r"/(?!v/turn/)(v|o|sms|static|healthz|readyz)(/|\Z)")
"""A text message is a ballot, or may be: whoever brings it has no patience, and brings it again.

Whose turn it is hundreds of phones ask all the time: as voters they would keep everybody else waiting.
"""
_DOOR = re.compile(rf"{OFFICE}/(login|link)(/|\Z)")
"""What is there for those without a login stays theirs whoever asks: a flood may come from somebody known."""
_OFFICES = re.compile(rf"{OFFICE}(/|\Z)")


def share_of(path: str, *, logged_in: bool) -> ThreadShare:
    """Return to whom a request belongs, by its decoded path."""
    # The router takes several slashes for one.
    path = re.sub("/{2,}", "/", path)
    if _STATEMENTS.match(path):
        return ThreadShare.STATEMENTS
    if _VOTERS.match(path):
        return ThreadShare.VOTERS
    if _DOOR.match(path):
        return ThreadShare.DOOR
    if _OFFICES.match(path):
        return ThreadShare.OFFICES if logged_in else ThreadShare.DOOR
    return ThreadShare.READERS


def noted_login(app: Flask, cookies: str) -> str:
    """Return the secret of the login that a ``Cookie`` header notes; whether it holds is asked later."""
    name = re.escape(app.config["SESSION_COOKIE_NAME"])
    found = re.search(rf"(?:^|[;,])[ \t]*{name}=([^;\s]+)", cookies)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if found is None or serializer is None:
        return ""
    try:
        return str(serializer.loads(found[1]).get("_user_id", ""))
    except BadSignature:
        return ""


def take_turns() -> None:
    """Keep any thread of this process from holding up the others for long; for a server, once all is loaded.

    What is there by now stays: looking through all of it for garbage would stop every thread for a good tenth
    of a second, whenever somebody's work left enough behind.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()


class SharedMoment:
    """A moment in memory that a process shares with those forked from it."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, struct.calcsize("d"))
        self.set(-math.inf)

    def get(self) -> float:
        """Return it, as ``time.monotonic`` counts."""
        (moment,) = struct.unpack_from("d", self._memory)
        return float(moment)

    def set(self, moment: float) -> None:
        """Note another."""
        struct.pack_into("d", self._memory, 0, moment)


class Turns:
    """Voters first: counts those who are being answered, and lets the others begin in between."""

    def __init__(
        self,
        patience: float = WAIT_SECONDS,
        quiet: float = QUIET_SECONDS,
        longest_rest: float = MAX_REST,
        voted: SharedMoment | None = None,
    ) -> None:
        """Begin without voters; ``voted``, when one was last answered, may be shared with other processes."""
        self._patience = patience
        self._quiet = quiet
        self._longest_rest = longest_rest
        self._voters = 0
        self._others = 0
        self._voted = voted or SharedMoment()
        self._changed = Condition(Lock())
        self._gates = {share: Lock() for share in OTHERS}
        self._rested = dict.fromkeys(OTHERS, -math.inf)

    def come(self) -> None:
        """A voter's request is there."""
        with self._changed:
            self._voters += 1

    def go(self) -> None:
        """It has been answered."""
        with self._changed:
            self._voters -= 1
            self._voted.set(monotonic())
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

    @contextmanager
    def others(self, share: ThreadShare) -> Iterator[None]:
        """Do the work of others in a block, which begins when it is their turn."""
        self._wait(share)
        began = thread_time()
        self._count_others(1)
        try:
            yield
        finally:
            self._count_others(-1)
            self._rest(share, thread_time() - began)

    def _wait(self, share: ThreadShare) -> None:
        """Wait until the share has rested and no voter is being answered, but not for ever."""
        with self._gates[share], self._changed:
            while (left := self._left(share)) > 0:
                self._changed.wait(left)
            self._changed.wait_for(lambda: not self._voters, self._patience)

    def _left(self, share: ThreadShare) -> float:
        """Return for how long a share rests still; nobody has to once there are no voters."""
        now = monotonic()
        left = self._rested[share] - now
        return left if self._voters else min(left, self._voted.get() + self._quiet - now)

    def _count_others(self, more: int) -> None:
        with self._changed:
            self._others += more
            sys.setswitchinterval(SWITCH_BESIDE_OTHERS if self._others else SWITCH_SECONDS)

    def _rest(self, share: ThreadShare, worked: float) -> None:
        with self._changed:
            now = monotonic()
            until = max(self._rested[share], now) + RESTS[share] * worked
            self._rested[share] = min(until, now + self._longest_rest)
