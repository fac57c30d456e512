"""Tables for people: one neutral form that every document format renders."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

ColumnKind = Literal["text", "count", "percent", "score"]
"""``text`` is a string, ``count`` an ``int``, ``percent`` and ``score`` a rounded ``Decimal``."""

Cell = str | int | Decimal | None
"""One value of a table; ``None`` is a value that does not exist and prints as an empty cell.

A string may stand in a number column, where words replace the number (``样本过小,不予显示``).
"""


@dataclass(frozen=True)
class Column:
    """One column of a table; ``places`` are the decimals of a ``percent`` or ``score``."""

    label: str
    kind: ColumnKind = "text"
    places: int = 0


@dataclass(frozen=True)
class Table:
    """One table with its heading, its rows and the notes that belong under it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """What one results document holds, in printing order.

    ``facts`` are label and text pairs for the head (organiser, period, digest …), ``signatures``
    the labels of the signature lines, ``footer`` what stands at the foot of every page.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    signatures: Sequence[str]
    footer: str
