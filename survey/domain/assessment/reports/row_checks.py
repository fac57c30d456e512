"""Reading rows of a file cell by cell: what each names, and every fault with its place."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Targets
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.known_names import NamesKnown, listed, names_of
from survey.domain.assessment.periods import due_in, periods_of, read_period
from survey.domain.errors import BadNumbers, CellFault

from .cell_numbers import CellFlaw, cell_fault, number_in, short
from .file_heads import by_column
from .file_rows import FileCell, FileRow

MAX_FAULTS = 1000
"""What is wrong beyond these is not said."""

MAX_NOTE = 2000
MAX_NAME = 100

# A month that Excel took for a date.
_DAY = re.compile(r"(\d{4}-\d{2})-01(?: 00:00:00)?")


def period_written(definition: AssessmentDefinition, text: str) -> str | None:
    """Return the period that a text means, also where Excel took a month for a date."""
    day = _DAY.fullmatch(text.strip())
    return read_period(definition, day[1] if day else text)


YES, NO = frozenset(("true", "yes", "1", "是")), frozenset(("false", "no", "0", "否"))


def not_due(definition: AssessmentDefinition, indicator: Indicator, period: str) -> str:
    """Return that an indicator is not reported for a period, and for which ones it is."""
    due = [one for one in periods_of(definition) if due_in(definition, indicator, one)]
    return f"is not reported for {period}, but for {', '.join(due)}"


class RowCheck:
    """Rows of one file while they are read; every method notes a fault and returns nothing where one is."""

    def __init__(self, definition: AssessmentDefinition, targets: Targets, rows: Sequence[FileRow]) -> None:
        self.definition = definition
        self.targets = targets
        self.rows = by_column(rows)
        self.faults: list[CellFault] = []
        self._units = names_of(definition.units)
        self._indicators = names_of(definition.indicators)
        self._periods: dict[str, str | None] = {}
        self._once: dict[tuple[str, ...], str] = {}

    def require(self, *columns: str) -> None:
        """Raise ``BadNumbers`` where a column stands in no row at all, or there is no row."""
        missing = [column for column in columns if not any(column in row.cells for row in self.rows)]
        if missing:
            said = "no row has anything in this column"
            raise BadNumbers(
                [
                    CellFault("row of heads", column, CellFlaw.MISSING_HEAD, said, "add the column")
                    for column in missing
                ]
            )

    def finish(self) -> None:
        """Raise ``BadNumbers`` with all faults that were noted."""
        if self.faults:
            raise BadNumbers(self.faults[:MAX_FAULTS])

    def note(self, cell: FileCell, flaw: StrEnum, message: str, remedy: str) -> None:
        """Note a fault of a cell."""
        self.faults.append(cell_fault(cell, flaw, message, remedy))

    def cell(self, row: FileRow, column: str) -> FileCell | None:
        """Return a cell that must be filled in."""
        cell = row.cells.get(column)
        if cell is None or not cell.text.strip():
            said = f"{column} is empty"
            place = cell.place if cell else row.place
            self.faults.append(CellFault(place, "", CellFlaw.MISSING, said, "fill it in"))
            return None
        return cell

    def words(self, row: FileRow, column: str, most: int = MAX_NOTE) -> str:
        """Return a text that may be left out."""
        cell = row.cells.get(column)
        if cell is None:
            return ""
        text = cell.text.strip()
        if len(text) > most:
            said = f"has {len(text)} characters, at most {most} are taken"
            self.note(cell, CellFlaw.TOO_LONG, said, "shorten it")
        # Halves of a character among them: no database holds them.
        elif any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t" for sign in text):
            self.note(cell, CellFlaw.CONTROL, "holds a control character", "type it anew")
        return text

    def named(self, row: FileRow, column: str, known: NamesKnown, flaw: CellFlaw, what: str) -> str | None:
        """Return the key of what a cell names."""
        cell = self.cell(row, column)
        if cell is None:
            return None
        key = known.key_of(cell.text.strip())
        if key is None:
            said = f"is no {what} of this assessment{listed(known.own_keys)}"
            self.note(cell, flaw, said, f"write the key of a known {what}")
        return key

    def unit(self, row: FileRow) -> str | None:
        """Return the unit that a row is about."""
        return self.named(row, "unit", self._units, CellFlaw.NO_UNIT, "unit")

    def indicator(self, row: FileRow) -> str | None:
        """Return the indicator that a row is about."""
        return self.named(row, "indicator", self._indicators, CellFlaw.NO_INDICATOR, "indicator")

    def period(self, row: FileRow) -> str | None:
        """Return the period that a row is about."""
        cell = self.cell(row, "period")
        if cell is None:
            return None
        period = self.period_in(cell.text)
        if period is None:
            said = f"is no period of {self.definition.year}"
            self.note(cell, CellFlaw.NO_PERIOD, said, f"write it as {self.definition.year}-05")
        return period

    def period_in(self, text: str) -> str | None:
        """Return the period that a text names, ``None`` where it names none."""
        if text not in self._periods:
            self._periods[text] = period_written(self.definition, text)
        return self._periods[text]

    def task(self, row: FileRow) -> tuple[str, str, str] | None:
        """Return period, unit and indicator of a row: a task that the unit has and that is due then."""
        period, unit, indicator = self.period(row), self.unit(row), self.indicator(row)
        if period is None or unit is None or indicator is None:
            return None
        cell = row.cells["indicator"]
        if (unit, indicator) not in self.targets:
            said = f"is no task of {unit}"
            self.note(cell, CellFlaw.FOREIGN, said, "leave the row out, or amend the targets")
        elif not due_in(self.definition, self.definition.indicator[indicator], period):
            self.note(cell, CellFlaw.NOT_DUE, self._not_due(indicator, period), "leave the row out")
        elif self.is_new(row, cell, period, unit, indicator):
            return period, unit, indicator
        return None

    def _not_due(self, key: str, period: str) -> str:
        return not_due(self.definition, self.definition.indicator[key], period)

    def number(self, row: FileRow, column: str, measure: str = "") -> Fraction | None:
        """Return the number in a cell that must be filled in."""
        cell = self.cell(row, column)
        if cell is None:
            return None
        found = number_in(cell, measure)
        if isinstance(found, CellFault):
            self.faults.append(found)
            return None
        return found

    def flag(self, row: FileRow, column: str) -> bool:
        """Return whether a cell that may be left out says yes."""
        text = self.words(row, column).lower()
        if text and text not in YES | NO:
            self.note(row.cells[column], CellFlaw.NOT_FLAG, "is neither yes nor no", "write true or false")
        return text in YES

    def is_new(self, row: FileRow, cell: FileCell, *key: str) -> bool:
        """Return whether no row before is about the same."""
        first = self._once.setdefault(key, row.place)
        if first is not row.place:
            said = f"stands in {first} already ({short(' '.join(key))})"
            self.note(cell, CellFlaw.DOUBLE, said, "keep one of the two")
        return first is row.place
