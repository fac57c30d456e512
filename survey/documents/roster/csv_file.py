"""Rosters as text: CSV in the encodings and with the separators that office programs write."""

import csv
import io
from collections.abc import Callable

from survey.domain.operations.carried_text import encoding_of

from .cells import (
    MAX_COLUMNS,
    ROSTER_LIMITS,
    Book,
    Cell,
    CellKind,
    CellSheet,
    RosterFaultKind,
    SheetLimits,
    UnreadableRoster,
)

SEPARATORS = (",", "\t", ";", "，", "|")
_SAMPLE = 20_000


def read_csv(
    data: bytes,
    name: str,
    has_heads: Callable[[CellSheet], bool],
    limits: SheetLimits = ROSTER_LIMITS,
) -> Book:
    """Read a text of separated values; the separator is the first by which the heads are found.

    Raises ``UnreadableRoster``.
    """
    text = _decoded(data, name)
    sample = "".join(text[:_SAMPLE].splitlines(keepends=True)[:20])
    fits = (
        separator
        for separator in SEPARATORS
        if has_heads(_sheet(sample, name, separator, limits, strict=False))
    )
    return Book([_sheet(text, name, next(fits, ","), limits, strict=True)])


def _decoded(data: bytes, name: str) -> str:
    encoding = encoding_of(data)
    if encoding is None:
        raise UnreadableRoster(RosterFaultKind.OTHER_FORMAT)
    return _decode(data, encoding, name)


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise UnreadableRoster(RosterFaultKind.ENCODING, name, row) from error


def _sheet(text: str, name: str, separator: str, limits: SheetLimits, *, strict: bool) -> CellSheet:
    sheet = CellSheet(name)
    cells = 0
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    try:
        for number, values in enumerate(reader, start=1):
            row = {
                column: _cell(value) for column, value in enumerate(values[:MAX_COLUMNS], start=1) if value
            }
            if row:
                sheet.rows[number] = row
                cells += len(row)
            if cells > limits.cells:
                raise UnreadableRoster(RosterFaultKind.TOO_LARGE, name)
            if len(sheet.rows) >= limits.rows:
                break
    except csv.Error as error:
        if strict:
            raise UnreadableRoster(RosterFaultKind.DAMAGED, name, number + 1) from error
    return sheet


def _cell(value: str) -> Cell:
    return Cell("", CellKind.FORMULA, value) if value.startswith("=") else Cell(value)
