"""Sheets of a large workbook: written cell by cell in one go, and forgotten once they are."""

from functools import lru_cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

_letters = lru_cache(maxsize=256)(xl_col_to_name)


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet of numbers, texts and empty cells, each with a format; others are left to the library."""

    def _write_rows(self) -> None:
        super()._write_rows()
        # A workbook of 1,000 forms would else hold all cells beside all that they were written as.
        self.table.clear()

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write a cell: the library asks what else it could be, and makes lists of it, for every one."""
        kind, look = type(cell), cell.format
        if not look or kind not in (CellNumberTuple, CellStringTuple, CellBlankTuple):
            super()._write_cell(row, col, cell)
            return
        begun = f'<c r="{_letters(col)}{row + 1}" s="{look._get_xf_index()}"'
        if kind is CellNumberTuple:
            self.fh.write(f"{begun}><v>{cell.number:.16G}</v></c>")
        elif kind is CellStringTuple:
            # The number of a text that the workbook holds once.
            self.fh.write(f'{begun} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(f"{begun}/>")
