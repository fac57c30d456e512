"""The one memory of things made once and asked for often: bounded, and shared by threads."""

from collections.abc import Hashable
from random import SystemRandom
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_dice = SystemRandom()


class BoundedCache(Generic[Key, Value]):
    """Values by key, at most ``max_entries`` of them and, where given, ``max_bytes`` in sum.

    What is over the bound goes one at a time, any of those that were there. So nothing is noted of who asks
    for what, asking takes no lock, and nobody learns from what has gone what others asked for; and whoever
    asks for all there is, one after the other, still finds most of it. No value is ``None``.
    """

    def __init__(self, max_entries: int, max_bytes: int | None = None) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._values: dict[Key, Value] = {}
        self._sizes: dict[Key, int] = {}
        self._size = 0
        # The same keys in any order, so that one of them can be drawn.
        self._keys: list[Key] = []
        self._places: dict[Key, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def size(self) -> int:
        """Return what is kept, in bytes as they were given."""
        return self._size

    def get(self, key: Key) -> Value | None:
        """Return the value of a key, or ``None`` where none is kept."""
        return self._values.get(key)

    def put(self, key: Key, value: Value, size: int = 0) -> None:
        """Keep a value of ``size`` bytes in place of what the key had, and drop others until it fits.

        One that is heavier than all there is room for is not kept, and drops nothing.
        """
        with self._lock:
            if key in self._values:
                self._drop(key)
            if self._max_bytes is not None and size > self._max_bytes:
                return
            while self._is_full(size):
                self._drop(self._keys[_dice.randrange(len(self._keys))])
            self._values[key] = value
            self._sizes[key] = size
            self._size += size
            self._places[key] = len(self._keys)
            self._keys.append(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            for kept in (self._values, self._sizes, self._keys, self._places):
                kept.clear()
            self._size = 0

    def _is_full(self, size: int) -> bool:
        """Return whether a value of that size has no room beside what is kept."""
        if len(self._values) >= self._max_entries:
            return True
        return self._max_bytes is not None and self._size + size > self._max_bytes

    def _drop(self, key: Key) -> None:
        place, last = self._places.pop(key), self._keys.pop()
        if last != key:
            self._keys[place], self._places[last] = last, place
        del self._values[key]
        self._size -= self._sizes.pop(key)
