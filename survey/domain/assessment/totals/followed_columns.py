"""Which hidden columns follow from all that was ever shown of an outcome, one edition beside the other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from survey.domain.assessment.composite_rules import Combine
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.definition.weighting import Missing

from .publication_columns import (
    BONUS,
    COMPONENT,
    DEDUCTION,
    TOTAL,
    all_columns,
    deducible_columns,
    missing_of,
    parts_of,
)

_ENTRIES = "entries"
"""Bonus less deduction: what the two make together tells either, for most units have one of them."""


@dataclass(frozen=True)
class ShownOutcome:
    """The columns that were shown of one outcome; ``untold`` are the components left blank, by unit."""

    columns: tuple[str, ...]
    units: Sequence[Mapping[str, Any]]
    untold: Mapping[str, Collection[str]] = field(default_factory=dict)

    def told(self, unit: str) -> set[str]:
        """Return the columns that were shown of a unit."""
        return set(self.columns).difference(COMPONENT + key for key in self.untold.get(unit, ()))


def followed_columns(definition: AssessmentDefinition, shown: Sequence[ShownOutcome]) -> tuple[str, ...]:
    """List the hidden columns that whoever reads all outcomes shown can work out for one unit at least.

    Two totals of a unit, of which one has a part more, tell that part by their difference.
    """
    follow: set[str] = set()
    for unit in {one["unit"] for outcome in shown for one in outcome.units}:
        lines = [(outcome, one) for outcome in shown for one in outcome.units if one["unit"] == unit]
        known = {column for outcome, _ in lines for column in outcome.told(unit)}
        for missing in ([], *(missing_of(one) for _, one in lines)):
            follow.update(deducible_columns(definition, known, missing))
        sums = [
            _hidden_sum(definition, known, one)
            for outcome, one in lines
            if TOTAL in outcome.columns and one["total"] is not None
        ]
        for column in _determined(sums):
            follow.update({BONUS, DEDUCTION} - known if column == _ENTRIES else {column})
    return tuple(name for name in all_columns(definition) if name in follow)


def _hidden_sum(
    definition: AssessmentDefinition, known: Collection[str], unit: Mapping[str, Any]
) -> dict[str, Fraction]:
    """Return with which share each hidden part stands in a total of a unit."""
    rules = definition.composite
    missing = () if rules.missing is Missing.ZERO else missing_of(unit)
    weights = {COMPONENT + one.key: one.weight for one in definition.components if one.key not in missing}
    whole = sum(weights.values(), Fraction(0))
    found: dict[str, Fraction] = {}
    for part in parts_of(definition, missing_of(unit)):
        if part in known:
            continue
        if not part.startswith(COMPONENT):
            found[_ENTRIES] = Fraction(1)
        else:
            found[part] = Fraction(1) if rules.combine is Combine.LOWEST else weights[part] / whole
    return found


def _determined(sums: Sequence[Mapping[str, Fraction]]) -> Iterator[str]:
    """Give the unknowns that known sums of them leave no choice for."""
    rows = [dict(one) for one in sums if one]
    done: list[dict[str, Fraction]] = []
    while rows:
        row = rows.pop()
        name, share = next(iter(row.items()))
        row = {key: value / share for key, value in row.items()}
        done = [_without(one, name, row) for one in done] + [row]
        rows = [left for one in rows if (left := _without(one, name, row))]
    yield from (next(iter(row)) for row in done if len(row) == 1)


def _without(row: Mapping[str, Fraction], name: str, other: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Take so much of another row off one that an unknown is gone from it."""
    share = row.get(name, Fraction(0))
    left = {key: row.get(key, Fraction(0)) - share * other.get(key, Fraction(0)) for key in {**row, **other}}
    return {key: value for key, value in left.items() if value}
