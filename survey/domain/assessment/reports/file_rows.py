"""Rows of a file that somebody sent: each cell as its text, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileCell:
    """A cell of a file: ``place`` as people name it (``G4``; of a CSV ``row 7, value``).

    ``is_formula`` tells that what stands there was worked out; ``percent`` that it is shown as a percentage,
    and ``text`` is the number itself (0.42, not 42).
    """

    place: str
    text: str
    is_formula: bool = False
    percent: bool = False


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file with its cells by the names of their columns; empty cells are left out."""

    place: str
    cells: Mapping[str, FileCell]

    def text(self, column: str) -> str:
        """Return what stands in a column, without spaces around it; empty where nothing does."""
        cell = self.cells.get(column)
        return cell.text.strip() if cell else ""
