"""The order of the rows of a table on the screen, as somebody asked for it by its columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from .screen_rows import Line, Ranking, Scored

RowOf = TypeVar("RowOf")
Value = Decimal | int | None


@dataclass(frozen=True)
class Order:
    """By which column rows are ordered; the empty ``key`` leaves them as they are defined."""

    key: str = ""
    descending: bool = False

    @classmethod
    def read(cls, text: str) -> "Order":
        """Read what an address says: the key of a column, after a hyphen where the largest comes first."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def towards(self, key: str, *, largest_first: bool = True) -> str:
        """Return what the address says that orders by a column, the other way round where it does already."""
        descending = not self.descending if key == self.key else largest_first
        return f"{'-' if descending else ''}{key}"

    def direction(self, key: str) -> str:
        """Return how a column is ordered, in the words of ``aria-sort``; empty where it is not."""
        if key != self.key:
            return ""
        return "descending" if self.descending else "ascending"


def order_ranking(ranking: Ranking, order: Order) -> list[Scored]:
    """Return the rows of a ranking in an order."""
    groups = {f"score.{group.key}": place for place, group in enumerate(ranking.groups)}

    def value(row: Scored) -> Value:
        if order.key in groups:
            return row.scores[groups[order.key]].value
        if order.key in ("rank", "weighted", "pooled"):
            found: Value = getattr(row, order.key)
            return found
        return row.shown.rates.get(order.key.removeprefix("rate.")) if row.shown else None

    return _ordered(ranking.rows, value, order)


def order_lines(lines: Sequence[Line], order: Order) -> list[Line]:
    """Return the rows of a section's table in an order."""
    kind, _, key = order.key.partition(".")

    def value(line: Line) -> Value:
        if kind == "answered":
            return line.counts.answered if line.counts else None
        if line.shown is None or kind == "score":
            return line.shown.score if line.shown else None
        return {"share": line.shown.shares, "rate": line.shown.rates}.get(kind, {}).get(key)

    return _ordered(lines, value, order)


def _ordered(rows: Sequence[RowOf], value: Callable[[RowOf], Value], order: Order) -> list[RowOf]:
    """Order rows, those without a value last, equal ones as they are defined."""
    if order.key in ("", "roster"):
        return list(reversed(rows)) if order.descending else list(rows)
    known = [(found, row) for row in rows if (found := value(row)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=order.descending)
    return [*(row for _, row in known), *(row for row in rows if value(row) is None)]
