"""The overall line by the letter of the specification, from the ballots: every answer written in one list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .count import Ratee, Row, RowGroup, combine, display, marks, of_groups, row_of, spoiled


def overall_criteria(section: Mapping[str, Any]) -> list[str]:
    """List what stands for a ratee: the criterion that is marked, or all that weigh something."""
    marked = [one["key"] for one in section["criteria"] if one.get("overall", False)]
    return marked or [one["key"] for one in section["criteria"] if one.get("weight", 1) > 0]


def overalls(
    definition: dict[str, Any], ballots: list[tuple[str, Any]], late: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of the overall line of all ratees; a withheld one has only ``why``."""
    valid = [ballot for ballot in ballots if not spoiled(definition, ballot)]
    ratees = [Ratee(definition, valid, ratee, late or {}) for ratee in definition["ratees"]]
    return [row for ratee in ratees for row in _rows(ratee)]


def _rows(ratee: Ratee) -> list[dict[str, Any]]:
    criteria = overall_criteria(ratee.section)
    whole = ["small-cell" for k in criteria if ratee.why_all(k)]
    parts = sorted(why for k in criteria if (why := ratee.why_groups(k)))
    rows: list[tuple[str, str | None, dict[str, Any], list[str]]] = []
    found = [_row(ratee, criteria, row_group) for row_group in ratee.row_groups]
    for row_group, row in zip(ratee.row_groups, found, strict=True):
        rows.append(("group", "+".join(row_group), _counted(ratee, row), parts))
    rows.append(("pooled", None, _counted(ratee, _row(ratee, criteria, ratee.everyone)), whole))

    def over(values: list[Any]) -> Any:
        return combine(ratee.weights, values, ratee.missing)

    shares = {key: over([row.shares[key] for row in found]) for key in found[0].shares}
    rates = {key: over([row.rates[key] for row in found]) for key in found[0].rates}
    score = over([row.score for row in found])
    rows.append(("weighted", None, display(ratee.definition, shares, rates, score), parts))
    return [
        {"ratee": ratee.ratee["key"], "row": kind, "group": key, **({"why": why[0]} if why else numbers)}
        for kind, key, numbers, why in rows
    ]


def _row(ratee: Ratee, criteria: list[str], row_group: RowGroup) -> Row:
    theirs = of_groups(ratee.valid, row_group)
    given = [mark for k in criteria for mark in marks(ratee.definition, theirs, ratee.ratee, k)]
    return row_of(ratee.definition, ratee.scale, given)


def _counted(ratee: Ratee, row: Row) -> dict[str, Any]:
    counts = {"counts": row.counts, "abstained": row.abstained, "blank": row.blank}
    return {**counts, **display(ratee.definition, row.shares, row.rates, row.score)}
