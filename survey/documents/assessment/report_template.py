"""The Excel template of a report: what is due, its target, plan and last number, and what is to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.excel.looks import LINE, Looks, lines_in, set_up_page, write_cell
from survey.documents.roster.cells import letters
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Actuals, Target, Targets
from survey.domain.assessment.indicators import Rhythm
from survey.domain.assessment.periods import month_of
from survey.domain.assessment.reports.report_tasks import tasks_of_report
from survey.domain.assessment.reports.report_warnings import TaskHistory, history_of
from survey.domain.assessment.scoring.places import kept, plain
from survey.domain.errors import UnknownPeriod

from .papers.period_words import period_words
from .report_heads import (
    EVIDENCE_HEAD,
    HINT,
    INDICATOR,
    INDICATOR_KEY,
    LAST,
    MEASURE,
    NOTE_HEAD,
    PERIOD,
    PLAN,
    SHEET,
    TARGET,
    UNIT,
    UNIT_KEY,
    VALUE_HEAD,
)
from .report_hints import NOT_FILLED, hint

_WIDTHS = (12, 28, 11, 11, 11, 11, 13, 30, 22, 26)
_NUMBERS = range(3, 7)
"""The columns of numbers: target, plan and last number, and the one to fill in."""
_PLACES = 2
_LARGEST = 1e15
_COLUMNS = {PLAN: "plan", LAST: "last", VALUE_HEAD: "value", NOTE_HEAD: "note", EVIDENCE_HEAD: "evidence"}
_SIGNED = ("填表人：", "审核人：", "填报日期：")
_NOTES = (
    f"注：1. 只填“{VALUE_HEAD}”“{NOTE_HEAD}”“{EVIDENCE_HEAD}”三列。数字不带单位，不用公式；没有发生的填 0。",
    f"注：2. “{VALUE_HEAD}”是 1 月 1 日起的累计数；是比率、浓度等当期水平的，填本期数。",
    f"注：3. 本期无法填报的，数字留空，在“{NOTE_HEAD}”中写明原因；“{HINT}”列的问题也请在该列说明。",
)


@dataclass(frozen=True)
class _Line:
    """A line to fill in: its task, the task's target, and what its number is held against."""

    key: str
    label: str
    target: Target
    past: TaskHistory


def write_template(
    definition: AssessmentDefinition,
    targets: Targets,
    history: Mapping[str, Actuals],
    *,
    period: str,
    unit: str = "",
    indicator: str = "",
) -> bytes:
    """Write the template of a unit's report, or of one indicator over all units.

    ``history`` has the numbers that held, by period. Raises ``UnknownPeriod``, also where nothing is due,
    and ``UnknownUnit``.
    """
    tasks = tasks_of_report(definition, targets, period, unit=unit, indicator=indicator)
    if not tasks:
        raise UnknownPeriod(f"nothing is to be reported by {unit or indicator} for {period}")
    lines = []
    for task in tasks:
        unit_key, indicator_key = task
        key = unit_key if indicator else indicator_key
        label = definition.unit[key].label if indicator else definition.indicator[key].label
        lines.append(_Line(key, label, targets[task], history_of(definition, targets[task], history, period)))
    about = (
        (INDICATOR, indicator, definition.indicator[indicator].label)
        if indicator
        else (UNIT, unit, definition.unit[unit].label)
    )
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    _Template(book, definition, period, about).write(lines)
    book.close()
    return out.getvalue()


