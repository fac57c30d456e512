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
    ``BELOW``: the score does not reach the band by itself. ``UNRANKED``: there is no weighted score.
    """

    IN = "in"
    TIED = "tied"
    OUT = "out"
    BELOW = "below"
    UNRANKED = "unranked"


@dataclass(frozen=True)
class Proposed:
    """One ratee in a proposal; ``rank`` is that among all who have a score, equal scores sharing one."""

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


def propose(
    definition: Definition, section: Section, band: str, limit: BandLimit, standings: Sequence[Standing]
) -> Proposal:
    """Give a band to the first of a section by weighted score, as far as its quota goes.

    Scores are compared as displayed, like the ranks of the count. Those with equal scores are treated alike:
    all in, all out, or, where the border runs between them, all shown as tied. The quota is a share of all
    ratees of the section, with a score or without. Where the campaign has a band of this name, only scores
    that reach it are proposed. Decisions and vetoes are not looked at: places that they leave go to nobody by
    themselves.
    """
    among = [standing for standing in standings if standing.section == section.key]
    scored = [(s, s.weighted) for s in among if s.weighted is not None]
    ranked = sorted(scored, key=lambda item: -item[1])
    allowed = limit.allowed(len(among))
    least = next((one.at_least for one in definition.results.bands if one.label == band), None)
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
    rows += [Proposed(s.ratee, None, None, ProposedPlace.UNRANKED) for s in among if s.weighted is None]
    return Proposal(band, allowed, len(among), rows, contested)
