"""What a committee can put on record beside a count, as it is typed and as it is kept."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from survey.domain.definition.names import break_lines, is_clear, turns
from survey.domain.definition.rounding import half_up
from survey.domain.errors import BadDecision

MAX_TEXT_LENGTH = 300
"""How long a reason may be; names take a line, not a paragraph."""
MAX_NAME_LENGTH = 60
MAX_POINTS = Decimal(1000)
PLACES = 2
"""The decimals that points may have."""

_NUMBER = re.compile(r"[+-]?\d{1,6}(\.\d{1,2})?", re.ASCII)
_LIMIT = re.compile(r"(\d{1,4})|(\d{1,3}(?:\.\d{1,4})?)%", re.ASCII)


class EntryKind(StrEnum):
    """The kinds of entry; ``QUOTA`` and ``CAPS`` are about a section, the others about a ratee."""

    QUOTA = "quota"
    BAND = "band"
    VETO = "veto"
    CAPS = "caps"
    POINTS = "points"
    TAKEN_BACK = "taken-back"


OF_SECTIONS = (EntryKind.QUOTA, EntryKind.CAPS)


@dataclass(frozen=True)
class BandLimit:
    """How many of a section may have a band: a number, or a share of its ratees."""

    text: str

    def __str__(self) -> str:
        return self.text

    def allowed(self, ratees: int) -> int:
        """Return how many of ``ratees`` may have the band.

        A share is rounded half-up and is at least 1: the rule of the quotas on a ballot
        (``form.Quota.allowed``, "share, half-up, at least 1"), so that the same 20 % means the same number
        wherever it stands. Where the rules of an office round down ("within 20 %"), it writes the number.
        """
        if not self.text.endswith("%"):
            return int(self.text)
        return max(1, half_up(Fraction(self.text[:-1]) / 100 * ratees))


@dataclass(frozen=True)
class BandQuota:
    """At most so many of a section may have a band, and by which rule."""

    band: str
    limit: BandLimit
    basis: str


@dataclass(frozen=True)
class BandDecided:
    """The band that a committee decided on for one ratee, and why."""

    band: str
    committee: str
    decided_on: date
    reason: str


@dataclass(frozen=True)
class Vetoed:
    """A veto (一票否决): the band that it leads to, whatever else was decided, with what it rests on."""

    band: str
    committee: str
    decided_on: date
    grounds: str
    evidence: str


@dataclass(frozen=True)
class Caps:
    """The most that one entry, and all entries of a ratee together, may add or take off in a section."""

    each: Decimal
    total: Decimal
    basis: str


@dataclass(frozen=True)
class Points:
    """A bonus or, below 0, a deduction of one ratee, with what it rests on and who approved it."""

    points: Decimal
    reason: str
    evidence: str
    approver: str
    decided_on: date


@dataclass(frozen=True)
class TakenBack:
    """An earlier entry that no longer stands, and why."""

    entry: int
    reason: str


Content = BandQuota | BandDecided | Vetoed | Caps | Points | TakenBack

CONTENTS: Mapping[EntryKind, type[Content]] = {
    EntryKind.QUOTA: BandQuota,
    EntryKind.BAND: BandDecided,
    EntryKind.VETO: Vetoed,
    EntryKind.CAPS: Caps,
    EntryKind.POINTS: Points,
    EntryKind.TAKEN_BACK: TakenBack,
}
TEXTS = ("basis", "reason", "grounds", "evidence")
"""The fields that take a paragraph; the other texts take a line."""


@dataclass(frozen=True)
class Entry:
    """One entry as it was recorded; ``subject`` is the key of a section or a ratee."""

    number: int
    subject: str
    content: Content
    by: str
    at: datetime

    @property
    def kind(self) -> EntryKind:
        """Return which kind of entry this is."""
        return next(kind for kind, made in CONTENTS.items() if isinstance(self.content, made))


def fields_of(kind: EntryKind) -> tuple[str, ...]:
    """Name the fields that an entry of a kind has, in order."""
    return tuple(CONTENTS[kind].__dataclass_fields__)


def to_record(content: Content) -> dict[str, str]:
    """Write the content of an entry as plain strings."""
    return {name: str(value) for name, value in values_of(content).items()}


def from_record(kind: str, record: Mapping[str, str]) -> Content:
    """Read back what ``to_record`` wrote."""
    made: Callable[..., Content] = CONTENTS[EntryKind(kind)]
    return made(**{name: _KEPT.get(name, str)(text) for name, text in record.items()})


def read_content(kind: EntryKind, typed: Mapping[str, str], today: date) -> Content:
    """Read an entry as somebody typed it.

    Raises ``BadDecision`` with the fault of every field.
    """
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name in fields_of(kind):
        text = break_lines(typed.get(name, "").strip())
        fault = _text_fault(name, text)
        if not fault:
            try:
                found[name] = _TYPED.get(name, str)(text)
            except ValueError as error:
                fault = str(error)
        if name == "decided_on" and not fault and found[name] > today:
            fault = "future"
        if fault:
            faults[name] = fault
    if faults:
        raise BadDecision(faults)
    return CONTENTS[kind](**found)


def values_of(content: Content) -> dict[str, Any]:
    """Return the fields of an entry's content with their values."""
    return {name: getattr(content, name) for name in content.__dataclass_fields__}


def _text_fault(name: str, text: str) -> str:
    if not text:
        return "missing"
    if any(unicodedata.category(mark) == "Cc" and mark != "\n" for mark in text):
        return "control"
    if turns(text) or (name not in TEXTS and ("\n" in text or not is_clear(text))):
        return "control"
    return "too-long" if len(text) > (MAX_TEXT_LENGTH if name in TEXTS else MAX_NAME_LENGTH) else ""


def _plain(text: str) -> str:
    """Write a number as any keyboard gives it (full-width signs, the typographic minus) with plain signs."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "")


def _points(text: str) -> Decimal:
    text = _plain(text)
    if not _NUMBER.fullmatch(text) or abs(value := Decimal(text)) > MAX_POINTS:
        raise ValueError("not-points")
    if not value:
        raise ValueError("zero")
    return value


def _cap(text: str) -> Decimal:
    text = _plain(text)
    if not _NUMBER.fullmatch(text) or not 0 < (value := Decimal(text)) <= MAX_POINTS:
        raise ValueError("not-cap")
    return value


def _limit(text: str) -> BandLimit:
    text = _plain(text)
    if not _LIMIT.fullmatch(text) or (text.endswith("%") and not 0 < Fraction(text[:-1]) <= 100):
        raise ValueError("not-limit")
    return BandLimit(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("not-day") from None


_KEPT: Mapping[str, Callable[[str], Any]] = {
    "limit": BandLimit,
    "points": Decimal,
    "each": Decimal,
    "total": Decimal,
    "decided_on": date.fromisoformat,
    "entry": int,
}
_TYPED: Mapping[str, Callable[[str], Any]] = {
    **_KEPT,
    "limit": _limit,
    "points": _points,
    "each": _cap,
    "total": _cap,
    "decided_on": _day,
}
