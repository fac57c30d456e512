"""What the pages of a campaign by text message have in common."""

from typing import Any

from flask import abort, flash, render_template
from sqlalchemy.orm import Session

from survey.channels.sms.ports import SmsChannel
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import OptedOut, OutsideWindow
from survey.domain.sms.phone_numbers import mobile_number
from survey.services.sms import trying
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.sms.counter import secrets_here
from survey.web.sms.desk import sms_desk

from .sms_words import not_tried, tried


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


def try_one(channel: SmsChannel, form: Any, text: str, campaign: Campaign | None = None) -> None:
    """Send one message to the number of a form, and have the next page say how that went."""
    try:
        outcome = trying.send_one(
            channel.name, channel, typed_number(form), text, by(), secrets_here(), campaign=campaign
        )
    except (OptedOut, OutsideWindow) as error:
        flash(not_tried(error), "bad")
        return
    kind, sentence = tried(outcome)
    flash(sentence, kind)
