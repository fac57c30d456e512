"""What the sheets of a workbook share: cell formats, names, page set-up."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents import fonts
from survey.documents.layout.text import printable, wrap
from survey.domain.results.table import Cell

DIGITS_PER_EM = 2.0
"""Excel counts the width of a column in digits of the standard font."""

LINE = 16.0
"""Height of a line in points."""

# Heads, labels and small numbers come again on every form.
text_width = lru_cache(maxsize=16384)(fonts.text_width)


class Looks:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}
        self._numbers: dict[tuple[int, str, bool], Format] = {}
        self._words: dict[tuple[str, bool, str], Format] = {}

    def get(self, **properties: object) -> Format:
        """Return the format with these properties over those that all cells have."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base: dict[str, object] = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
            self._made[key] = self._book.add_format(base | properties)
        return self._made[key]

    def number(self, value: int | Decimal, *, align: str = "right", bold: bool = False) -> Format:
        """Return the format of a number with exactly its own decimals."""
        places = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
        key = places, align, bold
        if key not in self._numbers:
            shown = f"0.{'0' * places}" if places else "0"
            self._numbers[key] = self.get(border=1, align=align, bold=bold, num_format=shown)
        return self._numbers[key]

    def words(self, align: str, *, bold: bool = False, tint: str = "") -> Format:
        """Return the format of a text in a table, its cell in a colour where it has one."""
        key = align, bold, tint
        if key not in self._words:
            indent, colour = int(align == "left"), {"bg_color": tint} if tint else {}
            self._words[key] = self.get(
                border=1, align=align, bold=bold, text_wrap=True, indent=indent, **colour
            )
        return self._words[key]


def write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, look: Format) -> None:
    """Write one cell; a text never becomes a formula."""
    if cell is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(cell, str):
        sheet.write_string(row, column, printable(cell), look)
    else:
        sheet.write_number(row, column, cell, look)


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Make one sheet name per title: allowed characters, at most 31 units, unique whatever the case."""
    taken = {"history"}
    # Many may be cut to the same: who counts from the beginning for each goes through all for each of them.
    numbers: dict[str, int] = {}
    names = []
    for title in titles:
        clean = re.sub(r"[\[\]:*?/\\]", " ", printable(title))
        clean = " ".join(clean.split()).strip(" '") or "表"
        name = first = _shortened(clean, 31)
        number = numbers.get(first, 1)
        while name.lower() in taken:
            number += 1
            name = f"{_shortened(clean, 31 - len(f' ({number})'))} ({number})"
        numbers[first] = number
        taken.add(name.lower())
        names.append(name)
    return names


def _shortened(name: str, most: int) -> str:
    """Cut a name to as many UTF-16 units, which is what Excel counts."""
    while len(name.encode("utf-16-le")) > 2 * most:
        name = name[:-1]
    return name.rstrip(" '")


def set_up_page(sheet: Worksheet, footer: str, *, landscape: bool, centred: bool = True) -> None:
    """Make a sheet print on A4, as wide as the paper, with the report's footer and page numbers."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
    if centred:
        sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    # Excel holds 255 characters, and & opens a code.
    left = printable(footer)[:100].replace("&", "&&")
    sheet.set_footer(f"&L&9{_apart(left)}&R&9第 &P 页，共 &N 页")


def _apart(footer: str) -> str:
    """Keep a digit at the start of the footer from being read as part of the type size."""
    return f" {footer}" if footer[:1].isdigit() else footer


@lru_cache(maxsize=16384)
def lines_in(text: str, width: float) -> int:
    """Estimate the lines that a text takes in a width."""
    return len(wrap(printable(text), (width - 1) / DIGITS_PER_EM, text_width))
