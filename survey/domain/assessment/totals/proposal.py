"""Ranks within a class, and the band that each unit is proposed for: a proposal, never a decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from survey.domain.assessment.composite_rules import CompositeRules, QuotaRound, RatingBand
from survey.domain.assessment.indicators import ZERO
from survey.domain.definition.rounding import half_up


@dataclass(frozen=True)
class Candidate:
    """A unit before the bands: its total, and what decides between equal totals.

    ``veto`` is the band of its veto; ``capped`` tells that it gets no better band than the ceiling.
    """

    unit: str
    total: Decimal | None
    tie_break: Fraction = ZERO
    veto: str | None = None
    capped: bool = False


@dataclass(frozen=True)
class Placed:
    """A unit's rank and proposed band; ``tied`` where a quota's border runs between it and its equals."""

    rank: int | None
    proposed: str | None
    tied: bool = False


def place_class(rules: CompositeRules, candidates: Sequence[Candidate]) -> dict[str, Placed]:
    """Rank the units of one class and propose a band for each.

    Equal ones share a rank (1, 2, 2, 4). Down the ranks, each gets the highest band that its total reaches
    and that has room. Vetoed units keep their rank, get their veto's band and take no place. Where the room
    of a band ends between equals, all of them are tied, stand with the band below, and nobody after them gets
    the place: a person decides. Without a total there is neither rank nor band, but for a veto's.
    """
    known = sorted((one for one in candidates if one.total is not None), key=_standing, reverse=True)
    ranks: dict[str, int] = {}
    room = _Room(rules, len(candidates))
    for _, group in groupby(known, key=_standing):
        equals = list(group)
        ranks |= dict.fromkeys((one.unit for one in equals), len(ranks) + 1)
        room.place([one for one in equals if one.veto is None])
    return {
        one.unit: Placed(ranks.get(one.unit), one.veto or room.proposed.get(one.unit), one.unit in room.tied)
        for one in candidates
    }


def quota_seats(band: RatingBand, units: int) -> int | None:
    """Return how many of so many units may have a band; ``None``: as many as reach it.

    A share is rounded as the band says; half-up it is at least 1, unless it is none.
    """
    if not isinstance(band.quota, Fraction):
        return band.quota
    share = band.quota * units
    if band.round is QuotaRound.UP:
        return ceil(share)
    if band.round is QuotaRound.DOWN:
        return floor(share)
    return max(1, half_up(share)) if share else 0


def lowest_band(rules: CompositeRules, keys: Iterable[str]) -> str | None:
    """Return the lowest of some bands: a unit of several vetoes gets that one."""
    order = [band.key for band in rules.bands]
    return max(keys, key=order.index, default=None)


def _standing(one: Candidate) -> tuple[Decimal, Fraction]:
    """Return what a unit with a total is ranked by."""
    return one.total or Decimal(0), one.tie_break


class _Room:
    """The bands of a class with the places that are left in each."""

    def __init__(self, rules: CompositeRules, units: int) -> None:
        self.bands = rules.bands
        self.left = {band.key: quota_seats(band, units) for band in self.bands}
        self.proposed: dict[str, str] = {}
        self.tied: set[str] = set()
        keys = [band.key for band in self.bands]
        self.ceiling = keys.index(rules.binding_ceiling) if rules.binding_ceiling else 0

    def place(self, equals: list[Candidate]) -> None:
        """Give equals the highest band that they reach and all fit into."""
        for at, band in enumerate(self.bands):
            here = [
                one
                for one in equals
                if one.unit not in self.proposed
                and (not one.capped or at >= self.ceiling)
                and Fraction(_standing(one)[0]) >= band.at_least
            ]
            left = self.left[band.key]
            if not here or left == 0:
                continue
            if left is not None and left < len(here):
                self.tied |= {one.unit for one in here}
                self.left[band.key] = 0
                continue
            self.proposed |= {one.unit: band.key for one in here}
            self.left[band.key] = None if left is None else left - len(here)
