"""How a table stands on paper: which of its cells are joined, and what its heads are."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from survey.domain.results.rules_text import WITHHELD
from survey.domain.results.table import Cell, Column, Report, Sheet, Table

from .text import cell_text, head_text

HEAD = ("被评单位", "年度", "组织单位", "测评时间", "票数", "期次")
"""The facts that stand at the head of every official form."""


class Box(NamedTuple):
    """One cell as it stands, over so many rows and columns."""

    row: int
    column: int
    rows: int
    columns: int
    cell: Cell


class Head(NamedTuple):
    """One cell of the head of a table; ``row`` is 0 or, under a common head, 1."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


def sheets_of(report: Report) -> Sequence[Sheet]:
    """Return the forms of a report; where it has none, one form for each of its tables."""
    if report.sheets:
        return report.sheets
    return [Sheet("table", "", one.title, (), (one,)) for one in report.tables]


def head_facts(report: Report) -> list[tuple[str, str]]:
    """Return the facts that stand at the head of every form: all, where a report has few."""
    facts = [fact for fact in report.facts if fact[0] in HEAD]
    return facts if report.sheets else list(report.facts)


def heads(table: Table) -> list[Head]:
    """Return the head of a table: one line, or two where columns stand under a common one."""
    columns = table.columns
    if not any(column.over for column in columns):
        return [Head(0, at, 1, 1, head_text(column)) for at, column in enumerate(columns)]
    found: list[Head] = []
    at = 0
    while at < len(columns):
        over = columns[at].over
        if not over:
            found.append(Head(0, at, 2, 1, head_text(columns[at])))
            at += 1
            continue
        end = next((i for i in range(at, len(columns)) if columns[i].over != over), len(columns))
        found.append(Head(0, at, 1, end - at, over))
        found += [Head(1, i, 1, 1, head_text(columns[i])) for i in range(at, end)]
        at = end
    return found


def blocks(table: Table) -> list[list[Box]]:
    """Return the cells of each block of rows, in order; rows are numbered within their block."""
    size = max(1, table.block)
    return [
        list(_block(table.rows[first : first + size], table.columns))
        for first in range(0, len(table.rows), size)
    ]


def _block(rows: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> Iterator[Box]:
    """Join tall columns over the block, and neighbours that say the same words of a gap."""
    taken: set[tuple[int, int]] = set()
    for row in range(len(rows)):
        at = 0
        while at < len(columns):
            if (row, at) in taken:
                at += 1
                continue
            box = _joined(rows, columns, row, at)
            if box.rows > 1:
                below = range(row + 1, row + box.rows)
                taken |= {(down, right) for down in below for right in range(at, at + box.columns)}
            yield box
            at += box.columns


def _joined(rows: Sequence[Sequence[Cell]], columns: Sequence[Column], row: int, at: int) -> Box:
    cell, tall = rows[row][at], columns[at].tall
    wide = 1
    gap = _is_gap(cell)
    if gap:
        while at + wide < len(columns) and columns[at + wide].tall is tall and rows[row][at + wide] == cell:
            wide += 1
    if tall:
        return Box(row, at, len(rows) - row, wide, cell)
    high = 1
    while gap and row + high < len(rows):
        if any(other != cell for other in rows[row + high][at : at + wide]):
            break
        high += 1
    return Box(row, at, high, wide, cell)


def _is_gap(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.startswith(WITHHELD)


def texts_of(sheet: Sheet) -> Iterator[str]:
    """Return all that a form says, for the check of what a font can write."""
    yield sheet.title
    yield from (*sheet.opening, *sheet.closing)
    for label, cell in sheet.subject:
        yield from (label, cell_text(cell))
    for table in sheet.tables:
        yield table.title
        for column in table.columns:
            yield from (column.over, head_text(column))
        for row in table.rows:
            yield from map(cell_text, row)
        yield from table.notes
    yield from sheet.notes