class _Template:
    """The sheet of a template, row by row."""

    def __init__(
        self, book: Workbook, definition: AssessmentDefinition, period: str, about: tuple[str, str, str]
    ) -> None:
        self.definition = definition
        self.period = period
        self.about = about
        self.looks = Looks(book)
        self.sheet: Worksheet = book.add_worksheet(SHEET)
        code_head = INDICATOR_KEY if about[0] == UNIT else UNIT_KEY
        label_head = INDICATOR if about[0] == UNIT else UNIT
        self.heads = (
            *(code_head, label_head, MEASURE, TARGET, PLAN, LAST),
            *(VALUE_HEAD, NOTE_HEAD, EVIDENCE_HEAD, HINT),
        )
        self.letters = {
            _COLUMNS[head]: letters(place)
            for place, head in enumerate(self.heads, start=1)
            if head in _COLUMNS
        }

    def write(self, lines: list[_Line]) -> None:
        """Write all rows; only what is to be filled in can be typed into."""
        longest = max(len(str(number)) for line in lines for number in self._numbers(line))
        for column, width in enumerate(_WIDTHS):
            least = longest + 3 if column in _NUMBERS else 0
            self.sheet.set_column(column, column, max(width, least))
        self._heads()
        for row, line in enumerate(lines, start=3):
            self._line(row, line)
        self._below(3 + len(lines))
        self.sheet.freeze_panes(3, 2)
        self.sheet.repeat_rows(2)
        self.sheet.protect("", {"format_columns": True, "format_rows": True})
        footer = f"{self.definition.title} {self.about[2]} {period_words(self.period)}"
        set_up_page(self.sheet, footer, landscape=True)

    def _heads(self) -> None:
        looks = self.looks
        kind = "季报" if self.definition.periods is Rhythm.QUARTER else "月报"
        title = looks.get(bold=True, font_size=16, align="center_across")
        write_cell(self.sheet, 0, 0, f"{self.definition.title} {kind}", title)
        for column in range(1, len(self.heads)):
            write_cell(self.sheet, 0, column, None, title)
        self.sheet.set_row(0, 2 * LINE)
        label, key, name = self.about
        words = period_words(self.period)
        bold, text, wrapped = looks.get(bold=True), looks.get(), looks.get(text_wrap=True)
        for column, (said, look) in enumerate(
            [(label, bold), (key, text), (None, wrapped), (None, wrapped), (PERIOD, bold), (words, text)]
        ):
            write_cell(self.sheet, 1, column, said, look)
        # A name has the width of two columns: in one of them it would take many lines.
        self.sheet.merge_range(1, 2, 1, 3, name, wrapped)
        write_cell(self.sheet, 1, 6, f"请于{self._deadline()}前报送", text)
        self.sheet.set_row(1, LINE * max(lines_in(name, _WIDTHS[2] + _WIDTHS[3]), 1.5))
        head = looks.get(bold=True, border=1, align="center", text_wrap=True, bg_color="#f3f3f3")
        for column, said in enumerate(self.heads):
            write_cell(self.sheet, 2, column, said, head)
        self.sheet.set_row(2, 1.5 * LINE)

    def _line(self, row: int, line: _Line) -> None:
        looks, indicator = self.looks, line.past.indicator
        words = looks.words("left")
        filled = {"border": 1, "bg_color": "#fffbe6", "locked": False}
        write_cell(self.sheet, row, 0, line.key, words)
        write_cell(self.sheet, row, 1, line.label, words)
        write_cell(self.sheet, row, 2, indicator.measure, looks.words("center"))
        for column, number in zip(_NUMBERS, self._numbers(line), strict=False):
            places = 0 if number is None else max(0, -int(number.as_tuple().exponent))
            shown = f"0.{'0' * places}" if places else "0"
            look = looks.get(border=1, align="right", num_format=shown)
            write_cell(self.sheet, row, column, number, look)
        self.sheet.write_blank(row, 6, None, looks.get(**filled, align="right"))
        for column in (7, 8):
            self.sheet.write_blank(row, column, None, looks.get(**filled, text_wrap=True))
        grey = looks.get(border=1, font_color="#8a4b00", font_size=10, text_wrap=True, indent=1)
        self.sheet.write_formula(row, 9, hint(row + 1, self.letters, line.past), grey, NOT_FILLED)
        self._require_number(row, indicator.measure)
        self.sheet.set_row(row, LINE * max(lines_in(line.label, _WIDTHS[1] - 1), 2))

    def _numbers(self, line: _Line) -> tuple[Decimal | None, ...]:
        """Return target, plan and last number as shown; a plan that was not written has two places."""
        plan = line.past.plan
        if plan is not None and line.target.plan[month_of(self.period) - 1] is None:
            plan = kept(plan, _PLACES)
        numbers = line.target.target, plan, line.past.last
        return tuple(None if number is None else Decimal(plain(number)) for number in numbers)

    def _require_number(self, row: int, measure: str) -> None:
        self.sheet.data_validation(
            row,
            6,
            row,
            6,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -_LARGEST,
                "maximum": _LARGEST,
                "error_title": "请只填数字",
                "error_message": f"这一格只填数字，计量单位是{measure}，不要写在格子里。"[:255],
            },
        )

    def _below(self, row: int) -> None:
        text = self.looks.get()
        for column, said in zip((0, 3, 7), _SIGNED, strict=True):
            write_cell(self.sheet, row, column, said, text)
        self.sheet.set_row(row, 2 * LINE)
        small = self.looks.get(font_size=10, font_color="#595959")
        for number, said in enumerate(_NOTES, start=row + 1):
            write_cell(self.sheet, number, 0, said, small)

    def _deadline(self) -> str:
        year, month = divmod(self.definition.year * 12 + month_of(self.period), 12)
        return f"{year}年{month + 1}月{self.definition.report_by}日"
