"""Lists of clients from an unknown sender, CSV or Excel: the rows below heads that are known."""

from pathlib import PurePath

from survey.documents.roster.cells import (
    MAX_HEAD_ROW,
    Cell,
    CellKind,
    CellSheet,
    RosterFault,
    RosterFaultKind,
    SheetLimits,
    UnreadableRoster,
)
from survey.documents.roster.mapping import readable_sheets
from survey.documents.roster.reader import book_faults, read_book
from survey.documents.roster.row_file_faults import at_head, cell_place, hidden_row, refused_file
from survey.documents.roster.rows import plain
from survey.domain.errors import BadClientList, CellFault
from survey.domain.sms.client_list import GROUP, NUMBER, RATEE, ListedRow

LIMITS = SheetLimits(rows=200_001, cells=1_000_000)
_HEADS = {
    NUMBER: ("number", "手机号", "手机号码", "手机", "号码", "电话", "联系电话"),
    GROUP: ("group", "票种", "评价主体", "组别"),
    RATEE: ("ratee", "测评对象", "对象", "服务", "部门", "窗口"),
}
_COLUMN = {head: column for column, heads in _HEADS.items() for head in heads}


def read_client_file(name: str, content: bytes) -> list[ListedRow]:
    """Read the rows of a CSV file or of a workbook's first sheet; columns without a known head are left.

    Raises ``BadClientList`` where the file cannot be read, no head is a number's, or a column or row that
    matters is hidden or a formula.
    """
    name = PurePath(name).name or name
    try:
        book = read_book(content, name, lambda sheet: _head_row(sheet) > 0, LIMITS)
    except UnreadableRoster as unreadable:
        raise BadClientList([refused_file(name, unreadable.fault)]) from unreadable
    if faults := [refused_file(name, fault) for fault in book_faults(book)]:
        raise BadClientList(faults)
    sheet = book.sheets[readable_sheets(book)[0]]
    if len(sheet.rows) >= LIMITS.rows:
        raise BadClientList([refused_file(name, RosterFault(RosterFaultKind.TOO_LARGE))])
    head = _head_row(sheet)
    if not head:
        said = "no column of numbers was found in the first ten rows"
        raise BadClientList([CellFault(name, "", "no-heads", said, 'put "number" or 手机号 above them')])
    return _rows(sheet, head)


def _head_row(sheet: CellSheet) -> int:
    for row in sorted(sheet.rows)[:MAX_HEAD_ROW]:
        if NUMBER in {_column(cell) for cell in sheet.rows[row].values()}:
            return row
    return 0


def _column(cell: Cell) -> str:
    return _COLUMN.get(plain(cell.text).lower(), "")


def _rows(sheet: CellSheet, head: int) -> list[ListedRow]:
    columns = {at: named for at, cell in sheet.rows[head].items() if (named := _column(cell))}
    faults = [
        at_head(RosterFaultKind.DOUBLE_HEAD, head, at, named)
        for at, named in columns.items()
        if named in [other for before, other in columns.items() if before < at]
    ]
    faults += [
        at_head(RosterFaultKind.HIDDEN_COLUMN, head, at, named)
        for at, named in columns.items()
        if any(first <= at <= last for first, last in sheet.hidden_columns)
    ]
    found = []
    for row in sorted(sheet.rows):
        cells = {at: sheet.rows[row][at] for at in columns if at in sheet.rows[row]}
        if row <= head or not any(plain(cell.text) or cell.formula for cell in cells.values()):
            continue
        if row in sheet.hidden_rows:
            faults.append(hidden_row(f"row {row}", ""))
        places = {columns[at]: cell_place(row, at) for at in columns}
        faults += [
            CellFault(cell_place(row, at), "", "formula", "the cell holds a formula", "paste its value")
            for at, cell in cells.items()
            if cell.kind is CellKind.FORMULA
        ]
        written = {columns[at]: plain(cell.text) for at, cell in cells.items() if plain(cell.text)}
        found.append(ListedRow(row, written, places))
    if faults:
        raise BadClientList(faults)
    if not found:
        raise BadClientList([refused_file(sheet.name, RosterFault(RosterFaultKind.NO_ROWS))])
    return found
