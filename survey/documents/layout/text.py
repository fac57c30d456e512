"""Texts of tables in every format: of a cell, of a head, and the widths of columns."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Literal

from survey.domain.results.rules_text import WITHHELD
from survey.domain.results.table import Cell, Column, Table

Measure = Callable[[str], float]
"""The width of one line of text in em."""

Place = Literal["left", "center", "right"]
"""Where a text stands in its cell."""

LONG = 28.0
"""Em from which a text counts as long: it wraps, however wide the page is."""

SHORT = 6.0
"""Em up to which a text, such as a name, is kept on one line; and to which a head or words in the
place of a number may widen a column of numbers."""

SENTENCE = 12.0
"""Em down to which a column of sentences may be narrowed."""

NAME = 9.0
"""Em up to which a text is kept on one line in a table that has sentences in another column."""

HEAD = 4.0
"""Em up to which all columns are given the width of their texts before any is given more."""

_SURE = 1e-6
"""Em by which a text is narrower than its line, however its widths are added up."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPENING = r"(\[{（〔《〈「『【“‘"
_CLOSING = r")\]},.;:!?%、。，；：！？）〕》〉」』】”’％"
_CJK = r"\u2e80-\uffef\U00020000-\U0003ffff"
_UNITS = re.compile(
    rf"\s+|[{_OPENING}]*(?:[^\s{_CJK}{_OPENING}{_CLOSING}]+(?:[.,:][^\s{_CJK}{_OPENING}{_CLOSING}]+)*|\S)[{_CLOSING}]*"
)


def printable(text: str) -> str:
    """Drop the control characters that no document format can hold, keeping tabs and line breaks."""
    return _UNPRINTABLE.sub("", text)


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula; wide signs count too."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def cell_text(cell: Cell) -> str:
    """Write a cell as printed: ``None`` as nothing, a ``Decimal`` with exactly its own decimals."""
    if isinstance(cell, str):
        return printable(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if cell is None else str(cell)


def head_text(column: Column) -> str:
    """Write the head of a column; a percent column says ``(%)`` where its label does not."""
    label = printable(column.label)
    return f"{label}(%)" if column.kind == "percent" and not re.search("[%％]", label) else label


def alignment(cell: Cell, column: Column) -> Place:
    """Return a cell's alignment: ``right`` for a number, ``center`` for words in its place, else ``left``."""
    if cell is not None and not isinstance(cell, str):
        return "right"
    return "left" if column.kind == "text" else "center"


def placement(cell: Cell, column: Column, *, centred: bool) -> Place:
    """Return where a text stands in its cell, on a form whose cells are ``centred`` or on another."""
    return "center" if centred and not column.prose else alignment(cell, column)


def is_date(label: str) -> bool:
    """Return whether a signature label is the date to be filled in, which has no line behind it."""
    return re.fullmatch(r"\s*年\s*月\s*日\s*", label) is not None


def signature_label(label: str) -> str:
    """Write the label of a signature line with its colon; the date with room to write between."""
    if is_date(label):
        return "年      月      日"
    text = printable(label)
    return text if text.endswith((":", "：")) else f"{text}："


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Break a text into lines of at most ``width`` em.

    Chinese breaks between any two characters, but not before closing or after opening punctuation;
    a word is broken only where it is wider than a line.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        if measure(paragraph) <= width - _SURE:
            lines.append(paragraph.rstrip())
            continue
        line, used = "", 0.0
        for unit in _UNITS.findall(paragraph):
            wide = measure(unit)
            if line and used + measure(unit.rstrip()) > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
                unit = unit.lstrip()
                wide = measure(unit)
            while wide > width and len(unit) > 1:
                head = _head_that_fits(unit, width, measure)
                lines.append(head)
                unit = unit[len(head) :]
                wide = measure(unit)
            line, used = line + unit, used + wide
        lines.append(line.rstrip())
    return lines


def _head_that_fits(unit: str, width: float, measure: Measure) -> str:
    end, used = 0, 0.0
    while end < len(unit) and (end == 0 or used + measure(unit[end]) <= width):
        used += measure(unit[end])
        end += 1
    return unit[:end]


def column_widths(table: Table, room: float, measure: Measure, padding: float = 0.8) -> list[float]:
    """Divide the width of a page over the columns of a table.

    ``room`` and ``padding`` (both sides of a cell together) are in em of the table's type. Returns
    one width per column, in em; they add up to ``room``, or to more where the type is too large for
    the numbers and words to stand unbroken.
    """
    spans = [_span(table, index, measure, padding) for index in range(len(table.columns))]
    # A short head, or name, is broken only where there is no room for all of them.
    whole = [max(low, min(high, HEAD + padding)) for low, high in spans]
    if sum(whole) <= room:
        spans = [(low, high) for low, (_, high) in zip(whole, spans, strict=True)]
    least = sum(low for low, _ in spans)
    natural = sum(high for _, high in spans)
    if natural <= room:
        return [high * room / natural for _, high in spans]
    if least >= room:
        return [low for low, _ in spans]
    share = (room - least) / (natural - least)
    return [low + (high - low) * share for low, high in spans]


def wants_landscape(table: Table, room: float, measure: Measure, part: float = 0.55) -> bool:
    """Return whether a table is cramped on an upright page of ``room`` em.

    It is where its columns have not so large a ``part`` of the width in which none of their texts wraps.
    """
    spans = [_span(table, index, measure, 0.8) for index in range(len(table.columns))]
    return sum(max(low, high * part) for low, high in spans) > room


def _span(table: Table, index: int, measure: Measure, padding: float) -> tuple[float, float]:
    """Return the width at which a column just stands and the width at which it need not wrap."""
    column = table.columns[index]
    # Most cells say what others say: each text is measured once.
    texts: dict[str, None] = {}
    low = 2.0
    for row in table.rows:
        text = cell_text(row[index])
        if text in texts:
            continue
        if text.startswith(WITHHELD) and column.kind != "text":
            # Its cell is joined with its neighbours of the same words.
            continue
        texts[text] = None
        if not isinstance(row[index], str):
            low = max(low, measure(text))
    words = [head_text(column), *texts]
    natural = _widest((line for word in words for line in word.splitlines()), measure)
    unbroken = _widest((unit for word in words for unit in _UNITS.findall(word)), measure)
    low = max(low, min(unbroken, LONG / 2))
    if column.prose:
        low = max(low, min(natural, SENTENCE))
    elif column.kind == "text":
        # Beside sentences, which may wrap, names need not.
        most = NAME if any(one.prose for one in table.columns) else SHORT
        low = max(low, min(_widest(texts, measure), most))
    else:
        natural = min(natural, max(low, SHORT))
    return low + padding, max(low, min(natural, LONG)) + padding


def _widest(texts: Iterable[str], measure: Measure) -> float:
    return max((measure(text) for text in texts), default=0.0)


def numbered(notes: Sequence[str]) -> list[str]:
    """Number the notes of a table where there are several; the first one opens with 注."""
    if len(notes) < 2:
        return [f"注：{printable(note)}" for note in notes]
    return [f"{'注：' if at == 1 else ''}{at}. {printable(note)}" for at, note in enumerate(notes, 1)]


def in_pairs(texts: Sequence[str], half: float, measure: Measure) -> list[list[str]]:
    """Set texts two a line where both fit into ``half`` em, else one a line."""
    lines: list[list[str]] = []
    for text in texts:
        fits = measure(text) <= half
        if fits and lines and len(lines[-1]) == 1 and measure(lines[-1][0]) <= half:
            lines[-1].append(text)
        else:
            lines.append([text])
    return lines


def fact_text(fact: tuple[str, str]) -> str:
    """Write a fact as one text, its label first."""
    label, text = fact
    return printable(f"{label}：{text}" if label else text)


def signature_rows(labels: Sequence[str]) -> list[list[str]]:
    """Set the signature lines two a row, the date in a row of its own at the end of its place."""
    rows: list[list[str]] = []
    for label in labels:
        open_row = rows and len(rows[-1]) == 1 and not is_date(rows[-1][0])
        if open_row and not is_date(label):
            rows[-1].append(label)
        else:
            rows.append([label])
    return rows
