"""Reading untrusted tables key by key, collecting every fault with its path."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from survey.domain.errors import Fault, Flaw

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_-]*")
# Halves of a character among them: they have no UTF-8, so no digest.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MAX_NUMBER = 10**12
"""No weight, number of people or score comes near it."""
MAX_ROWS = 10_000
"""Rows of one list; nobody writes, or reads, as many."""
MAX_FAULTS = 1000
"""What is wrong beyond these is not said: a file made of faults alone would fill the memory."""
SHAPELESS = frozenset({Flaw.NOT_TEXT, Flaw.NOT_FLAG, Flaw.NOT_LIST, Flaw.NOT_TABLES, Flaw.NOT_TABLE})
"""Flaws of what no form shows and nobody can type: a list where a table should be."""

_WANTED = {
    Flaw.NOT_TEXT: "a string",
    Flaw.NOT_FLAG: "true or false",
    Flaw.NOT_WHOLE: "a whole number",
    Flaw.NOT_NUMBER: "a number",
    Flaw.NOT_MOMENT: "a date-time with its offset, as 2026-11-22T09:00:00+08:00",
    Flaw.NOT_LIST: "a list of strings",
    Flaw.NOT_TABLES: "a list of tables",
    Flaw.NOT_TABLE: "a table",
}

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, path: str, message: str, flaw: Flaw, **facts: str | int) -> None:
        """Note one fault; one of the shape is never left unsaid."""
        if len(self.found) < MAX_FAULTS:
            self.found.append(Fault(path, message, flaw, facts))
        elif flaw in SHAPELESS:
            self.found[-1] = Fault(path, message, flaw, facts)


@dataclass
class Siblings:
    """What was read of the rows of a list so far: their keys, and by key the number that stands last."""

    keys: set[str] = field(default_factory=set)
    last: dict[str, Fraction] = field(default_factory=dict)


class Reader:
    """Read one table; every method notes a fault and returns a harmless value where one is found."""

    def __init__(
        self, faults: Faults, table: Mapping[str, Any], path: str = "", siblings: Siblings | None = None
    ) -> None:
        self.faults = faults
        self.table = table
        self.path = path
        self._siblings = siblings or Siblings()
        self._known: set[str] = set()
        self._faulty: set[str] = set()

    def at(self, key: str) -> str:
        """Return the path of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, message: str, flaw: Flaw, **facts: str | int) -> None:
        """Note a fault at a key of this table."""
        self._faulty.add(key)
        self.faults.add(self.at(key), message, flaw, **facts)

    def has(self, key: str) -> bool:
        """Return whether the table holds a key."""
        return key in self.table

    def takes(self, key: str) -> bool:
        """Return whether the table holds a key, which is none that nobody asked for then."""
        return self._optional(key)

    def is_sound(self, key: str) -> bool:
        """Return whether a key is there and no fault was found at it."""
        return key in self.table and key not in self._faulty

    def require(self, key: str) -> None:
        """Note a fault where the table does not hold a key."""
        if key not in self.table:
            self.fault(key, "is missing", Flaw.MISSING)

    def require_falling(self, key: str, value: Fraction, what: str) -> None:
        """Note a fault where a number is not below that of the row before."""
        if self.is_sound(key):
            if key in self._siblings.last and value >= self._siblings.last[key]:
                self.fault(key, f"must be below {what} before it", Flaw.NOT_FALLING)
            self._siblings.last[key] = value

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.table:
            if key not in self._known:
                self.fault(key, "unknown key", Flaw.UNKNOWN_KEY, value=key)

    def text(self, key: str, default: str | None = None) -> str:
        """Read a string; without ``default`` it must be there and not be empty."""
        value = self._get(key, default)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._wrong(key, Flaw.NOT_TEXT, value, "")
        if _CONTROL.search(value):
            self.fault(key, "holds a control character", Flaw.CONTROL_CHARACTER)
        if default is None and not value.strip():
            self.fault(key, "must not be empty", Flaw.EMPTY)
        return value

    def key(self, key: str, *, pattern: re.Pattern[str] = KEY, says: str | None = None) -> str:
        """Read an identifier."""
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            rule = says or "letters, digits, + _ -, the first a letter or digit"
            self.fault(key, f'"{value}" is no key: {rule}', Flaw.NOT_KEY, value=value)
        return value

    def new_key(self, key: str) -> str:
        """Read an identifier that no row of the list before has."""
        value = self.key(key)
        if value and value in self._siblings.keys:
            self.fault(key, f'duplicate key "{value}"', Flaw.DUPLICATE, value=value)
        self._siblings.keys.add(value)
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Read true or false; ``default`` where absent."""
        value = self._get(key, default)
        return value if isinstance(value, bool) else self._wrong(key, Flaw.NOT_FLAG, value, default)

    def integer(
        self, key: str, *, least: int, most: int = MAX_NUMBER, default: int | None = None
    ) -> int | None:
        """Read a whole number between ``least`` and ``most``; ``default`` where absent."""
        if not self._optional(key):
            return default
        value = self.table[key]
        if isinstance(value, bool) or not isinstance(value, int):
            return self._wrong(key, Flaw.NOT_WHOLE, value, default)
        if not least <= value <= most:
            if value < least:
                self.fault(key, f"must be at least {least}, not {_short(value)}", Flaw.TOO_SMALL, limit=least)
            else:
                self.fault(key, f"must be at most {most}, not {_short(value)}", Flaw.TOO_LARGE, limit=most)
            return default
        return value

    def number(
        self, key: str, *, default: Fraction | None = None, above_zero: bool = False, signed: bool = False
    ) -> Fraction:
        """Read a number exactly as written, below 0 only where ``signed``; required without ``default``."""
        value = self._get(key, default)
        if value is None:
            return Fraction(0)
        if isinstance(value, Fraction):
            return value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return self._wrong(key, Flaw.NOT_NUMBER, value, Fraction(0))
        if isinstance(value, Decimal) and (not value.is_finite() or abs(value.as_tuple().exponent) > 20):  # type: ignore[arg-type]
            return self._wrong(key, Flaw.NOT_NUMBER, value, Fraction(0), wanted="a plain number")
        if above_zero and value <= 0:
            self.fault(key, f"must be above 0, not {_short(value)}", Flaw.NOT_ABOVE_ZERO)
            return Fraction(0)
        if value < 0 and not signed:
            self.fault(key, f"must be at least 0, not {_short(value)}", Flaw.TOO_SMALL, limit=0)
            return Fraction(0)
        if not -MAX_NUMBER <= value <= MAX_NUMBER:
            self.fault(
                key, f"must be at most {MAX_NUMBER}, not {_short(value)}", Flaw.TOO_LARGE, limit=MAX_NUMBER
            )
            return Fraction(0)
        return Fraction(value)

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E | None:
        """Read one word of an enumeration; required without ``default``."""
        value = self._get(key, default)
        if value is None:
            return default
        try:
            return kind(value) if isinstance(value, str) else self._wrong(key, Flaw.NOT_TEXT, value, default)
        except ValueError:
            said = f'"{_short(value)}" is none of: {", ".join(kind)}'
            self.fault(key, said, Flaw.NOT_CHOICE, value=_short(value))
            return default

    def moment(self, key: str) -> datetime | None:
        """Read an offset date-time, or nothing."""
        if not self._optional(key):
            return None
        value = self.table[key]
        if not isinstance(value, datetime) or value.tzinfo is None:
            return self._wrong(key, Flaw.NOT_MOMENT, value, None)
        return value

    def words(self, key: str, *, least: int = 0) -> tuple[str, ...] | None:
        """Read a list of different strings; ``None`` where absent and not required (``least`` 0) or wrong."""
        if not least and not self._optional(key):
            return None
        value = self._get(key, None)
        if value is None:
            return None
        if not isinstance(value, list):
            return self._wrong(key, Flaw.NOT_LIST, value, None)
        seen: set[str] = set()
        for place, word in enumerate(value):
            if not isinstance(word, str):
                return self._wrong(f"{key}[{place}]", Flaw.NOT_TEXT, word, None)
            if word in seen:
                self.fault(f"{key}[{place}]", f'"{word}" is there twice', Flaw.TWICE, value=word)
            seen.add(word)
        if len(value) < least:
            self.fault(key, f"must hold at least {least}", Flaw.TOO_FEW, limit=least)
        return tuple(dict.fromkeys(value))

    def tables(
        self, key: str, read: Callable[["Reader"], T], *, least: int = 0, most: int = MAX_ROWS
    ) -> tuple[T, ...]:
        """Read a list of tables, each by ``read``; unknown keys in them are faults."""
        value = self._get(key, [] if not least else None)
        if value is None:
            return ()
        if not isinstance(value, list):
            return self._wrong(key, Flaw.NOT_TABLES, value, ())
        if len(value) < least:
            self.fault(key, f"must hold at least {least}", Flaw.TOO_FEW, limit=least)
        if len(value) > most:
            self.fault(key, f"must hold at most {most}", Flaw.TOO_MANY, limit=most)
        made = []
        siblings = Siblings()
        for place, item in enumerate(value[:most]):
            if not isinstance(item, Mapping):
                self._wrong(f"{key}[{place}]", Flaw.NOT_TABLE, item, None)
                continue
            reader = Reader(self.faults, item, self.at(f"{key}[{place}]"), siblings)
            made.append(read(reader))
            reader.finish()
        return tuple(made)

    def part(self, key: str, *, required: bool = False) -> "Reader | None":
        """Return a reader of a table inside this one, or ``None`` where it is absent or no table."""
        if not required and not self._optional(key):
            return None
        value = self._get(key, None)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            return self._wrong(key, Flaw.NOT_TABLE, value, None)
        return Reader(self.faults, value, self.at(key))

    def _optional(self, key: str) -> bool:
        self._known.add(key)
        return key in self.table

    def _get(self, key: str, default: Any) -> Any:
        self._known.add(key)
        if self.table.get(key) is not None:
            return self.table[key]
        if default is None or key in self.table:
            self.fault(key, "is missing", Flaw.MISSING)
        return default

    def _wrong(self, key: str, flaw: Flaw, value: Any, instead: T, wanted: str | None = None) -> T:
        said = f"must be {wanted or _WANTED[flaw]}, not {_short(value)}"
        self.fault(key, said, flaw, value=_short(value))
        return instead


def _short(value: Any) -> str:
    try:
        shown = str(value).lower() if isinstance(value, bool) else str(value)
    except ValueError:  # Python writes no integer of thousands of digits
        return "a number beyond all measure"
    return shown if len(shown) <= 40 else shown[:40] + "…"
