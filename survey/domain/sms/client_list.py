"""A list of clients: which number dealt with whom, checked row by row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey.domain.definition.campaign import Definition
from survey.domain.errors import BadPhoneNumber, CellFault

from .phone_numbers import mobile_number

NUMBER, GROUP, RATEE = "number", "group", "ratee"
COLUMNS = (NUMBER, GROUP, RATEE)


@dataclass(frozen=True)
class ListedRow:
    """A row of a list as it stands: what is in its cells and where each is, by column."""

    row: int
    cells: Mapping[str, str] = field(repr=False)
    places: Mapping[str, str]

    def place(self, column: str) -> str:
        """Return where a column of this row is."""
        return self.places.get(column, f"row {self.row}")


@dataclass(frozen=True)
class Client:
    """Somebody to ask: the number in E.164 and where it stands, the rater group, and whom to ask about."""

    number: str = field(repr=False)
    group: str
    ratee: str
    place: str


def read_clients(definition: Definition, rows: Sequence[ListedRow]) -> tuple[list[Client], list[CellFault]]:
    """Return the clients of a list and all its faults; nothing is guessed, and no number stands in a fault.

    Groups and ratees are named by key or by name. A column may be left out, or a cell empty, where there is
    but one to choose.
    """
    clients: list[Client] = []
    faults: list[CellFault] = []
    first: dict[str, ListedRow] = {}
    for row in rows:
        found = list(_faults(definition, row))
        faults += found
        try:
            number = mobile_number(row.cells.get(NUMBER, ""))
        except BadPhoneNumber:
            continue
        before = first.setdefault(number, row)
        if before is not row:
            faults.append(
                CellFault(
                    row.place(NUMBER),
                    "",
                    "double",
                    f"this number stands in row {before.row} already",
                    "keep one of the two rows",
                    {"row": before.row},
                )
            )
        elif not found:
            group, ratee = _group(definition, row), _ratee(definition, row)
            clients.append(Client(number, group or "", ratee or "", row.place(NUMBER)))
    return clients, faults


def _faults(definition: Definition, row: ListedRow) -> Iterator[CellFault]:
    if NUMBER not in row.cells:
        yield CellFault(
            row.place(NUMBER), "", "missing", "there is no number", "fill it in, or delete the row"
        )
    else:
        try:
            mobile_number(row.cells[NUMBER])
        except BadPhoneNumber as error:
            yield CellFault(row.place(NUMBER), "", error.flaw.value, str(error), "mend it, or delete the row")
    group, ratee = _group(definition, row), _ratee(definition, row)
    for column, key, known in (
        (GROUP, group, definition.group),
        (RATEE, ratee, definition.ratee),
    ):
        if key is None:
            named = column in row.cells
            said = "there is none of this name" if named else "none is named, and there are several"
            yield CellFault(
                row.place(column),
                row.cells.get(column, ""),
                f"unknown-{column}",
                said,
                f"name one of: {'、'.join(known)}",
            )
    if group and ratee and group not in definition.ratee[ratee].groups:
        yield CellFault(
            row.place(RATEE),
            row.cells.get(RATEE, ""),
            "not-rated",
            f"group {group} does not rate {ratee}",
            "name another, or change the definition",
        )


def _group(definition: Definition, row: ListedRow) -> str | None:
    return _named(row.cells.get(GROUP), {key: group.label for key, group in definition.group.items()})


def _ratee(definition: Definition, row: ListedRow) -> str | None:
    return _named(row.cells.get(RATEE), {key: ratee.name for key, ratee in definition.ratee.items()})


def _named(written: str | None, names: Mapping[str, str]) -> str | None:
    """Return the key of what is named by key or by name, or the only one; ``None`` where none is."""
    if written is None:
        return next(iter(names)) if len(names) == 1 else None
    if written in names:
        return written
    found = [key for key, name in names.items() if name == written]
    return found[0] if len(found) == 1 else None
