"""The rows and tables that the screen shows, and the order of them that somebody asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from survey.domain.count.disclosure import Why
from survey.domain.count.rows import Row
from survey.domain.count.tally import Counts
from survey.domain.count.values import ShownValues
from survey.domain.definition.form import Criterion, Group, Ratee, Section
from survey.domain.definition.scale import Rate, Scale

RowOf = TypeVar("RowOf")
Value = Decimal | int | None


@dataclass(frozen=True)
class Score:
    """The score of one group; ``merged`` names the groups that it stands for where there are several.

    ``rates`` tells whether the group may rate at all.
    """

    value: Decimal | None = None
    merged: str = ""
    rates: bool = True


@dataclass(frozen=True)
class Scored:
    """Scores by group, weighted and pooled, with the distribution of one weighted row.

    Of a ratee, that row is the overall line's.

    Where ``why`` is given, the scores of all groups and the weighted one are withheld; likewise
    ``pooled_why`` and ``shown_why``. ``ranked_by`` is the value that ranks a ratee; ``pooled_share`` of one
    on a list to tick the share of all votes together.
    """

    scores: tuple[Score, ...]
    weighted: Decimal | None
    pooled: Decimal | None
    overall: Callable[[], tuple[ShownValues | None, Why | None]] = field(repr=False, compare=False)
    why: Why | None
    pooled_why: Why | None
    ratee: Ratee
    label: str = ""
    weight: str = ""
    band: str = ""
    rank: int | None = None
    ranked_by: Decimal | None = None
    pooled_share: Decimal | None = None

    @property
    def shown(self) -> ShownValues | None:
        """Return the distribution, ``None`` where there is none."""
        return self._distribution[0]

    @property
    def shown_why(self) -> Why | None:
        """Return why the distribution is withheld."""
        return self._distribution[1]

    @cached_property
    def _distribution(self) -> tuple[ShownValues | None, Why | None]:
        # Worked out when it is asked for: of a thousand ratees in their order a page shows some.
        return self.overall()


@dataclass(frozen=True)
class ResultLine:
    """One row of counts, shares, rates and score; a weighted row has no counts, a withheld one nothing.

    ``merged`` names the groups that the row stands for where there are several.
    """

    ratee: Ratee
    counts: Counts | None
    shown: ShownValues | None
    why: Why | None
    label: str = ""
    merged: str = ""
    weight: str = ""
    row: Row | None = None


@dataclass(frozen=True)
class Form:
    """What the columns of a table of one scale are; a list to tick has votes and shares, and no score."""

    scale: Scale
    rates: tuple[Rate, ...]
    has_score: bool = True

    @property
    def counts_abstentions(self) -> bool:
        """Return whether abstentions have a share."""
        return self.scale.counts_abstentions

    def width(self, counted: bool, blanks: bool) -> int:
        """Return how many columns a row has after its head, with counts or without, and with those blank."""
        shared = len(self.scale.grades) + self.counts_abstentions
        others = len(self.rates) + self.has_score + 1  # the bar
        if not counted:
            return shared + others
        # Each grade has its count beside its share; abstentions without a share are counted nevertheless.
        return 2 * shared + (not self.counts_abstentions) + 1 + blanks + others


@dataclass(frozen=True)
class Ranking:
    """The scores of a section's ratees; the distribution shown is that of their overall line.

    It is that of ``criterion``, or, where there is ``None``, pooled over several. ``place_label`` stands
    over unit and post, empty where nobody has either. ``is_ranked`` and ``has_bands`` tell whether a rank
    says something of them, and whether bands were written for them.
    """

    section: Section
    groups: tuple[Group, ...]
    criterion: Criterion | None
    form: Form
    place_label: str
    is_ranked: bool
    has_bands: bool
    rows: list[Scored]


@dataclass(frozen=True)
class QuestionLine:
    """One row of one question."""

    label: str
    valid: int | None
    answered: int | None
    options: tuple[tuple[int, Decimal | None], ...]
    why: Why | None


@dataclass(frozen=True)
class Scope:
    """Whose ratings a table shows: ``key`` is ``weighted``, ``pooled``, ``group.A`` or ``age.young``.

    A row over all groups, and that of the ballots which left a question empty, have no ``label``.
    """

    key: str
    label: str
    row: Row | None
    group: str = ""
    question: str = ""
    option: str = ""


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
        if ranking.section.is_ticked and order.key in ("weighted", "pooled"):
            # What stands in these columns: scores may be rounded more coarsely.
            return row.pooled_share if order.key == "pooled" else row.ranked_by
        if order.key in ("rank", "weighted", "pooled"):
            found: Value = getattr(row, order.key)
            return found
        return row.shown.rates.get(order.key.removeprefix("rate.")) if row.shown else None

    return _ordered(ranking.rows, value, order)


def order_lines(lines: Sequence[ResultLine], order: Order) -> list[ResultLine]:
    """Return the rows of a section's table in an order."""
    kind, _, key = order.key.partition(".")

    def value(line: ResultLine) -> Value:
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
