"""What a file of entries says that is not on record yet: to be added, or to be taken back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from survey.domain.errors import BadNumbers, CellFault

from .facts import EnteredValue, PointEntry, RecordedAct, UnitVeto


@dataclass(frozen=True)
class NumberedAct:
    """An act as it stands on record; ``taken_back`` tells that it holds no more."""

    number: int
    act: RecordedAct
    taken_back: bool


@dataclass
class MissingActs:
    """What is to be put on record: acts (each with whether taken back at once), and numbers to take back."""

    new: list[tuple[RecordedAct, bool]] = field(default_factory=list)
    taken_back: list[int] = field(default_factory=list)


def missing_acts(on_record: Sequence[NumberedAct], given: Iterable[tuple[RecordedAct, bool]]) -> MissingActs:
    """Return what a file says that is not on record; acts that it does not name stay as they are.

    The same act may be there more than once: as often as the file has it. One that was taken back comes on
    record again only where the file has both, it and what was taken back; else somebody takes an old file.
    Raises ``BadNumbers`` with all of these, and with a second value of a component that has one.
    """
    asked: dict[RecordedAct, Counter[bool]] = {}
    for act, taken_back in given:
        asked.setdefault(act, Counter())[taken_back] += 1
    missing, faults = MissingActs(), []
    for act, wanted in asked.items():
        standing = [one.number for one in on_record if one.act == act and not one.taken_back]
        gone = sum(one.act == act and one.taken_back for one in on_record)
        going = standing[: max(0, wanted[True] - gone)]
        missing.taken_back += going
        missing.new += [(act, True)] * (wanted[True] - gone - len(going))
        again = wanted[False] - (len(standing) - len(going))
        if again > 0 and gone > wanted[True]:
            faults.append(_taken_back_before(act))
        missing.new += [(act, False)] * again
    faults += _second_values(on_record, missing)
    if faults:
        raise BadNumbers(faults)
    return missing


def _second_values(on_record: Sequence[NumberedAct], missing: MissingActs) -> list[CellFault]:
    """List the components of units that would have two typed-in values, of which neither is the right one."""
    holding = [
        one.act for one in on_record if not one.taken_back and one.number not in missing.taken_back
    ] + [act for act, taken_back in missing.new if not taken_back]
    values = Counter((act.unit, act.component) for act in holding if isinstance(act, EnteredValue))
    return [
        CellFault(
            f"entered: {unit} {component}",
            "",
            "second-value",
            "the component has a value already",
            "list the earlier one with taken_back = true",
        )
        for (unit, component), number in values.items()
        if number > 1
    ]


def _taken_back_before(act: RecordedAct) -> CellFault:
    return CellFault(
        place_of(act),
        "",
        "taken-back",
        "was taken back",
        "leave it out, or list it twice, once with taken_back = true",
    )


def place_of(act: RecordedAct) -> str:
    """Return by what a fault names an act: its table, its unit, and what it is about."""
    if isinstance(act, PointEntry):
        return f"entries: {act.unit} {act.item} {act.reason}"
    if isinstance(act, UnitVeto):
        return f"vetoes: {act.unit} {act.band}"
    return f"entered: {act.unit} {act.component}"
