"""What is odd about the numbers of a file of values: told to the office, which takes them all the same."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Actuals, Targets, UnitTask
from survey.domain.assessment.known_names import names_of
from survey.domain.assessment.reports.cell_numbers import CellFlaw, cell_fault, number_in
from survey.domain.assessment.reports.file_heads import by_column
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.report_warnings import history_of, oddities
from survey.domain.assessment.reports.row_checks import period_written
from survey.domain.assessment.scoring.places import plain
from survey.domain.errors import CellFault


@dataclass(frozen=True)
class PlacedValue:
    """A number of a file, and the cell that it stands in."""

    cell: FileCell
    period: str
    task: UnitTask
    value: Fraction


@dataclass(frozen=True)
class EarlierValues:
    """What the numbers of a file are held against, by period.

    ``held`` are the numbers that held so far, ``history`` these with the file's own in their places, and
    ``same_kind`` those that were taken as the file is taken now. For ``closed`` periods a number is a
    correction.
    """

    held: dict[str, Actuals]
    history: dict[str, Actuals]
    same_kind: dict[str, Actuals]
    closed: Collection[str] = ()


def placed_values(definition: AssessmentDefinition, rows: Sequence[FileRow]) -> list[PlacedValue]:
    """Return the numbers of a file's rows with their places; rows with a fault are left out."""
    units, indicators = names_of(definition.units), names_of(definition.indicators)
    known: dict[str, str | None] = {}
    found = []
    for row in by_column(rows):
        written, cell = row.text("period"), row.cells.get("value")
        if written not in known:
            known[written] = period_written(definition, written)
        period = known[written]
        unit, indicator = units.key_of(row.text("unit")), indicators.key_of(row.text("indicator"))
        if cell is None or period is None or unit is None or indicator is None:
            continue
        value = number_in(cell, definition.indicator[indicator].measure)
        if isinstance(value, Fraction):
            found.append(PlacedValue(cell, period, (unit, indicator), value))
    return found


def value_warnings(
    definition: AssessmentDefinition, targets: Targets, values: Sequence[PlacedValue], before: EarlierValues
) -> Iterator[CellFault]:
    """List what is odd about those numbers of a file that are new."""
    for one in values:
        held = before.same_kind.get(one.period, {}).get(one.task)
        if one.task not in targets or held == one.value:
            continue
        if one.period in before.closed:
            yield _correction(one, before.held.get(one.period, {}).get(one.task))
        past = history_of(definition, targets[one.task], before.history, one.period)
        for odd in oddities(one.value, past):
            if odd.flaw is not CellFlaw.UNCHANGED:
                yield _about(one, odd.flaw, odd.message, odd.remedy)


def _correction(one: PlacedValue, held: Fraction | None) -> CellFault:
    told = "without a number" if held is None else f"with {plain(held)}"
    said = f"corrects {one.period}, which was closed {told}"
    return _about(one, CellFlaw.CORRECTION, said, "check that the period is the one that is meant")


def _about(one: PlacedValue, flaw: CellFlaw, message: str, remedy: str) -> CellFault:
    return cell_fault(one.cell, flaw, f"({' '.join(one.task)}) {message}", remedy)
