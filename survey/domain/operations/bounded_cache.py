"""The one memory of things made once and asked for often: bounded, and shared by threads."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Values by key, at most ``max_entries`` of them and, where given, ``max_bytes`` in sum.

    What is over the bound goes one at a time, first what was asked for longest ago. Until half of a bound is
    used, nothing is noted of who asked for what: the order tells nothing but when each came, and asking takes
    no lock. No value is ``None``. A bound lies well above what one value weighs, which else displaces all.
    """

    def __init__(self, max_entries: int, max_bytes: int | None = None) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._sizes: dict[Key, int] = {}
        self._size = 0
        self._notes_use = False
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def size(self) -> int:
        """Return what is kept, in bytes as they were given."""
        return self._size

    def get(self, key: Key) -> Value | None:
        """Return the value of a key, or ``None`` where none is kept."""
        value = self._values.get(key)
        if value is not None and self._notes_use:
            with self._lock:
                if key in self._values:
                    self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value, size: int = 0) -> None:
        """Keep a value of ``size`` bytes in place of what the key had, and drop what is over the bound."""
        with self._lock:
            self._size += size - self._sizes.get(key, 0)
            self._sizes[key] = size
            self._values[key] = value
            self._values.move_to_end(key)
            while self._is_over(1):
                oldest, _ = self._values.popitem(last=False)
                self._size -= self._sizes.pop(oldest)
            self._notes_use = self._is_over(2)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._sizes.clear()
            self._size = 0
            self._notes_use = False

    def _is_over(self, times: int) -> bool:
        """Check whether so many times what is kept goes over a bound."""
        if times * len(self._values) > self._max_entries:
            return True
        return self._max_bytes is not None and times * self._size > self._max_bytes
