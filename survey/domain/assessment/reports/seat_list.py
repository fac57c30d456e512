"""Lists of seats that come in as files: an account, its part and what the part is about in each row."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.known_names import names_of
from survey.domain.assessment.seats import GIVEN, PART_WORDS, WITH_KEYS, Seat, SeatPart, keys_offered
from survey.domain.errors import CellFault

from .cell_numbers import cell_fault
from .file_rows import FileCell, FileRow
from .row_checks import MAX_NAME, RowCheck

_BETWEEN = re.compile(r"[、,，;；\n]+")


class SeatFlaw(StrEnum):
    """What can be wrong with a row of a list of seats, beside what can be with any row."""

    NO_PART = "no-part"
    KEYS = "keys"
    ELSEWHERE = "elsewhere"
    ACCOUNT = "account"


_SAID = {
    SeatFlaw.NO_PART: ("is no part", f"write one of {', '.join(GIVEN)}"),
    SeatFlaw.KEYS: ("is nothing that this part can be about", "write keys or names of the assessment"),
    SeatFlaw.ELSEWHERE: (
        "is an account of another unit",
        "write another name, or give this seat on the page and confirm it there",
    ),
    SeatFlaw.ACCOUNT: ("cannot be the name of an account", "write another name"),
}


@dataclass(frozen=True)
class SeatAsked:
    """A seat that is to be given: to the account of a name, which may be none yet."""

    account: str
    part: SeatPart
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListedSeat:
    """A seat as a row of a list asks for it, and where the row says what."""

    asked: SeatAsked
    account: FileCell
    about: FileCell


@dataclass(frozen=True)
class SeatWanted:
    """A seat that nobody has, and one key of what it is about."""

    part: SeatPart
    key: str


def read_seat_list(definition: AssessmentDefinition, rows: Sequence[FileRow]) -> list[ListedSeat]:
    """Read a list of seats; rows without an account are left out. Raises ``BadNumbers`` with all faults."""
    check = RowCheck(definition, {}, rows)
    check.require("account", "part")
    found = []
    for row in check.rows:
        if row.text("account") and (listed := _listed(check, definition, row)):
            found.append(listed)
    check.finish()
    return found


def unfilled(definition: AssessmentDefinition, seats: Collection[Seat]) -> list[SeatWanted]:
    """List the seats that a year goes better with and that nobody has, in the order of the parts.

    Each unit wants a reporter and an approver, each department that leads and each leader who is named one.
    """
    filled = {(seat.part, key) for seat in seats for key in seat.keys}
    units = [one.key for one in definition.units]
    leads = [one.lead for one in definition.indicators if one.lead]
    leaders = [*(one.leader for one in definition.units), *(one.leader for one in definition.indicators)]
    wanted = {
        SeatPart.REPORTER: units,
        SeatPart.APPROVER: units,
        SeatPart.LEAD: leads,
        SeatPart.LEADER: leaders,
    }
    return [
        SeatWanted(part, key)
        for part, keys in wanted.items()
        for key in dict.fromkeys(keys)
        if key and (part, key) not in filled
    ]


def written_keys(definition: AssessmentDefinition, part: SeatPart, keys: Iterable[str]) -> str:
    """Write what a seat is about as a list says it: by names, by keys where several share a name."""
    offered = keys_offered(part, definition)
    known = names_of(_Offered(key, label) for key, label in offered.items())
    names = ((key, offered.get(key, key)) for key in keys)
    return "、".join(label if known.key_of(label) == key else key for key, label in names)


def refused_seat(listed: ListedSeat, flaw: SeatFlaw) -> CellFault:
    """Return the fault of a row whose seat cannot be given."""
    return cell_fault(listed.about if flaw is SeatFlaw.KEYS else listed.account, flaw, *_SAID[flaw])


def _listed(check: RowCheck, definition: AssessmentDefinition, row: FileRow) -> ListedSeat | None:
    account, part = check.cell(row, "account"), check.cell(row, "part")
    name = check.words(row, "account", MAX_NAME)
    if account is None or part is None:
        return None
    meant = _part(part.text)
    if meant is None:
        check.note(part, SeatFlaw.NO_PART, *_SAID[SeatFlaw.NO_PART])
        return None
    about = row.cells.get("about", FileCell(row.place, ""))
    keys = _keys(check, definition, meant, about)
    if keys is None or not check.is_new(row, account, name, meant):
        return None
    return ListedSeat(SeatAsked(name, meant, keys), account, about)


def _part(written: str) -> SeatPart | None:
    written = "".join(written.split())
    return next((part for part in GIVEN if written in (part, PART_WORDS[part])), None)


def _keys(
    check: RowCheck, definition: AssessmentDefinition, part: SeatPart, about: FileCell
) -> tuple[str, ...] | None:
    """Return what a cell names, ``None`` where that is nothing, or not what the part can be about."""
    if part not in WITH_KEYS:
        return ()
    offered = [_Offered(key, label) for key, label in keys_offered(part, definition).items()]
    known = names_of(offered)
    named = [known.key_of(one.strip()) for one in _BETWEEN.split(about.text) if one.strip()]
    keys = tuple(dict.fromkeys(key for key in named if key is not None))
    if named and None not in named:
        return keys
    check.note(about, SeatFlaw.KEYS, *_SAID[SeatFlaw.KEYS])
    return None


@dataclass(frozen=True)
class _Offered:
    key: str
    label: str
