"""The workbook of a whole set-up: a sheet a list, with choices to pick from and a note for each column.

Empty it shows examples, which are not read; of a draft it holds all that the draft does.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.excel.looks import LINE, Looks, lines_in, set_up_page, write_cell
from survey.documents.roster.cells import letters
from survey.domain.assessment.entry_kinds import MapEntry
from survey.domain.assessment.facts import Targets

from .setup_paths import value_at
from .setup_sheets import (
    BASIC_GROUPS,
    BASIC_LINES,
    BASICS,
    BY_KEY,
    EXAMPLE,
    FILLED,
    ITEM,
    NOTE,
    ORDER,
    SHEETS,
    TARGET_SHEET,
    TARGETS,
    SetupColumn,
    SetupSheet,
)
from .setup_values import CellValue, NamedRow, NamedRows, plain_value, written_value
from .setup_words import EXAMPLES

_TITLE, _HEADS, _NOTES, _FIRST = range(4)
_ROWS, _TARGET_ROWS = 1000, 20_000
"""As many rows get a list to choose from."""
_GREY, _FILL = "#595959", "#fffbe6"
_BASIC_WIDTHS = (14, 30, 44, 60, 44)
_BASIC_TITLE = (
    "整个考核的设置都在这个文件里：先填本页，再依次填后面各页。"
    "只填浅黄色的格子；红字的列必填；灰色的示例不会读入。"
)
_MOST_WIDE = 60
_SPARE = 30
"""As many rows below the last one look as if they were to be filled in."""

SetupRowValues = Mapping[str, CellValue]


def write_setup(data: Mapping[str, Any] | None = None, targets: Targets | None = None) -> bytes:
    """Write a set-up workbook: of a definition and its targets, or empty with examples."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    _SetupBook(book, data, targets or {}).write()
    book.close()
    return out.getvalue()


