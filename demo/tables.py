"""Printing result tables on a terminal, where Chinese characters are two columns wide."""

from collections.abc import Collection, Sequence
from unicodedata import east_asian_width

from survey.domain.results.official import make_report
from survey.domain.results.table import Cell, Table
from survey.instance import ready_app
from survey.services.results import publishing
from survey.storage.database import transaction

MAX_ROWS = 16


def print_report(code: str) -> None:
    """Print a campaign's tables; of a long one its first rows."""
    with ready_app(), transaction() as session:
        campaign, results, digest = publishing.results(session, code)
    for table in make_report(results, digest, campaign.state).tables:
        print(f"\n{table.title}")
        _print(table)


def _print(table: Table) -> None:
    rows = [[column.label for column in table.columns]]
    rows += [[_text(cell) for cell in row] for row in table.rows[:MAX_ROWS]]
    print_rows(rows, texts={place for place, column in enumerate(table.columns) if column.kind == "text"})
    if len(table.rows) > MAX_ROWS:
        print(f"… and {len(table.rows) - MAX_ROWS} rows more, in the files")


def print_rows(rows: Sequence[Sequence[str]], texts: Collection[int]) -> None:
    """Print rows below their head, columns in line; all but the columns ``texts`` are numbers."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        line = [_padded(text, widths[place], place not in texts) for place, text in enumerate(row)]
        print("  ".join(line).rstrip())
        if number == 0:
            print("─" * (sum(widths) + 2 * len(widths) - 2))


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
