"""What the pages of a campaign by text message have in common."""

from typing import Any

from flask import abort, render_template
from sqlalchemy.orm import Session

from survey.channels.sms.ports import SmsChannel
from survey.domain.definition.campaign import Campaign
from survey.domain.sms.phone_numbers import mobile_number
from survey.web.admin.scope import campaign_in_scope
from survey.web.sms.desk import sms_desk


def sms_campaign(session: Session, campaign_code: str) -> Campaign:
    """Return a campaign in scope; for one that does not ask by text message there is nothing to be found."""
    campaign = campaign_in_scope(session, campaign_code)
    if campaign.definition.by_sms is None:
        abort(404)
    return campaign


def channel_of(campaign: Campaign) -> SmsChannel | None:
    """Return the channel of a campaign, ``None`` where none of its name is set up."""
    rules = campaign.definition.by_sms
    return sms_desk().channels.get(rules.channel) if rules else None


def sms_page(name: str, campaign: Campaign, /, **shown: Any) -> str:
    """Write one of the pages of a campaign by text message."""
    return render_template(
        f"admin/sms/{name}.html",
        campaign=campaign,
        definition=campaign.definition,
        rules=campaign.definition.by_sms,
        channel=channel_of(campaign),
        **shown,
    )


def typed_number(form: Any) -> str:
    """Return the number of a form in E.164; raises ``BadPhoneNumber``."""
    return mobile_number(form.number.data or "")
