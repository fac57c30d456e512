"""What the pages of reviewers look into: a campaign in scope that collects, and its paper key."""

from collections.abc import Callable

from flask_login import current_user
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.secrecy.paper_key import PaperKey
from survey.services.accounts.accounts import Account
from survey.services.paper import review
from survey.services.paper.keys import paper_key_of
from survey.services.paper.review import Prepared
from survey.services.paper.review_items import ReviewItem, WorkLeft
from survey.storage.database import transaction
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import settings

Draw = Callable[[Session, Campaign, PaperKey, Account], ReviewItem | None]
"""Takes one of the items that are left to an account."""


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


def drawn(campaign_code: str, draw: Draw) -> tuple[Campaign, ReviewItem | None, WorkLeft]:
    """Return a campaign, the item that is drawn for whoever is logged in, and how much is left.

    Raises what ``opened`` raises, and ``WrongKey``.
    """
    account = current_user.account
    with transaction() as session:
        campaign, key = opened(session, campaign_code)
        item = draw(session, campaign, key, account)
        return campaign, item, item.left if item else review.left(session, campaign, key, account)


def answer_alone(campaign_code: str, item_id: str, said: str) -> None:
    """Note what whoever is logged in says to an item; raises what ``looked`` and ``review.answer`` raise."""
    key, ahead = looked(campaign_code, item_id)
    with transaction(write=True) as session:
        review.answer(session, campaign_code, key, item_id, current_user.account, said, by(), ahead)
