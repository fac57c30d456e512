"""The places of a class in each band as a committee sees them, and where a border runs between equals."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from survey.domain.assessment.composite_rules import RatingBand
from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition
from survey.domain.assessment.totals.proposal import quota_seats
from survey.domain.assessment.views.composite_view import CompositeClass, CompositeRow


@dataclass(frozen=True)
class BandPlaces:
    """How many of a class's ``units`` may have a band (``None``: no limit), are proposed, are decided."""

    band: RatingBand
    units: int
    seats: int | None
    proposed: int
    decided: int


@dataclass(frozen=True)
class BandTie:
    """Equals between whom the border of a band runs: it has ``left`` places, and they are more."""

    units: tuple[AssessedUnit, ...]
    total: Decimal
    rank: int
    band: RatingBand
    left: int


def band_places(definition: AssessmentDefinition, shown: CompositeClass) -> tuple[BandPlaces, ...]:
    """Return the places of a class in each band; those whose band is left open count in none."""
    members = len(definition.units_of[shown.unit_class.key])
    return tuple(
        BandPlaces(
            band,
            members,
            quota_seats(band, members),
            sum(row.outcome.proposed == band.key and not row.outcome.tied for row in shown.rows),
            sum(row.decided == band.key for row in shown.rows),
        )
        for band in definition.composite.bands
    )


def band_ties(definition: AssessmentDefinition, shown: CompositeClass) -> tuple[BandTie, ...]:
    """Return who stands equal across a border, and for which band; a person decides among them."""
    tied = [row for row in shown.rows if row.outcome.tied]
    found = []
    for rank, group in groupby(tied, key=lambda row: row.outcome.rank):
        equals = list(group)
        total = equals[0].outcome.total
        border = _border(definition, shown, equals)
        if rank is not None and total is not None and border is not None:
            found.append(BandTie(tuple(row.unit for row in equals), total, rank, *border))
    return tuple(found)


def _border(
    definition: AssessmentDefinition, shown: CompositeClass, equals: list[CompositeRow]
) -> tuple[RatingBand, int] | None:
    """Return the highest band that equals reach and that has places, but not for all of them."""
    members = len(definition.units_of[shown.unit_class.key])
    total = Fraction(equals[0].outcome.total or 0)
    for band in definition.composite.bands:
        seats = quota_seats(band, members)
        if seats is None or total < band.at_least:
            continue
        left = seats - sum(
            row.outcome.proposed == band.key and not row.outcome.vetoed and row not in equals
            for row in shown.rows
            if _before(row, equals[0])
        )
        if 0 < left < len(equals):
            return band, left
    return None


def _before(row: CompositeRow, equal: CompositeRow) -> bool:
    return row.outcome.rank is not None and row.outcome.rank < (equal.outcome.rank or 0)
