"""Entries, vetoes and typed-in values, from a parsed file to acts on record, or to the list of all faults."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import EnteredValue, PointEntry, RecordedAct, UnitVeto
from survey.domain.assessment.known_names import listed
from survey.domain.assessment.scoring.places import plain
from survey.domain.definition.validation import Faults, Reader
from survey.domain.errors import BadNumbers, CellFault, Fault, Flaw

from .row_checks import MAX_NOTE

FULL = 100
"""What a part of a total comes to at most, but for difficulty factors and bands."""
ReadAct = tuple[RecordedAct, bool]
"""An act, and whether it was taken back."""

_EPOCH = date(1970, 1, 1)
_FIRST_DAY = date(2000, 1, 1)
"""A day before it is mistyped, as is one after the year that follows the assessed one."""
_REMEDIES = {
    Flaw.MISSING: "write it",
    Flaw.EMPTY: "write it",
    Flaw.UNKNOWN_KEY: "delete it, or spell it as the documentation does",
    Flaw.NO_SUCH: "write the key of a known one",
    Flaw.NOT_MOMENT: "write it as 2026-12-20",
    Flaw.DUPLICATE: "keep one of them, or take one back with taken_back = true",
}


def read_entries(definition: AssessmentDefinition, data: Mapping[str, Any]) -> list[ReadAct]:
    """Read ``entries``, ``vetoes`` and ``entered`` of a parsed file, in this order.

    ``data`` is what a TOML parser returns with decimals kept as ``Decimal``. Raises ``BadNumbers`` with all
    faults, each at its path (``entries[3].item``).
    """
    faults = Faults()
    top = Reader(faults, data)
    file = _EntriesFile(definition)
    read: list[ReadAct] = [
        *top.tables("entries", file.entry),
        *top.tables("vetoes", file.veto),
        *top.tables("entered", file.entered),
    ]
    top.finish()
    if not read and not faults.found:
        faults.add("", "the file holds no entries, vetoes or entered values", Flaw.MISSING)
    if not faults.found:
        for path, message in _doubles(read):
            faults.add(path, message, Flaw.DUPLICATE)
    if faults.found:
        raise BadNumbers([_cell_fault(fault) for fault in faults.found])
    return read


@dataclass(frozen=True)
class _EntriesFile:
    """The tables of a file of entries, each read against the definition."""

    definition: AssessmentDefinition

    def entry(self, reader: Reader) -> ReadAct:
        """Read a bonus or a deduction; its sign and size are those that the item allows."""
        item = self._known(reader, "item", self.definition.item)
        points = reader.number("points", signed=True)
        if reader.is_sound("points"):
            self._check_points(reader, item, points)
        act = PointEntry(
            unit=self._known(reader, "unit", self.definition.unit),
            item=item,
            points=points,
            reason=_words(reader, "reason"),
            evidence=_words(reader, "evidence"),
            approver=_words(reader, "approver"),
            decided_on=self._day(reader),
        )
        return act, reader.flag("taken_back")

    def veto(self, reader: Reader) -> ReadAct:
        """Read a unit's veto."""
        act = UnitVeto(
            unit=self._known(reader, "unit", self.definition.unit),
            band=self._known(reader, "band", self.definition.band),
            committee=_words(reader, "committee"),
            decided_on=self._day(reader),
            grounds=_words(reader, "grounds"),
            evidence=_words(reader, "evidence"),
        )
        return act, reader.flag("taken_back")

    def entered(self, reader: Reader) -> ReadAct:
        """Read a component's value that was typed in."""
        act = EnteredValue(
            unit=self._known(reader, "unit", self.definition.unit),
            component=self._known(reader, "component", self.definition.component),
            value=reader.number("value"),
            document=_words(reader, "document"),
        )
        return act, reader.flag("taken_back")

    def _known(self, reader: Reader, key: str, known: Collection[str]) -> str:
        value = reader.text(key)
        if value and reader.is_sound(key) and value not in known:
            said = f'"{value}" is no {key} of this assessment{listed(known)}'
            reader.fault(key, said, Flaw.NO_SUCH, value=value)
        return value

    def _day(self, reader: Reader) -> date:
        """Read the day of a decision: of the assessed year, of the one after it, or of one before."""
        day = _day(reader, "decided_on")
        last = date(self.definition.year + 1, 12, 31)
        if reader.is_sound("decided_on") and not _FIRST_DAY <= day <= last:
            flaw = Flaw.TOO_LARGE if day > last else Flaw.TOO_SMALL
            said = f"{day} lies outside {_FIRST_DAY} to {last}"
            reader.fault("decided_on", said, flaw, value=day.isoformat())
        return day

    def _check_points(self, reader: Reader, item_key: str, points: Fraction) -> None:
        shown = plain(points)
        if not points:
            reader.fault("points", "must not be 0", Flaw.TOO_SMALL, value=shown)
            return
        item = self.definition.item.get(item_key)
        if item is None or item.each is None:
            return
        if (points < 0) != (item.each < 0):
            sign = "below 0: a deduction" if item.each < 0 else "above 0: a bonus"
            flaw = Flaw.TOO_LARGE if item.each < 0 else Flaw.TOO_SMALL
            reader.fault("points", f"{shown} must be {sign}", flaw, value=shown)
        elif abs(points) > abs(item.each):
            said = f"{shown} is more than one entry of {item_key} may have: {plain(item.each)}"
            reader.fault("points", said, Flaw.TOO_LARGE, value=shown)


