"""The number in a cell of a file that somebody sent, or what keeps it from being one."""

from enum import StrEnum
from fractions import Fraction

from survey.domain.assessment.scoring.places import plain
from survey.domain.errors import CellFault

from .file_rows import FileCell
from .number_text import read_number, read_percentage

SHOWN = 60
"""How many characters of a value are quoted."""

_DASHES = frozenset("—–-－―/无")
PER_CENT = "%"


class CellFlaw(StrEnum):
    """What can be wrong with a cell or a row of numbers, and what a reason is wanted for."""

    MISSING = "missing"
    MISSING_HEAD = "missing-head"
    FORMULA = "formula"
    NO_NUMBER = "no-number"
    NOTHING = "nothing"
    PERCENT = "percent"
    NO_PERIOD = "no-period"
    OTHER_PERIOD = "other-period"
    NOT_DUE = "not-due"
    NO_UNIT = "no-unit"
    OTHER_UNIT = "other-unit"
    NO_INDICATOR = "no-indicator"
    FOREIGN = "foreign"
    REPORTED_ELSEWHERE = "reported-elsewhere"
    DOUBLE = "double"
    NO_SHEET = "no-sheet"
    NO_LINE = "no-line"
    LINES_MISSING = "lines-missing"
    OUT_OF_RANGE = "out-of-range"
    TOO_LONG = "too-long"
    CONTROL = "control"
    NO_EVIDENCE = "no-evidence"
    BELOW_LAST = "below-last"
    OFF_PLAN = "off-plan"
    FRACTION_OF_PERCENT = "fraction-of-percent"
    UNCHANGED = "unchanged"
    BELOW_ZERO = "below-zero"
    CORRECTION = "correction"
    NO_WARNING = "no-warning"
    NOT_REPORTED = "not-reported"
    LEFT_OUT = "left-out"
    UNKNOWN_HEAD = "unknown-head"
    NO_TARGET = "no-target"
    NO_BASE = "no-base"
    NO_POINTS = "no-points"
    NOT_FLAG = "not-flag"
    NO_FINDING = "no-finding"


def number_in(cell: FileCell, measure: str = "") -> Fraction | CellFault:
    """Return the number that a cell holds, or its fault; the measure may stand behind it, as in ``3.5亿元``.

    ``42%`` is 42 where the measure is per cent. A cell that is only shown as a percentage holds 0.42, and
    is a fault: whoever takes it has to ask.
    """
    written = cell.text.strip()
    if cell.is_formula:
        return cell_fault(cell, CellFlaw.FORMULA, "is a formula", "copy it and paste the value only")
    if cell.percent:
        return _percent(cell, measure)
    if measure == PER_CENT and (share := read_percentage(written)) is not None:
        return share
    found = read_number(written.removesuffix(measure) if measure else written)
    if found is not None:
        return found
    if written in _DASHES or not written:
        said = "says neither that nothing was reported nor 0"
        return cell_fault(
            cell, CellFlaw.NOTHING, said, "write 0, or clear the cell where nothing is reported"
        )
    unit = f" in {measure}" if measure else ""
    return cell_fault(cell, CellFlaw.NO_NUMBER, "is no number", f"write the number alone{unit}, as 1234.5")


def shown_as_percentage(cell: FileCell) -> Fraction | None:
    """Return what people see of a cell that is shown as a percentage: 42 of 0.42."""
    found = read_number(cell.text) if cell.percent and not cell.is_formula else None
    return None if found is None else found * 100


def short(text: str) -> str:
    """Return as much of a text as is quoted."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _percent(cell: FileCell, measure: str) -> CellFault:
    shown = shown_as_percentage(cell)
    if shown is None:
        return cell_fault(cell, CellFlaw.NO_NUMBER, "is no number", "write the number alone, as 1234.5")
    seen = plain(shown)
    if measure == PER_CENT:
        return cell_fault(cell, CellFlaw.PERCENT, f"is shown as {seen}%: {seen} is meant", f"write {seen}")
    said = f"is shown as {seen}%, but is asked for in {measure or 'another measure'}"
    return cell_fault(
        cell, CellFlaw.NO_NUMBER, said, "give the cell the format of a number and write it anew"
    )


def cell_fault(cell: FileCell, flaw: StrEnum, message: str, remedy: str) -> CellFault:
    """Return a fault of a cell, its value quoted as far as it can be."""
    return CellFault(cell.place, short(cell.text), flaw, message, remedy)
