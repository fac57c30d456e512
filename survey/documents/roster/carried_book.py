"""A roster between two pages: its shown sheets and its mapping as plain lists, carried by the page itself."""

from dataclasses import replace
from typing import Any

from .cells import Book, Cell, CellKind, CellRange, CellSheet
from .heads import heads_at
from .mapping import RosterMapping, readable_sheets


def carried(book: Book, mapping: RosterMapping) -> dict[str, Any]:
    """Return the sheets that may be the roster, and as what one of them is read, in values that JSON has."""
    places = readable_sheets(book)
    return {
        "sheets": [_sheet(book.sheets[place]) for place in places],
        "mapping": {
            "sheet": places.index(mapping.sheet),
            "heads": [mapping.heads.first, mapping.heads.last],
            "columns": sorted(mapping.columns.items()),
            "section": mapping.section,
            "groups": mapping.groups,
            "sections_by_value": dict(mapping.sections_by_value),
            "groups_by_value": {value: list(keys) for value, keys in mapping.groups_by_value.items()},
            "taken": sorted(mapping.taken),
        },
    }


def brought(values: dict[str, Any]) -> tuple[Book, RosterMapping]:
    """Return what was carried; the values are those of ``carried``, whoever calls makes sure of it."""
    book = Book([_sheet_back(sheet) for sheet in values["sheets"]])
    found = values["mapping"]
    heads = heads_at(book.sheets[found["sheet"]], *found["heads"])
    mapping = RosterMapping(found["sheet"], heads, dict(found["columns"]))
    return book, replace(
        mapping,
        section=found["section"],
        groups=tuple(found["groups"]),
        sections_by_value=found["sections_by_value"],
        groups_by_value={value: tuple(keys) for value, keys in found["groups_by_value"].items()},
        taken=frozenset(found["taken"]),
    )


def _sheet(sheet: CellSheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "rows": [
            [row, [[column, *_cell(cell)] for column, cell in cells.items()]]
            for row, cells in sheet.rows.items()
        ],
        "merged": [
            [area.first_row, area.first_column, area.last_row, area.last_column] for area in sheet.merged
        ],
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": sheet.hidden_columns,
    }


def _cell(cell: Cell) -> list[str]:
    # Most are texts; what they have beyond is left out, so that a page carries half as much.
    return [cell.text] if cell.kind is CellKind.TEXT else [cell.text, cell.kind, cell.formula]


def _sheet_back(values: dict[str, Any]) -> CellSheet:
    return CellSheet(
        name=values["name"],
        rows={row: {column: _cell_back(*cell) for column, *cell in cells} for row, cells in values["rows"]},
        merged=[CellRange(*area) for area in values["merged"]],
        hidden_rows=set(values["hidden_rows"]),
        hidden_columns=[(first, last) for first, last in values["hidden_columns"]],
    )


def _cell_back(text: str, kind: str = CellKind.TEXT, formula: str = "") -> Cell:
    return Cell(text, CellKind(kind), formula)
