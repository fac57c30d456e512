"""The overall line: what stands for a ratee in headlines and in the first of the official tables.

It is the section's overall criterion; where there is none, counts, shares and rates are pooled over the
criteria of positive weight, each answer counting once. Everything is taken of rows that are kept: where one
of those pooled is withheld, so is the row, or their difference would be the one withheld.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee

from .disclosure import CellRows, Count, Why
from .rows import Row, merged_key, row_weights
from .tally import Counts
from .values import ShownValues, Values, shown_values, values_of, weighted_values


@dataclass(frozen=True)
class OverallResult:
    """One row of a ratee's overall line; ``group`` is the key of a group row.

    A weighted row has no counts. One that is withheld has nothing but ``why``.
    """

    ratee: str
    row: Row
    group: str | None
    counts: Counts | None
    shown: ShownValues | None
    why: Why | None


def gravest(reasons: Iterable[Why | None]) -> Why | None:
    """Name the reason for what several cells take part in: a small cell says more than a small group."""
    found = set(reasons)
    return next((why for why in (Why.SMALL_CELL, Why.SMALL_GROUP) if why in found), None)


def overall_rows(definition: Definition, count: Count, ratee: Ratee) -> Iterator[OverallResult]:
    """Work out the overall line of a ratee: each group, pooled, weighted."""
    section = definition.section[ratee.section]
    scale, rules = definition.scale[section.scale], definition.results
    cells = [count.cells[ratee.key, criterion.key] for criterion in section.overall_criteria]
    why = gravest(cell.why for cell in cells)
    values: dict[str, Values] = {}
    for members in count.groups[ratee.key]:
        key = merged_key(members)
        counts = _sum(None if cell.groups is None else cell.groups[members] for cell in cells)
        if counts is None:
            yield OverallResult(ratee.key, Row.GROUP, key, None, None, why)
        else:
            values[key] = values_of(definition, scale, counts)
            shown = shown_values(values[key], rules.rounding)
            yield OverallResult(ratee.key, Row.GROUP, key, counts, shown, None)
    yield _pooled(definition, ratee, cells)
    if why is None:
        weights = row_weights(definition, count.groups[ratee.key])
        over = weighted_values(values, weights, rules.missing_group)
        yield OverallResult(ratee.key, Row.WEIGHTED, None, None, shown_values(over, rules.rounding), None)
    else:
        yield OverallResult(ratee.key, Row.WEIGHTED, None, None, None, why)


def _pooled(definition: Definition, ratee: Ratee, cells: Iterable[CellRows]) -> OverallResult:
    counts = _sum(cell.pooled for cell in cells)
    if counts is None:
        return OverallResult(ratee.key, Row.POOLED, None, None, None, Why.SMALL_CELL)
    scale = definition.scale[definition.section[ratee.section].scale]
    shown = shown_values(values_of(definition, scale, counts), definition.results.rounding)
    return OverallResult(ratee.key, Row.POOLED, None, counts, shown, None)


def _sum(rows: Iterable[Counts | None]) -> Counts | None:
    """Add rows up; ``None`` where one of them is withheld."""
    known = list(rows)
    if None in known:
        return None
    return reduce(add, (row for row in known if row is not None))
