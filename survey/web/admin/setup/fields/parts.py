"""Fields that mirror a document: what is shown of it, and the document again from what was posted.

A field that comes back as it was shown leaves the document as it was, whatever stands there: absent stays
absent, a number keeps the way it was written. Names of fields are paths (``groups.1.weight``).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import LazyString
from werkzeug.datastructures import MultiDict

from survey.domain.definition.campaign import CampaignTable
from survey.domain.definition.names import break_lines, clean, composed
from survey.domain.definition.schema import entries_of

Posted = MultiDict[str, str]
Holder = dict[str, Any]
Options = Sequence[tuple[str, str | LazyString]]

_WHOLE = re.compile(r"\d{1,15}")
_DECIMAL = re.compile(r"\d{1,15}\.\d{1,15}")
DEFAULT_ZONE: str = entries_of(CampaignTable)["time_zone"].default


@dataclass(frozen=True)
class Field:
    """One field of a form, at one key of a table of the document."""

    key: str
    label: str | LazyString
    hint: str | LazyString = ""
    kind: ClassVar[str] = "text"

    def shown(self, holder: Mapping[str, Any], document: Holder) -> Any:  # noqa: ARG002
        """Return what the field shows of its table."""
        return written(holder.get(self.key))

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Put what was posted into a copy of the field's table, unless it is what was shown."""
        if name not in posted:
            return
        typed = posted[name].replace("\r\n", "\n")
        if typed == _on_a_line(self.shown(holder, document), self.kind) and not self.is_unread(holder):
            return
        _set(holder, self.key, self.taken(typed))

    def taken(self, typed: str) -> Any:
        """Return the value that was typed, ``None`` where the field was left empty."""
        return typed.strip() or None

    def is_unread(self, holder: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Return whether the value is still as somebody typed it, so that it is worth reading again."""
        return False


@dataclass(frozen=True)
class TextPart(Field):
    """A line of text."""

    def taken(self, typed: str) -> Any:
        """Return the line without what nobody sees and nobody typed."""
        return clean(break_lines(typed).replace("\n", " ")).strip() or None


@dataclass(frozen=True)
class TextAreaPart(Field):
    """Text of several lines."""

    kind: ClassVar[str] = "area"

    def taken(self, typed: str) -> Any:
        """Return the text in NFC, with the line breaks of word processors as such."""
        return composed(break_lines(typed)).strip() or None


@dataclass(frozen=True)
class Key(Field):
    """An identifier; where it is not ``shown_always``, it is shown only when something is wrong with it."""

    shown_always: bool = False
    kind: ClassVar[str] = "key"

    def taken(self, typed: str) -> Any:
        """Return the identifier, full-width letters and digits made plain."""
        return unicodedata.normalize("NFKC", typed).strip() or None


@dataclass(frozen=True)
class Number(Field):
    """A number; what is none is kept as it was typed, so that it can be shown and mended."""

    kind: ClassVar[str] = "number"

    def taken(self, typed: str) -> Any:
        """Return a whole number or a decimal exactly as written."""
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
        if _WHOLE.fullmatch(plain):
            return int(plain)
        return Decimal(plain) if _DECIMAL.fullmatch(plain) else plain or None

    def is_unread(self, holder: Mapping[str, Any]) -> bool:
        """Return whether the value is text."""
        return isinstance(holder.get(self.key), str)


@dataclass(frozen=True)
class WindowPart(Field):
    """Two times of one day, written as one: ``08:00–21:00``; ``default`` holds where the key is absent."""

    default: Sequence[str] = ()

    def shown(self, holder: Mapping[str, Any], document: Holder) -> Any:  # noqa: ARG002
        """Return the times with a dash between them."""
        found = holder.get(self.key, self.default)
        return "–".join(map(written, found)) if isinstance(found, list | tuple) else written(found)

    def taken(self, typed: str) -> Any:
        """Return what stands on either side of a dash, as it was typed."""
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
        return [_whole_hour(time) for time in re.split(r"[-–—~至]", plain)] if plain else None


def _whole_hour(time: str) -> str:
    """Return a time with two digits for the hour, as the definition has it."""
    return f"0{time}" if re.fullmatch(r"\d:\d\d", time) else time


@dataclass(frozen=True)
class ChoicePart(Field):
    """One of several words; ``default`` is what holds where the key is absent.

    In a table the field is left out where the document has nothing in the list ``only_with``.
    """

    options: Options | Callable[[Holder], Options] = ()
    default: str = ""
    only_with: str = ""
    kind: ClassVar[str] = "choice"

    def shown(self, holder: Mapping[str, Any], document: Holder) -> Any:  # noqa: ARG002
        """Return the word chosen."""
        return written(holder.get(self.key, self.default))

    def offered(self, document: Holder, chosen: str) -> Options:
        """Return the words to choose from, an unknown one among them where it was chosen before."""
        options = self.options(document) if callable(self.options) else self.options
        return options if chosen in dict(options) or not chosen else [*options, (chosen, chosen)]


@dataclass(frozen=True)
class Pair(ChoicePart):
    """Two words chosen at once, each at a key of its own."""

    keys: tuple[str, str] = ("", "")

    def shown(self, holder: Mapping[str, Any], document: Holder) -> Any:  # noqa: ARG002
        """Return both words."""
        return " ".join(written(holder.get(key)) for key in self.keys).strip()

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Put both words into the table."""
        if name in posted and posted[name] != self.shown(holder, document):
            for key, word in zip(self.keys, [*posted[name].split(" "), "", ""], strict=False):
                _set(holder, key, word or None)


@dataclass(frozen=True)
class Tick(Field):
    """A box to tick; ``on`` is the value that it stands for.

    Not ticked it has no value, unless a value left out stands for a box that is ``ticked``: then it is false.
    """

    on: Any = True
    ticked: bool = False
    kind: ClassVar[str] = "tick"

    def shown(self, holder: Mapping[str, Any], document: Holder) -> Any:  # noqa: ARG002
        """Return whether the box is ticked."""
        return bool(holder.get(self.key, self.ticked))

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Set or take away the value."""
        if (name in posted) != self.shown(holder, document):
            _set(holder, self.key, self.on if name in posted else False if self.ticked else None)


@dataclass(frozen=True)
class Ticks(Field):
    """Several boxes to tick; an absent list stands for what ``default`` finds for its table and document."""

    options: Options | Callable[[Holder], Options] = ()
    default: Callable[[Mapping[str, Any], Holder], list[str]] | None = None
    required: bool = False
    kind: ClassVar[str] = "ticks"

    def shown(self, holder: Mapping[str, Any], document: Holder) -> Any:
        """Return the words ticked."""
        if self.key not in holder and self.default:
            return self.default(holder, document)
        found = holder.get(self.key)
        return [written(word) for word in found] if isinstance(found, list) else []

    def offered(self, document: Holder, chosen: list[str]) -> Options:
        """Return all boxes, those for unknown words that are ticked among them."""
        options = list(self.options(document) if callable(self.options) else self.options)
        known = {value for value, _ in options}
        return options + [(word, word) for word in dict.fromkeys(chosen) if word not in known]

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Put the words ticked into the table, in the order of the boxes."""
        shown = self.shown(holder, document)
        ticked = set(posted.getlist(name))
        if ticked == set(shown):
            return
        words = [value for value, _ in self.offered(document, shown) if value in ticked]
        if self.default and set(words) == set(self.default(without(holder, self.key), document)):
            _set(holder, self.key, None)
        else:
            _set(holder, self.key, words if words or self.default or self.required else None)


@dataclass(frozen=True)
class RatersPart(Ticks):
    """Boxes for those who rate a ratee, written the shorter way: who does, or who does not (``except``)."""

    whole: Callable[[Mapping[str, Any], Holder], list[str]] = lambda _holder, _document: []

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Put the groups ticked into the table; where all are but a few, those few instead."""
        ticked, shown = set(posted.getlist(name)), self.shown(holder, document)
        if ticked == set(shown) and _says_once(holder, self.key):
            return
        whole = self.whole(holder, document)
        words = [value for value, _ in self.offered(document, shown) if value in ticked]
        left_out = [key for key in whole if key not in ticked]
        others = ticked - set(whole)
        named = EXCEPT in holder or bool(document.get("pools"))
        _set(holder, EXCEPT, left_out if named and words and not others and left_out else None)
        _set(holder, self.key, None if EXCEPT in holder or not (left_out or others) else words)


def _says_once(holder: Holder, key: str) -> bool:
    """Return whether who rates is said in one way at most, and who does not, if so, by naming somebody."""
    return EXCEPT not in holder or (key not in holder and bool(holder[EXCEPT]))


EXCEPT = "except"
"""The key of those who do not rate a ratee."""


@dataclass(frozen=True)
class MomentPart(Field):
    """A date and time on the clock of the campaign's place; ``time_zone`` stands in the same table."""

    kind: ClassVar[str] = "moment"

    def shown(self, holder: Mapping[str, Any], document: Holder) -> Any:
        """Return the local time, as browsers write it."""
        value = holder.get(self.key)
        if not isinstance(value, datetime):
            return written(value)
        local = value.astimezone(zone_of(document.get("campaign", {})))
        return local.isoformat(timespec="seconds" if local.second else "minutes")[
            : 19 if local.second else 16
        ]

    def put(self, holder: Holder, posted: Posted, name: str, document: Holder) -> None:
        """Read the local time in the campaign's zone, which may have been changed by the same form."""
        if name not in posted:
            return
        typed = posted[name].strip()
        moved = zone_of(holder) != zone_of(document.get("campaign", {}))
        if typed == self.shown(holder, document) and not moved:
            return
        try:
            value: datetime | str = datetime.fromisoformat(typed)
            if isinstance(value, datetime) and value.tzinfo is None:
                value = value.replace(tzinfo=zone_of(holder))
                value = datetime.fromisoformat(value.isoformat())
        except ValueError:
            value = typed
        _set(holder, self.key, value or None)


def zone_of(campaign: Mapping[str, Any]) -> ZoneInfo:
    """Return a campaign's time zone, the default one where it names none that exists."""
    try:
        return ZoneInfo(written(campaign.get("time_zone", DEFAULT_ZONE)))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def written(value: Any) -> str:
    """Write a value of a document into a field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)


def without(holder: Mapping[str, Any], key: str) -> Holder:
    """Return a table without one of its keys."""
    return {other: value for other, value in holder.items() if other != key}


def _on_a_line(text: str, kind: str) -> str:
    """Return a text as a browser sends it back: fields of one line hold no line breaks."""
    return text.replace("\r\n", "\n") if kind == "area" else re.sub(r"[\r\n]", "", text)


def _set(holder: Holder, key: str, value: Any) -> None:
    if value is None:
        holder.pop(key, None)
    else:
        holder[key] = value
