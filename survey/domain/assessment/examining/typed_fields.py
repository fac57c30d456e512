"""What somebody typed for a record of a year's end, read field by field, all faults at once."""

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

from survey.domain.assessment.reports.number_text import read_number, write_number
from survey.domain.definition.names import break_lines, clean, is_clear
from survey.domain.errors import BadYearRecord

_MOST_DIGITS = 6
_LARGEST_PLACES = 10**4


class TypedFields:
    """The fields of a form; each is read once, and ``finish`` refuses them if one is wrong."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self._typed = typed
        self.faults: dict[str, str] = {}

    def text(self, name: str, most: int, *, needed: bool = True, lines: bool = False) -> str:
        """Return a text of at most so many characters, without signs that nobody sees."""
        text = clean(break_lines(self._typed.get(name, ""))).strip()
        if not is_clear(text) or (not lines and "\n" in text):
            self.faults[name] = "control"
        elif len(text) > most:
            self.faults[name] = "too-long"
        elif needed and not text:
            self.faults[name] = "missing"
        return text

    def whole(self, name: str) -> int:
        """Return a whole number of persons or things."""
        text = self.text(name, 20)
        value = read_number(text) if text else None
        if text and (value is None or value < 0 or value.denominator != 1 or value >= 10**_MOST_DIGITS):
            self.faults[name] = "not-number"
            return 0
        return int(value or 0)

    def points(self, name: str, most: Fraction) -> str:
        """Return points as they are written, of four places at most; empty where none are proposed."""
        text = self.text(name, 40, needed=False)
        if name in self.faults or not text:
            return ""
        value = read_number(text)
        if value is None or not 0 <= value <= most or (value * _LARGEST_PLACES).denominator != 1:
            self.faults[name] = "not-points"
            return ""
        return write_number(value)

    def day(self, name: str, first: date, last: date = date.max) -> str:
        """Return a day from ``first`` to ``last``, as ``2026-12-31``."""
        text = self.text(name, 20)
        if not text or name in self.faults:
            return ""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.faults[name] = "not-day"
            return ""
        if not first <= day <= last:
            self.faults[name] = "too-early" if day < first else "too-late"
        return day.isoformat()

    def chosen(self, name: str, known: Collection[str], *, needed: bool = False) -> str:
        """Return one of the keys that are known, or nothing."""
        key = self._typed.get(name, "")
        if key and key not in known:
            self.faults[name] = "unknown"
        elif needed and not key:
            self.faults[name] = "missing"
        return key

    def finish(self) -> None:
        """Refuse with ``BadYearRecord`` where a field is wrong."""
        if self.faults:
            raise BadYearRecord(self.faults)
