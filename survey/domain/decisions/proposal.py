"""Whom a quota on a section's results would give a band, by rank: a proposal, never a decision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from survey.domain.count.results import Standing
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Section

from .entries import BandLimit


class ProposedPlace(StrEnum):
    """Where the proposal puts a ratee.

    ``TIED``: one of several with equal scores of whom some, but not all, would still fit; a person decides.
    ``BELOW``: the score does not reach the band by itself. ``UNRANKED``: there is nothing to rank it by.
    """

    IN = "in"
    TIED = "tied"
    OUT = "out"
    BELOW = "below"
    UNRANKED = "unranked"


@dataclass(frozen=True)
class Proposed:
    """One ratee in a proposal: ``score`` is what it is ranked by, on a list to tick the share of votes.

    ``rank`` is that among all who have one, equal ones sharing it.
    """

    ratee: str
    score: Decimal | None
    rank: int | None
    place: ProposedPlace


@dataclass(frozen=True)
class Proposal:
    """A quota applied to a section: ``allowed`` of ``number`` ratees, in the order of their scores.

    ``contested`` is how many of those who are ``TIED`` still fit.
    """

    band: str
    allowed: int
    number: int
    rows: Sequence[Proposed]
    contested: int


def best_first(ranked_by: Decimal | None) -> tuple[bool, Decimal]:
    """Return the key that puts the best before the others in a list, and those without a value last."""
    return ranked_by is None, -(ranked_by or Decimal())


def propose(
    definition: Definition, section: Section, band: str, limit: BandLimit, standings: Sequence[Standing]
) -> Proposal:
    """Give a band to the first of a section by what the count ranks by, as far as its quota goes.

    That is the weighted score, on a list to tick the share of votes, compared as displayed. Those with equal
    scores are treated alike: all in, all out, or, where the border runs between them, all shown as tied. The
    quota is a share of all ratees of the section, with a score or without. Where the campaign has a band of
    this name, only scores that reach it are proposed; a list to tick has no bands. Decisions and vetoes are
    not looked at: places that they leave go to nobody by themselves.
    """
    among = [standing for standing in standings if standing.section == section.key]
    scored = [(s, s.ranked_by) for s in among if s.ranked_by is not None]
    ranked = sorted(scored, key=lambda item: best_first(item[1]))
    allowed = limit.allowed(len(among))
    bands = () if section.is_ticked else definition.results.bands
    least = next((one.at_least for one in bands if one.label == band), None)
    equals = Counter(score for _, score in ranked)
    better: dict[Decimal, int] = {}
    for number, (_, score) in enumerate(ranked):
        better.setdefault(score, number)
    rows = []
    contested = 0
    for standing, score in ranked:
        above, equal = better[score], equals[score]
        place = ProposedPlace.IN
        if least is not None and score < least:
            place = ProposedPlace.BELOW
        elif above >= allowed:
            place = ProposedPlace.OUT
        elif above + equal > allowed:
            place, contested = ProposedPlace.TIED, allowed - above
        rows.append(Proposed(standing.ratee, score, above + 1, place))
    rows += [Proposed(s.ratee, None, None, ProposedPlace.UNRANKED) for s in among if s.ranked_by is None]
    return Proposal(band, allowed, len(among), rows, contested)
