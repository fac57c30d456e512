"""Rows of results that are worked out when somebody asks for them: a page shows few of many thousand."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
RowOf = TypeVar("RowOf")


class ResultRows(Generic[Key, RowOf]):
    """Rows in order, by what they are of (a line, a ratee); ``make`` works out those of one key.

    With ``keep`` what was worked out stays, for whoever asks again; without it nothing does, so that many
    requests can share the same results and these never grow.
    """

    def __init__(
        self, keys: Iterable[Key], make: Callable[[Key], Iterable[RowOf]], *, keep: bool = True
    ) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._made: dict[Key, tuple[RowOf, ...]] | None = {} if keep else None

    def of(self, key: Key) -> tuple[RowOf, ...]:
        """Return the rows of one key; none of a key that is not among these."""
        if key not in self._keys:
            return ()
        if self._made is None:
            return tuple(self._make(key))
        if key not in self._made:
            self._made[key] = tuple(self._make(key))
        return self._made[key]

    def __iter__(self) -> Iterator[RowOf]:
        return (row for key in self._keys for row in self.of(key))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResultRows | tuple):
            return NotImplemented
        return tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def reduced(
        self, keys: Callable[[Key], bool], row: Callable[[RowOf], RowOf | None]
    ) -> "ResultRows[Key, RowOf]":
        """Return the rows of some keys, each as ``row`` returns it, without those that it leaves out.

        Nothing more is kept of them than here.
        """

        def make(key: Key) -> Iterator[RowOf]:
            return (kept for one in self.of(key) if (kept := row(one)) is not None)

        return ResultRows(filter(keys, self._keys), make, keep=False)
