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
    """Return the places of a class in each band.

    Those whose band is left open are proposed for none, and vetoed ones take no place.
    """
    members = len(definition.units_of[shown.unit_class.key])
    return tuple(
        BandPlaces(
            band,
            members,
            quota_seats(band, members),
            sum(_takes(row, band) and not row.outcome.tied for row in shown.rows),
            sum(row.decided == band.key for row in shown.rows),
        )
        for band in definition.composite.bands
    )


def band_ties(definition: AssessmentDefinition, shown: CompositeClass) -> tuple[BandTie, ...]:
    """Return who stands equal across a border, and for which band; a person decides among them.

    Each unit is told of the best band that it may get.
    """
    tied = [row for row in shown.rows if row.outcome.tied]
    found: list[BandTie] = []
    closed: set[str] = set()
    told: set[AssessedUnit] = set()
    for _, group in groupby(tied, key=lambda row: row.outcome.rank):
        for border in _borders(definition, shown, list(group), frozenset(closed)):
            closed.add(border.band.key)
            if not told.issuperset(border.units):
                found.append(border)
            told.update(border.units)
    return tuple(found)


def _borders(
    definition: AssessmentDefinition,
    shown: CompositeClass,
    equals: list[CompositeRow],
    closed: frozenset[str],
) -> list[BandTie]:
    """Return the ties of equals down the bands: those that have places, but not for all who reach them.

    ``closed`` are the bands whose places are left to a decision among others before them.
    """
    members = len(definition.units_of[shown.unit_class.key])
    first = equals[0].outcome
    rank, total = first.rank or 0, first.total or Decimal(0)
    before = [row for row in shown.rows if 0 < (row.outcome.rank or 0) < rank]
    bands = definition.composite.bands
    ceiling = [band.key for band in bands].index(definition.composite.binding_ceiling or bands[0].key)
    found: list[BandTie] = []
    waiting = equals
    for at, band in enumerate(bands):
        here = [row for row in waiting if at >= ceiling or not row.outcome.binding_missed]
        if band.key in closed or Fraction(total) < band.at_least or not here:
            continue
        seats, taken = quota_seats(band, members), sum(_takes(row, band) for row in before)
        if seats is None or len(here) <= seats - taken:
            waiting = [row for row in waiting if row not in here]
        elif seats > taken:
            found.append(BandTie(tuple(row.unit for row in here), total, rank, band, seats - taken))
    return found


def _takes(row: CompositeRow, band: RatingBand) -> bool:
    return row.outcome.proposed == band.key and not row.outcome.vetoed
