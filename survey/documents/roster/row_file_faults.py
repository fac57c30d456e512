"""Files of rows that are not read any further: what is wrong, where, and what to do, as commands say it."""

from survey.documents.roster.cells import RosterFault, RosterFaultKind, letters
from survey.domain.errors import CellFault

_SAVE_AGAIN = "open it in Excel or WPS and save it as an Excel workbook (.xlsx)"
_SAID = {
    RosterFaultKind.EMPTY: ("the file is empty", "fill it in and send it again"),
    RosterFaultKind.TOO_LARGE: (
        "the file is too large and was not read",
        "paste the values into a new workbook, or split the file",
    ),
    RosterFaultKind.DAMAGED: ("the file is damaged", _SAVE_AGAIN),
    RosterFaultKind.OLD_FORMAT: ("the file is of an old format (.xls)", _SAVE_AGAIN),
    RosterFaultKind.PASSWORD: ("the file is encrypted", "remove its password and save it again"),
    RosterFaultKind.OTHER_FORMAT: ("the file is neither an Excel workbook nor CSV", _SAVE_AGAIN),
    RosterFaultKind.ENTITIES: (
        "the file declares XML entities and was not read",
        "paste the values into a new workbook",
    ),
    RosterFaultKind.ENCODING: (
        "the line is in no known encoding",
        "save the file as CSV UTF-8, or as an Excel workbook",
    ),
    RosterFaultKind.EXTERNAL_LINKS: (
        "the workbook refers to other files",
        "break the links (Data, Edit Links) and save it again",
    ),
    RosterFaultKind.HIDDEN_SHEET: ("all sheets are hidden", "unhide the one that is to be read"),
    RosterFaultKind.NO_HEADS: (
        "no row of heads was found in the first ten rows",
        "put the names of the columns above the rows",
    ),
    RosterFaultKind.DOUBLE_HEAD: ("two columns have this head", "keep one of them"),
    RosterFaultKind.NO_ROWS: ("no row stands below the heads", "fill in at least one"),
    RosterFaultKind.HIDDEN_COLUMN: ("the column is hidden", "unhide and check it, or delete it"),
    RosterFaultKind.MERGED: ("the cells are merged", "unmerge them and fill in every row"),
}
_HIDDEN_ROW = ("the row is hidden", "unhide and check it, or delete it")


def refused_file(name: str, fault: RosterFault) -> CellFault:
    """Return a fault of a whole file, of a sheet or of a column."""
    message, remedy = _SAID[fault.kind]
    if fault.file_format:
        message += f" ({fault.file_format})"
    return CellFault(_place(name, fault), fault.value, fault.kind.value, message, remedy)


def at_head(kind: RosterFaultKind, row: int, column: int, value: str) -> CellFault:
    """Return a fault of a column, at the place of its head."""
    return refused_file("", RosterFault(kind, "", row, letters(column), value=value))


def hidden_row(place: str, value: str) -> CellFault:
    """Return the fault of a row that nobody sees."""
    return CellFault(place, value, "hidden-row", *_HIDDEN_ROW)


def _place(name: str, fault: RosterFault) -> str:
    if fault.column:
        return f"{fault.column}{fault.row}"
    return f"{name}, row {fault.row}" if fault.row else name


def cell_place(row: int, column: int) -> str:
    """Return a cell's place as Excel shows it."""
    return f"{letters(column)}{row}"
