"""Checking a report before it is taken: nothing of it is, while a fault or an unanswered warning stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Actuals, NumberKind, TakenNumber, Targets, UnitTask
from survey.domain.assessment.indicators import EvidenceRule
from survey.domain.assessment.known_names import names_of
from survey.domain.assessment.periods import due_in
from survey.domain.errors import BadNumbers, CellFault

from .cell_numbers import CellFlaw, cell_fault, number_in, shown_as_percentage
from .file_rows import FileCell, FileRow
from .number_rows import UNNUMBERED
from .report_lines import EVIDENCE, KEY, LABEL, NOTE, VALUE, ReportFile
from .report_tasks import tasks_of_report
from .report_warnings import history_of, oddities
from .row_checks import RowCheck, not_due, period_written

_BLANK = FileCell("above the heads", "")


@dataclass(frozen=True)
class ReportCheck:
    """What a report says: its numbers by the place of their cells, and all that is wrong or odd about it.

    ``warnings`` want a reason; ``notes`` is what stands beside, by place. ``missing_evidence`` lists the
    numbers that files have to go with and that name none: whoever holds the files may take them.
    ``left_out`` names the lines that are no numbers.
    """

    period: str
    numbers: Mapping[str, TakenNumber]
    notes: Mapping[str, str]
    faults: tuple[CellFault, ...]
    warnings: tuple[CellFault, ...]
    missing_evidence: tuple[CellFault, ...]
    left_out: tuple[CellFault, ...]

    def settle(
        self, reasons: Mapping[str, str] | None = None, *, with_evidence: bool = False
    ) -> tuple[TakenNumber, ...]:
        """Return the numbers, each with the reason given for what is odd about it.

        ``reasons`` are by the place of a warning; what stands beside a number in the report is one too, but
        no answer to whether 42 is meant. Raises ``BadNumbers`` with all faults, and the warnings that nobody
        answered; ``with_evidence`` makes missing evidence a fault.
        """
        given = {place: text.strip() for place, text in (reasons or {}).items() if text.strip()}
        answers = {warning: given.get(warning.place, self._beside(warning)) for warning in self.warnings}
        unanswered = [warning for warning, answer in answers.items() if not answer]
        faults = self.faults + (self.missing_evidence if with_evidence else ())
        if faults or unanswered:
            raise BadNumbers(faults, (*unanswered, *self.idle(given)))
        by_place = {warning.place: answer for warning, answer in answers.items()}
        return tuple(
            replace(number, reason=by_place.get(place, "")) for place, number in self.numbers.items()
        )

    def idle(self, places: Iterable[str]) -> tuple[CellFault, ...]:
        """Name the places for which a reason was given, and no warning asks for one."""
        asked = {warning.place for warning in self.warnings}
        said, remedy = "is given a reason, but has no warning", "leave the reason out, or name another cell"
        return tuple(
            CellFault(place, "", CellFlaw.NO_WARNING, said, remedy) for place in places if place not in asked
        )

    def _beside(self, warning: CellFault) -> str:
        return "" if warning.flaw == CellFlaw.PERCENT else self.notes.get(warning.place, "")


def check_report(
    definition: AssessmentDefinition,
    targets: Targets,
    history: Mapping[str, Actuals],
    report: ReportFile,
    period: str | None = None,
    *,
    unit: str = "",
    indicator: str = "",
) -> ReportCheck:
    """Check a report against what was asked for; ``history`` has the numbers that held, by period.

    What is not given – period, unit or indicator – is what the report says itself. All faults and warnings
    are found at once. Raises ``UnknownPeriod`` and ``UnknownUnit`` where what is asked for is unknown.
    """
    checking = _Checking(definition, targets, history, report)
    unit, indicator = checking.subject(unit, indicator)
    asked = checking.period(period)
    if asked and (unit or indicator):
        checking.lines(asked, unit, indicator)
    return ReportCheck(
        asked,
        checking.numbers,
        checking.notes,
        tuple(checking.check.faults),
        tuple(checking.warnings),
        tuple(checking.missing_evidence),
        report.left_out,
    )


class _Checking:
    """A report while it is checked, cell by cell."""

    def __init__(
        self,
        definition: AssessmentDefinition,
        targets: Targets,
        history: Mapping[str, Actuals],
        report: ReportFile,
    ) -> None:
        self.definition = definition
        self.targets = targets
        self.history = history
        self.report = report
        self.check = RowCheck(definition, targets, report.rows)
        self.warnings: list[CellFault] = []
        self.missing_evidence: list[CellFault] = []
        self.numbers: dict[str, TakenNumber] = {}
        self.notes: dict[str, str] = {}
        self._units = names_of(definition.units)
        self._indicators = names_of(definition.indicators)

    def subject(self, unit: str, indicator: str) -> tuple[str, str]:
        """Return the unit, or the indicator, that the report is taken for; both empty where it is unclear."""
        of_unit = bool(unit) if unit or indicator else self.report.of_unit
        asked = unit or indicator
        what, known = ("unit", self._units) if of_unit else ("indicator", self._indicators)
        cell = self.report.subject or _BLANK
        if of_unit is not self.report.of_unit:
            found, said = (unit, "a report of one indicator") if of_unit else (indicator, "a unit's report")
            remedy = f"fill in the template of {found}"
            self.check.note(cell, CellFlaw.OTHER_UNIT, f"is {said}, asked for is {found}", remedy)
            return "", ""
        key = known.key_of(cell.text.strip()) or ""
        if asked and key != asked:
            said = f"is another {what} than {asked}, which was asked for"
            self.check.note(cell, CellFlaw.OTHER_UNIT, said, f"send the report of {asked}")
        elif not key:
            flaw = CellFlaw.NO_UNIT if of_unit else CellFlaw.NO_INDICATOR
            self.check.note(cell, flaw, f"is no {what} of this assessment", f"write the key of the {what}")
        key = asked or key
        return (key, "") if of_unit else ("", key)

    def period(self, asked: str | None) -> str:
        """Return the period that the report is taken for, empty where that is unclear."""
        cell = self.report.period or _BLANK
        said = period_written(self.definition, cell.text) or ""
        if asked and said != asked:
            message = f"is another period than {asked}, which was asked for"
            self.check.note(cell, CellFlaw.OTHER_PERIOD, message, f"send the report of {asked}")
        elif not said:
            message = f"is no period of {self.definition.year}"
            self.check.note(cell, CellFlaw.NO_PERIOD, message, f"write it as {self.definition.year}-05")
        return asked or said

    def lines(self, period: str, unit: str, indicator: str) -> None:
        """Check all rows, and look which tasks have none."""
        tasks = tasks_of_report(self.definition, self.targets, period, unit=unit, indicator=indicator)
        found: dict[UnitTask, str] = {}
        for row in self.check.rows:
            key = self._key(row)
            task = (key, indicator) if indicator else (unit, key)
            if key and self._is_asked(row, task, tasks, period):
                found[task] = self._line(row, task, period)
        for task in tasks:
            if task not in found:
                missing = FileCell(task[0] if indicator else task[1], "")
                remedy = "add its row, or give the reason"
                self._warn(missing, CellFlaw.NOT_REPORTED, "has no row: nothing is reported", remedy)
        self.numbers = {found[task]: self.numbers[found[task]] for task in tasks if self._has(found, task)}

    def _has(self, found: Mapping[UnitTask, str], task: UnitTask) -> bool:
        return task in found and found[task] in self.numbers

    def _key(self, row: FileRow) -> str:
        """Return the indicator, or unit, of a row, empty where none is known."""
        known = self._indicators if self.report.of_unit else self._units
        cells = [self.report.cell(row, column) for column in (KEY, LABEL)]
        named = next((cell for cell in cells if cell.text.strip()), cells[0])
        key = known.key_of(named.text.strip())
        if key is None:
            what = "indicator" if self.report.of_unit else "unit"
            flaw = CellFlaw.NO_INDICATOR if self.report.of_unit else CellFlaw.NO_UNIT
            self.check.note(named, flaw, f"is no {what} of this assessment", "leave the row out")
        return key or ""

    def _is_asked(self, row: FileRow, task: UnitTask, tasks: tuple[UnitTask, ...], period: str) -> bool:
        cell = self.report.cell(row, KEY)
        unit, key = task
        indicator = self.definition.indicator[key]
        if task in tasks:
            return self.check.is_new(row, cell, *task)
        if task not in self.targets:
            self.check.note(cell, CellFlaw.FOREIGN, f"is no task of {unit}", "leave the row out")
        elif not due_in(self.definition, indicator, period):
            said = not_due(self.definition, indicator, period)
            self.check.note(cell, CellFlaw.NOT_DUE, said, "leave the row out")
        else:
            lead = self.definition.party(indicator.lead) if indicator.lead else self.definition.office
            said = f"is reported by {lead}, not by {unit}"
            self.check.note(cell, CellFlaw.REPORTED_ELSEWHERE, said, "leave the row out")
        return False

    def _line(self, row: FileRow, task: UnitTask, period: str) -> str:
        """Check a task's row; return the place of its number."""
        cell = self.report.cell(row, VALUE)
        note, evidence = self.check.words(row, NOTE), self.check.words(row, EVIDENCE)
        self.notes[cell.place] = note
        value = self._value(cell, self.definition.indicator[task[1]].measure)
        if value is not None:
            past = history_of(self.definition, self.targets[task], self.history, period)
            for odd in oddities(value, past):
                self._warn(cell, odd.flaw, odd.message, f"{odd.remedy}, or give the reason")
            if past.indicator.evidence is EvidenceRule.REQUIRED and not evidence:
                blank = self.report.cell(row, EVIDENCE)
                said = f"names no evidence for {past.indicator.key}"
                remedy = "name the files, and send them along"
                self.missing_evidence.append(cell_fault(blank, CellFlaw.NO_EVIDENCE, said, remedy))
            self.numbers[cell.place] = TakenNumber(
                UNNUMBERED, NumberKind.REPORTED, period, *task, value, note, evidence
            )
        return cell.place

    def _value(self, cell: FileCell, measure: str) -> Fraction | None:
        if not cell.text.strip():
            remedy = "write the number, or give the reason"
            self._warn(cell, CellFlaw.NOT_REPORTED, "is empty: nothing is reported", remedy)
            return None
        found = number_in(cell, measure)
        if not isinstance(found, CellFault):
            return found
        if found.flaw != CellFlaw.PERCENT:
            self.check.faults.append(found)
            return None
        self.warnings.append(found)
        return shown_as_percentage(cell)

    def _warn(self, cell: FileCell, flaw: CellFlaw, message: str, remedy: str) -> None:
        self.warnings.append(cell_fault(cell, flaw, message, remedy))
