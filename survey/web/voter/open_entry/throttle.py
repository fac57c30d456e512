"""How fast one address may ask for new codes of open campaigns; nothing else is ever throttled."""

import math
import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import AddressValueError, IPv6Address
from threading import Lock

from flask import current_app
from flask.blueprints import BlueprintSetupState

from survey.domain.errors import TooBusy
from survey.web.server.senders import sender_address
from survey.web.voter.blueprint import blueprint

A_SECOND = 20
"""New codes a second and address that are given without end: a hall shares one address."""
AT_ONCE = 200
"""New codes that an address may have at one moment: everybody in the hall scans when they are told to."""

_NAME = "minping_throttle"
_MAX_KEPT = 50_000
_TINY = 1e-6


class Throttle:
    """What addresses took in the last seconds, under hashes whose random key dies with the process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._busy_until: dict[bytes, float] = {}
        self._swept = clock()

    def take(self, address: str) -> float:
        """Take one code for an address; return the seconds that it has to wait instead, or 0."""
        hashed = blake2b(address.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
        self.forget()
        with self._lock:
            now = self._clock()
            # Each code occupies its address for a while; AT_ONCE of them may queue up.
            busy_until = max(self._busy_until.pop(hashed, now), now)
            late = busy_until - now - (AT_ONCE - 1) / A_SECOND
            refused = late > _TINY
            self._busy_until[hashed] = busy_until if refused else busy_until + 1 / A_SECOND
            return late if refused else 0.0

    def forget(self) -> None:
        """Drop, once a second, the addresses that are free again; beyond a bound, those seen longest ago."""
        now = self._clock()
        if not self._busy_until or (now - self._swept < 1 and len(self._busy_until) < _MAX_KEPT):
            return
        with self._lock:
            self._swept = now
            self._busy_until = {hashed: until for hashed, until in self._busy_until.items() if until > now}
            while len(self._busy_until) >= _MAX_KEPT:
                del self._busy_until[next(iter(self._busy_until))]


def require_patience() -> None:
    """Admit this request to a new code, or raise ``TooBusy`` with the seconds to wait."""
    throttle: Throttle = current_app.extensions[_NAME]
    late = throttle.take(_address())
    if late:
        raise TooBusy(math.ceil(late))


def _address() -> str:
    """Return where the request comes from, an IPv6 network as one."""
    return _network(sender_address())


def _network(address: str) -> str:
    try:
        found = IPv6Address(address)
    except AddressValueError:
        return address
    # One subscriber has at least 2⁶⁴ addresses.
    return str(found.ipv4_mapped or found.packed[:8].hex())


@blueprint.before_app_request
def _forget() -> None:
    # Any request will do, probes too: what is not needed is not to wait for the next device.
    throttle: Throttle = current_app.extensions[_NAME]
    throttle.forget()


@blueprint.record
def _start(state: BlueprintSetupState) -> None:
    state.app.extensions[_NAME] = Throttle()