def _words(reader: Reader, key: str) -> str:
    """Read words that papers print; more than a cell of a table holds is a fault."""
    said = reader.text(key)
    if len(said) > MAX_NOTE:
        reader.fault(key, f"has more than {MAX_NOTE} characters", Flaw.TOO_LARGE, limit=MAX_NOTE)
    return said


def _day(reader: Reader, key: str) -> date:
    """Read a day, as TOML has one or as a text."""
    value = reader.table.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        reader.takes(key)
        return value
    written = reader.text(key)
    if written and reader.is_sound(key):
        try:
            return date.fromisoformat(written)
        except ValueError:
            reader.fault(key, f'"{written}" is no day', Flaw.NOT_MOMENT, value=written)
    return _EPOCH


def _doubles(read: list[ReadAct]) -> Iterator[tuple[str, str]]:
    """List acts that stand in the file twice, and what only one act can say."""
    once: set[object] = set()
    places = {PointEntry: 0, UnitVeto: 0, EnteredValue: 0}
    for act, taken_back in read:
        path = f"{_TABLE[type(act)]}[{places[type(act)]}]"
        places[type(act)] += 1
        said: object = act
        if isinstance(act, UnitVeto) and not taken_back:
            said = (UnitVeto, act.unit)
        elif isinstance(act, EnteredValue) and not taken_back:
            said = (EnteredValue, act.unit, act.component)
        if said in once:
            yield path, "says what an entry before it says"
        once.add(said)


_TABLE = {PointEntry: "entries", UnitVeto: "vetoes", EnteredValue: "entered"}


def entry_warnings(definition: AssessmentDefinition, read: list[ReadAct]) -> list[CellFault]:
    """List what is odd about typed-in values: beyond 100, and such as stand in only for what is missing."""
    found = []
    entered = [one for one in read if isinstance(one[0], EnteredValue)]
    for place, (act, taken_back) in enumerate(entered):
        if taken_back or not isinstance(act, EnteredValue):
            continue
        component = definition.component[act.component]
        path = f"entered[{place}].value"
        if act.value > FULL and not component.at and not component.factor:
            said = f"({act.unit} {act.component}) is more than {FULL}, which parts of a total go up to"
            remedy = "check it; a mistaken one is taken back with taken_back = true"
            found.append(CellFault(path, plain(act.value), "more-than-full", said, remedy))
        if component.source is not ComponentSource.ENTERED:
            said = f"({act.unit} {act.component}) is used only while its {component.source} has no value"
            remedy = "leave it, or take it back with taken_back = true"
            found.append(CellFault(path, plain(act.value), "stands-in", said, remedy))
    return found


def _cell_fault(fault: Fault) -> CellFault:
    value = str(fault.facts.get("value", ""))
    quoted = "" if value in fault.message else value
    remedy = _REMEDIES.get(fault.flaw, "correct it")
    return CellFault(fault.path or "file", quoted, fault.flaw.value, fault.message, remedy, fault.facts)
