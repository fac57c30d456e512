"""Counted campaigns that can be compared with each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.count.results import Results
from survey.domain.decisions.comparison import Comparison
from survey.domain.decisions.matching import match_ratees
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import UnknownCampaign
from survey.storage import count_rows

from . import kept_results
from .publishing import COUNTED


@dataclass(frozen=True)
class Other:
    """A campaign to compare with: how many of the ratees it shares, and when it was counted."""

    campaign: Campaign
    shared: int
    counted_at: datetime


def others(session: Session, campaign: Campaign, among: Iterable[Campaign]) -> list[Other]:
    """List the counted campaigns that share ratees with one, the one counted last first; no trial runs."""
    found = []
    for other in among:
        if other.code != campaign.code and other.state in COUNTED and not other.is_trial:
            matches = match_ratees(campaign.definition.ratees, other.definition.ratees)
            if matches.found:
                counted_at = count_rows.counted_at(session, other)
                found.append(Other(other, len(matches.found), counted_at))
    return sorted(found, key=lambda one: one.counted_at, reverse=True)


def chosen(others: Iterable[Other], campaign_code: str) -> Other:
    """Return one of the campaigns to compare with; raises ``UnknownCampaign`` for any other."""
    for other in others:
        if other.campaign.code == campaign_code:
            return other
    raise UnknownCampaign(campaign_code)


def compare(session: Session, results: Results, other: Campaign) -> Comparison:
    """Put the count of another campaign beside the results of this one."""
    return Comparison(results, kept_results.results_of(session, other).results)
