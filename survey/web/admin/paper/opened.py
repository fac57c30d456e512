"""What the pages of reviewers look into: a campaign in scope that collects, and its paper key."""

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.secrecy.paper_key import PaperKey
from survey.services.paper.keys import paper_key_of
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import settings


def opened(session: Session, campaign_code: str) -> tuple[Campaign, PaperKey]:
    """Return a campaign and its paper key.

    Raises ``UnknownCampaign``, ``NoPaper``, ``NotCollecting``, ``PaperKeyLost`` and ``BadFile``.
    """
    campaign = campaign_in_scope(session, campaign_code)
    campaign.require_collecting(to="look at paper ballots")
    return campaign, paper_key_of(settings().keys, campaign)
