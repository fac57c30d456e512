"""What the pages of reviewers look into: a campaign in scope that collects, and its paper key."""

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.secrecy.paper_key import PaperKey
from survey.services.paper import review
from survey.services.paper.keys import paper_key_of
from survey.services.paper.review import Prepared
from survey.storage.database import transaction
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import settings


def opened(session: Session, campaign_code: str) -> tuple[Campaign, PaperKey]:
    """Return a campaign and its paper key.

    Raises ``UnknownCampaign``, ``NoPaper``, ``NotCollecting``, ``PaperKeyLost`` and ``BadFile``.
    """
    campaign = campaign_in_scope(session, campaign_code)
    campaign.require_collecting(to="look at paper ballots")
    return campaign, paper_key_of(settings().keys, campaign)


def looked(campaign_code: str, item_id: str) -> tuple[PaperKey, Prepared]:
    """Return the paper key, and what an answer needs, before it holds the lock that voters wait for.

    Raises what ``opened`` raises, and ``WrongKey``.
    """
    with transaction() as session:
        campaign, key = opened(session, campaign_code)
        return key, review.look(session, campaign, key, item_id)
