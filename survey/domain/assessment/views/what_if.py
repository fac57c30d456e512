"""What a year would come to with other weights or bands: worked out on a copy, and never kept (测算)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from survey.domain.assessment.composite_rules import RatingBand
from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition, UnitClass
from survey.domain.assessment.facts import Evidence
from survey.domain.assessment.outcome import UnitOutcome, YearOutcome
from survey.domain.assessment.reports.number_text import read_number, read_percentage
from survey.domain.assessment.totals.composite import combined, placed

MOST = 10_000


@dataclass(frozen=True)
class Supposed:
    """Other weights by component, and other borders and quotas by band; what is not named stays.

    A quota is ``None`` where there is to be none. ``faults`` are the names of fields that say no number.
    """

    weights: Mapping[str, Fraction]
    borders: Mapping[str, Fraction]
    quotas: Mapping[str, int | Fraction | None]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class SupposedRow:
    """A unit as it is and as it would be."""

    unit: AssessedUnit
    now: UnitOutcome
    then: UnitOutcome

    @property
    def is_changed(self) -> bool:
        """Return whether its rank or proposed band would be another."""
        now, then = self.now, self.then
        return (now.rank, now.proposed, now.tied) != (then.rank, then.proposed, then.tied)


@dataclass(frozen=True)
class SupposedClass:
    """A class as it would be, the first in rank first."""

    unit_class: UnitClass
    rows: tuple[SupposedRow, ...]


def read_supposed(definition: AssessmentDefinition, typed: Mapping[str, str]) -> Supposed:
    """Read what somebody typed: ``weight-KEY``, ``least-KEY`` and ``quota-KEY`` (a number, or a share in %).

    An empty weight or border stays as it is; so does an empty field that is not there.
    """
    weights: dict[str, Fraction] = {}
    borders: dict[str, Fraction] = {}
    quotas: dict[str, int | Fraction | None] = {}
    faults: list[str] = []
    fields = [(f"weight-{one.key}", one.key, weights) for one in definition.components]
    fields += [(f"least-{one.key}", one.key, borders) for one in definition.composite.bands]
    for name, key, into in fields:
        said = typed.get(name, "").strip()
        number = read_number(said) if said else None
        if number is not None and 0 <= number <= MOST:
            into[key] = number
        elif said:
            faults.append(name)
    if not any(weights.get(one.key, one.weight) for one in definition.components):
        faults += [name for name, key, _ in fields if key in weights]
        weights.clear()
    for name, key in ((f"quota-{one.key}", one.key) for one in definition.composite.bands):
        if name in typed:
            try:
                quotas[key] = _quota(typed[name].strip())
            except ValueError:
                faults.append(name)
    return Supposed(weights, borders, quotas, tuple(faults))


def _quota(said: str) -> int | Fraction | None:
    """Return a quota: a whole number, a share, or ``None`` for none; raises ``ValueError``."""
    if not said:
        return None
    share = read_percentage(said)
    if share is not None and 0 <= share <= 100:
        return share / 100
    number = read_number(said)
    if number is None or number.denominator != 1 or not 0 <= number <= MOST:
        raise ValueError(said)
    return int(number)


def supposed_definition(definition: AssessmentDefinition, supposed: Supposed) -> AssessmentDefinition:
    """Return a copy of a definition under other weights and bands; which band is the better one stays."""
    bands = tuple(_bands(definition, supposed))
    return replace(
        definition,
        components=tuple(
            replace(one, weight=supposed.weights.get(one.key, one.weight)) for one in definition.components
        ),
        composite=replace(definition.composite, bands=bands),
    )


def _bands(definition: AssessmentDefinition, supposed: Supposed) -> Iterator[RatingBand]:
    for one in definition.composite.bands:
        yield replace(
            one,
            at_least=supposed.borders.get(one.key, one.at_least),
            quota=supposed.quotas.get(one.key, one.quota),
        )


def supposed_classes(
    definition: AssessmentDefinition, outcome: YearOutcome, evidence: Evidence, supposed: Supposed
) -> tuple[SupposedClass, ...]:
    """Work out what all units would come to: their parts stay, what is made of them changes."""
    copy = supposed_definition(definition, supposed)
    units = []
    for unit in outcome.units:
        found = combined(copy.composite, copy.components, unit.components, unit.sums)
        units.append(
            replace(unit, exact=found.exact, total=found.total, parts=found.parts, words=found.words)
        )
    then = {one.unit: one for one in placed(copy, evidence.vetoes, units)}
    rows = [SupposedRow(definition.unit[one.unit], one, then[one.unit]) for one in outcome.units]
    return tuple(
        SupposedClass(
            one,
            tuple(
                sorted(
                    (row for row in rows if row.unit.class_key == one.key),
                    key=lambda row: len(rows) + 1 if row.then.rank is None else row.then.rank,
                )
            ),
        )
        for one in definition.classes
        if definition.units_of[one.key]
    )
