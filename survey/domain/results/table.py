"""Tables for people: one neutral form that every document format renders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    """One column of a table; ``places`` are the decimals of a ``percent`` or ``score``.

    Neighbours with the same ``over`` stand under it as one head. A ``tall`` column shows the first cell of
    each block of rows once, over the whole block. ``step`` tells what shares of grades stand in a column, for
    charts: 1 for the best grade, 0 for abstentions. ``prose`` says that its texts are sentences, which begin
    at the left even where a form's cells are centred.
    """

    label: str
    kind: ColumnKind = "text"
    places: int = 0
    over: str = ""
    tall: bool = False
    step: int | None = None
    prose: bool = False


@dataclass(frozen=True)
class Table:
    """One table with its heading, its rows and the notes that belong under it.

    ``block`` rows belong together (票数 over 百分比) and are never parted by the end of a page; the last
    ``strong`` rows are results and stand out. ``tints`` are words whose cells have a colour (``#rrggbb``),
    which says nothing that the word does not.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    block: int = 1
    strong: int = 0
    tints: Mapping[str, str] = field(default_factory=dict)

    def tint(self, cell: Cell) -> str:
        """Return the colour of a cell; empty where it has none."""
        return self.tints.get(cell, "") if isinstance(cell, str) else ""


@dataclass(frozen=True)
class Sheet:
    """One official form (个人汇总表, 总表 …): begins on a page of its own and is signed by itself.

    ``subject`` are label and value pairs in the box at its head (name, post, weighted score, band); ``notes``
    stand under its last table. ``opening`` and ``closing`` are a letter's paragraphs before its tables and
    after them, with the spaces that they begin with. ``key`` names the ratee or section that it is about,
    ``name`` is what stands before its title in names of sheets and files: a ratee among those of its name, a
    form, a group. One that ``follows`` goes on below the one before it, unless it needs a wider page; its own
    ``signatures`` stand for the report's.
    """

    kind: str
    key: str
    title: str
    subject: Sequence[tuple[str, Cell]]
    tables: Sequence[Table]
    notes: Sequence[str] = ()
    name: str = ""
    opening: Sequence[str] = ()
    closing: Sequence[str] = ()
    follows: bool = False
    signatures: Sequence[str] | None = None

    @property
    def full_title(self) -> str:
        """Return its title, and before it whom it is about: what sheets and files are called."""
        return f"{self.name} {self.title}" if self.name else self.title


@dataclass(frozen=True)
class Report:
    """What one results document holds, in printing order.

    ``facts`` are label and text pairs for the head (organiser, period, digest …), ``signatures``
    the labels of the signature lines, ``footer`` what stands at the foot of every page.
    ``sheets`` are the official forms, ``tables`` everything once more, laid out for spreadsheets.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    signatures: Sequence[str]
    footer: str
    sheets: Sequence[Sheet] = ()
