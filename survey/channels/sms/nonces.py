"""Keys that came, in this process's memory and no longer than they could come again."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from threading import Lock

from survey.domain.errors import NotAuthentic

MAX_KEYS = 200_000
"""Some 20 MiB; ten minutes of 300 requests a second."""


class NonceMemory:
    """Keys that came to this process, bounded: where it is full, the next is refused, not forgotten."""

    def __init__(self, clock: Callable[[], datetime], most: int = MAX_KEYS) -> None:
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._keys: set[str] = set()
        self._ends: list[tuple[datetime, str]] = []

    def seen(self, key: str, until: datetime) -> bool:
        """Return whether a key came before, and keep it until then; raises ``NotAuthentic`` where full."""
        with self._lock:
            now = self._clock()
            while self._ends and self._ends[0][0] <= now:
                self._keys.discard(heappop(self._ends)[1])
            if key in self._keys:
                return True
            if len(self._ends) >= self._most:
                raise NotAuthentic("busy")
            self._keys.add(key)
            heappush(self._ends, (until, key))
            return False

    def forget(self, key: str) -> None:
        """Forget a key: what came with it was not kept, and may come again."""
        with self._lock:
            self._keys.discard(key)
