"""The border of a unit: campaigns of others are as good as none."""

from flask_login import current_user
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import UnknownCampaign
from survey.services.campaigns.campaigns import find_campaign, list_campaigns
from survey.web.admin.current_actor import may


def in_scope(unit: str) -> bool:
    """Return whether whoever is logged in may see what belongs to a unit."""
    return bool(may(Permission.REACH_EVERY_UNIT) or current_user.account.unit == unit)


def campaign_in_scope(session: Session, campaign_code: str) -> Campaign:
    """Return a campaign that whoever is logged in may see.

    Raises ``UnknownCampaign``, also where it belongs to another unit.
    """
    campaign = find_campaign(session, campaign_code)
    if not in_scope(campaign.unit):
        raise UnknownCampaign(campaign_code)
    return campaign


def campaigns_in_scope(session: Session) -> list[Campaign]:
    """Return the campaigns that whoever is logged in may see, in the order in which they were loaded."""
    return [campaign for campaign in list_campaigns(session) if in_scope(campaign.unit)]
