"""The kinds of value that only an assessment's definition holds: numbers below 0, pairs, maps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from survey.domain.definition.schema import SchemaEntry, SchemaKey
from survey.domain.definition.validation import Reader
from survey.domain.errors import Flaw


@dataclass(frozen=True)
class OptionalNumberEntry(SchemaEntry):
    """A number exactly as written, or nothing; below 0 only where ``signed``."""

    signed: bool = field(default=False, kw_only=True)
    above_zero: bool = field(default=False, kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Fraction | None:
        """Read a number; return the default (``None``) where it is left out."""
        if known.required:
            reader.require(known.key)
        if not reader.takes(known.key):
            return known.default if isinstance(known.default, Fraction) else None
        return reader.number(known.key, above_zero=self.above_zero, signed=self.signed)


@dataclass(frozen=True)
class PairsEntry(SchemaEntry):
    """A list of pairs of numbers, ``[[60, 0.6], [80, 0.8]]``, put in the order of the first of each."""

    def read(self, reader: Reader, known: SchemaKey) -> tuple[tuple[Fraction, Fraction], ...]:
        """Read the pairs; one that is none is a fault."""
        if known.required:
            reader.require(known.key)
        if not reader.takes(known.key):
            return ()
        value = reader.table[known.key]
        if not isinstance(value, list):
            reader.fault(known.key, "must be a list of pairs of numbers", Flaw.NOT_PAIRS)
            return ()
        pairs = []
        for place, item in enumerate(value):
            key = f"{known.key}[{place}]"
            if not isinstance(item, list) or len(item) != 2:
                reader.fault(key, "must be a pair of numbers, as [60, 0.6]", Flaw.NOT_PAIRS)
                continue
            both = Reader(reader.faults, dict(enumerate(item)), reader.at(key))  # type: ignore[arg-type]
            pairs.append((both.number(0, signed=True), both.number(1)))  # type: ignore[arg-type]
        if len({value for value, _ in pairs}) < len(pairs):
            reader.fault(known.key, "has a value twice", Flaw.TWICE, value=known.key)
        return tuple(sorted(pairs))


@dataclass(frozen=True)
class NumbersEntry(SchemaEntry):
    """A list of numbers that are not negative."""

    def read(self, reader: Reader, known: SchemaKey) -> tuple[Fraction, ...]:
        """Read the numbers."""
        if not reader.takes(known.key):
            return ()
        value = reader.table[known.key]
        if not isinstance(value, list):
            reader.fault(known.key, "must be a list of numbers", Flaw.NOT_NUMBERS)
            return ()
        inner = Reader(reader.faults, dict(enumerate(value)), reader.at(known.key))  # type: ignore[arg-type]
        return tuple(inner.number(place) for place in range(len(value)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class MapEntry(SchemaEntry):
    """A table whose keys are those of rows of the list ``of``, each with a text."""

    of: str = field(kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Mapping[str, str]:
        """Read the table; whether its keys are known is checked by code of its own."""
        inner: Any = reader.part(known.key)
        return {} if inner is None else {key: inner.text(key) for key in inner.table}
