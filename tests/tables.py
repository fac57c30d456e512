"""The tables of a page as a reader sees them: rows of words, without pictures."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Cell:
    """One cell: its words, how many columns it takes, how the column is ordered."""

    text: str = ""
    columns: int = 1
    sort: str = ""


@dataclass
class Read:
    """One table; ``label`` is what it is called for those who do not see it."""

    label: str
    head: list[list[Cell]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)

    def column(self, place: int) -> list[str]:
        """Return the words of one column."""
        return [row[place].text for row in self.rows]


def tables(page: str) -> list[Read]:
    """Read all tables of a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Read] = []
        self._label = ""
        self._part: list[list[Cell]] = []
        self._cell: Cell | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if has.get("role") == "region":
            self._label = has.get("aria-label") or ""
        if tag == "table":
            self.found.append(Read(self._label))
        elif tag == "thead":
            self._part = self.found[-1].head
        elif tag in ("tbody", "tfoot"):
            self._part = self.found[-1].rows
        elif tag == "tr":
            self._part.append([])
        elif tag in ("td", "th"):
            self._cell = Cell(columns=int(has.get("colspan") or 1), sort=has.get("aria-sort") or "")
            self._part[-1].append(self._cell)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self._cell.text = " ".join(self._cell.text.split())
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text += data
