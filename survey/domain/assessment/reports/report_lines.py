"""A report as a unit or a lead hands it in: what it says it is about, its rows, and what is no row."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.domain.errors import CellFault

from .file_rows import FileCell, FileRow

KEY, LABEL, VALUE, NOTE, EVIDENCE = "key", "label", "value", "note", "evidence"
"""The columns that are read of a report; what else stands in it is for people."""
PLANNED = "planned"
"""The plan so far, as the template had it: it tells which period was asked for."""


@dataclass(frozen=True)
class ReportFile:
    """A report that was read; ``of_unit`` tells a unit's (a row an indicator) from a lead's (a row a unit).

    ``subject`` and ``period`` are the cells that name the unit or indicator and the period. ``columns`` has
    the letters of the columns that are read. ``left_out`` names the titles, sums, notes and signatures.
    """

    of_unit: bool
    subject: FileCell | None
    period: FileCell | None
    columns: Mapping[str, str]
    rows: tuple[FileRow, ...]
    left_out: tuple[CellFault, ...] = ()

    def cell(self, row: FileRow, column: str) -> FileCell:
        """Return a cell of a row; an empty one has its place too."""
        found = row.cells.get(column)
        if found is not None:
            return found
        letters = self.columns.get(column)
        return FileCell(f"{letters}{row.place.rpartition(' ')[2]}" if letters else row.place, "")
