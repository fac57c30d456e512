"""What stands where in an office's roster: guessed from its heads, then as somebody chose."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .cells import MAX_ROWS, Book, CellSheet
from .heads import (
    RosterHeads,
    find_heads,
    template_column,
)
from .rows import COLUMNS, NAME, SECTION, plain
from .skipping import SkippedKind, why_skipped, wide_rows

EXPLANATION_SHEET = "填写说明"
LEFT_OUT = "-"
"""Chosen for a value in place of a form: lines that have it are nobody's."""


@dataclass(frozen=True)
class RosterMapping:
    """Which sheet of a file is the roster, what its columns are, which form and rater groups its lines have.

    ``columns`` are those that are read, by number. ``section`` and ``groups`` hold for all lines where no
    column says otherwise; what a column says is looked up, in its plain form, in ``sections_by_value`` and
    ``groups_by_value``, then read as a name. ``taken`` are rows that look like nobody's and are read yet.
    """

    sheet: int
    heads: RosterHeads
    columns: Mapping[int, str]
    section: str = ""
    groups: tuple[str, ...] = ()
    sections_by_value: Mapping[str, str] = field(default_factory=dict)
    groups_by_value: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    taken: frozenset[int] = frozenset()

    def place_of(self, column: str) -> int:
        """Return the number of the column that is read as this one, 0 where none is."""
        return next((number for number, head in self.columns.items() if head == column), 0)


def readable_sheets(book: Book) -> list[int]:
    """Return the places of the sheets that may be the roster: shown, with content, and no explanation."""
    shown = [place for place, sheet in enumerate(book.sheets) if sheet.rows and not sheet.hidden]
    return [place for place in shown if book.sheets[place].name != EXPLANATION_SHEET] or shown


def sheet_names(book: Book) -> list[str]:
    """Return the names of all sheets with content, hidden ones too."""
    return [sheet.name for sheet in book.sheets if sheet.rows]


def is_template(mapping: RosterMapping, sections: Mapping[str, str]) -> bool:
    """Return whether a sheet has the template's heads and no others, so that nothing is to be asked."""
    texts = [text for text in mapping.heads.texts.values() if text]
    found = [template_column(text) for text in texts]
    whole = NAME in found and (SECTION in found or len(sections) == 1)
    return (
        whole
        and mapping.heads.first == mapping.heads.last
        and len(texts) == len(mapping.heads.texts)
        and all(found)
        and len(set(found)) == len(found)
        and all(mapping.place_of(head) for head in found if head in COLUMNS)
    )


def needs_choice(book: Book, mapping: RosterMapping, sections: Mapping[str, str]) -> bool:
    """Return whether somebody is to look at what was guessed before it is read."""
    others = [place for place in readable_sheets(book) if place != mapping.sheet]
    return not is_template(mapping, sections) or any(find_heads(book.sheets[place]) for place in others)


def columns_in_order(mapping: RosterMapping) -> tuple[list[str], list[str]]:
    """Return the heads, sorted, and beside each the column that it is read as, empty for none."""
    numbers = _sorted_heads(mapping)
    return [text for text, _number in numbers], [mapping.columns.get(number, "") for _text, number in numbers]


def with_columns(mapping: RosterMapping, chosen: Sequence[str]) -> RosterMapping:
    """Return a mapping with the columns that were chosen for the same heads before, in their order."""
    numbers = [number for _text, number in _sorted_heads(mapping)]
    columns = {number: head for number, head in zip(numbers, chosen, strict=True) if head in COLUMNS}
    return replace(mapping, columns=columns) if NAME in columns.values() else mapping


def _sorted_heads(mapping: RosterMapping) -> list[tuple[str, int]]:
    return sorted((plain(text), number) for number, text in mapping.heads.texts.items() if text)


def person_rows(sheet: CellSheet, mapping: RosterMapping) -> list[int]:
    """Return the rows in which somebody stands, as far as a look at each of them tells."""
    wide = wide_rows(sheet)
    rows = body_rows(sheet, mapping)[: MAX_ROWS + 1]
    why = {row: why_skipped(sheet, row, mapping.columns, wide) for row in rows}
    return [
        row
        for row, kind in why.items()
        if not kind or (row in mapping.taken and kind is not SkippedKind.EMPTY)
    ]


def body_rows(sheet: CellSheet, mapping: RosterMapping) -> list[int]:
    """Return the rows in which persons may stand: below the heads, and above them where that was chosen."""
    heads = mapping.heads
    return [
        row for row in sorted(sheet.rows) if row > heads.last or (row < heads.first and row in mapping.taken)
    ]


def filled_down(sheet: CellSheet, columns: Collection[int]) -> dict[tuple[int, int], str]:
    """Return what merging downwards gives to the cells below the first, by row and column."""
    found: dict[tuple[int, int], str] = {}
    reached: dict[int, int] = {}
    rows = sorted(sheet.rows)
    for area in sorted(sheet.merged, key=lambda area: area.first_row):
        column = area.first_column
        if column not in columns or area.last_column != column or area.first_row == area.last_row:
            continue
        anchor = sheet.rows.get(area.first_row, {}).get(column)
        # In order and each row once, so that thousands of areas over one another cost no more than one.
        for row in _between(rows, max(area.first_row, reached.get(column, 0)) + 1, area.last_row):
            found[row, column] = anchor.text if anchor else ""
        reached[column] = max(reached.get(column, 0), area.last_row)
    return found


def _between(rows: list[int], first: int, last: int) -> list[int]:
    return rows[bisect_left(rows, first) : bisect_right(rows, last)]
