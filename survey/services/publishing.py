"""Results for those who may read them."""

from sqlalchemy.orm import Session

from survey.domain.accounting import Accounting
from survey.domain.campaign import Campaign, Publication, State
from survey.domain.errors import WrongState
from survey.domain.results import Results, work_out
from survey.storage import campaign_rows, count_rows
from survey.storage.campaign_rows import find_campaign, locked_campaign

from . import audit
from .audit import By

COUNTED = (State.COUNTED, State.CERTIFIED, State.SHREDDING, State.SHREDDED)
SIGNED = (State.CERTIFIED, State.SHREDDING, State.SHREDDED)


def results(session: Session, code: str) -> tuple[Campaign, Results, str]:
    """Return a campaign, its results and the digest of its count; raises ``WrongState`` before the count."""
    campaign = find_campaign(session, code)
    campaign.require(*COUNTED, to="show results")
    count, digest, _ = count_rows.find_count(session, campaign)
    return campaign, work_out(campaign.definition, count), digest


def accounting(session: Session, campaign: Campaign) -> Accounting:
    """Return the ballot accounting of a counted campaign."""
    count, _, _ = count_rows.find_count(session, campaign)
    return count.accounting


def publish(session: Session, code: str, publication: Publication, by: By) -> None:
    """Choose who may read the results page; a count must be signed before it is published.

    Raises ``WrongState``, for a trial run always.
    """
    campaign = locked_campaign(session, code)
    campaign.require(*SIGNED, to="publish")
    if campaign.is_trial:
        raise WrongState(f"cannot publish: {code} is a trial run; it can only be erased")
    campaign_rows.set_publication(session, campaign, publication)
    audit.record(session, by, "publish", code, publication=publication)
