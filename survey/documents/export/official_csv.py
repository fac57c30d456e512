"""Official tables as CSV, for spreadsheets and programs."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from survey.documents.layout.text import cell_text, guarded, head_text
from survey.domain.results.table import Cell, Report, Table


def write_csv(report: Report, out: BinaryIO) -> None:
    """Write a report as UTF-8 with byte order mark and CRLF, its tables after one another.

    ``out`` stays open. The report's title and facts come first, a blank line ends each part. Numbers
    stand plain, with their fixed decimals.
    """
    stream = TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_guarded(report.title)])
    writer.writerows([_guarded(label), _guarded(text)] for label, text in report.facts)
    writer.writerow([])
    for table in report.tables:
        writer.writerows(_lines(table))
    stream.detach()


def _lines(table: Table) -> Iterator[list[str]]:
    yield [_guarded(table.title)]
    yield [_guarded(head_text(column)) for column in table.columns]
    for row in table.rows:
        yield [_guarded(cell) for cell in row]
    for note in table.notes:
        yield [_guarded(note)]
    yield []


def _guarded(cell: Cell) -> str:
    return guarded(cell_text(cell)) if isinstance(cell, str) else cell_text(cell)
