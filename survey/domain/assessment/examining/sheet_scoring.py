"""Sheets that people fill in by name: who may score which units, and what may be handed in."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.composite_rules import ScoreSheet, SheetKind
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import SheetPoints, Stage, Targets
from survey.domain.assessment.reports.number_text import fraction_of, read_number, write_number
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.seats import Seat, SeatPart
from survey.domain.definition.canonical import digest
from survey.domain.errors import BadYearRecord

SHEET_STAGES = (Stage.ISSUED, Stage.RUNNING, Stage.EXAMINING, Stage.SCORED)
"""The stages in which sheets are filled in and opened: what was decided rests on what was there."""
SCORING_PARTS = frozenset({SeatPart.LEAD, SeatPart.LEADER})
"""The parts whose accounts can be named as scorers."""
MAX_TYPED = 20
"""Characters of a number on a sheet that are kept while it is being typed."""
ALL_UNITS, REACHED = "all", "reached"
"""What a scorer can be given beside the units of one class: all units, or those that the seat is about."""

GivenPoints = Mapping[str, Mapping[str, Fraction]]
"""What one scorer gives, by unit and line."""


@dataclass(frozen=True)
class SheetScorer:
    """An account that scores some units on a sheet; it was named in the record of number ``since``."""

    account_id: int
    name: str
    units: tuple[str, ...]
    since: int = 0


def own_units(
    definition: AssessmentDefinition, name: str, home: str, seats: Iterable[Seat]
) -> frozenset[str]:
    """Return the units that an account belongs to, and must not score.

    It reports or signs off for them, leads in their name, has them as its ``home``, or is their head.
    """
    held: set[str] = set()
    for seat in seats:
        if seat.part in (SeatPart.REPORTER, SeatPart.APPROVER, SeatPart.LEAD):
            held.update(seat.keys)
    return frozenset(
        unit.key
        for unit in definition.units
        if unit.key in held or home in (unit.key, unit.label) or (unit.head and unit.head == name)
    )


def units_chosen(
    definition: AssessmentDefinition, targets: Targets, seats: Collection[Seat], choice: str
) -> tuple[str, ...]:
    """Return the units that a choice stands for, as defined; none for a choice that is none.

    What a seat is about are its units, and where it has none, those with a task of its indicators.
    """
    if choice == ALL_UNITS:
        return tuple(definition.unit)
    if choice != REACHED:
        return tuple(unit.key for unit in definition.units_of.get(choice, ()))
    held = [seat for seat in seats if seat.part in SCORING_PARTS]
    units = {key for seat in held for key in seat.units}
    indicators = {key for seat in held for key in seat.indicators}
    units = units or {unit for unit, indicator in targets if indicator in indicators}
    return tuple(key for key in definition.unit if key in units)


def sheet_form(sheet: ScoreSheet, units: Collection[str]) -> str:
    """Return what names a sheet as one scorer is asked it: one filled in under another form does not fit."""
    lines = [[line.key, str(line.points)] for line in sheet.lines]
    return digest([sheet.kind, lines, sorted(units)])


def place_of(unit: str, line: str) -> str:
    """Return the name of a unit's line among those of a sheet."""
    return f"{unit}.{line}"


def kept_typed(sheet: ScoreSheet, units: Iterable[str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed on a sheet as it is kept: the places that it has, and no more than fits."""
    places = [place_of(unit, line.key) for unit in units for line in sheet.lines]
    return {place: said for place in places if (said := typed_text(typed.get(place, ""), MAX_TYPED))}


def read_given(
    sheet: ScoreSheet, units: Collection[str], typed: Mapping[str, str]
) -> dict[str, dict[str, Fraction]]:
    """Read what a scorer typed for all units and lines.

    Raises ``BadYearRecord`` with every fault at its place: ``missing``, ``not-number``, ``out-of-range``,
    ``double`` (a place that two units got).
    """
    given: dict[str, dict[str, Fraction]] = {unit: {} for unit in units}
    faults: dict[str, str] = {}
    for unit in units:
        for line in sheet.lines:
            place = place_of(unit, line.key)
            said = typed.get(place, "")
            value = read_number(said)
            most = Fraction(len(units)) if sheet.kind is SheetKind.RANK else line.points
            if value is None:
                faults[place] = "not-number" if said else "missing"
            elif not _is_in_range(sheet, value, most):
                faults[place] = "out-of-range"
            else:
                given[unit][line.key] = value
    if sheet.kind is SheetKind.RANK:
        faults |= _doubles(sheet, given)
    if faults:
        raise BadYearRecord(faults)
    return given


def _is_in_range(sheet: ScoreSheet, value: Fraction, most: Fraction) -> bool:
    if sheet.kind is SheetKind.RANK:
        return value.denominator == 1 and 1 <= value <= most
    return 0 <= value <= most


def _doubles(sheet: ScoreSheet, given: GivenPoints) -> dict[str, str]:
    found = {}
    for line in sheet.lines:
        counted = Counter(lines[line.key] for lines in given.values() if line.key in lines)
        for unit, lines in given.items():
            if line.key in lines and counted[lines[line.key]] > 1:
                found[place_of(unit, line.key)] = "double"
    return found


def written_given(given: GivenPoints) -> dict[str, dict[str, str]]:
    """Return what a scorer gives as plain values."""
    return {unit: {line: str(value) for line, value in lines.items()} for unit, lines in given.items()}


def typed_again(written: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return written points as somebody would type them, by place."""
    return {
        place_of(unit, line): write_number(fraction_of(value))
        for unit, lines in written.items()
        for line, value in lines.items()
    }


def points_given(
    sheet: ScoreSheet, scorer: str, written: Mapping[str, Mapping[str, str]], units: Collection[str]
) -> list[SheetPoints]:
    """Return written points as they are put on record, for those of the units that there are still."""
    return [
        SheetPoints(sheet.key, unit, scorer, line, fraction_of(value))
        for unit, lines in written.items()
        if unit in units
        for line, value in lines.items()
    ]
