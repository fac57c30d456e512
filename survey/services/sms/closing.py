"""The end of a campaign by text message: replies go into the box; hours later key and numbers are gone."""

import json
import logging
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign
from survey.secrecy.sms_key import destroy_sms_key
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.voting import casting
from survey.storage.campaign_rows import locked_campaign
from survey.storage.database import transaction
from survey.storage.sms import client_rows, reply_rows

from .accounting import numbers_of

GRACE = timedelta(minutes=10)
"""How long replies are taken after the close that were sent before it."""
KEY_LIFE = timedelta(hours=6)
"""How long after the close the carriers' receipts are waited for."""
_CLOCK = "clock"

_log = logging.getLogger("minping")


def note_end(session: Session, campaign: Campaign, now: datetime) -> None:
    """Note, in the transaction that closes, since when replies are too late, and when all ends."""
    if client_rows.standing(session, campaign) is not None:
        client_rows.change(
            session, campaign, ended_at=now, replies_until=now + GRACE, erase_at=now + KEY_LIFE
        )


def waits_for_replies(session: Session, campaign: Campaign, now: datetime) -> bool:
    """Return whether a closed campaign still takes replies that were sent before the close."""
    if campaign.definition.by_sms is None or campaign.shaken:
        return False
    standing = client_rows.standing(session, campaign)
    return standing is not None and standing.replies_until is not None and now < standing.replies_until


def put_replies(session: Session, campaign: Campaign) -> int:
    """Put the sealed replies into the box without their pseudonyms, in the transaction that shakes it.

    Opt-outs are written anew with them. Return how many replies there are. The campaign's lock is held alone.
    Raises ``NoSms`` and ``WrongState``.
    """
    campaign = locked_campaign(session, campaign.code)
    if campaign.shaken:
        return 0
    number = casting.put_replies(session, campaign, reply_rows.take_out(session, campaign))
    client_rows.rewrite_opt_outs(session)
    client_rows.change(session, campaign, replied=number)
    return number


def erase_due(now: datetime, keys: Path) -> list[str]:
    """Destroy key, list and outbox of every campaign whose time has come; return their codes.

    The key first: what an interruption leaves is noise, and is deleted by the next look. For a task of every
    minute, on every node that has keys. Raises ``Unavailable``.
    """
    with transaction() as session:
        over = [campaign.code for campaign in client_rows.campaigns_with_lists(session, erased=True)]
        due = client_rows.due_for_erasing(session, now)
    for campaign_code in (*over, *due):
        destroy_sms_key(keys, campaign_code)
    for campaign_code in due:
        _erase(campaign_code, now)
    return due


def _erase(campaign_code: str, now: datetime) -> None:
    with transaction(write=True) as session:
        campaign = locked_campaign(session, campaign_code)
        standing = client_rows.standing(session, campaign)
        if standing is None or standing.final is not None:
            return
        numbers = numbers_of(session, campaign).as_json()
        client_rows.drop_clients(session, campaign)
        client_rows.rewrite_opt_outs(session)  # of those that came since the shake
        client_rows.change(session, campaign, final=json.dumps(numbers))
        audit.record(session, By(_CLOCK, now), Act.SMS_END, campaign_code, **numbers)
    _log.info("sms key and numbers destroyed", extra={"facts": {"campaign": campaign_code}})