class _SetupBook:
    """The sheets, each with its rows of a definition, or with its examples."""

    def __init__(self, book: Workbook, data: Mapping[str, Any] | None, targets: Targets) -> None:
        self.data = data or {}
        self.is_empty = data is None
        self.targets = targets
        self.looks = Looks(book)
        self.sheets: dict[str, Worksheet] = {name: book.add_worksheet(name) for name in ORDER}
        self.names = NamedRows(
            {
                sheet.key: [
                    NamedRow(row["key"], row[sheet.label]) for row in value_at(self.data, sheet.key) or ()
                ]
                for sheet in SHEETS
            }
        )

    def write(self) -> None:
        """Write all sheets."""
        self._basics()
        for sheet in SHEETS:
            self._table(sheet, list(self._rows(sheet)))
        self._table(TARGET_SHEET, list(self._target_rows()))

    def _basics(self) -> None:
        sheet, looks = self.sheets[BASICS], self.looks
        heads = ("", ITEM, FILLED, NOTE, *([EXAMPLE] if self.is_empty else []))
        for column, width in enumerate(_BASIC_WIDTHS[: len(heads)]):
            sheet.set_column(column, column, width)
        write_cell(sheet, _TITLE, 0, _BASIC_TITLE, looks.get(bold=True))
        sheet.set_row(_TITLE, 1.5 * LINE)
        for column, head in enumerate(heads):
            write_cell(sheet, _HEADS, column, head, self._head())
        group = ""
        examples = EXAMPLES["assessment"][0]
        for row, line in enumerate(BASIC_LINES, start=_NOTES):
            begins = line.path.split(".")[0]
            said = BASIC_GROUPS[begins] if begins != group else ""
            group = begins
            write_cell(sheet, row, 0, said, looks.get(bold=True, valign="top"))
            write_cell(sheet, row, 1, line.head, looks.words("left"))
            value = value_at(self.data, line.path)
            shown = None if value in (None, "") else written_value(line, value, self.names)
            self._value(sheet, row, 2, line, shown)
            write_cell(sheet, row, 3, line.note, self._small())
            if self.is_empty:
                write_cell(sheet, row, 4, examples.get(line.path, ""), self._example())
            sheet.set_row(row, LINE * max(lines_in(line.note, _BASIC_WIDTHS[3]), 1.3))
            self._choices(sheet, line, row, row, 2)
        sheet.freeze_panes(_NOTES, 2)
        set_up_page(sheet, self._footer(), landscape=True)

    def _table(self, layout: SetupSheet, rows: Sequence[SetupRowValues]) -> None:
        sheet, looks = self.sheets[layout.name], self.looks
        sheet.set_column(0, 0, 6)
        write_cell(sheet, _TITLE, 0, layout.says, looks.get(bold=True))
        sheet.set_row(_TITLE, 1.5 * LINE)
        write_cell(sheet, _HEADS, 0, "", self._head())
        write_cell(sheet, _NOTES, 0, NOTE, self._small())
        examples = layout.examples if self.is_empty else ()
        first = _FIRST + len(examples)
        last = first + (_TARGET_ROWS if layout.name == TARGETS else _ROWS)
        for number, column in enumerate(layout.columns, start=1):
            sheet.set_column(number, number, min(column.width, _MOST_WIDE))
            head = self._head(required=column.required and column.path != "key")
            write_cell(sheet, _HEADS, number, column.head, head)
            write_cell(sheet, _NOTES, number, column.note, self._small())
            for row, example in enumerate(examples, start=_FIRST):
                write_cell(sheet, row, number, example.get(column.path, ""), self._example())
            self._choices(sheet, column, first, last, number)
        for row in range(len(examples)):
            write_cell(sheet, _FIRST + row, 0, EXAMPLE, self._example())
        for row, values in enumerate(rows, start=first):
            for number, column in enumerate(layout.columns, start=1):
                self._value(sheet, row, number, column, values.get(column.path))
        for row in range(first + len(rows), first + len(rows) + _SPARE):
            for number, column in enumerate(layout.columns, start=1):
                self._value(sheet, row, number, column, None)
        lines = max(lines_in(column.note, column.width) for column in layout.columns)
        sheet.set_row(_HEADS, 1.5 * LINE)
        sheet.set_row(_NOTES, 0.9 * LINE * max(lines, 1.5))
        sheet.freeze_panes(_FIRST, self._frozen(layout))
        sheet.repeat_rows(_HEADS)
        set_up_page(sheet, self._footer(), landscape=True)

    def _frozen(self, layout: SetupSheet) -> int:
        paths = [column.path for column in layout.columns]
        return paths.index("indicator" if layout.name == TARGETS else layout.label) + 2

    def _rows(self, layout: SetupSheet) -> Iterator[SetupRowValues]:
        """Give the rows of a list; where it has a list in it, a row for each of that one's."""
        for one in value_at(self.data, layout.key) or ():
            own = [column for column in layout.columns if not column.inner]
            mine = [column for column in layout.columns if column.inner]
            row = dict(self._values(own, one, ""))
            for inner in one.get(layout.inner, ()) or [{}]:
                yield row | dict(self._values(mine, inner, f"{layout.inner}."))
                row = {}

    def _values(
        self, columns: Sequence[SetupColumn], table: Mapping[str, Any], prefix: str
    ) -> Iterator[tuple[str, CellValue]]:
        for column in columns:
            value = value_at(table, column.path.removeprefix(prefix))
            if value not in (None, "", [], {}):
                yield column.path, written_value(column, value, self.names)

    def _target_rows(self) -> Iterator[SetupRowValues]:
        for target in self.targets.values():
            numbers: dict[str, Fraction | None] = {"target": target.target, "base": target.base}
            numbers |= {f"m{month}": number for month, number in enumerate(target.plan, start=1)}
            numbers["points"] = target.points
            by_path = {column.path: column for column in TARGET_SHEET.columns}
            yield {
                "unit": self.names.label("units", target.unit),
                "indicator": self.names.label("indicators", target.indicator),
            } | {
                path: written_value(by_path[path], plain_value(number), self.names)
                for path, number in numbers.items()
                if number is not None
            }

    def _value(
        self, sheet: Worksheet, row: int, column: int, layout: SetupColumn, value: CellValue | None
    ) -> None:
        is_number = isinstance(value, int | Decimal)
        look = self.looks.get(
            border=1,
            bg_color=_FILL,
            text_wrap=True,
            align="right" if is_number or layout.is_number else "left",
            # A text that looks like a number, as a key may, stays one.
            num_format="General" if layout.is_number else "@",
        )
        write_cell(sheet, row, column, value, look)

    def _choices(self, sheet: Worksheet, column: SetupColumn, first: int, last: int, number: int) -> None:
        """Give cells the words, or the rows of another sheet, to choose from; another may be typed there."""
        source: object = list(column.choices)
        if not source and column.names in BY_KEY and not isinstance(column.entry, MapEntry):
            of = BY_KEY[column.names]
            place = letters(2 + [one.path for one in of.columns].index(of.label))
            begin = _FIRST + 1 + (len(of.examples) if self.is_empty else 0)
            source = f"='{of.name}'!${place}${begin}:${place}${begin + _ROWS}"
        if not source:
            return
        sheet.data_validation(
            first,
            number,
            last,
            number,
            {
                "validate": "list",
                "source": source,
                "error_type": "stop" if column.choices else "information",
                "error_title": "没有这个选项" if column.choices else "不在列表中",
                "error_message": "请从下拉列表中选。" if column.choices else "列表里没有，确定是这样填吗？",
            },
        )

    def _footer(self) -> str:
        return str(value_at(self.data, "assessment.title") or "考核设置")

    def _head(self, *, required: bool = False) -> Any:
        colour = {"font_color": "#a4262c"} if required else {}
        return self.looks.get(
            bold=True, border=1, align="center", text_wrap=True, bg_color="#f3f3f3", **colour
        )

    def _small(self) -> Any:
        return self.looks.get(font_size=9, font_color=_GREY, text_wrap=True, valign="top", border=1)

    def _example(self) -> Any:
        return self.looks.get(italic=True, font_color=_GREY, num_format="@", border=1, text_wrap=True)
