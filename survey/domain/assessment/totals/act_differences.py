"""What a file of entries says that is not on record yet: to be added, or to be taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from survey.domain.assessment.facts import EnteredValue, PointEntry, RecordedAct, UnitVeto
from survey.domain.errors import BadNumbers, CellFault


@dataclass(frozen=True)
class NumberedAct:
    """An act as it stands on record; ``taken_back`` tells that it holds no more."""

    number: int
    act: RecordedAct
    taken_back: bool


@dataclass
class MissingActs:
    """What is to be put on record: new acts, each with whether it is taken back at once.

    ``going`` are the numbers of acts on record that are taken back now.
    """

    new: list[tuple[RecordedAct, bool]] = field(default_factory=list)
    going: list[int] = field(default_factory=list)


def missing_acts(on_record: Sequence[NumberedAct], given: Iterable[tuple[RecordedAct, bool]]) -> MissingActs:
    """Return what a file says that is not on record; acts that it does not name stay as they are.

    Raises ``BadNumbers`` with all acts that were taken back and stand in the file as if they held – somebody
    takes an old file –, and with second vetoes of a unit and second values of a component.
    """
    missing, faults = MissingActs(), []
    standing = {one.act: one.number for one in on_record if not one.taken_back}
    gone = {one.act for one in on_record if one.taken_back}
    for act, taken_back in given:
        if act in standing:
            missing.going += [standing[act]] * taken_back
        elif act not in gone:
            missing.new.append((act, taken_back))
        elif not taken_back:
            remedy = "add taken_back = true; what counts again is a new one with its own reason"
            faults.append(CellFault(place_of(act), "", "taken-back", "was taken back", remedy))
    faults += _seconds(on_record, missing)
    if faults:
        raise BadNumbers(faults)
    return missing


def _seconds(on_record: Sequence[NumberedAct], missing: MissingActs) -> list[CellFault]:
    """List the new acts of which a unit can have only one, and has one already."""
    going = set(missing.going)
    holding = {
        single: one.act
        for one in on_record
        if not one.taken_back and one.number not in going and (single := _single(one.act))
    }
    faults = []
    for act, taken_back in missing.new:
        single = _single(act)
        if single and not taken_back and holding.setdefault(single, act) != act:
            remedy = "list the earlier one with taken_back = true"
            faults.append(CellFault(place_of(act), "", "second", "another one holds already", remedy))
    return faults


def _single(act: RecordedAct) -> tuple[str, ...]:
    """Return what only one act can say; empty of an entry, of which there may be any number."""
    if isinstance(act, UnitVeto):
        return "veto", act.unit
    return ("entered", act.unit, act.component) if isinstance(act, EnteredValue) else ()


def place_of(act: RecordedAct) -> str:
    """Return by what a fault names an act: its table, its unit, and what it is about."""
    if isinstance(act, PointEntry):
        return f"entries: {act.unit} {act.item} {act.reason}"
    if isinstance(act, UnitVeto):
        return f"vetoes: {act.unit} {act.band}"
    return f"entered: {act.unit} {act.component}"
