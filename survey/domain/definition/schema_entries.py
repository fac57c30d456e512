"""The kinds of plain value that a key of a definition may hold, each read in its own way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from survey.domain.errors import Flaw

from .schema import N_, SchemaEntry, SchemaKey
from .validation import MAX_NUMBER, Reader

CAMPAIGN_CODE = re.compile(r"[a-z0-9-]+")
"""What campaigns are called in addresses and commands."""
WINDOW_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
"""A time of the day, to the minute."""
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,10})?)%")


@dataclass(frozen=True)
class TextEntry(SchemaEntry):
    """A text, of several ``lines`` or of one; where it has no default it must not be empty."""

    lines: bool = field(default=False, kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read a string."""
        return reader.text(known.key, known.default)


@dataclass(frozen=True)
class ZoneEntry(TextEntry):
    """The name of a time zone; whether there is one of that name is checked with the table."""


@dataclass(frozen=True)
class KeyEntry(SchemaEntry):
    """The key of a row, unlike those of the rows before it; one that is ``shown`` is always on the page."""

    label: str = N_("内部代号")
    help: str = N_("字母、数字和 + - _，以字母或数字开头")
    shown: bool = field(default=False, kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read an identifier that is new in its list."""
        return reader.new_key(known.key)


@dataclass(frozen=True)
class CodeEntry(SchemaEntry):
    """The campaign's code."""

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read a code."""
        return reader.key(known.key, pattern=CAMPAIGN_CODE, says="a–z, 0–9 and - only")


@dataclass(frozen=True)
class WholeEntry(SchemaEntry):
    """A whole number between two limits."""

    least: int = field(default=0, kw_only=True)
    most: int = field(default=MAX_NUMBER, kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read a whole number; return the default where it is left out or wrong."""
        if known.required:
            reader.require(known.key)
        return reader.integer(known.key, least=self.least, most=self.most, default=known.default)


@dataclass(frozen=True)
class NumberEntry(SchemaEntry):
    """A number exactly as written, not negative or ``above_zero``.

    Where the rows of a list must have ``falling`` ones, that is what the row before is called in the fault.
    """

    above_zero: bool = field(default=False, kw_only=True)
    falling: str = field(default="", kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read a number as a fraction; ``None`` where an optional one is left out."""
        if self.optional and not reader.takes(known.key):
            return None
        value = reader.number(known.key, default=known.default, above_zero=self.above_zero)
        if self.falling:
            reader.require_falling(known.key, value, self.falling)
        return value


@dataclass(frozen=True)
class LimitEntry(SchemaEntry):
    """A number of persons or a share of them, such as ``"40%"``."""

    def read(self, reader: Reader, known: SchemaKey) -> int | Fraction | None:
        """Read a whole number, or a share as a fraction; ``None`` where an optional one is left out."""
        if self.optional and not reader.takes(known.key):
            return None
        value = reader.table.get(known.key)
        if not isinstance(value, str):
            number = reader.integer(known.key, least=0)
            reader.require(known.key)
            return number
        written = _PERCENT.fullmatch(reader.text(known.key, ""))
        share = Fraction(Decimal(written[1])) / 100 if written else None
        if share is None or share > 1:
            said = f'"{value}" is neither a whole number nor a share such as "40%"'
            reader.fault(known.key, said, Flaw.NOT_LIMIT, value=value)
        return share


@dataclass(frozen=True)
class FlagEntry(SchemaEntry):
    """True or false; its default where it is left out."""

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read true or false."""
        return reader.flag(known.key, default=bool(known.default))


@dataclass(frozen=True)
class MarkEntry(SchemaEntry):
    """One ``word`` or nothing, read as true or false."""

    word: str = field(kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Check whether the key is there; any other word in it is a fault."""
        key = known.key
        if reader.has(key) and reader.text(key, "") != self.word and reader.is_sound(key):
            reader.fault(key, f'may only be "{self.word}"', Flaw.NOT_REQUIRED)
        return reader.has(key)


@dataclass(frozen=True)
class ChoiceEntry(SchemaEntry):
    """One word of an enumeration, each with what the page says of it.

    ``unsaid`` is what the page offers for leaving it out, where that is not the same as choosing the default.
    """

    words: Mapping[Any, str] = field(kw_only=True)
    unsaid: str = field(default="", kw_only=True)

    @property
    def kind(self) -> type[StrEnum]:
        """Return the enumeration."""
        return type(next(iter(self.words)))

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read a word; return the default where it is left out or wrong."""
        return reader.choice(known.key, self.kind, known.default)


@dataclass(frozen=True)
class ChoicesEntry(ChoiceEntry):
    """Several words of an enumeration."""

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read a list of words as a set."""
        found = set()
        for place, word in enumerate(reader.words(known.key) or ()):
            if word in list(self.kind):
                found.add(self.kind(word))
            else:
                said = f'"{word}" is none of: {", ".join(self.kind)}'
                reader.fault(f"{known.key}[{place}]", said, Flaw.NOT_CHOICE, value=word)
        return frozenset(found)


@dataclass(frozen=True)
class MomentEntry(SchemaEntry):
    """A date and time with its offset, or nothing."""

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read an offset date-time."""
        return reader.moment(known.key)


@dataclass(frozen=True)
class WindowEntry(SchemaEntry):
    """Two times of one day, the earlier one first, such as ``["08:00", "21:00"]``."""

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read two times; the default where they are left out or wrong."""
        words = reader.words(known.key)
        if words is None:
            return known.default
        if len(words) != 2 or not all(map(WINDOW_TIME.fullmatch, words)) or words[0] >= words[1]:
            said = 'must be two times of one day, as ["08:00", "21:00"]'
            reader.fault(known.key, said, Flaw.NOT_WINDOW, value="–".join(words))
            return known.default
        return words


@dataclass(frozen=True)
class NamedEntry(SchemaEntry):
    """The key of a row of the list ``of``; whether there is one is checked by code of its own."""

    of: str = field(kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> Any:
        """Read a string; the default where it is left out."""
        return reader.text(known.key, known.default)


@dataclass(frozen=True)
class NamesEntry(SchemaEntry):
    """Keys of rows of the list ``of``, at least one; an ``optional`` one left out is all or its default."""

    of: str = field(kw_only=True)

    def read(self, reader: Reader, known: SchemaKey) -> tuple[str, ...] | None:
        """Read a list of strings; the default, mostly ``None``, where it is left out or wrong."""
        words = reader.words(known.key, least=1 if known.required or reader.has(known.key) else 0)
        return known.default if words is None else words
